"""kapsim: one series a call, and all series in one call; float64."""

import pathlib
import sys

from kapsim.engine import platform

platform.configure()

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

from benchmarks.filter import problem  # noqa: E402
from kapsim.engine import run_trials  # noqa: E402
from kapsim.mind.belief import BinaryFilter, Volatility, binary_trials  # noqa: E402


def expected(outcome, omega):
    """Expectations of one learner [trials]."""
    theta, kappa = jnp.asarray(problem.THETA), jnp.asarray(problem.KAPPA)
    above = Volatility(kappa=kappa, omega=omega, theta=theta, h=jnp.zeros(()))
    learner = BinaryFilter(above)
    return run_trials(learner, binary_trials(outcome))[1].expected


def main() -> None:
    """Time it."""
    folder, repeats = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    outcomes, omega = problem.read(folder)
    one, everyone = jax.jit(expected), jax.jit(jax.vmap(expected))
    single, _ = problem.least(lambda: np.asarray(one(outcomes[0], omega[0])), repeats)
    batch, found = problem.least(lambda: np.asarray(everyone(outcomes, omega)), repeats)
    problem.write(folder, "kapsim", {"one": single, "batch": batch}, found)


if __name__ == "__main__":
    main()
