"""Five rules that every mechanism obeys, whatever room it is in.

Described, indifferent to the unit of time, the same for one patient as for many,
differentiable, and traced once. Each rule is shown to catch a mechanism that breaks it.
"""

import dataclasses
import importlib
import inspect
import pkgutil
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Float

from kapsim.engine import (
    AbstractMechanism,
    AbstractReadout,
    internal_bounds,
    param,
    records,
)
from kapsim.measures import AbstractScale
from kapsim.units import internal_unit, time_exponent

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
SMOOTH = sorted(REGISTRY.keys() - SCALES)
"""Scales are left out of the gradient rule: item scores are whole numbers."""

INPUT_TIME = {
    ("ConsolidationInputs", "learning"): -1,
    ("Evidence", "rate"): -1,
    ("SelfEvidence", "rate"): -1,
    ("BeliefInputs", "certainty_loss"): -1,
    ("MoodInputs", "flux"): -1,
    ("FeltInputs", "hours_since_dose"): 1,
    ("DrugNode", "rate"): -1,
    ("DrugNode", "hours_since_dose"): 1,
    ("FirstStep", "dt"): 1,
}
"""Power of time of every input field that has one."""

OUTPUT_TIME = {"mind.Rumination": -1}
"""Power of time of what a read-out returns, where there is one."""

N, DT = 5, 0.5
SHRINK = 60.0


# -- running a mechanism ---------------------------------------------------------------


def run(mechanism: Any, inputs: Any, dt: Any) -> Any:
    """What a mechanism returns: its signals, or its state after two steps."""
    if isinstance(mechanism, AbstractReadout):
        return mechanism.read(inputs)
    state = mechanism.step(mechanism.init(), inputs, dt)
    return mechanism.step(state, inputs, dt)


counted = eqx.debug.assert_max_traces(
    lambda mechanism, inputs, dt: run(mechanism, inputs, dt), max_traces=None
)
compiled = eqx.filter_jit(counted)
"""One compilation for all rules: every call has N patients and the same shapes."""


def leaves(tree: Any) -> list[np.ndarray]:
    return [np.asarray(leaf) for leaf in jax.tree.leaves(tree)]


def varied_inputs(example: Any, n: int = N) -> Any:
    """Example inputs in which no two patients are alike."""
    rng = np.random.default_rng(20)

    def vary(leaf: Any, other: Any) -> Any:
        per_patient = leaf.shape != other.shape
        if not per_patient or not eqx.is_inexact_array(leaf):
            return leaf
        if not np.array_equal(leaf, np.broadcast_to(leaf[..., :1], leaf.shape)):
            return leaf
        return leaf * jnp.asarray(rng.uniform(0.6, 1.4, leaf.shape))

    return jax.tree.map(vary, example(n, jnp.float64), example(n + 1, jnp.float64))


def per_patient(kind: type) -> list[str]:
    """Parameters that may hold one value per patient."""
    declared: dict[str, Any] = {f.name: f.type for f in dataclasses.fields(kind)}
    return [name for name in records(kind) if "#" in declared[name].dim_str]


def usual(kind: type) -> Any:
    """A mechanism at its recorded values, one per patient where that is allowed."""
    default = kind()
    many = per_patient(kind)
    return kind(**{name: jnp.full(N, getattr(default, name)) for name in many})


def random(kind: type, rng: np.random.Generator) -> Any:
    """As `usual`, with random values inside their bounds.

    Numbers without a sign stay within a factor e of the record, so that rates and
    volumes keep to each other; others go anywhere.
    """
    default, many = kind(), per_patient(kind)
    values = {}
    for name, record in records(default).items():
        centre = np.asarray(getattr(default, name))
        shape = (N,) if name in many else centre.shape
        low, high = internal_bounds(record)
        drawn = rng.uniform(size=shape)
        if low >= 0 and centre.size and np.all(centre > 0):
            value = centre * np.exp(2 * drawn - 1)
        elif np.isfinite([low, high]).all():
            value = low + (0.02 + 0.96 * drawn) * (high - low)
        else:
            value = centre + 2 * drawn - 1
        values[name] = jnp.asarray(np.clip(value, low, high))
    return kind(**values)


# -- the registries --------------------------------------------------------------------


def concrete_mechanisms(package: Any) -> set[type]:
    """Mechanisms that are defined in a package and can be built."""
    prefix = package.__name__
    modules = [
        importlib.import_module(f"{prefix}.{found.name}")
        for found in pkgutil.iter_modules(package.__path__)
    ]
    classes = {
        value for m in modules for value in vars(m).values() if inspect.isclass(value)
    }
    return {
        kind
        for kind in classes
        if kind.__module__.startswith(prefix)
        and issubclass(kind, AbstractMechanism | AbstractReadout)
        and not inspect.isabstract(kind)
        and not kind.__name__.startswith("Abstract")
    }


@pytest.mark.parametrize("room", ROOMS)
def test_every_mechanism_is_in_its_registry(room):
    registered = {kind for kind, _ in ROOMS[room].mechanisms()}
    assert registered
    assert concrete_mechanisms(ROOMS[room]) == registered


@pytest.mark.parametrize("name", REGISTRY)
def test_mechanisms_are_final(name):
    kind, _ = REGISTRY[name]
    assert kind.__subclasses__() == []


# -- 1. described ----------------------------------------------------------------------


def undescribed(module: eqx.Module) -> list[str]:
    """Fields of a module, and of those it is made of, that nobody has described."""
    described = records(module)
    silent = []
    for field in dataclasses.fields(module):
        value = getattr(module, field.name)
        if isinstance(value, eqx.Module):
            silent += undescribed(value)
        elif field.name not in described and not field.metadata.get("static", False):
            silent.append(field.name)
    poor = [
        name
        for name, record in described.items()
        if not (record.meaning and internal_unit(record.unit))
        or not record.bounds[0] <= record.bounds[1]
        or not (record.sources or record.reason)
    ]
    return silent + poor


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


def in_other_time(tree: Any) -> Any:
    """Inputs in units of time 60 times smaller."""
    if not isinstance(tree, tuple):
        return tree
    label, fields = type(tree).__name__, getattr(tree, "_fields", None)
    if fields is None:
        return tuple(in_other_time(part) for part in tree)
    powers = [INPUT_TIME.get((label, field), 0) for field in fields]
    return type(tree)(
        *(
            SHRINK**power * value if power else in_other_time(value)
            for power, value in zip(powers, tree, strict=True)
        )
    )


def with_time_in(mechanism: Any) -> Any:
    """The mechanism with its parameters in units of time 60 times smaller."""
    changed = {
        name: getattr(mechanism, name) * SHRINK ** time_exponent(record.unit)
        for name, record in records(mechanism).items()
    }
    return eqx.tree_at(
        lambda m: [getattr(m, name) for name in changed],
        mechanism,
        list(changed.values()),
    )


def time_unit_error(mechanism: Any, inputs: Any, power: int = 0) -> float:
    """Largest relative change of the result when the unit of time changes."""
    hours = leaves(compiled(mechanism, inputs, jnp.asarray(DT)))
    minutes = compiled(
        with_time_in(mechanism), in_other_time(inputs), jnp.asarray(SHRINK * DT)
    )
    worst = 0.0
    for h, m in zip(hours, leaves(minutes), strict=True):
        scale = np.maximum(np.abs(h), 1e-9 * np.abs(h).max(initial=1e-9))
        gap = np.abs(m / SHRINK**power - h) / scale
        worst = max(worst, float(gap.max(initial=0.0)))
    return worst


@pytest.mark.parametrize("name", REGISTRY)
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


def batching_error(mechanism: Any, inputs: Any, example: Any) -> float:
    """Largest relative gap between a patient among others and among his likes."""
    together = compiled(mechanism, inputs, jnp.asarray(DT))
    other = example(N + 1, jnp.float64)
    worst = 0.0
    for patient in range(N):
        likes = lambda leaf, i=patient: jnp.broadcast_to(leaf[..., i, None], leaf.shape)
        of_one = lambda leaf, more, likes=likes: (
            likes(leaf) if leaf.shape != more.shape else leaf
        )
        own = jax.tree.map(of_one, inputs, other)
        person = type(mechanism)(
            **{
                name: likes(getattr(mechanism, name))
                for name in per_patient(type(mechanism))
            }
        )
        alone = compiled(person, own, jnp.asarray(DT))
        for a, b in zip(leaves(together), leaves(alone), strict=True):
            if a.shape[-1:] == (N,):
                a, b = a[..., patient], b[..., patient]
            gap = np.abs(a - b) / np.maximum(np.abs(b), 1e-12)
            worst = max(worst, float(gap.max(initial=0.0)))
    return worst


@pytest.mark.parametrize("name", REGISTRY)
def test_a_patient_among_others_is_as_alone(name):
    kind, example = REGISTRY[name]
    drawn = random(kind, np.random.default_rng(3))
    mechanism = kind(**{field: getattr(drawn, field) for field in per_patient(kind)})
    assert batching_error(mechanism, varied_inputs(example), example) < 1e-12


# -- 4. gradients ----------------------------------------------------------------------


def summed_gradient(mechanism: Any, inputs: Any, dt: Any) -> Any:
    """Gradient of the sum of all results by every parameter and input."""
    numbers, rest = eqx.partition((mechanism, inputs), eqx.is_inexact_array)

    def total(numbers: Any) -> Float[Array, ""]:
        whole, given = eqx.combine(numbers, rest)
        return sum(
            (jnp.sum(leaf) for leaf in jax.tree.leaves(run(whole, given, dt))),
            jnp.asarray(0.0),
        )

    return jax.grad(total)(numbers)


QUICK: dict[str, Any] = {"compiler_options": {"xla_backend_optimization_level": 0}}
"""Each gradient is run six times: not worth optimising its code."""

gradient = eqx.filter_jit(summed_gradient, **QUICK)


def not_finite(mechanism: Any, inputs: Any) -> list[str]:
    found = jax.tree_util.tree_flatten_with_path(
        gradient(mechanism, inputs, jnp.asarray(DT))
    )[0]
    return [jax.tree_util.keystr(p) for p, leaf in found if not np.isfinite(leaf).all()]


@pytest.mark.parametrize("name", SMOOTH)
def test_gradients_are_finite(name):
    kind, example = REGISTRY[name]
    inputs, rng = varied_inputs(example), np.random.default_rng(4)
    assert not_finite(usual(kind), inputs) == []
    for _ in range(5):
        assert not_finite(random(kind, rng), inputs) == []


# -- 5. traced once --------------------------------------------------------------------


def retraces(make: Any, inputs: Any) -> int:
    """How often mechanisms are traced that differ in values from one already run."""
    compiled(make(np.random.default_rng(0)), inputs, jnp.asarray(DT))
    before = eqx.debug.get_num_traces(counted)
    for seed in range(1, 4):
        compiled(make(np.random.default_rng(seed)), inputs, jnp.asarray(DT * seed))
    return eqx.debug.get_num_traces(counted) - before


@pytest.mark.parametrize("name", REGISTRY)
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
