"""Plainer and plainer covariances, until the model converges.

The ladder is stated before the trial. A replicate falls to the next structure only
where the one before did not converge; where none does, it is counted, not raised.
"""

from collections.abc import Sequence

import jax
import numpy as np
from jaxtyping import Float, Int

from kapsim.trial.analysis.covariance import Structure
from kapsim.trial.analysis.fixed_effects import Design
from kapsim.trial.analysis.mmrm import Fits, check, fitted
from kapsim.trial.analysis.sums import gather

LADDER = (
    Structure.US,
    Structure.TOEPH,
    Structure.ADH,
    Structure.AR1H,
    Structure.CSH,
    Structure.CS,
)


def mmrm_ladder(
    score: Float[np.ndarray, "R P V"],
    design: Design,
    ladder: Sequence[Structure] = LADDER,
) -> Fits:
    """Fit every replicate with the first structure of a ladder that converges.

    Parameters
    ----------
    score
        Score, or change, of every patient at every visit [any unit]; not a number where
        missing.
    design
        Fixed effects.
    ladder
        Structures in the order in which they are tried. Of one visit there is only a
        variance, and the first one is taken for all.

    Returns
    -------
    Fits
        `structure` tells which one was used, and is empty where none converged.

    Raises
    ------
    ValueError
        If shapes do not fit, or the ladder is empty.
    """
    if not ladder:
        raise ValueError("the ladder is empty: name one structure or more, such as us")
    steps = ladder if score.shape[-1] > 1 else (Structure.US,)
    check(score, design, steps[0])
    gathered = gather(score, design)
    fits = fitted(gathered, steps[0])
    for structure in steps[1:]:
        rest = np.flatnonzero(~fits.converged & gathered.usable)
        if not rest.size:
            break
        plainer = fitted(jax.tree.map(lambda x, r=rest: x[r], gathered), structure)
        fits = _replaced(fits, rest, plainer)
    return fits


def _replaced(fits: Fits, which: Int[np.ndarray, " N"], plainer: Fits) -> Fits:
    """Fits with others in the place of some."""
    slopes = max(fits.spread.shape[1], plainer.spread.shape[1])
    every, some = (
        x._replace(spread=_widened(x.spread, slopes)) for x in (fits, plainer)
    )
    for old, new in zip(every, some, strict=True):
        old[which] = new
    return every


def _widened(
    spread: Float[np.ndarray, "R J K K"], slopes: int
) -> Float[np.ndarray, "R L K K"]:
    """Slopes with further ones that are nought."""
    wide = np.zeros((len(spread), slopes, *spread.shape[2:]))
    wide[:, : spread.shape[1]] = spread
    return wide
