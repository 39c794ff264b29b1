"""Models of repeated measures beside nlme's gls, on one core: writes MMRM.md.

Both fit an unstructured covariance by restricted likelihood to the same trials: kapsim
to all of them, first with nothing compiled and then again, gls one by one to a few.
Without Rscript kapsim alone is timed, and the page says so.
"""

import argparse
import csv
import datetime
import os
import pathlib
import shutil
import subprocess
import tempfile
import textwrap
import time

import numpy as np

from benchmarks.machine import description
from kapsim.engine import platform
from kapsim.trial.analysis.covariance import Structure
from kapsim.trial.analysis.fixed_effects import visits_design
from kapsim.trial.analysis.mmrm import Contrasts, contrast, mmrm

HERE = pathlib.Path(__file__).resolve().parent
PER_ARM, VISITS, MISSING = 100, 5, 0.1
EFFECT, SLOPE, CENTRE = -3.0, 0.5, 31.0


def trials(replicates: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores with missing visits, arms and baselines of two arms."""
    rng = np.random.default_rng(7)
    shape = (replicates, 2 * PER_ARM, VISITS)
    lags = np.abs(np.subtract.outer(np.arange(VISITS), np.arange(VISITS)))
    sd = np.linspace(6, 9, VISITS)
    root = np.linalg.cholesky((0.4 + 0.6 * 0.7**lags) * np.outer(sd, sd))
    baseline = rng.normal(CENTRE, 5, shape[:2])
    arm = np.tile(np.arange(2 * PER_ARM) % 2, (replicates, 1))
    mean = SLOPE * baseline + EFFECT * arm
    score = mean[..., None] + rng.normal(size=shape) @ root.T
    score[rng.random(shape) < MISSING] = np.nan
    return score, arm, baseline


def by_kapsim(
    score: np.ndarray, arm: np.ndarray, baseline: np.ndarray
) -> tuple[float, Contrasts, float]:
    """Processor seconds, difference at the last visit, share that converged."""
    start = time.process_time()
    design = visits_design(arm, baseline, 2, VISITS)
    fits = mmrm(score, design, Structure.US)
    found = contrast(fits, design.differences(1)[-1])
    return time.process_time() - start, found, float(fits.converged.mean())


def by_gls(
    score: np.ndarray, arm: np.ndarray, baseline: np.ndarray
) -> list[dict[str, str]]:
    """What gls says of each replicate."""
    with tempfile.TemporaryDirectory() as folder:
        with pathlib.Path(folder, "trials.csv").open("w", encoding="utf-8") as file:
            write = csv.writer(file)
            write.writerow(["replicate", "id", "visit", "arm", "baseline", "score"])
            for place in np.ndindex(score.shape):
                r, p, v = place
                told = "NA" if np.isnan(score[place]) else repr(float(score[place]))
                own = (int(arm[r, p]), repr(float(baseline[r, p])), told)
                write.writerow([r + 1, p + 1, v + 1, *own])
        command = ["Rscript", str(HERE / "mmrm.R"), folder]
        subprocess.run(command, check=True, env={**os.environ, "OMP_NUM_THREADS": "1"})
        with pathlib.Path(folder, "gls.csv").open(encoding="utf-8") as file:
            return list(csv.DictReader(file))


def beside(theirs: list[dict[str, str]], ours: Contrasts, per_fit: float) -> str:
    """How much faster kapsim is, and how far apart the two are."""
    if not theirs:
        return "gls was left out: there is no Rscript here."
    column = lambda key: np.array([float(row[key]) for row in theirs])
    ratio = column("seconds").mean() / per_fit
    value, se = (x[: len(theirs), 0] for x in ours[:2])
    apart = np.abs(np.stack([value - column("value"), se - column("se")]))
    gap = (apart / column("se")).max()
    return (
        f"Compiled, kapsim is {ratio:,.0f} times faster than gls (R "
        f"{theirs[0]['version']}, nlme {theirs[0]['nlme']}, usual settings). Greatest "
        f"difference of estimates and of standard errors at the last visit, in "
        f"standard errors: {gap:.0e}; gls stops its search at that distance, see "
        "validation/cross/test_mmrm.py for tight settings."
    )


def markdown(
    seconds: list[float], share: float, theirs: list[dict[str, str]], said: str, n: int
) -> str:
    """The page."""
    machine = description()
    task = (
        "Written by `python -m benchmarks.mmrm`. Trials of "
        f"2 x {PER_ARM} patients and {VISITS} visits of which {MISSING:.0%} are "
        "missing; visit, arm by visit and baseline by visit; unstructured covariance "
        "by restricted likelihood; Satterthwaite's degrees of freedom from kapsim, "
        "none from gls. Data are in memory at the start; times are those of the "
        "processor, which other programs do not lengthen much."
    )
    place = (
        f"Measured on {datetime.date.today().isoformat()} on one of {machine['cores']} "
        f"cores ({machine['processor']}); jax {machine['jax']}."
    )
    first, again = seconds
    table = [
        "| program | trials | time | per trial | converged |",
        "| --- | --- | --- | --- | --- |",
        f"| kapsim, nothing compiled yet | {n:,} | {first:.1f} s | "
        f"{1e3 * first / n:.2f} ms | {share:.1%} |",
        f"| kapsim, compiled | {n:,} | {again:.1f} s | {1e3 * again / n:.2f} ms | "
        f"{share:.1%} |",
    ]
    if theirs:
        each = [float(row["seconds"]) for row in theirs]
        table.append(
            f"| gls | {len(each)} | {sum(each):.1f} s | "
            f"{1e3 * np.mean(each):,.0f} ms | all |"
        )
    prose = [textwrap.fill(text, 88) for text in (task, place, said)]
    parts = ["# Models of repeated measures beside gls", *prose[:2], "\n".join(table)]
    return "\n\n".join([*parts, prose[2]]) + "\n"


def main() -> None:
    """Measure, write, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--replicates", type=int, default=1_000)
    options.add_argument("--beside", type=int, default=10, help="trials for gls")
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--output", type=pathlib.Path, default=HERE)
    given = options.parse_args()
    data = trials(given.replicates)
    with tempfile.TemporaryDirectory() as compiled:
        os.environ["KAPSIM_CACHE_DIR"] = compiled
        platform.configure()
        first, found, share = by_kapsim(*data)
    again = min(by_kapsim(*data)[0] for _ in range(given.repeat))
    few = (x[: given.beside] for x in data)
    theirs = by_gls(*few) if shutil.which("Rscript") else []
    said = beside(theirs, found, again / given.replicates)
    text = markdown([first, again], share, theirs, said, given.replicates)
    (given.output / "MMRM.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
