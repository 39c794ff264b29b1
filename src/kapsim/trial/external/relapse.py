"""Relapse of people who were well, computed in every replicate of a trial.

Followed are those who were in response, or in remission, or all who were seen, at the
visit `since`. A relapse is the first later visit, up to that of the figure, with a
score of at least `relapse_at_least`, or that of the scale (`trial.rules`); for a scale
without such a rule, the first at which the response is lost. Who leaves without a
relapse is followed up to the last visit seen.

Between visits the curve of Kaplan and Meier is drawn straight, so that a median can lie
between them. Hazard ratios are those of Cox's model with Efron's way with ties, which
are all relapses found at one visit; where an arm has no relapse, both arms count half a
relapse more per visit-person, as an odds ratio does.

Sources: Kaplan and Meier (1958); Cox (1972); Efron (1977).
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from kapsim.trial.conduct.standing import ill_again, well
from kapsim.trial.external.shares import Counted
from kapsim.trial.external.sight import Sight
from kapsim.trial.protocol.rules import default_relapse
from kapsim.trial.protocol.terms import Missing
from kapsim.units import DAY_H

Numbers = Float[np.ndarray, " R"]

_HALF = 0.5
_STEPS = 60  # halvings of the range in which a logarithm of a hazard ratio is sought
_WIDEST = 20.0  # ends of that range


class Followed(NamedTuple):
    """People of an arm from a visit at which they were well.

    Attributes
    ----------
    entered
        Number who were well.
    at_risk, relapsed
        Number still followed at each later visit, and of them relapsing there.
    days
        Days of these visits since they were well [d].
    lost
        Number who left without a relapse before the last of these visits.
    """

    entered: Int[np.ndarray, " R"]
    at_risk: Int[np.ndarray, "R J"]
    relapsed: Int[np.ndarray, "R J"]
    days: Float[np.ndarray, " J"]
    lost: Int[np.ndarray, " R"]


def followed(sight: Sight, arm: str) -> Followed:
    """People of an arm who were well at `since`, at the visits after it."""
    figure = sight.figure
    since_h = figure.since_h or 0.0
    times = [
        visit.time_h
        for visit in sight.protocol.visits
        if since_h < visit.time_h <= figure.time_h and figure.measure in visit.scales
    ]
    entry = well(figure.among, sight.score(since_h), sight.baseline, sight.rule)
    entered = sight.members(arm) & entry
    scores = np.stack([sight.score(time_h) for time_h in times], axis=-1)
    limit = figure.relapse_at_least
    limit = default_relapse(figure.measure) if limit is None else limit
    hit = ill_again(scores, sight.baseline[..., None], sight.rule, limit)
    seen, place = np.isfinite(scores), np.arange(len(times))
    last = np.where(seen, place, -1).max(axis=-1)
    first = np.where(hit.any(axis=-1), hit.argmax(axis=-1), len(times))
    end = np.minimum(first, last)
    at_risk = entered[..., None] & (place <= end[..., None])
    relapsed = entered[..., None] & (place == first[..., None])
    lost = entered & (first == len(times)) & (last < len(times) - 1)
    return Followed(
        entered.sum(axis=1),
        at_risk.sum(axis=1),
        relapsed.sum(axis=1),
        (np.asarray(times) - since_h) / DAY_H,
        lost.sum(axis=1),
    )


def relapse(sight: Sight) -> Counted:
    """Who relapsed, of those who did or were seen at the end (or of all)."""
    own = followed(sight, sight.figure.arm)
    hits, of = own.relapsed.sum(axis=1), own.entered
    if sight.figure.missing is Missing.FAILURE:
        hits = hits + own.lost
    else:
        of = of - own.lost
    return Counted(hits.astype(float), of.astype(float))


def median_days(sight: Sight) -> Numbers:
    """Median time to relapse since `since` [d]; infinite if half do not relapse."""
    own = followed(sight, sight.figure.arm)
    share = own.relapsed / np.maximum(own.at_risk, 1)
    stay = np.cumprod(1.0 - share, axis=1)
    stay = np.concatenate([np.ones((len(stay), 1)), stay], axis=1)
    days = np.concatenate([[0.0], own.days])
    reached = (stay <= _HALF).any(axis=1)
    after = np.where(reached, (stay <= _HALF).argmax(axis=1), 1)
    row = np.arange(len(stay))
    above, below = stay[row, after - 1], stay[row, after]
    step = days[after] - days[after - 1]
    fall = np.where(above > below, above - below, 1.0)
    median = days[after - 1] + step * (above - _HALF) / fall
    return np.where(own.entered > 0, np.where(reached, median, np.inf), np.nan)


def hazard_ratio(sight: Sight) -> Numbers:
    """Hazard of relapse over that in the other arm [1]."""
    figure = sight.figure
    own, other = (followed(sight, arm) for arm in (figure.arm, str(figure.versus)))
    events = [one.relapsed.sum(axis=1) for one in (own, other)]
    times = [one.at_risk.sum(axis=1) for one in (own, other)]
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = [(d + _HALF) / t for d, t in zip(events, times, strict=True)]
        crude = rates[0] / rates[1]
    both = (events[0] > 0) & (events[1] > 0)
    return np.where(both, np.exp(_log_hazard_ratio(own, other)), crude)


def _log_hazard_ratio(own: Followed, other: Followed) -> Numbers:
    """Root of the score of Cox's partial likelihood, which falls with the ratio."""
    together = own.relapsed + other.relapsed
    tied = np.arange(max(int(together.max(initial=0)), 1))
    part = tied / np.maximum(together, 1)[..., None]
    counted = tied < together[..., None]
    risk = [
        one.at_risk[..., None] - part * one.relapsed[..., None] for one in (own, other)
    ]
    found = own.relapsed.sum(axis=1)
    low, high = np.full(len(found), -_WIDEST), np.full(len(found), _WIDEST)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        weighted = np.exp(middle)[:, None, None] * risk[0]
        whole = np.where(counted, weighted + risk[1], 1.0)
        expected = np.where(counted, weighted / whole, 0.0).sum(axis=(1, 2))
        more = found > expected
        low, high = np.where(more, middle, low), np.where(more, high, middle)
    return (low + high) / 2
