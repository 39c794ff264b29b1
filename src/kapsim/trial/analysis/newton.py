"""Newton's method for many small problems at once.

Every problem walks on its own: directions go downhill whatever the curvature, since
eigenvalues enter by their size; a step that does not lower the function is shortened.
A problem is solved where the curvature is positive and the whole step would lower the
function by next to nothing.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

TOLERANCE = 1e-12
EVALUATIONS = 100
_SHORTER = 0.25
_SHORTEST = 1e-6
_LONGEST = 2.0
_FLAT = 1e-11  # curvature that counts as none, as a share of the greatest
_ROUNDING = 1e-11  # relative, of the function


class Local(NamedTuple):
    """A function where it was evaluated.

    Attributes
    ----------
    value, gradient, hessian
        Value and derivatives.
    """

    value: Float[np.ndarray, " N"]
    gradient: Float[np.ndarray, "N J"]
    hessian: Float[np.ndarray, "N J J"]


class Minima(NamedTuple):
    """Where searches ended.

    Attributes
    ----------
    theta
        Arguments.
    value
        Value of the function.
    solved
        Whether this is a minimum.
    root
        Square root of the inverse curvature, F F' = hessian^-1; nought unless solved.
    """

    theta: Float[np.ndarray, "R J"]
    value: Float[np.ndarray, " R"]
    solved: Bool[np.ndarray, " R"]
    root: Float[np.ndarray, "R J J"]


def minimise(
    evaluate: Callable[[np.ndarray, np.ndarray], Local],
    start: Float[np.ndarray, "R J"],
    wanted: Bool[np.ndarray, " R"],
) -> Minima:
    """Minima of functions of few arguments.

    Parameters
    ----------
    evaluate
        Functions and derivatives at arguments [N, J] of problems [N].
    start
        Where to start.
    wanted
        Which problems to solve; the others are left unsolved.
    """
    theta, trial, step = start.copy(), start.copy(), np.zeros_like(start)
    value, length = np.full(len(start), np.inf), np.ones(len(start))
    solved = np.zeros(len(start), bool)
    root = np.zeros((*start.shape, start.shape[1]))
    walking = np.flatnonzero(wanted)
    for _ in range(EVALUATIONS):
        if not walking.size:
            break
        there = evaluate(trial[walking], walking)
        lower = _lower(there, value[walking])
        moved = walking[lower]
        theta[moved], value[moved] = trial[moved], there.value[lower]
        step[moved], root[moved], solved[moved] = _newton(
            Local(*(x[lower] for x in there))
        )
        length[moved] = 1.0
        length[walking[~lower]] *= _SHORTER
        going = ~solved[walking] & (length[walking] > _SHORTEST)
        walking = walking[going & np.isfinite(value[walking])]
        trial[walking] = theta[walking] + length[walking, None] * step[walking]
    root[~solved] = 0.0
    return Minima(theta, value, solved, root)


def _lower(there: Local, value: Float[np.ndarray, " N"]) -> Bool[np.ndarray, " N"]:
    """Whether the function is finite and, but for rounding, not above a value."""
    finite = np.isfinite(there.value) & np.isfinite(there.gradient).all(axis=-1)
    finite &= np.isfinite(there.hessian).all(axis=(-2, -1))
    return finite & (there.value <= value + _ROUNDING * (1 + np.abs(there.value)))


def _newton(
    here: Local,
) -> tuple[
    Float[np.ndarray, "N J"], Float[np.ndarray, "N J J"], Bool[np.ndarray, " N"]
]:
    """Steps, square roots of the inverse curvature, and whether there is a minimum."""
    values, vectors = np.linalg.eigh(here.hessian)
    most = np.abs(values).max(axis=-1, keepdims=True)
    size = np.maximum(np.abs(values), _FLAT * np.maximum(most, 1.0))
    turned = (here.gradient[:, None] @ vectors)[:, 0]
    step = -(vectors @ (turned / size)[..., None])[..., 0]
    step /= np.maximum(np.abs(step).max(axis=-1, keepdims=True) / _LONGEST, 1.0)
    curved = (values > _FLAT * most).all(axis=-1)
    solved = curved & ((turned**2 / size).sum(axis=-1) < TOLERANCE)
    return step, vectors / np.sqrt(size)[:, None], solved
