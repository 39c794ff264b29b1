"""The five rules that every mechanism obeys, as measures of how it breaks them."""

import dataclasses
import importlib
import inspect
import pkgutil
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine import (
    AbstractMechanism,
    AbstractReadout,
    internal_bounds,
    records,
)
from kapsim.units import internal_unit, time_exponent

INPUT_TIME = {
    ("ConsolidationInputs", "learning"): -1,
    ("Evidence", "rate"): -1,
    ("SelfEvidence", "rate"): -1,
    ("BeliefInputs", "certainty_loss"): -1,
    ("BeliefInputs", "usual"): -1,
    ("MoodInputs", "flux"): -1,
    ("PlacesInputs", "rate"): -1,
    ("TimingInputs", "hours_since_dose"): 1,
    ("ReconsolidationInputs", "hours_since_retrieval"): 1,
    ("DefeatInputs", "loss"): -1,
    ("DefeatInputs", "win"): -1,
    ("FeltInputs", "hours_since_dose"): 1,
    ("DrugNode", "rate"): -1,
    ("DrugNode", "hours_since_dose"): 1,
    ("FirstStep", "dt"): 1,
    ("AttendanceInputs", "gap"): 1,
}
"""Power of time of every input field that has one."""

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


def concrete_mechanisms(package: Any) -> set[type]:
    """Mechanisms that are defined in a package and can be built."""
    prefix = package.__name__
    modules = [
        importlib.import_module(found.name)
        for found in pkgutil.walk_packages(package.__path__, f"{prefix}.")
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


def retraces(make: Any, inputs: Any) -> int:
    """How often mechanisms are traced that differ in values from one already run."""
    compiled(make(np.random.default_rng(0)), inputs, jnp.asarray(DT))
    before = eqx.debug.get_num_traces(counted)
    for seed in range(1, 4):
        compiled(make(np.random.default_rng(seed)), inputs, jnp.asarray(DT * seed))
    return eqx.debug.get_num_traces(counted) - before
