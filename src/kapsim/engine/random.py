"""Counter-based random numbers: a draw is a pure function of what it is for.

    draw = threefry2x32-20(key, counter)                     [Salmon et al. 2011]
    stream key  = threefry(seed, hash64(stream name))        once, on the host
    node key    = threefry(stream key, (node, 0))            once per step, a scalar
    bits        = threefry(node key, (patient, lane))        one per patient and pair

So a draw is fixed by seed, stream name, node and patient alone: the number of
patients, their order, the chunks, the workers and the other arms do not enter, and
the same patient meets the same noise in every arm. `node` is a calendar key (a day, or
the minute of a visit), not the index of a grid node: refining the grid changes no
draw.

Stream names are hashed to 64 bits because two streams whose hashes collide would be
the *same* noise. Of a thousand streams over the life of a project, the chance that two
collide is 1e-4 with 32 bits and 3e-14 with 64; and a 32-bit key has so few states that
a million patients, each with a key of its own, would share keys with near certainty.
Here patients are never hashed: they are counters under one key, hence all distinct.

Normals are Box-Muller. The angle is drawn inside an eighth of the circle either side
of an axis, where a short Taylor series is exact to rounding, and then mirrored by two
random bits: about five times faster than library sine and cosine. Words and draws are
materialised, or XLA would remake them for everything that reads them.

Source: Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as
1, 2, 3 (generator, rotations, test vectors); Box and Muller (1958) (normals).
"""

import hashlib
import math
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int, UInt32

from kapsim.engine.platform import materialise

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = np.uint32(0x1BD11BDA)
_WORD = 2.0**-32
# Terms of the sine and cosine series; the first one left out is below half an ulp
# at pi / 4: (pi/4)^10 / 10! = 2e-8 in float32, (pi/4)^18 / 18! = 2e-18 in float64.
_SERIES_TERMS = {jnp.dtype(jnp.float32): 5, jnp.dtype(jnp.float64): 9}

Node = int | Int[Array, ""] | UInt32[Array, ""]
Key = UInt32[np.ndarray, "2"] | UInt32[Array, "2"]
Seed = int | UInt32[np.ndarray, "2"] | UInt32[Array, "2"]


def threefry2x32(key: Sequence[Any], counter: Sequence[Any]) -> tuple[Any, Any]:
    """Threefry2x32 with 20 rounds, on NumPy or JAX words.

    Parameters
    ----------
    key
        Two uint32 words or arrays of them.
    counter
        Two uint32 words or arrays of them.

    Returns
    -------
    tuple
        Two uint32 arrays, uniform over all words, of the broadcast shape.
    """
    schedule = (key[0], key[1], key[0] ^ key[1] ^ _PARITY)
    x, y = counter[0] + schedule[0], counter[1] + schedule[1]
    for group in range(5):
        for rotation in _ROTATIONS[group % 2]:
            x = x + y
            y = (y << np.uint32(rotation)) | (y >> np.uint32(32 - rotation))
            y = x ^ y
        x = x + schedule[(group + 1) % 3]
        y = y + schedule[(group + 2) % 3] + np.uint32(group + 1)
    return x, y


def _words(number: int) -> list[np.ndarray]:
    # arrays of length one: NumPy lets arrays wrap silently, scalars warn
    return [np.array([part], np.uint32) for part in (number & 0xFFFFFFFF, number >> 32)]


def _hashed(name: str) -> list[np.ndarray]:
    digest = hashlib.blake2b(name.encode(), digest_size=8).digest()
    return _words(int.from_bytes(digest, "little"))


def seed_words(seed: int) -> UInt32[np.ndarray, "2"]:
    """Two words of a seed, so that a compiled function can take any seed.

    Raises
    ------
    ValueError
        If the seed does not fit 64 bits.
    """
    if not 0 <= seed < 2**64:
        raise ValueError(f"a seed must lie in [0, 2**64); got {seed}.")
    return np.concatenate(_words(seed))


def stream_key(seed: Seed, name: str) -> Key:
    """Key of one named source of randomness under a seed.

    Parameters
    ----------
    seed
        Integer in [0, 2**64), or its two words (`seed_words`), which may be traced.
    name
        Name of the stream; adding a stream leaves all others as they were.

    Returns
    -------
    Array
        Two uint32 words.

    Raises
    ------
    ValueError
        If the seed does not fit 64 bits or the name is empty.
    """
    if not name:
        raise ValueError("a random stream needs a name; got an empty one.")
    words = seed_words(seed) if isinstance(seed, int) else seed
    hashed = _hashed(name)
    if isinstance(words, np.ndarray):
        return np.concatenate(threefry2x32((words[:1], words[1:]), hashed))
    return jnp.concatenate(
        threefry2x32((words[:1], words[1:]), [jnp.asarray(word) for word in hashed])
    )


def node_key(key: Key, node: Node) -> tuple[UInt32[Array, ""], UInt32[Array, ""]]:
    """Key of one calendar node of a stream: two scalar words.

    Negative nodes (before the first dose) are distinct from all others.
    """
    words = jnp.asarray(key, dtype=jnp.uint32)
    index = jnp.asarray(node).astype(jnp.uint32)
    return threefry2x32((words[0], words[1]), (index, jnp.zeros_like(index)))


def _bits(
    key: Key, patient: UInt32[Array, "n"], node: Node, lane: int
) -> tuple[UInt32[Array, "n"], UInt32[Array, "n"]]:
    return threefry2x32(
        node_key(key, node), (patient, jnp.full_like(patient, np.uint32(lane)))
    )


def _open_unit(bits: UInt32[Array, "*shape"], dtype: Any) -> Float[Array, "*shape"]:
    """Uniform in (0, 1): odd multiples of 2**-24, exact in either precision."""
    odd = lax.bitcast_convert_type((bits >> np.uint32(8)) | np.uint32(1), jnp.int32)
    return odd.astype(dtype) * 2.0**-24


def _radius(bits: UInt32[Array, "*shape"], dtype: Any) -> Float[Array, "*shape"]:
    """Rayleigh-distributed length from all 32 bits, so up to 6.7 [1]."""
    return jnp.sqrt(-2.0 * jnp.log((bits.astype(dtype) + 0.5) * _WORD))


def _series(
    square: Float[Array, "*shape"], factorials: range
) -> Float[Array, "*shape"]:
    """Alternating Taylor series sum_k (-square)^k / factorial_k, by Horner."""
    total = jnp.full_like(square, 1.0 / math.factorial(factorials[-1]))
    for order in reversed(factorials[:-1]):
        total = 1.0 / math.factorial(order) - square * total
    return total


def _unit_circle(
    bits: UInt32[Array, "*shape"], dtype: Any
) -> tuple[Float[Array, "*shape"], Float[Array, "*shape"]]:
    """Uniform point on the unit circle: two bits mirror, thirty give the angle."""
    signed = lax.bitcast_convert_type(bits << np.uint32(2), jnp.int32)
    angle = signed.astype(dtype) * (math.pi / 4 * 2.0**-31)
    terms = _SERIES_TERMS[jnp.dtype(dtype)]
    square = angle * angle
    cosine = _series(square, range(0, 2 * terms, 2))
    sine = angle * _series(square, range(1, 2 * terms, 2))
    swap = (bits >> np.uint32(31)) == 1
    sign = 1.0 - ((bits >> np.uint32(29)) & np.uint32(2)).astype(dtype)
    return sign * jnp.where(swap, sine, cosine), sign * jnp.where(swap, cosine, sine)


def uniform_pair(
    key: Key,
    patient: UInt32[Array, "n"],
    node: Node,
    *,
    lane: int = 0,
    dtype: Any = jnp.float32,
) -> tuple[Float[Array, "n"], Float[Array, "n"]]:
    """Two independent uniforms in (0, 1) per patient; never 0, never 1.

    `key` is a stream's; the same arguments always give the same draw.

    Parameters
    ----------
    key
        From `stream_key`.
    patient
        Index of each patient in the whole population.
    node
        Calendar key of the draw (day or minute), not a grid index.
    lane
        Which pair, where one node needs several.
    dtype
        float32 or float64; both see the same 24 bits.

    Returns
    -------
    tuple
        Two arrays [n].
    """
    first, second = materialise(_bits(key, patient, node, lane))
    return materialise((_open_unit(first, dtype), _open_unit(second, dtype)))


def normal_pair(
    key: Key,
    patient: UInt32[Array, "n"],
    node: Node,
    *,
    lane: int = 0,
    dtype: Any = jnp.float32,
) -> tuple[Float[Array, "n"], Float[Array, "n"]]:
    """Two independent standard normals per patient.

    As `uniform_pair`; float32 and float64 give the same draw up to rounding.

    Parameters
    ----------
    key
        From `stream_key`.
    patient
        Index of each patient in the whole population.
    node
        Calendar key of the draw (day or minute), not a grid index.
    lane
        Which pair, where one node needs several.
    dtype
        float32 or float64.

    Returns
    -------
    tuple
        Two arrays [n], within 6.8 of zero.
    """
    first, second = materialise(_bits(key, patient, node, lane))
    radius = _radius(first, dtype)
    across, along = _unit_circle(second, dtype)
    return materialise((radius * across, radius * along))


def normals(
    key: Key,
    patient: UInt32[Array, "n"],
    node: Node,
    count: int,
    *,
    dtype: Any = jnp.float32,
) -> Float[Array, "count n"]:
    """`count` independent standard normals per patient, shape [count, n].

    Row 2k and 2k+1 are the pair of lane k, so asking for more rows leaves the first
    ones as they were.
    """
    first, second = _lanes(key, patient, node, count)
    radius = _radius(first, dtype)
    across, along = _unit_circle(second, dtype)
    return _rows(radius * across, radius * along, count)


def uniforms(
    key: Key,
    patient: UInt32[Array, "n"],
    node: Node,
    count: int,
    *,
    dtype: Any = jnp.float32,
) -> Float[Array, "count n"]:
    """`count` independent uniforms in (0, 1) per patient; rows as in `normals`."""
    first, second = _lanes(key, patient, node, count)
    return _rows(_open_unit(first, dtype), _open_unit(second, dtype), count)


def _lanes(
    key: Key, patient: UInt32[Array, "n"], node: Node, count: int
) -> tuple[UInt32[Array, "lanes n"], UInt32[Array, "lanes n"]]:
    """Words of enough pairs for `count` rows, all lanes at once."""
    lanes = jnp.arange((count + 1) // 2, dtype=jnp.uint32)[:, None]
    counter = jnp.broadcast_arrays(patient[None, :], lanes)
    return materialise(threefry2x32(node_key(key, node), counter))


def _rows(
    first: Float[Array, "lanes n"], second: Float[Array, "lanes n"], count: int
) -> Float[Array, "count n"]:
    """Rows of the pairs, one after the other."""
    rows = jnp.stack([first, second], axis=1).reshape(-1, first.shape[-1])
    return materialise(rows[:count])


def stream_normals(
    seed: Seed,
    names: Sequence[str],
    patient: UInt32[Array, "n"],
    *,
    dtype: Any = jnp.float64,
) -> dict[str, Float[Array, "n"]]:
    """One standard normal per patient for each of many streams, at node 0.

    The same draws as `normal_pair(stream_key(seed, name), patient, 0)[0]`, made in one
    piece: what is drawn once per person comes from dozens of streams.
    """
    first, second = _streams(seed, names, patient)
    draws = materialise(_radius(first, dtype) * _unit_circle(second, dtype)[0])
    return dict(zip(names, draws, strict=True))


def stream_uniforms(
    seed: Seed,
    names: Sequence[str],
    patient: UInt32[Array, "n"],
    *,
    dtype: Any = jnp.float64,
) -> dict[str, Float[Array, "n"]]:
    """One uniform in (0, 1) per patient for each stream; as `stream_normals`."""
    first, _ = _streams(seed, names, patient)
    draws = materialise(_open_unit(first, dtype))
    return dict(zip(names, draws, strict=True))


def _streams(
    seed: Seed, names: Sequence[str], patient: UInt32[Array, "n"]
) -> tuple[UInt32[Array, "streams n"], UInt32[Array, "streams n"]]:
    """Words of the first pair at node 0 of each stream."""
    words = jnp.asarray(seed_words(seed) if isinstance(seed, int) else seed)
    hashes = np.stack([np.concatenate(_hashed(name)) for name in names])
    low, high = jnp.asarray(hashes[:, 0]), jnp.asarray(hashes[:, 1])
    keys = threefry2x32((words[0], words[1]), (low, high))
    zero = jnp.zeros_like(keys[0])
    node = threefry2x32(keys, (zero, zero))
    counter = jnp.broadcast_arrays(patient[None, :], zero[:, None])
    return materialise(threefry2x32((node[0][:, None], node[1][:, None]), counter))


def patient_indices(first: int, count: int) -> UInt32[Array, "count"]:
    """Patient indices first, first + 1, ... of the whole population [count]."""
    return jnp.uint32(first) + jax.lax.iota(jnp.uint32, count)
