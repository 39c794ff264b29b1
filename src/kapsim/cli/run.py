"""The verb `run`: a protocol file to a run directory with its report."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kapsim.cli.complete import protocol_names
from kapsim.cli.console import (
    Format,
    print_whole,
    progress_bar,
    show_card,
    show_json,
    show_rows,
    tell,
)
from kapsim.cli.draws import DrawsFrom

if TYPE_CHECKING:
    from kapsim.trial import Run, RunRequest
    from kapsim.trial.protocol import Protocol


Name = Annotated[
    str,
    typer.Argument(
        help="Protocol file, or the name of a bundled one.",
        autocompletion=protocol_names,
    ),
]
Patients = Annotated[
    int | None, typer.Option("-n", "--patients", help="Virtual patients per arm.")
]
Seed = Annotated[
    int | None,
    typer.Option(
        "--seed", help="Seed; if absent, that of a run begun in DIR, or drawn."
    ),
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="Directory for the results.")
]
Workers = Annotated[
    int | None, typer.Option(help="Worker processes; as many as pay if absent.")
]
Chunk = Annotated[
    int | None, typer.Option(help="Patients of a chunk; changes no result.")
]
Refine = Annotated[
    int, typer.Option("--refine", help="Divide every time step into this many.")
]
Precision = Annotated[
    str, typer.Option("--precision", help="float32, or float64 for a check.")
]
Draws = Annotated[
    int,
    typer.Option("--draws", help="Draws of the parameters, for intervals; 0 for none."),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print the resolved plan and stop.")
]
Form = Annotated[Format, typer.Option("--format", help="Print a table or JSON.")]


def command(
    protocol: Name,
    patients: Patients = None,
    seed: Seed = None,
    output: Output = None,
    workers: Workers = None,
    chunk: Chunk = None,
    refine: Refine = 1,
    precision: Precision = "float32",
    draws: Draws = 24,
    draws_from: DrawsFrom = None,
    dry_run: DryRun = False,
    form: Form = Format.TABLE,
) -> None:
    """Simulate a protocol: scores over time per arm, with a report."""
    from kapsim.trial import RunRequest, load_protocol
    from kapsim.trial.parameters.draws_from import read_draws_from
    from kapsim.trial.request import per_arm, seed_for

    loaded = load_protocol(protocol)
    request = RunRequest(
        protocol=loaded,
        patients=per_arm(loaded, patients),
        seed=seed_for(output) if seed is None else seed,
        precision=precision,
        refine=refine,
        draws=draws,
        draws_from=read_draws_from(draws_from),
    )
    if dry_run:
        warn(request.protocol, protocol)
        _plan(request, form)
        return
    try:
        finished = carry_out(
            request, output, workers=workers, chunk=chunk, origin=protocol
        )
    except KeyboardInterrupt:
        if seed is None and output is None:
            tell(f"The seed was drawn: add --seed {request.seed} to resume this run.")
        raise
    report(finished, form)


def carry_out(
    request: "RunRequest",
    directory: Path | None,
    *,
    workers: int | None = None,
    chunk: int | None = None,
    origin: str | None = None,
) -> "Run":
    """Run a request under a progress bar, into the default place if none is given.

    `origin` is the file or name that the protocol was read from, if it was.
    """
    from kapsim.trial.request import CHUNK, workers_that_pay
    from kapsim.trial.runner import default_directory, execute

    warn(request.protocol, origin)
    with progress_bar("patients") as bar:
        row = bar.add_task("starting", total=request.total)
        return execute(
            request,
            directory or default_directory(request),
            workers=workers_that_pay(request) if workers is None else workers,
            chunk=CHUNK if chunk is None else chunk,
            on_progress=lambda label, n: bar.update(row, advance=n),
            on_stage=lambda stage: bar.update(row, description=stage),
        )


def warn(protocol: "Protocol", origin: str | None = None) -> None:
    """Say, before anything is run, what must be seen, with the line if it has one.

    `origin` is the file or name that the protocol was read from, if it was.
    """
    from kapsim.trial.cautions import cautions
    from kapsim.trial.loading import line_of

    for caution in cautions(protocol):
        line = line_of(origin, caution.where) if origin and caution.where else None
        place = "" if line is None else f"{origin}, line {line}: "
        tell(f"warning: {place}{caution.text}", style="bold yellow")


def report(finished: "Run", form: Format) -> None:
    """Write the report, print the table, and say where the report is."""
    from kapsim.report import terminal_table, write_report
    from kapsim.report.contrasts import contrast_line
    from kapsim.report.interaction import interaction_line

    page, request = write_report(finished.directory), finished.request
    summary = finished.summary()
    if form is Format.JSON:
        rows = summary.astype(object).where(summary.notna(), None)
        show_json(rows.to_dict(orient="records"))
    else:
        told = [caution.text for caution in finished.warnings()]
        print_whole(terminal_table(summary, told, finished.uncertainty()))
    apart = finished.contrasts()
    primary = None if apart is None else contrast_line(apart, request.protocol)
    if primary is not None:
        tell(primary)
    together = finished.interaction()
    if together is not None:
        tell(interaction_line(together, request.protocol, request.draws_from))
    failed = int(summary["n_failed"].max())
    if failed:
        tell(f"{failed} patients of an arm failed: see the report for why.")
    tell(f"Report: {page}\nResearch software. Not medical advice.")


def _plan(request: "RunRequest", form: Format) -> None:
    """What would be run: arms, doses, amounts in all, patients, grid, evidence."""
    from kapsim.trial.plan import plan

    resolved = plan(request)
    if form is Format.JSON:
        show_json(resolved)
        return
    title, arms = resolved.pop("title"), resolved.pop("arms")
    sessions = resolved.pop("sessions")
    given, weight_kg = resolved.pop("exposure"), resolved.pop("weight_kg")
    resolved.pop("warnings")  # told already
    show_rows(arms, title=title, form=form)
    if sessions:
        show_rows(sessions, title="Sessions", form=form)
    if given:
        said = f"Given in all, as base, at the mean weight of {weight_kg:g} kg"
        show_rows(given, title=said, form=form)
    show_card(resolved)
