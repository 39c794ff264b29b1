"""Scores of a run's arms with other parameters: the same persons, draw after draw."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kapsim.engine.outcome import Outcome
from kapsim.engine.scan import WIDTH
from kapsim.evidence.posterior import ON_THE_MODEL, Spreads
from kapsim.trial.arms.simulation import Prepared, prepare_all, ratings, redrawn
from kapsim.trial.parameters.uncertainty import parameter_draws, spreads, with_values
from kapsim.trial.request import RunRequest

PERSONS = WIDTH
"""Persons in each arm, however many the run has: one block of the kernel."""

Scores = Float[np.ndarray, "visits scales n"]


class DrawnScores(NamedTuple):
    """What a draw of the parameters gives.

    Attributes
    ----------
    scores
        By arm: scores of its persons [point]; not a number where the simulation of a
        person failed or the scale was not rated.
    spreads
        How far trials lie off the model.
    """

    scores: Mapping[str, Scores]
    spreads: Spreads = ON_THE_MODEL


def drawn_scores(
    request: RunRequest,
    *,
    count: int = PERSONS,
    on_draw: Callable[[int], None] = lambda draw: None,
) -> Iterator[DrawnScores]:
    """Scores with the recorded parameters, then with each draw of them.

    Parameters
    ----------
    request
        A run with draws.
    count
        Persons in each arm, the same in all.
    on_draw
        Told of each draw before it is simulated; 0 has the recorded parameters.
    """
    protocol, number = request.protocol, request.draws
    arms = prepare_all(protocol, request.seed, request.precision, request.refine)
    values = parameter_draws(protocol, number, request.seed, request.draws_from)
    off = [ON_THE_MODEL, *spreads(number, request.seed, request.draws_from)]
    for draw, one in enumerate(values):
        on_draw(draw)
        drawn = redrawn(arms, with_values(protocol, one))
        yield DrawnScores(
            {name: _scores(arm, count) for name, arm in drawn.items()}, off[draw]
        )


def _scores(prepared: Prepared, count: int) -> Scores:
    rated = ratings(prepared, 0, count)
    sound = (rated.outcome == Outcome.OK)[:, None] & (rated.totals >= 0)
    return np.where(sound, rated.totals, np.nan).astype(float)
