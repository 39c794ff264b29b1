"""Draws: published vectors, distributions, independence, and what a draw depends on.

Statistical tests use fixed seeds, so they either pass for ever or fail for ever; the
rates stated are the chance that a correct generator fails for a seed picked blindly.
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.stats
from jax.extend.random import threefry_2x32

from kapsim.engine import random

MANY = 300_000
ALARM = 1e-6
# key, counter and answer: Random123's published vectors for Threefry2x32, 20 rounds
KNOWN = [
    ((0x00000000, 0x00000000), (0x00000000, 0x00000000), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
]


def words(pair: tuple[int, int], xp: Any = np) -> list[Any]:
    return [xp.array([word], dtype=np.uint32) for word in pair]


def known_answers_hold() -> bool:
    return all(
        tuple(int(word[0]) for word in random.threefry2x32(words(key), words(counter)))
        == answer
        for key, counter, answer in KNOWN
    )


def test_published_vectors() -> None:
    assert known_answers_hold()


def test_published_vectors_catch_a_wrong_rotation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(random, "_ROTATIONS", ((13, 15, 26, 6), (17, 29, 16, 25)))
    assert not known_answers_hold()


def test_same_words_as_jax() -> None:
    key = jnp.array([7, 2**31 + 5], jnp.uint32)
    count = jnp.arange(200, dtype=jnp.uint32)
    ours = random.threefry2x32((key[0], key[1]), (count[:100], count[100:]))
    np.testing.assert_array_equal(jnp.concatenate(ours), threefry_2x32(key, count))


def test_numpy_and_jax_words_are_the_same() -> None:
    for key, counter, answer in KNOWN:
        got = random.threefry2x32(words(key, jnp), words(counter, jnp))
        assert tuple(int(word[0]) for word in got) == answer


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
def test_unit_circle_against_library_functions(dtype: Any) -> None:
    bits = random.patient_indices(0, 4096) * np.uint32(1_048_583) + np.uint32(77)
    across, along = random._unit_circle(bits, dtype)
    plain = np.asarray(bits)
    angle = (plain << np.uint32(2)).view(np.int32) * (np.pi / 4 * 2.0**-31)
    angle = np.where(plain >> 31, np.pi / 2 - angle, angle)
    angle = np.where((plain >> 30) & 1, angle + np.pi, angle)
    # values up to 1 and, in the reference, angles up to 4.7, each rounded
    tolerance = 5 * float(jnp.finfo(dtype).eps)
    np.testing.assert_allclose(across, np.cos(angle), rtol=0, atol=tolerance)
    np.testing.assert_allclose(along, np.sin(angle), rtol=0, atol=tolerance)


def test_extreme_words_give_finite_draws() -> None:
    ends = jnp.array([0, 1, 2**31, 2**32 - 1], jnp.uint32)
    for dtype in (jnp.float32, jnp.float64):
        uniform = np.asarray(random._open_unit(ends, dtype))
        assert uniform.min() == 2.0**-24
        assert uniform.max() == 1 - 2.0**-24
        assert np.isfinite(random._radius(ends, dtype)).all()
        assert np.isfinite(jnp.stack(random._unit_circle(ends, dtype))).all()


def draws(
    kind: Callable[..., tuple[jax.Array, jax.Array]],
    *,
    stream: str = "test",
    node: int = 0,
    first: int = 0,
    lane: int = 0,
    count: int = MANY,
) -> np.ndarray:
    key = random.stream_key(20_260_101, stream)
    patient = random.patient_indices(first, count)
    drawn = jax.jit(kind, static_argnames="lane")(key, patient, node, lane=lane)
    return np.asarray(jnp.stack(drawn), np.float64)


def test_normals_are_normal() -> None:
    for sample in draws(random.normal_pair):
        # standard errors of the first four moments of n normals; 5 of them: 6e-7 each
        for power, mean, sd in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
            error = (sample**power).mean() - mean
            assert abs(error) < 5 * np.sqrt(sd / MANY)
        assert scipy.stats.kstest(sample, "norm").pvalue > ALARM
        assert scipy.stats.kstest(sample * 1.05, "norm").pvalue < ALARM  # planted


def test_normals_reach_their_tails() -> None:
    sample = np.abs(draws(random.normal_pair)).ravel()
    for bound in (3.0, 4.0):
        expected = 2 * scipy.stats.norm.sf(bound) * sample.size
        assert abs((sample > bound).sum() - expected) < 5 * np.sqrt(expected)


def test_uniforms_are_uniform() -> None:
    for sample in draws(random.uniform_pair):
        assert 0 < sample.min() < sample.max() < 1
        assert scipy.stats.kstest(sample, "uniform").pvalue > ALARM
        assert scipy.stats.kstest(sample**1.05, "uniform").pvalue < ALARM  # planted


def test_directions_are_uniform() -> None:
    across, along = draws(random.normal_pair)
    turns = np.arctan2(along, across) / (2 * np.pi) + 0.5
    assert scipy.stats.kstest(turns, "uniform").pvalue > ALARM


def unrelated(one: np.ndarray, two: np.ndarray) -> bool:
    """No correlation of values or of squares beyond 5 standard errors (1e-6)."""
    limit = 5 / np.sqrt(one.size)
    return all(
        abs(np.corrcoef(one**power, two**power)[0, 1]) < limit for power in (1, 2)
    )


def test_draws_for_different_things_are_unrelated() -> None:
    base, partner = draws(random.normal_pair)
    others = {
        "partner": partner,
        "next patient": draws(random.normal_pair, first=1)[0],
        "next node": draws(random.normal_pair, node=1)[0],
        "node before": draws(random.normal_pair, node=-1)[0],
        "next lane": draws(random.normal_pair, lane=1)[0],
        "other stream": draws(random.normal_pair, stream="tesu")[0],
    }
    for what, other in others.items():
        assert unrelated(base, other), what
    assert not unrelated(base, 0.01 * base + partner)  # planted


def test_a_cohort_of_3_is_the_head_of_a_cohort_of_300() -> None:
    few = draws(random.normal_pair, count=3)
    many = draws(random.normal_pair, count=300)
    np.testing.assert_array_equal(few, many[:, :3])
    np.testing.assert_array_equal(
        draws(random.normal_pair, first=128, count=64), many[:, 128:192]
    )


def test_precisions_see_the_same_draw() -> None:
    key, patient = random.stream_key(1, "a"), random.patient_indices(0, 1000)
    for kind in (random.normal_pair, random.uniform_pair):
        drawn = jax.jit(kind, static_argnames="dtype")
        single = jnp.stack(drawn(key, patient, 3))
        double = jnp.stack(drawn(key, patient, 3, dtype=jnp.float64))
        assert single.dtype == jnp.float32
        assert double.dtype == jnp.float64
        # a few ulp of float32 at the size of a normal
        np.testing.assert_allclose(single, double, rtol=1e-5, atol=2e-6)


def test_more_rows_leave_the_first_rows() -> None:
    key, patient = random.stream_key(1, "a"), random.patient_indices(0, 5)
    for kind in (random.normals, random.uniforms):
        drawn = jax.jit(kind, static_argnums=3)
        rows = drawn(key, patient, 3, 5)
        assert rows.shape == (5, 5)
        np.testing.assert_array_equal(rows[:3], drawn(key, patient, 3, 3))
        assert np.unique(rows).size == rows.size


def test_draws_in_a_loop_are_the_draws_outside() -> None:
    key, patient = random.stream_key(1, "a"), random.patient_indices(0, 50)
    days = jnp.arange(-2, 3)

    def draw(_: None, day: jax.Array) -> tuple[None, jax.Array]:
        return None, jnp.stack(random.normal_pair(key, patient, day))

    looped = jax.lax.scan(draw, None, days)[1]
    single = jax.jit(random.normal_pair)
    for row, day in enumerate(range(-2, 3)):
        alone = jnp.stack(single(key, patient, day))
        np.testing.assert_allclose(looped[row], alone, rtol=1e-6, atol=1e-6)


def test_streams_and_seeds_have_keys_of_their_own() -> None:
    keys = {
        tuple(random.stream_key(seed, name).tolist())
        for seed in (0, 1, 2**32, 2**64 - 1)
        for name in ("mood", "life", "visit")
    }
    assert len(keys) == 12
    # a key is part of every published result: it must never change
    assert random.stream_key(0, "mood").tolist() == [2237102296, 1403509997]


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_seeds_beyond_64_bits_are_refused(seed: int) -> None:
    with pytest.raises(ValueError, match=rf"\[0, 2\*\*64\); got {seed}"):
        random.stream_key(seed, "mood")


def test_a_stream_needs_a_name() -> None:
    with pytest.raises(ValueError, match="needs a name"):
        random.stream_key(0, "")


def test_many_streams_at_once_are_the_streams_one_by_one() -> None:
    patient, names = random.patient_indices(5, 9), ["mood", "life", "trust"]
    normal = random.stream_normals(3, names, patient)
    uniform = random.stream_uniforms(3, names, patient)
    for name in names:
        key = random.stream_key(3, name)
        alone = random.normal_pair(key, patient, 0, dtype=jnp.float64)[0]
        # compiled two ways: a few ulp of float64
        np.testing.assert_allclose(normal[name], alone, rtol=1e-13, atol=1e-15)
        alone = random.uniform_pair(key, patient, 0, dtype=jnp.float64)[0]
        np.testing.assert_array_equal(uniform[name], alone)
