"""The loop: exact on a linear system, compiled once, blind to padding."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Bool, Float, Int, UInt32

from kapsim.engine import random, scan


class DoseSchedule(scan.AbstractSchedule):
    time: Float[Array, "*nodes"]
    dt: Float[Array, "*nodes"]
    active: Bool[Array, "*nodes"]
    slot: Int[Array, "*nodes"]
    dose: Float[Array, "*nodes"]


class Washout(scan.AbstractSystem):
    """Amount that is lost at a constant rate, exactly stepped."""

    rate: Float[Array, "n"]

    def init(self) -> Array:
        return jnp.zeros_like(self.rate)

    def step(self, state: Array, node: DoseSchedule) -> Array:
        return (state + node.dose) * jnp.exp(-self.rate * node.dt)

    def observe(self, state: Array, node: DoseSchedule) -> dict[str, Array]:
        twice = jnp.stack([state, 2 * state])
        return {"amount": state, "rows": twice, "time": node.time}


TIMES = np.array([0.0, 1.0, 3.0, 7.0, 7.5])
DOSES = np.array([10.0, 0.0, 5.0, 0.0, 0.0])
RATE = jnp.array([0.1, 0.5, 1.0])


def schedule(slots: tuple[int, ...] = (0, -1, 1, -1, 2)) -> DoseSchedule:
    return DoseSchedule(
        time=jnp.asarray(TIMES),
        dt=jnp.asarray(np.append(np.diff(TIMES), 0.0)),
        active=jnp.array([True, True, True, True, False]),
        slot=jnp.array(slots, jnp.int32),
        dose=jnp.asarray(DOSES),
    )


def superposed(rate: float, at: float) -> float:
    """Amount just before `at`, as the sum of what is left of each dose."""
    return sum(
        dose * np.exp(-rate * (at - time))
        for dose, time in zip(DOSES, TIMES, strict=True)
        if time < at
    )


def test_records_show_what_was_before_the_node() -> None:
    final, records = scan.simulate(Washout(RATE), schedule(), 3)
    expected = np.array([[superposed(r, t) for r in RATE] for t in (0.0, 3.0, 7.5)])
    # a few roundings of float64; the first record is exactly zero
    np.testing.assert_allclose(records["amount"], expected, rtol=1e-14, atol=0)
    np.testing.assert_array_equal(records["rows"][:, 1], 2 * records["amount"])
    np.testing.assert_array_equal(records["time"], [0.0, 3.0, 7.5])
    np.testing.assert_allclose(final, expected[-1], rtol=1e-14, atol=0)


def test_the_closed_form_catches_a_record_after_the_dose() -> None:
    """Planted fault: a visit that sees the dose of its own node."""
    late = schedule(slots=(-1, -1, -1, 1, 2))
    _, records = scan.simulate(Washout(RATE), late, 3)
    assert (np.abs(records["amount"][1] - superposed(0.1, 3.0)) > 1e-3).all()


def test_a_slot_that_is_not_filled_stays_zero() -> None:
    _, records = scan.simulate(Washout(RATE), schedule(), 4)
    np.testing.assert_array_equal(records["amount"][3], np.zeros(3))


def test_padding_changes_no_bit() -> None:
    plain = scan.simulate(Washout(RATE), schedule(), 3)
    padded = scan.pad_schedule(schedule(), 8)
    assert len(padded.time) == 8
    assert not padded.active[5:].any()
    for one, other in zip(
        jax.tree.leaves(plain),
        jax.tree.leaves(scan.simulate(Washout(RATE), padded, 3)),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def test_padding_of_a_full_schedule_adds_nothing() -> None:
    same = scan.pad_schedule(schedule(), 5)
    assert jax.tree.all(jax.tree.map(np.array_equal, same, schedule()))


def test_active_padding_would_be_seen() -> None:
    """Planted fault: padding that still steps."""
    padded = scan.pad_schedule(schedule(), 8)
    wrong = eqx.tree_at(
        lambda s: (s.active, s.dt),
        padded,
        (jnp.ones(8, bool), jnp.where(padded.active, padded.dt, 1.0)),
    )
    final, _ = scan.simulate(Washout(RATE), wrong, 3)
    assert (final < scan.simulate(Washout(RATE), padded, 3)[0]).all()


def test_compiled_once_for_all_arms_of_a_length() -> None:
    system = Washout(jnp.linspace(0.1, 0.2, 7))
    before = scan.trace_count()
    for factor in (1.0, 2.0, 3.0):
        arm = scan.pad_schedule(schedule(), 16)
        arm = eqx.tree_at(lambda s: s.dose, arm, factor * arm.dose)
        scan.simulate(Washout(system.rate * factor), arm, 3)
    assert scan.trace_count() == before + 1
    scan.simulate(system, scan.pad_schedule(schedule(), 32), 3)
    assert scan.trace_count() == before + 2  # another length is another compilation


def test_schedules_of_any_length_share_a_compilation_and_its_bits() -> None:
    padded, system = scan.pad_schedule(schedule(), 64), Washout(RATE)
    plain = scan.simulate(system, padded, 3)[1]
    before = scan.trace_count()
    for made, records in ((schedule(), 3), (padded, 3), (schedule(), 40)):
        got = scan.simulate_shared(system, made, records)["amount"]
        assert got.shape == (records, len(RATE))
        np.testing.assert_array_equal(got[:3], plain["amount"])
        assert not got[3:].any()
    assert scan.trace_count() == before + 1


def test_gradient_against_the_closed_form() -> None:
    def last_amount(rate: Array) -> Array:
        final, records = scan.simulate(Washout(rate[None]), schedule(), 3)
        return final[0] + records["amount"][1, 0]

    def derivative(rate: float, at: float) -> float:
        return -sum(
            dose * (at - time) * np.exp(-rate * (at - time))
            for dose, time in zip(DOSES, TIMES, strict=True)
            if time < at
        )

    rate = 0.3
    got = jax.grad(last_amount)(jnp.asarray(rate))
    expected = derivative(rate, 7.5) + derivative(rate, 3.0)
    np.testing.assert_allclose(got, expected, rtol=1e-13, atol=0)


class Diffusion(scan.AbstractSystem):
    """Sum of the draws of each node, times a size."""

    size: Float[Array, ""]
    patient: UInt32[Array, "n"]

    def init(self) -> Array:
        return self.size * jnp.zeros(self.patient.shape)

    def step(self, state: Array, node: DoseSchedule) -> Array:
        return state + self.size * self.draw(node.time)

    def draw(self, time: Array) -> Array:
        day = time.astype(jnp.int32)
        key = random.stream_key(1, "life")
        return random.normal_pair(key, self.patient, day, dtype=jnp.float64)[0]

    def observe(self, state: Array, node: DoseSchedule) -> Array:
        return state


def test_noise_is_drawn_inside_the_step_and_differentiable() -> None:
    def total(size: Array) -> Array:
        system = Diffusion(size, random.patient_indices(0, 4))
        return scan.simulate(system, schedule(), 3)[0].sum()

    system = Diffusion(jnp.asarray(2.0), random.patient_indices(0, 4))
    drawn = sum(float(system.draw(jnp.asarray(t)).sum()) for t in TIMES[:-1])
    # sums of 16 draws, compiled two ways
    value, slope = jax.value_and_grad(total)(jnp.asarray(2.0))
    np.testing.assert_allclose([value, slope], [2 * drawn, drawn], rtol=1e-12)


def test_cast_changes_floating_arrays_only() -> None:
    tree = {"x": jnp.ones(2), "n": jnp.arange(2), "on": np.array([True]), "who": "a"}
    got = scan.cast({**tree, "y": np.ones(2)}, jnp.float32)
    assert got["x"].dtype == got["y"].dtype == jnp.float32
    assert got["n"].dtype == tree["n"].dtype
    assert got["on"].dtype == bool
    assert got["who"] == "a"


def test_a_run_in_float32_stays_in_float32() -> None:
    system, arm = scan.cast((Washout(RATE), schedule()), jnp.float32)
    final, records = scan.simulate(system, arm, 3)
    assert {leaf.dtype for leaf in jax.tree.leaves((final, records))} == {
        jnp.dtype(jnp.float32)
    }
    # 4 steps of float32 rounding
    np.testing.assert_allclose(
        final, scan.simulate(Washout(RATE), schedule(), 3)[0], rtol=1e-6, atol=0
    )


def test_mixed_precision_is_refused() -> None:
    with pytest.raises(ValueError, match="dtype promotion"):
        scan.simulate(scan.cast(Washout(RATE), jnp.float32), schedule(), 3)
