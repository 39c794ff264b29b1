"""The sampler runs again when all that was compiled is forgotten."""

import numpy as np

from kapsim.engine.mappings import forget_programs
from kapsim.inference.posterior.sampling import sample
from tests.unit.inference import linear


def test_the_same_draws_after_programs_are_forgotten():
    made = linear.problem(studies=2)
    draw = lambda: sample(made, linear.emulator(made), draws=8, warmup=8, seed=2)
    first = draw()
    forget_programs()
    np.testing.assert_array_equal(draw().u, first.u)
