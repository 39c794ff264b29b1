"""The same task for both programs: a three-level filter of binary outcomes.

Series of 320 trials whose odds change every 40; every learner has a volatility of its
own. Enhanced form of the volatility's update, all else as typical uses have it. Asked
for is the probability that each learner expected before each trial.
"""

import json
import pathlib
import time
from collections.abc import Callable

import numpy as np

SERIES, TRIALS, BLOCK = 1_000, 320, 40
THETA, KAPPA = 0.12, 1.0
ODDS = (0.8, 0.2, 0.7, 0.3, 0.5, 0.9, 0.1, 0.6)


def draw(folder: pathlib.Path) -> None:
    """Outcomes [series, trials] and tonic volatilities [series] of everybody."""
    rng = np.random.default_rng(3)
    odds = np.repeat(ODDS, BLOCK)
    outcomes = (rng.random((SERIES, TRIALS)) < odds).astype(float)
    np.savez(folder / "task.npz", outcomes=outcomes, omega=rng.normal(-3, 0.5, SERIES))


def read(folder: pathlib.Path) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes and tonic volatilities."""
    with np.load(folder / "task.npz") as task:
        return task["outcomes"], task["omega"]


def least(call: Callable[[], np.ndarray], repeats: int) -> tuple[float, np.ndarray]:
    """Least time [s] after a first call, which compiles, and what was returned."""
    found, best = call(), np.inf
    for _ in range(repeats):
        start = time.perf_counter()
        found = call()
        best = min(best, time.perf_counter() - start)
    return best, found


def write(
    folder: pathlib.Path, name: str, times: dict[str, float], expected: np.ndarray
) -> None:
    """Times by way, and expectations [series, trials] of one program."""
    np.save(folder / f"{name}.npy", expected)
    (folder / f"{name}.json").write_text(json.dumps(times), encoding="utf-8")
