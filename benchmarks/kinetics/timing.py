"""What every program in Python does around its own part: options, clock, results."""

import argparse
import pathlib
import time
from collections.abc import Callable

import numpy as np

from benchmarks.kinetics import problem


def arguments(description: str | None) -> argparse.Namespace:
    """Folder of the task, people, repeats, tolerance and way of solving."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("folder", type=pathlib.Path)
    options.add_argument("--patients", type=int, required=True)
    options.add_argument("--repeats", type=int, default=3)
    options.add_argument("--tolerance", type=float, default=1e-6)
    options.add_argument("--way", default="")
    return options.parse_args()


def measure(
    given: argparse.Namespace,
    everyone: Callable[[], np.ndarray],
    arrange: Callable[[np.ndarray], np.ndarray] = lambda found: found,
) -> None:
    """Least time of the repeats after a first run, which compiles; levels beside it.

    Parameters
    ----------
    given
        What `arguments` gave.
    everyone
        Solves for all people, and returns when the levels are in memory.
    arrange
        From what `everyone` returns to [people, samples, 2].
    """
    start = time.perf_counter()
    found = everyone()
    first = time.perf_counter() - start
    seconds = first if given.repeats == 0 else np.inf
    for _ in range(given.repeats):
        start = time.perf_counter()
        found = everyone()
        seconds = min(seconds, time.perf_counter() - start)
    levels = arrange(found)[: problem.COMPARED]
    flat = np.concatenate([levels[..., 0], levels[..., 1]])
    np.savetxt(given.folder / "levels.csv", flat, "%.17g", ",")
    (given.folder / "seconds.txt").write_text(f"{seconds:.9g}", encoding="utf-8")
