"""What makes people leave a trial or miss a visit.

Between two visits the hazard of leaving is a sum of parts, each with its reason:

    hazard = c dw (1 + a_l lack + a_b belief + a_f felt)       w = (time / length)^k

    lack    fall in severity since baseline, as far as it falls short of half of it,
            1 where there is none, up to 2 where the severity has risen by as much
    belief  how firmly the person believes to be on placebo, 1 - 2 P(active) above zero
    felt    strongest cue of the treatment so far

State and belief are means of both ends of the interval: who leaves depends in part on
what nobody has seen. The base c is such that the expected share of a cohort who leave
before the last visit is as asked, over all arms in their sizes. A single visit is
missed with a probability in proportion to the same sum.

Assumes: no other reason depends on the arm; nobody is lost before the arms part.
Does not cover: bad weather at one site; people who come back.
"""

from collections.abc import Mapping
from typing import NamedTuple, cast

import numpy as np
from jaxtyping import Bool, Float, Int

from kapsim.trial.conduct.outcomes import Outcomes
from kapsim.trial.conduct.trials import Reason
from kapsim.trial.conduct.usual import Usage, parting
from kapsim.trial.protocol import Protocol

_WORST = 2.0
_LEAST_SEVERITY = 1.0
_MOST_MISSED = 0.95
_ROOT = 1e-12
_REASONS = (
    Reason.LACK_OF_EFFECT,
    Reason.ADVERSE_EFFECTS,
    Reason.BELIEF,
    Reason.OTHER,
)


class Risk(NamedTuple):
    """Risks of each person of a cohort in each arm (A) at each visit (V).

    Attributes
    ----------
    leaving
        Hazard of having left, added up until the visit [1].
    missing
        Probability that this visit is missed by who stays [1].
    parts
        Share of each of `_REASONS` in the hazard before the visit, added up [1].
    """

    leaving: Float[np.ndarray, "A n V"]
    missing: Float[np.ndarray, "A n V"]
    parts: Float[np.ndarray, "A n V reasons"]


class Losses(NamedTuple):
    """Who is lost, when and why.

    Attributes
    ----------
    left
        Index of the first visit missed for good; V if none.
    reason
        Why (`Reason`).
    missed
        Whether the visit alone is missed.
    """

    left: Int[np.ndarray, "R P"]
    reason: Int[np.ndarray, "R P"]
    missed: Bool[np.ndarray, "R P V"]

    @property
    def seen(self) -> Bool[np.ndarray, "R P V"]:
        """Whether the person is seen at each visit."""
        staying = np.arange(self.missed.shape[-1]) < self.left[..., None]
        return staying & ~self.missed


def risk(
    protocol: Protocol,
    cohort: Mapping[str, Outcomes],
    passing: Bool[np.ndarray, " n"],
    sizes: Int[np.ndarray, " A"],
    usage: Usage,
) -> Risk:
    """Risks of a cohort, with the base that the expected shares need.

    Parameters
    ----------
    protocol, cohort
        The trial.
    passing
        Who may be randomised: the shares are theirs.
    sizes
        Expected people in each arm, in the order of the protocol.
    usage
        How the trial is conducted.
    """
    parts = np.stack(
        [_parts(cohort[arm.name], protocol, usage) for arm in protocol.arms]
    )
    summed = parts.sum(axis=-1)
    rising = np.cumsum(_passing_time(protocol, usage) * summed, axis=-1)
    known = np.stack([~cohort[arm.name].failed for arm in protocol.arms]) & passing
    weight = known * (sizes / np.maximum(known.sum(axis=1), 1))[:, None]
    weight = weight / max(weight.sum(), 1.0)
    base = _base(rising[..., -1], weight, usage.dropout)
    later = np.arange(len(protocol.visits)) > parting(protocol)
    mean = (weight * summed[..., later].mean(axis=-1)).sum() if later.any() else 1.0
    missing = np.where(later, usage.missed * summed / (mean or 1.0), 0.0)
    return Risk(
        leaving=base * rising,
        missing=np.minimum(missing, _MOST_MISSED),
        parts=np.cumsum(parts, axis=-1) / summed[..., None],
    )


def _parts(
    arm: Outcomes, protocol: Protocol, usage: Usage
) -> Float[np.ndarray, "n V reasons"]:
    """Parts of the hazard before each visit, relative to other reasons."""
    severity, active = arm.signals["severity"], arm.signals["guess_active"]
    first = protocol.visits.index(protocol.baseline_visit)
    before = np.maximum(np.arange(len(severity)) - 1, 0)
    between = lambda signal: (signal[before] + signal) / 2
    half = np.maximum(severity[first], _LEAST_SEVERITY) / 2
    lack = np.clip(1 - (severity[first] - between(severity)) / half, 0.0, _WORST)
    belief = np.clip(1 - 2 * between(active), 0.0, 1.0)
    parts = [
        usage.no_effect * lack,
        usage.adverse * arm.signals["felt"],
        usage.belief * belief,
        np.ones_like(lack),
    ]
    # a failed simulation has no numbers: its person is counted apart
    return np.nan_to_num(np.stack(parts, axis=-1), nan=0.0).swapaxes(0, 1)


def _passing_time(protocol: Protocol, usage: Usage) -> Float[np.ndarray, " V"]:
    """Share of the time at risk before each visit, early time counting more [1]."""
    times = np.array([visit.time_h for visit in protocol.visits])
    length = max(protocol.horizon_h - protocol.randomised_h, np.finfo(float).tiny)
    gone = np.clip((times - protocol.randomised_h) / length, 0.0, 1.0) ** usage.early
    gone[: parting(protocol) + 1] = 0.0
    return np.diff(gone, prepend=0.0)


def _base(
    rising: Float[np.ndarray, "A n"], weight: Float[np.ndarray, "A n"], share: float
) -> float:
    """Base hazard at which the expected share leaves."""
    from scipy.optimize import brentq

    if share <= 0 or not (weight * rising).any():
        return 0.0
    excess = lambda base: float((weight * -np.expm1(-base * rising)).sum()) - share
    high = 1.0
    while excess(high) < 0:
        high *= 2
    return cast(float, brentq(excess, 0.0, high, xtol=_ROOT))


def losses(
    risk: Risk,
    arm: Int[np.ndarray, "R P"],
    person: Int[np.ndarray, "R P"],
    exponential: Float[np.ndarray, "R P"],
    why: Float[np.ndarray, "R P"],
    single: Float[np.ndarray, "R P V"],
) -> Losses:
    """Who is lost.

    Parameters
    ----------
    risk
        Of the cohort.
    arm, person
        Who is in which arm.
    exponential
        Standard exponential draw: who leaves when the hazard has added up to it.
    why, single
        Uniform draws of the reason, and of each visit.
    """
    visits = risk.leaving.shape[-1]
    leaving = risk.leaving[arm, person]
    left = (leaving <= exponential[..., None]).sum(axis=-1)
    at = np.minimum(left, visits - 1)
    shares = risk.parts[arm, person, at]
    which = np.minimum((why[..., None] >= shares).sum(axis=-1), len(_REASONS) - 1)
    reason = np.where(left < visits, np.asarray(_REASONS)[which], Reason.COMPLETED)
    return Losses(left, reason, single < risk.missing[arm, person])
