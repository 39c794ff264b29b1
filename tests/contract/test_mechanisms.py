"""Five rules that every mechanism obeys, whatever room it is in.

Described, indifferent to the unit of time, the same for one patient as for many,
differentiable, and traced once. Each rule is shown to catch a mechanism that breaks it.
"""

import importlib
from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float

from kapsim.drug import AbstractRoute, Mixture
from kapsim.engine import (
    AbstractMechanism,
    param,
    records,
)
from kapsim.measures import AbstractScale
from tests.contract.mechanism_rules import (
    INPUT_TIME,
    N,
    batching_error,
    concrete_mechanisms,
    not_finite,
    per_patient,
    random,
    retraces,
    time_unit_error,
    undescribed,
    usual,
    varied_inputs,
)
from tests.sweeps import swept

ROOMS = {
    name: importlib.import_module(f"kapsim.{name}")
    for name in ("drug", "brain", "mind", "therapy", "measures", "patient")
}
REGISTRY = {
    f"{room}.{kind.__name__}": (kind, example)
    for room, package in ROOMS.items()
    for kind, example in package.mechanisms()
}
SCALES = {
    name for name, (kind, _) in REGISTRY.items() if issubclass(kind, AbstractScale)
}

ROUTES = {
    name for name, (kind, _) in REGISTRY.items() if issubclass(kind, AbstractRoute)
}
USUAL = REGISTRY.keys() - ROUTES | {"drug.IntravenousKetamine", "drug.NasalEsketamine"}
"""Routes share their kinetics, and compile for long: two are run every time."""

COMPOSED = {Mixture}
"""Classes made of registered mechanisms, without a parameter of their own."""

OUTPUT_TIME = {"mind.Rumination": -1, "mind.Contest": -1}
"""Power of time of what a read-out returns, where there is one."""

# -- the registries --------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
def test_every_mechanism_is_in_its_registry(room):
    registered = {kind for kind, _ in ROOMS[room].mechanisms()}
    assert registered
    assert concrete_mechanisms(ROOMS[room]) - COMPOSED == registered


@pytest.mark.parametrize("name", REGISTRY)
def test_mechanisms_are_final(name):
    kind, _ = REGISTRY[name]
    assert kind.__subclasses__() == []


# -- 1. described ----------------------------------------------------------------------


@pytest.mark.parametrize("name", REGISTRY)
def test_every_parameter_is_described(name):
    kind, _ = REGISTRY[name]
    assert undescribed(kind()) == []


@pytest.mark.parametrize("name", REGISTRY)
def test_parameters_hold_what_their_records_say(name):
    kind, _ = REGISTRY[name]
    default = kind()
    for field, record in records(kind).items():
        value = np.asarray(getattr(default, field))
        np.testing.assert_array_equal(value, np.asarray(record.internal_value))


# -- 2. the unit of time ---------------------------------------------------------------


@pytest.mark.parametrize("name", swept(REGISTRY, USUAL))
def test_the_unit_of_time_does_not_matter(name):
    kind, example = REGISTRY[name]
    power = OUTPUT_TIME.get(name, 0)
    error = time_unit_error(usual(kind), varied_inputs(example), power)
    assert error < 1e-9  # rounding, amplified by differences of exponentials


def test_the_tables_of_time_are_not_stale():
    found: set[tuple[str, str]] = set()

    def collect(tree: Any) -> None:
        if isinstance(tree, tuple):
            found.update((type(tree).__name__, f) for f in getattr(tree, "_fields", ()))
            for part in tree:
                collect(part)

    for _, example in REGISTRY.values():
        collect(example(2, jnp.float64))
    assert INPUT_TIME.keys() <= found
    assert OUTPUT_TIME.keys() <= REGISTRY.keys()


# -- 3. batched = looped ---------------------------------------------------------------


@pytest.mark.parametrize("name", swept(REGISTRY, USUAL))
def test_a_patient_among_others_is_as_alone(name):
    kind, example = REGISTRY[name]
    drawn = random(kind, np.random.default_rng(3))
    mechanism = kind(**{field: getattr(drawn, field) for field in per_patient(kind)})
    assert batching_error(mechanism, varied_inputs(example), example) < 1e-12


# -- 4. gradients ----------------------------------------------------------------------


@pytest.mark.parametrize("name", swept(REGISTRY, USUAL))
def test_gradients_are_finite(name):
    if name in SCALES:
        pytest.skip("item scores are whole numbers and have no slope")
    kind, example = REGISTRY[name]
    inputs, rng = varied_inputs(example), np.random.default_rng(4)
    assert not_finite(usual(kind), inputs) == []
    for _ in range(5):
        assert not_finite(random(kind, rng), inputs) == []


# -- 5. traced once --------------------------------------------------------------------


@pytest.mark.parametrize("name", swept(REGISTRY, USUAL))
def test_other_values_are_not_traced_again(name):
    kind, example = REGISTRY[name]
    assert retraces(lambda rng: random(kind, rng), varied_inputs(example)) == 0


# -- the rules catch what they are for -------------------------------------------------


class Drive(NamedTuple):
    drive: Float[Array, "*batch"]


class Faultless(AbstractMechanism[Float[Array, "..."]]):
    """dx/dt = drive / tau - x / tau, by one explicit step."""

    tau: Float[Array, "*#batch"] = param("brain.surge.tau_g")

    def init(self):
        return jnp.zeros_like(self.tau)

    def step(self, state, inputs, dt):
        return state + dt * (inputs.drive - state) / self.tau


class HiddenConstant(Faultless):
    """A rate of 0.3 per hour that no record knows."""

    def step(self, state, inputs, dt):
        return state + dt * (0.3 * inputs.drive - state / self.tau)


class Crowd(Faultless):
    """Patients who hear of one another."""

    def step(self, state, inputs, dt):
        return state + dt * (inputs.drive.mean() - state) / self.tau


class Edge(Faultless):
    """A root at zero, which has no slope."""

    def step(self, state, inputs, dt):
        return jnp.sqrt(state - state) + dt * inputs.drive / self.tau


class Baked(Faultless):
    """A number that is part of the program."""

    gain: float = eqx.field(default=1.0, static=True)

    def step(self, state, inputs, dt):
        return state + dt * self.gain * inputs.drive / self.tau


class Silent(Faultless):
    """A number that nobody describes."""

    gain: Float[Array, ""] = eqx.field(default_factory=lambda: jnp.asarray(1.0))


def planted(n: int, dtype: Any) -> Drive:
    return Drive(jnp.linspace(0.2, 0.9, n).astype(dtype))


def test_a_hidden_constant_is_caught():
    inputs = planted(N, jnp.float64)
    assert time_unit_error(usual(Faultless), inputs) < 1e-9
    assert time_unit_error(usual(HiddenConstant), inputs) > 0.1


def test_mixing_patients_is_caught():
    taus = jnp.linspace(2.0, 3.0, N)
    inputs = planted(N, jnp.float64)
    assert batching_error(Faultless(tau=taus), inputs, planted) < 1e-12
    assert batching_error(Crowd(tau=taus), inputs, planted) > 0.01


def test_an_infinite_slope_is_caught():
    inputs = planted(N, jnp.float64)
    assert not_finite(usual(Faultless), inputs) == []
    assert not_finite(usual(Edge), inputs) != []


def test_a_value_that_is_traced_anew_is_caught():
    inputs = planted(N, jnp.float64)
    taus = jnp.linspace(2.0, 3.0, N)
    assert retraces(lambda rng: Faultless(tau=rng.uniform() * taus), inputs) == 0
    assert retraces(lambda rng: Baked(taus, gain=rng.uniform()), inputs) == 3


def test_an_undescribed_number_is_caught():
    assert undescribed(Faultless()) == []
    assert undescribed(Silent()) == ["gain"]
