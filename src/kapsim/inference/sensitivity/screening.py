"""Elementary effects: which factors matter at all, at a few runs each.

Trajectories through the unit cube change one factor after the other by two thirds of
its middle 90 %, from random starting points. The mean size of the change of an outcome
(mu*) says how much a factor matters, and the SD of the change (sigma) whether that
depends on the others. Correlated factors move along the symmetric root of their
correlation, so that all points of a trajectory come from the joint distribution.

Sources: Morris (1991), Factorial sampling plans for preliminary computational
experiments; Campolongo, Cariboni and Saltelli (2007), mu*; SALib.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

MIDDLE = (0.05, 0.95)
"""Part of the distribution of each factor that trajectories cross."""

_LEVELS = 4


class Screening(NamedTuple):
    """Elementary effects of P factors on K outcomes [unit of the outcome].

    Attributes
    ----------
    mean_size, spread
        mu* and sigma of the change over two thirds of the middle 90 %.
    """

    mean_size: Float[np.ndarray, "K P"]
    spread: Float[np.ndarray, "K P"]

    def retained(
        self, size: Float[np.ndarray, " K"], count: int
    ) -> Int[np.ndarray, " r"]:
        """Places of the factors that matter most, for whichever outcome.

        Parameters
        ----------
        size
            SD of each outcome; one of 0 is passed over.
        count
            How many.
        """
        return np.argsort(-self.relative(size), kind="stable")[:count]

    def relative(self, size: Float[np.ndarray, " K"]) -> Float[np.ndarray, " P"]:
        """Largest mean size of a factor over the outcomes, in SDs of the outcome."""
        whole = size > 0
        if not whole.any():
            return np.zeros(self.mean_size.shape[1])
        return (self.mean_size[whole] / size[whole, None]).max(axis=0)


def design(count: int, trajectories: int, seed: int) -> Float[np.ndarray, "n P"]:
    """Points of the unit cube: (`count` + 1) for each trajectory."""
    from SALib.sample import morris

    return morris.sample(_problem(count), trajectories, num_levels=_LEVELS, seed=seed)


def screen(
    cube: Float[np.ndarray, "n P"], outputs: Float[np.ndarray, "n K"]
) -> Screening:
    """Elementary effects from the outcomes at the points of a design."""
    from SALib.analyze import morris

    problem = _problem(cube.shape[1])
    step = _LEVELS / (2.0 * (_LEVELS - 1.0))
    found = [
        morris.analyze(problem, cube, column, num_resamples=2, num_levels=_LEVELS)
        for column in outputs.T
    ]
    sizes, spreads = (
        np.stack([np.ma.filled(one[name], 0.0) for one in found]).astype(float) * step
        for name in ("mu_star", "sigma")
    )
    return Screening(sizes, np.nan_to_num(spreads))


def _problem(count: int) -> dict:
    """The factors as SALib describes them."""
    return {
        "num_vars": count,
        "names": [f"x{k}" for k in range(count)],
        "bounds": [list(MIDDLE)] * count,
    }
