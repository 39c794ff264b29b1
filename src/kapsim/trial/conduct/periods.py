"""Outcomes of both periods of a crossover, person by person."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from kapsim.trial.conduct.errors import ConductError
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.protocol import DesignKind, Endpoint, Protocol


class Periods(NamedTuple):
    """What a crossover is analysed by.

    Attributes
    ----------
    sequence
        Index of the arm, which is a sequence of treatments.
    first, second
        Scores at the endpoint in each period [point]; not a number where not seen.
    before_first, before_second
        Scores at the begin of each period [point]; not a number where not rated.
    """

    sequence: Int[np.ndarray, "R P"]
    first: Float[np.ndarray, "R P"]
    second: Float[np.ndarray, "R P"]
    before_first: Float[np.ndarray, "R P"]
    before_second: Float[np.ndarray, "R P"]


def periods(
    trials: Trials,
    protocol: Protocol,
    endpoint: Endpoint,
    score: Float[np.ndarray, "R P V"],
) -> Periods:
    """Outcomes of both periods, as long after the begin of each as the endpoint says.

    Parameters
    ----------
    trials
        Trials as data.
    protocol
        Their protocol, a crossover.
    endpoint
        Its visit, in either period.
    score
        Scores of its scale, by the strategy that is analysed [point].

    Raises
    ------
    ConductError
        If the design is no crossover.
    """
    starts = protocol.design.period_starts_h
    if protocol.kind is not DesignKind.CROSSOVER:
        raise ConductError(
            f"{protocol.name} is {protocol.kind.value}: only a crossover has periods. "
            "Say design: {kind: crossover, periods: ..., washout: ...}."
        )
    own = starts[1] if endpoint.time_h > starts[1] else starts[0]
    after = endpoint.time_h - own
    at = lambda time: _at(protocol, score, time)
    return Periods(
        sequence=trials.arm,
        first=at(starts[0] + after),
        second=at(starts[1] + after),
        before_first=at(starts[0]),
        before_second=at(starts[1]),
    )


def _at(
    protocol: Protocol, score: Float[np.ndarray, "R P V"], time_h: float
) -> Float[np.ndarray, "R P"]:
    times = [visit.time_h for visit in protocol.visits]
    if time_h not in times:
        return np.full(score.shape[:-1], np.nan)
    return score[..., times.index(time_h)]
