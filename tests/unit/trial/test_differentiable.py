"""An arm as a function: what it gives, what JAX makes of it, what it refuses."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import kapsim
from kapsim.engine.parameter import InvalidParameterError
from kapsim.engine.platform import PrecisionError
from kapsim.evidence import library
from kapsim.trial.arms.simulation import prepare, signals
from kapsim.trial.differentiable import DifferentiableArm
from kapsim.trial.request import RequestError
from tests.unit.trial.builders import data, protocol

PEOPLE, SEED = 4, 5
LIFT, CLEARANCE, PULL = "mind.mood.b_p", "drug.intravenous.cl", "mind.mood.k_mu"
OWN = {LIFT: 1.2, CLEARANCE: 70.0}
WEEK = -1
"""The last visit."""


@pytest.fixture(scope="module")
def model() -> DifferentiableArm:
    return kapsim.differentiable(protocol(), "ketamine", people=PEOPLE, seed=SEED)


def after_a_week(model, values, scale):
    return model(values, scale)[WEEK].mean()


def central(f, at: float, step: float) -> float:
    return float((f(at + step) - f(at - step)) / (2 * step))


@pytest.mark.slow
def test_it_gives_what_a_simulation_with_these_values_gives(model) -> None:
    changed = json.dumps(protocol(parameters=OWN).model_dump(mode="json"))
    ready = prepare(changed, "ketamine", SEED, "float64", 1)
    times, shown = signals(ready, PEOPLE)
    at = [int(np.argmin(np.abs(times - time))) for time in model.times_h]
    np.testing.assert_array_equal(times[at], model.times_h)
    severity = model(OWN)
    assert severity.dtype == jnp.float64
    # other widths and another conversion of units: rounding of double precision
    np.testing.assert_allclose(severity, shown["severity"][at], rtol=1e-10, atol=0)
    assert (model()[1:] != severity[1:]).all()


@pytest.mark.thorough
def test_derivatives_are_those_of_finite_differences(model) -> None:
    """In reverse, compiled, and over two sets of values at once; without a dose too."""
    at = {name: model.parameters[name] for name in (LIFT, CLEARANCE, PULL)}
    scored = lambda values, scale: after_a_week(model, values, scale)
    derive = jax.jit(
        jax.vmap(jax.value_and_grad(scored, argnums=(0, 1))),
        compiler_options={"xla_backend_optimization_level": 0},
    )
    twice = {name: jnp.asarray([own, 1.1 * own]) for name, own in at.items()}
    values, (by_value, by_scale) = derive(twice, jnp.asarray([1.0, 0.0]))
    # a plain call agrees, but for the order of sums
    higher = {name: 1.1 * own for name, own in at.items()}
    wanted = [scored(at, 1.0), scored(higher, 0.0)]
    np.testing.assert_allclose(values, wanted, rtol=1e-12, atol=0)
    for name, own in at.items():
        wanted = central(lambda x, name=name: scored({name: x}, 1.0), own, 1e-4 * own)
        assert abs(wanted) > 1e-4
        # central differences err by the third derivative times the squared step
        np.testing.assert_allclose(by_value[name][0], wanted, rtol=1e-5, atol=0)
    wanted = central(lambda x: scored({}, x), 1.0, 1e-4)
    np.testing.assert_allclose(by_scale[0], wanted, rtol=1e-5, atol=0)
    without = jax.tree.map(lambda leaf: leaf[1], (values, by_value, by_scale))
    assert all(np.isfinite(leaf) for leaf in jax.tree.leaves(without))
    assert values[1] > values[0] + 1


def test_parameters_are_in_the_units_of_their_records() -> None:
    own = protocol(parameters=OWN, hypotheses={"direct_mood_lift": False})
    found = kapsim.differentiable(own, "ketamine").parameters
    assert found[CLEARANCE] == pytest.approx(OWN[CLEARANCE], rel=1e-12)
    assert found[LIFT] == pytest.approx(OWN[LIFT], rel=1e-12)
    assert found["mind.mood.b_rho"] == 0  # switched off
    assert found[PULL] == library().parameter(PULL).value
    assert not [name for name in found if name.startswith("measures.")]
    assert CLEARANCE not in kapsim.differentiable(own, "saline").parameters


def test_what_moves_the_time_grid_cannot_be_set() -> None:
    spray = {
        "drug": "esketamine",
        "enantiomer": "S",
        "form": "base",
        "amount": "84 mg",
        "route": "nasal",
        "days": [1],
    }
    arms = [{"name": "spray", "treatments": [spray]}]
    found = kapsim.differentiable(protocol(arms=arms, published=[]), "spray").parameters
    assert "drug.nasal.kg" in found
    assert "drug.nasal.swallowed_h" not in found


@pytest.mark.parametrize(
    ("values", "scale", "said"),
    [
        ({"mind.mood.b_pp": 1.0}, 1.0, "Did you mean mind.mood.b_p"),
        ({LIFT: jnp.ones(2)}, 1.0, r"shape \(\); got \(2,\). Use jax.vmap"),
        ({LIFT: -1e6}, 1.0, "must lie in"),
        ({}, -0.5, "dose_scale must be finite and not negative; got -0.5"),
    ],
)
def test_nonsense_is_refused(model, values, scale, said) -> None:
    with pytest.raises(InvalidParameterError, match=said):
        model(values, scale)


def test_it_is_shown_in_a_line(model) -> None:
    assert len(repr(model)) < 200
    assert "'ketamine'" in repr(model)


def test_an_unknown_arm_is_refused() -> None:
    with pytest.raises(RequestError, match="its arms are ketamine, saline"):
        kapsim.differentiable(protocol(), "ketamin")
    with pytest.raises(RequestError, match=r"number of patients must lie in \[1"):
        kapsim.differentiable(protocol(), "ketamine", people=0)


def test_single_precision_is_refused_and_never_silent(model) -> None:
    text = json.dumps(data() | {"name": "not-prepared-before"})
    with jax.enable_x64(False):
        with pytest.raises(PrecisionError, match="jax_enable_x64"):
            model()
        with pytest.raises(PrecisionError, match="configure"):
            prepare(text, "ketamine", SEED, "float64", 1)
