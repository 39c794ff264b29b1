"""The filter of binary outcomes beside pyhgf, on one core: writes RESULTS.md.

pyhgf needs another version of JAX, so it runs in an environment of its own, whose
Python is given with `--pyhgf`. Without it kapsim alone is timed, and the page says so.
"""

import argparse
import datetime
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import textwrap

import numpy as np

from benchmarks.filter import problem
from benchmarks.machine import description

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
AGREEMENT = 1e-6
WAYS = {
    "documented": "one series, as documented",
    "one": "one series, compiled",
    "batch": f"{problem.SERIES:,} series in one call, compiled",
}


def timed(
    python: str, name: str, folder: pathlib.Path, repeats: int
) -> dict[str, float]:
    """Seconds of each way of one program."""
    part = f"benchmarks.filter.with_{name}"
    command = [python, "-m", part, str(folder), str(repeats)]
    subprocess.run(command, cwd=ROOT, check=True)
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def markdown(
    times: dict[str, dict[str, float]],
    said: str,
    gap: float | None,
    machine: dict[str, str],
) -> str:
    """The page."""
    task = (
        "Written by `make bench-filter`. The three-level filter of binary outcomes "
        f"(enhanced form) over {problem.TRIALS} trials, every learner with a "
        "volatility of its own; expectations of all trials in memory at the end. One "
        "core, float64, the best of some repeats; starting and compiling are not "
        "counted."
    )
    place = (
        f"Measured on {datetime.date.today().isoformat()} on one of {machine['cores']} "
        f"cores with {machine['memory']} of memory; kapsim with jax {machine['jax']}"
        + (f"; {said}." if said else ".")
    )
    table = ["| task | program | time | series a second |", "| --- | --- | --- | --- |"]
    for way, words in WAYS.items():
        count = problem.SERIES if way == "batch" else 1
        for program, found in times.items():
            if way in found:
                rate = f"{count / found[way]:,.0f}"
                cell = f"{1e3 * found[way]:.3f} ms"
                table.append(f"| {words} | {program} | {cell} | {rate} |")
    prose = [textwrap.fill(text, 88) for text in (task, place, verdict(times, gap))]
    parts = ["# Filter of binary outcomes beside pyhgf", *prose[:2], "\n".join(table)]
    return "\n\n".join([*parts, prose[2]]) + "\n"


def verdict(times: dict[str, dict[str, float]], gap: float | None) -> str:
    """Which program is faster at what."""
    if gap is None:
        return "pyhgf was left out: no environment with it was given."
    ours, theirs = times["kapsim"], times["pyhgf"]
    said = []
    for way, words in (("one", "a single compiled call"), ("batch", "the batch")):
        factor = theirs[way] / ours[way]
        faster = f"{factor:.1f} times faster" if factor > 1 else ""
        said.append(
            f"in {words} kapsim is {faster or f'{1 / factor:.1f} times slower'}"
        )
    return (
        f"{said[0].capitalize()}, {said[1]}. kapsim's compiler settings serve many "
        "learners at once: they keep small loops from being compiled in one piece, "
        "from which a single series would gain. The greatest difference between the "
        f"two programs' expectations is {gap:.0e}."
    )


def main() -> None:
    """Measure, write, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pyhgf", default="", help="Python that has pyhgf")
    options.add_argument("--repeat", type=int, default=50)
    options.add_argument("--output", type=pathlib.Path, default=HERE)
    given = options.parse_args()
    machine = description()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        problem.draw(folder)
        times = {"kapsim": timed(sys.executable, "kapsim", folder, given.repeat)}
        said, gap = "", None
        if given.pyhgf:
            times["pyhgf"] = timed(given.pyhgf, "pyhgf", folder, given.repeat)
            said = (folder / "versions.txt").read_text(encoding="utf-8")
            found = [np.load(folder / f"{program}.npy") for program in times]
            gap = float(np.abs(found[0] - found[1]).max())
            if not gap < AGREEMENT:
                raise SystemExit(f"the programs differ by {gap:.1e}")
    text = markdown(times, said.replace(", ", " with "), gap, machine)
    (given.output / "RESULTS.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
