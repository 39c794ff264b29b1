"""Rules that every trial-by-trial learner obeys.

Described, final, the same alone as among others, differentiable, traced once, and never
not a number.
"""

import importlib
import inspect
import pkgutil
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim import mind
from kapsim.engine import AbstractTrialLearner, records, run_trials
from tests.contract.mechanism_rules import undescribed

LEARNERS = {kind.__name__: (kind, maker) for kind, maker in mind.learners()}

counted = eqx.debug.assert_max_traces(
    lambda learner, trials: run_trials(learner, trials), max_traces=None
)
compiled = eqx.filter_jit(counted)


def leaves(tree: Any) -> list[np.ndarray]:
    return [np.asarray(leaf) for leaf in jax.tree.leaves(tree)]


def changed(learner: Any, factor: float) -> Any:
    """The learner with every parameter without a sign a little larger."""
    names = [n for n, r in records(learner).items() if r.bounds[0] >= 0]
    return eqx.tree_at(
        lambda part: [getattr(part, name) for name in names],
        learner,
        [
            jnp.minimum(getattr(learner, n) * factor, records(learner)[n].bounds[1])
            for n in names
        ],
    )


def test_every_learner_is_in_the_registry() -> None:
    found = set()
    for module in pkgutil.walk_packages(mind.__path__, "kapsim.mind."):
        for value in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(value) and issubclass(value, AbstractTrialLearner):
                found.add(value)
    final = {kind for kind in found if not inspect.isabstract(kind)}
    assert final == {kind for kind, _ in LEARNERS.values()}


@pytest.mark.parametrize("name", LEARNERS)
def test_learners_are_final_and_described(name: str) -> None:
    kind, _ = LEARNERS[name]
    assert kind.__subclasses__() == []
    assert undescribed(kind()) == []


@pytest.mark.parametrize("name", LEARNERS)
def test_a_learner_among_others_is_as_alone(name: str) -> None:
    kind, maker = LEARNERS[name]
    many = [changed(kind(), factor) for factor in (1.0, 1.03)]
    arrays = [eqx.partition(one, eqx.is_array) for one in many]
    stacked = jax.tree.map(lambda *parts: jnp.stack(parts), *(a for a, _ in arrays))
    rest, trials = arrays[0][1], maker()

    def run(part: Any) -> Any:
        return run_trials(eqx.combine(part, rest), trials)

    together = leaves(jax.vmap(run)(stacked))
    for place, one in enumerate(many):
        for a, b in zip(together, leaves(compiled(one, trials)), strict=True):
            assert np.isfinite(b).all()
            np.testing.assert_allclose(a[place], b, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", LEARNERS)
def test_gradients_are_finite(name: str) -> None:
    kind, maker = LEARNERS[name]
    numbers, rest = eqx.partition(kind(), eqx.is_inexact_array)

    def total(part: Any) -> Any:
        found = run_trials(eqx.combine(part, rest), maker())
        floats = [x for x in jax.tree.leaves(found) if eqx.is_inexact_array(x)]
        return sum((jnp.sum(leaf) for leaf in floats), jnp.asarray(0.0))

    for leaf in leaves(jax.jit(jax.grad(total))(numbers)):
        assert np.isfinite(leaf).all()


@pytest.mark.parametrize("name", LEARNERS)
def test_other_values_are_not_traced_again(name: str) -> None:
    kind, maker = LEARNERS[name]
    compiled(changed(kind(), 1.0), maker())
    before = eqx.debug.get_num_traces(counted)
    compiled(changed(kind(), 1.02), maker())
    assert eqx.debug.get_num_traces(counted) == before
