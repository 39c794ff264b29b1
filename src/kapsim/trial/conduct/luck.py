"""Draws of people in trials: each fixed by seed, stream, replicate, person and lane.

So what happens to a person in a replicate depends on no other person and on no other
replicate. The generator is that of `kapsim.engine.random`, on NumPy words, with the
replicate in the place of the calendar node.
"""

import dataclasses

import numpy as np
from jaxtyping import Float, Int, UInt32, UInt64
from scipy.special import ndtri

from kapsim.engine.random import stream_key, threefry2x32

_WORD_BITS = 32


@dataclasses.dataclass(frozen=True)
class Luck:
    """Random draws of a batch of replicates.

    Attributes
    ----------
    seed
        Seed of the trials.
    replicates
        Number of each replicate.
    """

    seed: int
    replicates: Int[np.ndarray, " R"]

    def orders(self, name: str, count: int) -> UInt64[np.ndarray, "R {count}"]:
        """A number for each of `count` people; all different but for a miracle."""
        people = np.broadcast_to(np.arange(count), (len(self.replicates), count))
        high, low = self._words(name, people, np.uint32(0))
        return (high.astype(np.uint64) << np.uint64(_WORD_BITS)) | low

    def uniforms(
        self, name: str, index: Int[np.ndarray, "R P"]
    ) -> Float[np.ndarray, "R P"]:
        """A uniform in (0, 1) for each index, such as that of a person."""
        return _unit(self._words(name, index, np.uint32(0))[0])

    def normals(
        self, name: str, index: Int[np.ndarray, "R P"]
    ) -> Float[np.ndarray, "R P"]:
        """A standard normal for each index."""
        return ndtri(self.uniforms(name, index))

    def rows(
        self, name: str, index: Int[np.ndarray, "R P"], count: int
    ) -> Float[np.ndarray, "R P {count}"]:
        """`count` uniforms for each index; more leave the first as they were."""
        lanes = np.arange((count + 1) // 2, dtype=np.uint32)
        pairs = np.stack(self._words(name, index[..., None], lanes), axis=-1)
        return _unit(pairs.reshape(*index.shape, -1)[..., :count])

    def _words(
        self, name: str, index: Int[np.ndarray, "R *of"], lane: np.ndarray | np.uint32
    ) -> tuple[UInt32[np.ndarray, "R *_"], UInt32[np.ndarray, "R *_"]]:
        key = stream_key(self.seed, name)
        numbers = self.replicates.astype(np.uint32)
        node = threefry2x32((key[:1], key[1:]), (numbers, np.zeros_like(numbers)))
        alone = (slice(None), *([None] * (index.ndim - 1)))
        own = (node[0][alone], node[1][alone])
        return threefry2x32(own, (index.astype(np.uint32), lane))


def _unit(words: UInt32[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Uniform in (0, 1) from all bits of a word."""
    return (words + 0.5) * 2.0**-_WORD_BITS
