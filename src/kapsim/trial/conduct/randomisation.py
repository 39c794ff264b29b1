"""Who is allocated to which arm: patients in the order in which they enter.

Permuted blocks: within each stratum the arms come in blocks that hold them in their
ratio, in random order; the size of each block is drawn, so that the next arm is hard to
foresee. One block for all people is the lot.

Draws belong to the replicate, the stratum and the place in its list; a replicate is
the same alone as in any batch, and more patients leave the first ones as they were.

Source: Rosenberger and Lachin (2015).
"""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from kapsim.engine.random import Seed, stream_key, uniforms
from kapsim.units import KapsimError

NOT_RANDOMISED = -1
"""Stratum of a patient who is not randomised, and the arm of such a patient."""

_SIZE = "trial.randomisation.size of block"
_ORDER = "trial.randomisation.order in block"
_ABSENT = 2.0  # sorts behind every draw
_STEP = 64  # rows of draws come in multiples, so that sizes of trials share code


class RandomisationError(KapsimError, ValueError):
    """An allocation that cannot be."""


def allocate(
    ratios: Sequence[int],
    strata: Int[np.ndarray, "R P"],
    blocks: Sequence[int],
    seed: Seed,
    replicates: Int[np.ndarray, "R"],
) -> Int[np.ndarray, "R P"]:
    """Arm of each patient, from 0 in the order of the ratios.

    Parameters
    ----------
    ratios
        Patients per arm in the least complete block, such as 2 and 1.
    strata
        Stratum of each patient, from 0, in the order of entry; all alike where there
        are none. `NOT_RANDOMISED` gets that arm and takes no place.
    blocks
        Sizes of blocks, each as likely as the others.
    seed
        Seed of the trial.
    replicates
        Number of each replicate, from 0.

    Raises
    ------
    RandomisationError
        If a ratio is none, a block holds no whole number of them, or a stratum is none.
    """
    _check(ratios, strata, blocks)
    arms = np.full(strata.shape, NOT_RANDOMISED)
    present = np.unique(strata[strata >= 0])
    members = [strata == stratum for stratum in present]
    longest = max((int(own.sum(axis=1).max()) for own in members), default=0)
    rows = np.arange(strata.shape[0])[:, None]
    for stratum, own in zip(present, members, strict=True):
        listed = _listed(ratios, blocks, longest, seed, int(stratum), replicates)
        place = np.maximum(np.cumsum(own, axis=1) - 1, 0)
        arms = np.where(own, listed[rows, place], arms)
    return arms


def _check(
    ratios: Sequence[int],
    strata: Int[np.ndarray, "R P"],
    blocks: Sequence[int],
) -> None:
    if len(ratios) < 2 or min(ratios) < 1:
        raise RandomisationError(
            "each arm needs a ratio of 1 or more, and there are two arms or more; got "
            f"{list(ratios)}. Zero per arm is no allocation: leave the arm out."
        )
    if strata.size and strata.min() < NOT_RANDOMISED:
        raise RandomisationError(
            f"strata count from 0, or are {NOT_RANDOMISED} for who is not randomised; "
            f"got {strata.min()}."
        )
    least = sum(ratios)
    wrong = [size for size in blocks if size < 1 or size % least]
    if wrong or not len(blocks):
        raise RandomisationError(
            f"a block must be a multiple of {least}, the sum of the ratios "
            f"{list(ratios)}; got {wrong or 'no size at all'}."
        )


def _listed(
    ratios: Sequence[int],
    blocks: Sequence[int],
    places: int,
    seed: Seed,
    stratum: int,
    replicates: Int[np.ndarray, "R"],
) -> Int[np.ndarray, "R places"]:
    """List of arms that a stratum uses up, of each replicate."""
    number = -(-places // min(blocks))
    widest = max(blocks)
    sizes = np.asarray(blocks)
    even = np.arange(1, len(blocks) + 1) / len(blocks)
    draw = _draws(seed, _SIZE, stratum, replicates, number)
    kind = _chosen(draw, even)
    order = _draws(seed, _ORDER, stratum, replicates, number * widest)
    order = order.reshape(-1, number, widest)
    beyond = np.arange(widest) >= sizes[kind][..., None]
    shuffled = np.where(beyond, _ABSENT, order).argsort(axis=2, kind="stable")
    arms = np.stack([_block(ratios, size, widest) for size in blocks])
    filled = np.take_along_axis(arms[kind], shuffled, axis=2).reshape(
        -1, number * widest
    )
    # what lies beyond a short block moves behind everything else
    together = beyond.reshape(filled.shape).argsort(axis=1, kind="stable")
    return np.take_along_axis(filled, together[:, :places], axis=1)


def _block(ratios: Sequence[int], size: int, widest: int) -> Int[np.ndarray, "widest"]:
    """Arms of a block in order, then nobody."""
    arms = np.full(widest, NOT_RANDOMISED)
    arms[:size] = np.repeat(
        np.arange(len(ratios)), np.asarray(ratios) * (size // sum(ratios))
    )
    return arms


def _chosen(
    draw: Float[np.ndarray, "R n"], bounds: Float[np.ndarray, "kinds"]
) -> Int[np.ndarray, "R n"]:
    """Which kind each draw falls to, by the upper bounds of their shares."""
    return np.searchsorted(bounds[:-1], draw, side="right")


def _draws(
    seed: Seed, name: str, node: int, replicates: Int[np.ndarray, "R"], count: int
) -> Float[np.ndarray, "R count"]:
    """Uniform draws of each replicate; more of them leave the first as they were."""
    made = uniforms(
        stream_key(seed, name),
        jnp.asarray(replicates.astype(np.uint32)),
        node,
        -(-count // _STEP) * _STEP,
        dtype=jnp.float64,
    )
    return np.asarray(made).T[:, :count]
