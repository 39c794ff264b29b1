"""Drug kinetics side by side, on one core: writes RESULTS.md beside this file.

Every program gets the same drawn people, the same course and the same sampling times
(`problem.py`) and a process of its own, one after the other, on one core. Timed is the
way from people's parameters to their levels in memory, the best of a few repeats;
starting, compiling and reading files are not. A program that is not installed is left
out, and the page says so.
"""

import argparse
import dataclasses
import datetime
import importlib.metadata
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import textwrap

import numpy as np

from benchmarks.kinetics import problem
from benchmarks.machine import description

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GOAL = 100
AGREEMENT = 1e-4  # of the peak; a program that misses it solved something else
R_BATCH = 64
R_VERSION = "cat(as.character(packageVersion('deSolve')))"


@dataclasses.dataclass(frozen=True)
class Program:
    """One way of solving the task.

    Attributes
    ----------
    name
        As it is called on the page.
    how
        Method, tolerance, and how many people at once.
    command
        Program and its options, without the folder.
    patients
        People to solve for: fewer for the slow ones.
    missing
        Why it cannot be run here; empty if it can.
    batch
        People per call, for deSolve; 0 for the others.
    """

    name: str
    how: str
    command: tuple[str, ...]
    patients: int
    missing: str = ""
    batch: int = 0


@dataclasses.dataclass(frozen=True)
class Found:
    """Patients a second, and the greatest error as a share of each one's peak."""

    program: Program
    rate: float
    error: float


def version(package: str) -> str:
    """Installed version, or nothing."""
    if importlib.util.find_spec(package) is None:
        return ""
    return importlib.metadata.version(package)


def r_version() -> str:
    """Version of deSolve that R finds, or nothing."""
    r = shutil.which("Rscript")
    if r is None:
        return ""
    asked = subprocess.run(
        [r, "-e", R_VERSION], capture_output=True, text=True, check=False
    )
    return "" if asked.returncode else asked.stdout.strip()


def programs(scale: float, tolerance: float) -> list[Program]:
    """All of them; `scale` multiplies how many people each one solves for."""
    many = lambda n: max(problem.COMPARED, round(n * scale))
    block = lambda n: -(-many(n) // R_BATCH) * R_BATCH
    python = lambda part, way: (
        *(sys.executable, "-m", f"benchmarks.kinetics.{part}", "--way", way),
        *("--tolerance", f"{tolerance:g}"),
    )
    says = f"tolerance {tolerance:.0e}"
    no_diffrax = "" if version("diffrax") else "diffrax is not installed"
    no_r = "" if r_version() else "R with deSolve is not installed"
    no_r = no_r or ("" if shutil.which("gcc") else "there is no C compiler")
    r = shutil.which("Rscript") or "Rscript"
    desolve = (r, str(HERE / "with_desolve.R"))
    return [
        Program(
            *("kapsim", "exact modes, 1,024 people at once"),
            python("with_kapsim", ""),
            many(65_536),
        ),
        Program(
            *("diffrax", f"Tsit5, {says}, 256 people at once"),
            python("with_diffrax", "Tsit5"),
            many(4_096),
            no_diffrax,
        ),
        Program(
            *("diffrax", f"Kvaerno5, {says}, 256 people at once"),
            python("with_diffrax", "Kvaerno5"),
            many(1_024),
            no_diffrax,
        ),
        Program(
            *("SciPy solve_ivp", f"LSODA, {says}, model in Python"),
            python("with_scipy", "solve_ivp"),
            many(64),
        ),
        Program(
            *("SciPy odeint", f"LSODA, {says}, model in Python"),
            python("with_scipy", "odeint"),
            many(64),
        ),
        Program(
            *("R deSolve", f"lsoda, {says}, model in C, a call per person"),
            *(desolve, many(1_024), no_r, 1),
        ),
        Program(
            *("R deSolve", f"lsoda, {says}, model in C, {R_BATCH} people per call"),
            *(desolve, block(4_096), no_r, R_BATCH),
        ),
    ]


def compiled(folder: pathlib.Path, batch: int) -> pathlib.Path:
    """The model in C, compiled for `batch` people."""
    place = folder / f"batch-{batch}"
    place.mkdir()
    shutil.copy(HERE / "otto.c", place)
    flags = {"PKG_CFLAGS": f"-O3 -march=native -DBATCH={batch}"}
    subprocess.run(
        ["R", "CMD", "SHLIB", "otto.c"],
        cwd=place,
        env={**os.environ, **flags},
        check=True,
        capture_output=True,
    )
    return place / "otto.so"


def timed(
    program: Program,
    folder: pathlib.Path,
    want: np.ndarray,
    given: argparse.Namespace,
) -> Found:
    """Run one program and compare its levels with the reference."""
    n = str(program.patients)
    if program.batch:
        library = compiled(folder, program.batch)
        options = [str(folder), str(library), str(program.batch), n]
        options += [f"{given.tolerance:g}", str(given.repeat)]
    else:
        options = [str(folder), "--patients", n, "--repeats", str(given.repeat)]
    subprocess.run([*program.command, *options], cwd=ROOT, check=True)
    seconds = float((folder / "seconds.txt").read_text(encoding="utf-8"))
    flat = np.loadtxt(folder / "levels.csv", delimiter=",")
    got = np.stack(np.split(flat, 2), axis=2)
    peak = want.max(axis=1, keepdims=True)
    error = float(np.max(np.abs(got - want) / peak))
    if not error < AGREEMENT:
        raise SystemExit(f"{program.name} ({program.how}) is off by {error:.1e}")
    return Found(program, program.patients / seconds, error)


def markdown(
    found: list[Found], left_out: list[Program], machine: dict[str, str]
) -> str:
    """The page."""
    ours = found[0].rate
    rows = [
        f"| {x.program.name} | {x.program.how} | {x.rate:,.0f} | {ours / x.rate:,.0f} "
        f"| {x.error:.1e} |"
        for x in found
    ]
    versions = {name: version(name) for name in ("jax", "diffrax", "scipy")}
    versions["deSolve"] = r_version()
    named = ", ".join(f"{name} {v}" for name, v in versions.items() if v)
    task = (
        "Written by `make bench-kinetics`. Esketamine 0.5 mg/kg over 40 min, six doses "
        "in two weeks, with norketamine (Otto 2021, five compartments), for people "
        f"with drawn parameters, read at {len(problem.SAMPLED)} times. All on one "
        "core, one program after the other; starting and compiling are not counted. "
        "The error is the greatest deviation from a reference with a tolerance of "
        f"{problem.TIGHT:.0e}, at any time, of {problem.COMPARED} people, as a share "
        "of each one's peak."
    )
    place = (
        f"Measured on {datetime.date.today().isoformat()} on one of {machine['cores']} "
        f"cores with {machine['memory']} of memory; {named}."
    )
    table = [
        "| program | how | people a second | kapsim is faster by | error |",
        "| --- | --- | --- | --- | --- |",
        *rows,
    ]
    gone = [f"Left out: {x.name} ({x.how}), {x.missing}." for x in left_out]
    prose = [textwrap.fill(text, 88) for text in (task, place, *gone, verdict(found))]
    parts = ["# Drug kinetics side by side", *prose[:2], "\n".join(table), *prose[2:]]
    return "\n\n".join(parts) + "\n"


def verdict(found: list[Found]) -> str:
    """Whether the aim is met, against deSolve at its fastest."""
    others = [x.rate for x in found if x.program.batch]
    if not others:
        return f"The aim, {GOAL} times deSolve, was not checked."
    factor = found[0].rate / max(others)
    met = "met" if factor > GOAL else "**not met**"
    return (
        f"The aim is more than {GOAL} times deSolve on a core: {factor:,.0f} times "
        f"against its faster way, {met}."
    )


def main() -> None:
    """Measure, write, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scale", type=float, default=1.0, help="of the people")
    options.add_argument("--tolerance", type=float, default=1e-6)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--output", type=pathlib.Path, default=HERE)
    given = options.parse_args()
    machine = description()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    every = programs(given.scale, given.tolerance)
    left_out = [x for x in every if x.missing]
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        people = problem.draw(max(x.patients for x in every))
        problem.write(folder, people)
        want = problem.reference(people.own())
        for program in every:
            if program.missing:
                print(f"skipped: {program.name} ({program.how}), {program.missing}")
                continue
            found.append(timed(program, folder, want, given))
            rate, error = found[-1].rate, found[-1].error
            print(f"{program.name}, {program.how}: {rate:,.0f} a second, {error:.1e}")
    text = markdown(found, left_out, machine)
    (given.output / "RESULTS.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
