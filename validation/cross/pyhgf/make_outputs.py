"""Makes the stored outputs of pyhgf that `test_pyhgf.py` compares with.

Run in an environment of its own that has pyhgf (made with 0.2.12), from this folder:

    python make_outputs.py

The binary series is pyhgf's own example, `load_data("binary")`; the graded one is drawn
here. Every file has the settings and the version in its first line, then one row for
each trial: the outcome, and mean and precision that each level expected before it. At
the first level of a binary series pyhgf's "precision" is the variance p (1 - p).
"""

import csv
import importlib.metadata
import json
import pathlib

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)

from pyhgf import load_data  # noqa: E402  # pyright: ignore
from pyhgf.model import HGF  # noqa: E402  # pyright: ignore

HERE = pathlib.Path(__file__).resolve().parent
TYPICAL = {"omega": -2.5, "theta": 0.12, "kappa": 1.0, "pi_0": 1.0, "pi_v0": 1.0}
SETTINGS = {
    "binary-two-levels": TYPICAL | {"kappa": 0.0, "h": 0},
    "binary-enhanced": TYPICAL | {"h": 0},
    "binary-original": TYPICAL | {"h": 1},
    "binary-coupled": TYPICAL | {"omega": -4.0, "kappa": 1.4, "pi_0": 4.0, "h": 0},
    "graded-enhanced": TYPICAL | {"omega": -4.0, "pi_s": 5.0, "h": 0},
    "graded-original": TYPICAL | {"omega": -4.0, "pi_s": 5.0, "h": 1},
}
UPDATE = {0: "eHGF", 1: "standard"}


def graded() -> np.ndarray:
    """A random walk whose steps grow in the middle third, seen with noise."""
    rng = np.random.default_rng(7)
    steps = 0.1 * rng.standard_normal(240)
    steps[80:160] *= 8
    return np.cumsum(steps) + rng.standard_normal(240) / np.sqrt(5.0)


def binary_network(given: dict[str, float]) -> HGF:
    """Three levels, or two where nothing is coupled."""
    return HGF(
        n_levels=3 if given["kappa"] else 2,
        model_type="binary",
        update_type=UPDATE[int(given["h"])],
        initial_mean={"1": 0.0, "2": 0.0, "3": 0.0},
        initial_precision={"1": 1.0, "2": given["pi_0"], "3": given["pi_v0"]},
        tonic_volatility={"2": given["omega"], "3": float(np.log(given["theta"]))},
        volatility_coupling={"2": given["kappa"]},
    )


def graded_network(given: dict[str, float]) -> HGF:
    """A value and its volatility, which pyhgf counts as two levels."""
    return HGF(
        n_levels=2,
        model_type="continuous",
        update_type=UPDATE[int(given["h"])],
        initial_mean={"1": 0.0, "2": 0.0},
        initial_precision={"1": given["pi_0"], "2": given["pi_v0"]},
        continuous_precision=given["pi_s"],
        tonic_volatility={"1": given["omega"], "2": float(np.log(given["theta"]))},
        volatility_coupling={"1": given["kappa"]},
    )


def write(name: str, given: dict[str, float]) -> None:
    """One file of outputs."""
    binary = name.startswith("binary")
    outcome = np.asarray(load_data("binary")[0] if binary else graded(), dtype=float)
    network = binary_network(given) if binary else graded_network(given)
    network.input_data(input_data=outcome)
    table = {"outcome": outcome}
    for node in range(1 + max(network.input_idxs), len(network.edges)):
        found = network.node_trajectories[node]
        table[f"mean_{node + 1}"] = np.asarray(found["expected_mean"])
        table[f"precision_{node + 1}"] = np.asarray(found["expected_precision"])
    if binary:
        table["mean_1"] = np.asarray(network.node_trajectories[0]["expected_mean"])
    said = {"pyhgf": importlib.metadata.version("pyhgf"), **given}
    with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(f"# {json.dumps(said)}\n")
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(table)
        for row in zip(*table.values(), strict=True):
            rows.writerow([f"{number:.12g}" for number in row])


if __name__ == "__main__":
    for name, given in SETTINGS.items():
        write(name, given)
