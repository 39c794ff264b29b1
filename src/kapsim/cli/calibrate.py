"""The verb `calibrate`: fit the model to the studies whose role it is."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kapsim.cli.console import progress_bar, tell

if TYPE_CHECKING:
    from kapsim.inference.request import CalibrationRequest
    from kapsim.trial import Protocol

Quick = Annotated[
    bool,
    typer.Option(
        "--quick",
        help="One small round around the shipped posterior, to see whether it is "
        "found again: some 40 minutes instead of an hour and a half.",
    ),
]
Version = Annotated[str, typer.Option("--version", help="Name of the posterior.")]
Persons = Annotated[
    int | None, typer.Option("-n", "--persons", help="Persons of each study.")
]
Points = Annotated[
    str | None,
    typer.Option(
        "--points", help="Points of each round, as in 90,60,60.", metavar="N,..."
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of persons, points and draws.")]
Processes = Annotated[
    int | None,
    typer.Option("--processes", help="Processes that simulate; all cores if absent."),
]
Fix = Annotated[
    list[str] | None,
    typer.Option(
        "--fix",
        metavar="RECORD=VALUE",
        help="Hold a parameter fixed in all simulations; can be repeated.",
    ),
]
Rivals = Annotated[
    bool,
    typer.Option(
        "--rivals",
        help="Then foretell each study from the others, under each rival explanation.",
    ),
]
Claims = Annotated[
    str | None,
    typer.Option(
        "--claims",
        metavar="PROTOCOL",
        help="With --rivals: then simulate a protocol under each explanation.",
    ),
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="Directory for the results.")
]


def command(
    quick: Quick = False,
    version: Version = "draft",
    persons: Persons = None,
    points: Points = None,
    seed: Seed = 1,
    processes: Processes = None,
    fix: Fix = None,
    rivals: Rivals = False,
    claims: Claims = None,
    output: Output = None,
) -> None:
    """Fit the model to the published studies it may be fitted to.

    An interrupted calibration goes on when the command is repeated, unless records,
    protocols or code have changed. With --rivals a finished one is read as it is.
    """
    from kapsim.engine.platform import core_count
    from kapsim.inference.request import (
        FRESH,
        PERSONS,
        POINTS,
        QUICK_FRESH,
        QUICK_POINTS,
        CalibrationRequest,
        read_fixed,
        read_points,
    )
    from kapsim.report.calibration import write_calibration_report
    from kapsim.trial import load_protocol
    from kapsim.units import KapsimError

    if claims is not None and not rivals:
        raise KapsimError(
            "--claims needs --rivals: claims are made under each of them."
        )
    claimed = None if claims is None else load_protocol(claims)
    usual = (QUICK_POINTS,) if quick else POINTS
    request = CalibrationRequest(
        version=version,
        persons=PERSONS if persons is None else persons,
        points=usual if points is None else read_points(points),
        fresh=QUICK_FRESH if quick else FRESH,
        quick=quick,
        seed=seed,
        processes=core_count() if processes is None else processes,
        fixed=read_fixed(fix or []),
    )
    directory = output or Path("kapsim-runs") / f"calibration-{version}"
    if not (rivals and _is_there(request, directory)):
        _fit(request, directory)
    if rivals:
        _rivals(directory, claimed, request.processes)
    tell(f"Page: {write_calibration_report(directory)}")


def _is_there(request: "CalibrationRequest", directory: Path) -> bool:
    """Whether the calibration is finished; tells so, and what it was made with."""
    from kapsim.inference.resuming import finished, made_otherwise

    if not finished(request, directory):
        return False
    differing = made_otherwise(request, directory)
    caveat = f", though {differing}" if differing else ""
    tell(f"{directory} holds this calibration, finished: it is read as it is{caveat}.")
    return True


def _fit(request: "CalibrationRequest", directory: Path) -> None:
    """Calibrate, and tell what came of it."""
    from kapsim.inference.runner import calibrate

    with progress_bar("points") as bar:
        row = bar.add_task("compiling", total=None)
        found = calibrate(
            request,
            directory,
            on_start=lambda total: bar.update(row, total=total),
            on_progress=lambda label, n: bar.update(row, advance=n, description=label),
        )
    tell(
        f"Inside the 95 % interval: {100 * found['coverage']:.0f} % of "
        f"{len(found['targets'])} endpoints; {found['directions']} directions of "
        f"{len(found['parameters'])} parameters are informed."
    )
    if found["agreement"]:
        tell(f"From the shipped posterior: {found['agreement']['words']}")


def _rivals(directory: Path, claimed: "Protocol | None", workers: int) -> None:
    """Compare the rival explanations, simulate what was asked, and tell where."""
    from kapsim.inference.rivals.runs import run_rivals
    from kapsim.report.rivals import write_rivals_report

    with progress_bar("studies") as bar:
        row = bar.add_task("rivals", total=None)
        run_rivals(
            directory,
            lambda label, n: bar.update(row, advance=n, description=label),
        )
    tell(f"Rivals: {write_rivals_report(directory)}")
    if claimed is not None:
        _claims(directory, claimed, workers)


def _claims(directory: Path, protocol: "Protocol", workers: int) -> None:
    """Simulate a protocol under each explanation, and tell where."""
    from kapsim.inference.rivals.claims import claim

    with progress_bar("simulations") as bar:
        row = bar.add_task("compiling", total=None)
        path = claim(
            directory,
            protocol,
            lambda label, n: bar.update(row, advance=n, description=label),
            workers=workers,
        )
    tell(f"Under each explanation: {path}")
