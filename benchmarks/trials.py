"""A thousand virtual trials from nothing to their table: writes TRIALS.md.

Two arms of 100, five visits after baseline, usual conduct, the repeated-measures model.
Everything is in the time: simulating two worlds of the cohort, 1,000 trials with the
drug, 1,000 with it only felt, 1,000 without, the tables and the files. Worlds are
compiled from the cache on disk if it has them; `--cold` uses an empty cache.
"""

import argparse
import datetime
import os
import pathlib
import tempfile
import textwrap
import time

from benchmarks.machine import description

HERE = pathlib.Path(__file__).resolve().parent
PER_ARM, TRIALS = 100, 1000
VISITS = ("day 2", "day 4", "day 8", "day 11", "day 15")


def document() -> dict:
    """A protocol of two arms."""
    infused = {"route": "intravenous", "over": "40 min", "days": [1]}
    racemate = {"enantiomer": "racemate", "form": "base", "amount": "0.5 mg/kg"}
    rated = [{"at": day, "scales": ["MADRS"]} for day in VISITS]
    return {
        "kapsim": 1,
        "name": "thousand-trials",
        "title": "One infusion of ketamine or saline",
        "summary": "Two arms, five visits.",
        "population": {
            "diagnosis": "major depressive disorder",
            "baseline": {"scale": "MADRS", "mean": 32, "sd": 6},
            "failures": {"mean": 2, "at_least": 1},
            "age": {
                "mean": "44 yr",
                "sd": "12 yr",
                "at_least": "18 yr",
                "at_most": "70 yr",
            },
            "weight": {"mean": "80 kg", "sd": "16 kg"},
            "female": "60 %",
        },
        "arms": [
            {
                "name": "ketamine",
                "treatments": [{"drug": "ketamine", **racemate, **infused}],
            },
            {
                "name": "saline",
                "control": "saline",
                "treatments": [{"drug": "placebo", **infused}],
            },
        ],
        "visits": [{"at": "day 1", "baseline": True, "scales": ["MADRS"]}, *rated],
        "endpoints": [{"measure": "MADRS", "kind": "change", "at": "day 15"}],
    }


def timed(workers: int) -> tuple[float, dict[str, float]]:
    """Seconds in all, and until each stage begins."""
    from kapsim.trial.power.request import TrialRequest
    from kapsim.trial.power.runner import execute
    from kapsim.trial.protocol import Protocol

    stages: dict[str, float] = {}
    start = time.perf_counter()

    def begun(name: str) -> None:
        stages.setdefault(name, time.perf_counter() - start)

    with tempfile.TemporaryDirectory() as folder:
        request = TrialRequest(
            protocol=Protocol.model_validate(document()),
            per_arm=(PER_ARM,),
            replicates=TRIALS,
        )
        execute(
            request,
            pathlib.Path(folder) / "out",
            workers=workers,
            on_stage=begun,
        )
    return time.perf_counter() - start, stages


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--cold", action="store_true", help="with an empty cache")
    asked = parser.parse_args()
    cache = tempfile.TemporaryDirectory()
    if asked.cold:
        os.environ["KAPSIM_CACHE_DIR"] = cache.name
    seconds, stages = timed(asked.workers)
    rows = "\n".join(f"| {name} | {when:.0f} s |" for name, when in stages.items())
    said = " ".join((__doc__ or "").split("\n\n", 1)[1].split())
    how = "an empty cache" if asked.cold else "a cache that has the worlds compiled"
    day = datetime.date.today().isoformat()
    machine = description()
    where = f"{machine['cores']} cores ({machine['processor']}); jax {machine['jax']}"
    said += f" Measured on {day} on {where}, {asked.workers} workers, {how}."
    text = textwrap.fill(said, 88)
    page = (
        "# A thousand virtual trials\n\nWritten by `python -m benchmarks.trials`."
        f"\n\n{text}\n\n**{seconds:.0f} s in all.** Begin of each stage:\n\n"
        f"| stage | begins after |\n| --- | --- |\n{rows}\n"
    )
    (HERE / "TRIALS.md").write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
