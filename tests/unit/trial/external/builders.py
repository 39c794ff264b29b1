"""Trials that were made up, with published figures of them."""

from typing import Any

import numpy as np
from jaxtyping import Float, Int

from kapsim.trial.conduct.trials import Trials
from kapsim.trial.external.sight import Sight
from kapsim.trial.protocol import Protocol, Published
from tests.unit.trial import builders

DAYS = (1, 8, 15, 22, 29)
WELL, ILL = 10.0, 30.0
FIGURE = {"arm": "ketamine", "measure": "MADRS", "source": "daly_2018", "grade": "seen"}


def entry(**fields: Any) -> dict[str, Any]:
    """A published figure as a file holds it."""
    return {**FIGURE, "at": "day 29", "metric": "change_mean", "value": -10.0, **fields}


def figure(**fields: Any) -> Published:
    """A published figure."""
    return Published.model_validate(entry(**fields))


def protocol(*published: dict[str, Any], **changes: Any) -> Protocol:
    """Two arms, rated weekly over four weeks."""
    visits = [
        {"at": f"day {day}", "baseline": day == 1, "scales": ["MADRS"]} for day in DAYS
    ]
    usual = {"visits": visits, "endpoints": [], "published": list(published)}
    return builders.protocol(**{**usual, **changes})


def trials(
    score: Float[np.ndarray, "R P V"], arm: Int[np.ndarray, "R P"] | None = None
) -> Trials:
    """Trials with these MADRS scores; the first half of the people is in arm 0."""
    shape = score.shape[:2]
    half = np.arange(shape[1]) * 2 // shape[1]
    none = np.zeros(shape, np.int64)
    off = np.zeros(score.shape, bool)
    return Trials(
        replicate=np.arange(shape[0]),
        arm=np.broadcast_to(half, shape) if arm is None else arm,
        person=none,
        site=none,
        stratum=none,
        score=score[..., None],
        baseline=score[:, :, :1],
        day=np.zeros(score.shape),
        guess=off,
        rater_guess=off,
        left=none,
        reason=none,
        stopped=none,
        rescued=none,
        deviated=off[..., 0],
        assessed=none[:, 0],
        eligible=none[:, 0],
    )


def sight(score: Float[np.ndarray, "R P V"], **fields: Any) -> Sight:
    """What a figure looks at in trials with these scores."""
    return Sight(protocol(), trials(score), figure(**fields))


def scores(replicates: int = 3, people: int = 40, seed: int = 1) -> np.ndarray:
    """Scores that fall, more in the first arm, with a fifth of them not seen."""
    luck = np.random.default_rng(seed)
    first = luck.normal(32, 5, (replicates, people, 1))
    falls = luck.normal(3, 2, (replicates, people, len(DAYS) - 1)).cumsum(axis=2)
    falls[:, : people // 2] *= 1.5
    later = np.clip(np.rint(first - falls), 0, 60)
    later[luck.random(later.shape) < 0.2] = np.nan
    return np.concatenate([np.rint(first), later], axis=2)
