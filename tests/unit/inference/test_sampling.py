"""The sampler runs again when all that was compiled is forgotten."""

import numpy as np
import pytest

from kapsim.engine.mappings import forget_programs
from kapsim.inference.posterior.sampling import sample
from tests.unit.inference import linear


@pytest.mark.thorough
def test_the_same_draws_after_programs_are_forgotten():
    made = linear.problem(studies=2)
    draw = lambda: sample(made, linear.emulator(made), draws=8, warmup=8, seed=2)
    first = draw()
    forget_programs()
    np.testing.assert_array_equal(draw().u, first.u)


def test_thinning_keeps_every_so_manieth_step():
    made = linear.problem(studies=2)
    draw = lambda draws, thin: sample(
        made, linear.emulator(made), draws=draws, warmup=8, seed=2, thin=thin
    )
    all_steps, some = draw(24, 1), draw(8, 3)
    assert len(some.u) == 8
    steps, kept = (one.u.reshape(-1, 2, one.u.shape[1]) for one in (all_steps, some))
    np.testing.assert_allclose(kept, steps[2::3], rtol=1e-9)


def test_divergences_are_counted_in_all_steps_not_only_in_those_kept():
    made = linear.problem(studies=2)
    plain = linear.emulator(made)
    steep = plain._replace(quadratic=plain.quadratic + 1e3 * np.eye(3))
    draw = lambda draws, thin: sample(
        made, steep, draws=draws, warmup=1, seed=2, thin=thin
    )
    assert draw(24, 1).divergences == draw(8, 3).divergences > 0
