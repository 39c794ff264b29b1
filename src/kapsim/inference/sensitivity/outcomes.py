"""Key outcomes of a protocol, computed from the scores of the same persons in all arms.

- Where arms are compared: the difference of the mean changes of the first compared pair
  a day after the first dose and at the last visit. Else the mean change of the arms.
- The share in response in each arm at the last visit.
- The drug-times-therapy interaction at the last visit, where arms cross.
- The share who relapse of those who were well, where the protocol has that endpoint.

All on the scale of the first endpoint, in all persons: nobody drops out.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kapsim.trial.arms.factorial import cells
from kapsim.trial.conduct.standing import ill_again, stands, well
from kapsim.trial.protocol import (
    Endpoint,
    EndpointKind,
    Protocol,
    Rule,
    Standing,
    Visit,
)
from kapsim.trial.summaries.interaction import contrast, first_measure
from kapsim.units import DAY_H

Scores = Mapping[str, Float[np.ndarray, "visits n"]]

_EARLY_H = (0.5 * DAY_H, 2.0 * DAY_H)
_PERCENT = 100.0


class Outcome(NamedTuple):
    """One number that a protocol is simulated for.

    Attributes
    ----------
    name
        In words.
    unit
        point or %.
    of
        The outcome from the scores of the arms.
    contrast
        Whether it compares arms, so that zero means that they do not differ.
    """

    name: str
    unit: str
    of: Callable[[Scores], float]
    contrast: bool = False


def outcomes(protocol: Protocol) -> tuple[Outcome, ...]:
    """Key outcomes of a protocol."""
    return (
        *_changes(protocol),
        *_responses(protocol),
        *_interactions(protocol),
        *_relapses(protocol),
    )


def _visits(protocol: Protocol) -> list[int]:
    """Places of the visits at which the scale is rated after the baseline."""
    measure, baseline = first_measure(protocol), protocol.baseline_visit
    return [
        k
        for k, visit in enumerate(protocol.visits)
        if measure in visit.scales and visit.time_h > baseline.time_h
    ]


def _main(protocol: Protocol) -> list[int]:
    """The visit a day after the first dose, if there is one, and the last."""
    rated = _visits(protocol)
    dosed = any(arm.dose_times_h for arm in protocol.arms)
    early = [
        k
        for k in rated[:-1]
        if dosed and _EARLY_H[0] <= protocol.visits[k].time_h <= _EARLY_H[1]
    ]
    return [*early[:1], *rated[-1:]]


def _start(protocol: Protocol) -> int:
    return protocol.visits.index(protocol.baseline_visit)


def _changes(protocol: Protocol) -> list[Outcome]:
    scale, start = first_measure(protocol).value, _start(protocol)
    pairs = protocol.comparisons[:1] or tuple((arm.name, "") for arm in protocol.arms)
    found = []
    for k in _main(protocol):
        when = protocol.visits[k].name
        for own, other in pairs:
            what = f"{own} less {other}" if other else own
            name = f"Change in {scale} on {when}, {what}"
            mean = _change(start, k, own, other)
            found.append(Outcome(name, "point", mean, contrast=bool(other)))
    return found


def _change(start: int, visit: int, own: str, other: str) -> Callable[[Scores], float]:
    def mean(scores: Float[np.ndarray, "visits n"]) -> float:
        return _mean(scores[visit] - scores[start])

    def of(scores: Scores) -> float:
        return mean(scores[own]) - (mean(scores[other]) if other else 0.0)

    return of


def _responses(protocol: Protocol) -> list[Outcome]:
    measure, start = first_measure(protocol), _start(protocol)
    rule, rated = protocol.rule(measure), _visits(protocol)
    if rule.response_percent is None or not rated:
        return []
    last = rated[-1]
    return [
        Outcome(
            f"Response on {protocol.visits[last].name}, {arm.name}",
            "%",
            lambda scores, own=arm.name: _responding(scores[own], start, last, rule),
        )
        for arm in protocol.arms
    ]


def _responding(
    scores: Float[np.ndarray, "visits n"], start: int, visit: int, rule: Rule
) -> float:
    """Share in response of those whose score is known [%]."""
    met = stands(Standing.RESPONSE, scores[visit], scores[start], rule)
    known = np.isfinite(scores[visit] - scores[start])
    return _PERCENT * _mean(np.where(known, met, np.nan))


def _interactions(protocol: Protocol) -> list[Outcome]:
    grouped, rated = cells(protocol), _visits(protocol)
    if not grouped or not rated:
        return []
    when = protocol.visits[rated[-1]].name
    of = lambda scores: _mean(contrast(scores, grouped)[rated[-1]])
    return [Outcome(f"Drug times therapy on {when}", "point", of, contrast=True)]


def _relapses(protocol: Protocol) -> list[Outcome]:
    return [
        Outcome(
            f"Relapse after {_visit(protocol, end).name}, {arm.name}",
            "%",
            lambda scores, own=arm.name, end=end: (
                _PERCENT * _relapsed(protocol, end, scores[own])
            ),
        )
        for end in protocol.endpoints
        if end.kind is EndpointKind.RELAPSE and end.measure is first_measure(protocol)
        for arm in protocol.arms
    ]


def _visit(protocol: Protocol, end: Endpoint) -> Visit:
    return next(one for one in protocol.visits if one.time_h == end.time_h)


def _relapsed(
    protocol: Protocol, end: Endpoint, scores: Float[np.ndarray, "visits n"]
) -> float:
    """Share who relapse at a later visit of those who were well at that of `end`."""
    start, since = _start(protocol), protocol.visits.index(_visit(protocol, end))
    base, rule = scores[start], protocol.rule(end.measure)
    later = scores[[k for k in _visits(protocol) if k > since]]
    followed = well(end.among, scores[since], base, rule)
    limit = protocol.relapse_at_least(end)
    again = np.any(ill_again(later, base[None, :], rule, limit), axis=0)
    return float(again[followed].mean()) if followed.any() else np.nan


def _mean(values: Float[np.ndarray, " n"]) -> float:
    """Mean of those that are numbers."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan
