"""How fast kapsim is here: writes RESULTS.md and RESULTS.json beside this file.

A whole run is measured as a user starts it, through the command line, for a small and a
large number of patients. The slope between the two is the cost of a patient-course (one
patient in one arm); what is left is the fixed cost. A first run with nothing compiled
yet gives the cost of compilation.
"""

import argparse
import dataclasses
import datetime
import json
import os
import pathlib
import sys
import tempfile

from benchmarks.machine import description
from benchmarks.measure import Cost, cost
from kapsim.trial.loading import load_protocol

HERE = pathlib.Path(__file__).resolve().parent
KAPSIM = [str(pathlib.Path(sys.executable).with_name("kapsim"))]
GOAL, FLOOR = 100_000, 30_000


@dataclasses.dataclass(frozen=True)
class Measured:
    """A small and a large run of one protocol."""

    protocol: str
    arms: int
    weeks: float
    workers: int
    small: int
    large: int
    cold: Cost
    first: Cost
    second: Cost

    @property
    def courses_per_s(self) -> float:
        """Patient-courses a second beyond the fixed cost."""
        more = self.arms * (self.large - self.small)
        return more / (self.second.seconds - self.first.seconds)

    @property
    def compile_s(self) -> float:
        """What a run with nothing compiled yet takes longer [s]."""
        return self.cold.seconds - self.first.seconds

    @property
    def fixed_s(self) -> float:
        """Start, tracing and report, with kept compilations [s]."""
        return self.first.seconds - self.arms * self.small / self.courses_per_s


def whole_run(
    name: str, workers: int, patients: int, *, compiled: pathlib.Path | None = None
) -> Cost:
    """Cost of one run into a new directory; `compiled` holds kept compilations."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder, "run")
        kept = compiled or pathlib.Path(folder, "compiled")
        options = ["-n", str(patients), "--workers", str(workers), "--seed", "1"]
        command = [*KAPSIM, "run", name, *options, "-o", str(place)]
        found = cost(command, {**os.environ, "KAPSIM_CACHE_DIR": str(kept)})
        if not (place / "report.html").exists():
            raise SystemExit(f"kapsim run {name} left no report: nothing measured")
    return found


def measure(name: str, given: argparse.Namespace) -> Measured:
    """The best of a few runs of each size, since other programs only slow them."""
    protocol = load_protocol(name)
    cold = whole_run(name, given.workers, given.small)
    with tempfile.TemporaryDirectory() as folder:
        kept = pathlib.Path(folder)
        whole_run(name, given.workers, given.small, compiled=kept)
        small, large = (
            min(
                (
                    whole_run(name, given.workers, n, compiled=kept)
                    for _ in range(given.repeat)
                ),
                key=lambda found: found.seconds,
            )
            for n in (given.small, given.large)
        )
    if large.seconds <= small.seconds:
        raise SystemExit("the larger run was not slower: this machine is too busy")
    arms, weeks = len(protocol.arms), protocol.horizon_h / (24 * 7)
    sizes = (given.small, given.large)
    return Measured(name, arms, weeks, given.workers, *sizes, cold, small, large)


def rows(found: Measured) -> dict[str, str]:
    """What is reported of one protocol, in words."""
    return {
        "protocol": f"{found.protocol}, {found.arms} arms, {found.weeks:.0f} weeks",
        "workers": str(found.workers),
        "patient-courses a second": f"{found.courses_per_s:,.0f}",
        "compilation, once per machine and version": f"{found.compile_s:.1f} s",
        "fixed cost (start, tracing, report)": f"{found.fixed_s:.1f} s",
        f"whole run of {found.small:,} per arm": f"{found.first.seconds:.1f} s, "
        f"{found.first.peak_mib:,.0f} MiB at peak",
        f"whole run of {found.large:,} per arm": f"{found.second.seconds:.1f} s, "
        f"{found.second.peak_mib:,.0f} MiB at peak",
    }


def markdown(found: list[Measured], help_s: float) -> str:
    """The page."""
    lines = [
        "# Speed",
        "",
        "Written by `make bench`. A patient-course is one patient in one arm, through",
        "the whole chain from the dose to the written rating. Memory is that of all",
        f"processes together. The aim is {GOAL:,} patient-courses a second for 12",
        f"weeks on two cores; less than {FLOOR:,} is not accepted.",
        "",
        f"Measured on {datetime.date.today().isoformat()}:",
        "",
        *(f"- {name}: {value}" for name, value in description().items()),
        "",
    ]
    for item in found:
        lines += ["| measure | value |", "| --- | --- |"]
        lines += [f"| {name} | {value} |" for name, value in rows(item).items()]
        lines.append("")
    lines.append(f"`kapsim --help` answers in {help_s:.2f} s.")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, write, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--protocol", action="append", help="default: kap-2x2")
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--small", type=int, default=2_048)
    options.add_argument("--large", type=int, default=300_000)
    options.add_argument("--repeat", type=int, default=2)
    options.add_argument("--output", type=pathlib.Path, default=HERE)
    given = options.parse_args()
    found = [measure(name, given) for name in given.protocol or ["kap-2x2"]]
    help_s = min(cost([*KAPSIM, "--help"]).seconds for _ in range(3))
    text = markdown(found, help_s)
    data = {
        "machine": description(),
        "help_s": help_s,
        "runs": [
            {
                **dataclasses.asdict(item),
                "courses_per_s": item.courses_per_s,
                "compile_s": item.compile_s,
                "fixed_s": item.fixed_s,
            }
            for item in found
        ],
    }
    (given.output / "RESULTS.md").write_text(text, encoding="utf-8")
    (given.output / "RESULTS.json").write_text(
        json.dumps(data, indent=2) + "\n", "utf-8"
    )
    print(text)


if __name__ == "__main__":
    main()
