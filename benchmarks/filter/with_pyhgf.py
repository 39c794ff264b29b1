"""pyhgf in an environment of its own: as documented, and compiled; float64.

As documented, `HGF.input_data` for one series a call. Compiled, the function that it
scans is put into `jax.jit`, and into `jax.vmap` for all series in one call; that is
pyhgf's fastest way that was found, and how its distributions use it.
"""

import importlib.metadata
import pathlib
import sys

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

from pyhgf.model import HGF  # noqa: E402  # pyright: ignore

from benchmarks.filter import problem  # noqa: E402


def network(omega: float = -3.0) -> HGF:
    """Three levels, enhanced form."""
    return HGF(
        n_levels=3,
        model_type="binary",
        update_type="eHGF",
        initial_mean={"1": 0.0, "2": 0.0, "3": 0.0},
        initial_precision={"1": 1.0, "2": 1.0, "3": 1.0},
        tonic_volatility={"2": omega, "3": float(np.log(problem.THETA))},
        volatility_coupling={"2": problem.KAPPA},
    )


def compiled():
    """Function from outcomes [trials] and omega to expectations [trials]."""
    made = network()

    def expected(outcome, omega):
        attributes = {key: dict(value) for key, value in made.attributes.items()}
        attributes[1]["tonic_volatility"] = omega
        ones = jnp.ones(problem.TRIALS)
        seen = (ones.astype(int),)
        inputs = ((outcome[:, None],), seen, ones, None)
        found = jax.lax.scan(made.scan_fn, attributes, inputs)[1]
        return found[0]["expected_mean"]

    return expected


def main() -> None:
    """Time it."""
    folder, repeats = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    outcomes, omega = problem.read(folder)
    made = network(float(omega[0]))

    def documented() -> np.ndarray:
        made.input_data(input_data=outcomes[0])
        return np.asarray(made.node_trajectories[0]["expected_mean"])

    expected = compiled()
    one, everyone = jax.jit(expected), jax.jit(jax.vmap(expected))
    times = {"documented": problem.least(documented, repeats)[0]}
    single = lambda: np.asarray(one(outcomes[0], omega[0]))
    times["one"] = problem.least(single, repeats)[0]
    batch = lambda: np.asarray(everyone(outcomes, omega))
    times["batch"], found = problem.least(batch, repeats)
    problem.write(folder, "pyhgf", times, found)
    said = [f"{name} {importlib.metadata.version(name)}" for name in ("pyhgf", "jax")]
    (folder / "versions.txt").write_text(", ".join(said), encoding="utf-8")


if __name__ == "__main__":
    main()
