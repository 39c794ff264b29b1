"""The verb `sweep`: when therapy should start, as the model sees it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kapsim.cli.complete import protocol_names
from kapsim.cli.console import Format, print_whole, progress_bar, show_json, tell
from kapsim.cli.draws import DrawsFrom

if TYPE_CHECKING:
    from kapsim.trial.variations.sweep_request import SweepRequest

_DELAYS = "0 d,1 d,2 d,4 d,7 d,14 d,28 d"


Name = Annotated[
    str,
    typer.Argument(
        help="Protocol file, or the name of a bundled one.",
        autocompletion=protocol_names,
    ),
]
After = Annotated[
    str,
    typer.Option(
        "--therapy-after",
        help="Times from the start of the last dose to the first session, separated "
        "by commas.",
    ),
]
Draws = Annotated[int, typer.Option("--draws", help="Draws of the parameters.")]
Patients = Annotated[
    int | None, typer.Option("-n", "--patients", help="Virtual patients per arm.")
]
Seed = Annotated[
    int, typer.Option("--seed", help="Seed of the patients and of the draws.")
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="Directory for the results.")
]
At = Annotated[
    str | None,
    typer.Option("--at", help="Visit at which therapy is judged; else the last."),
]
Scale = Annotated[
    str | None,
    typer.Option("--measure", help="Scale; else that of the first endpoint."),
]
Form = Annotated[Format, typer.Option("--format", help="Print a table or JSON.")]


def command(
    protocol: Name,
    after: After = _DELAYS,
    draws: Draws = 24,
    draws_from: DrawsFrom = None,
    patients: Patients = None,
    seed: Seed = 1,
    output: Output = None,
    at: At = None,
    measure: Scale = None,
    form: Form = Format.TABLE,
) -> None:
    """Move the start of therapy after the last dose, with parameter uncertainty."""
    from kapsim.report.sweep import sweep_data, sweep_table, write_sweep
    from kapsim.trial import load_protocol
    from kapsim.trial.parameters.draws_from import read_draws_from
    from kapsim.trial.variations.sweep import sweep
    from kapsim.trial.variations.sweep_request import (
        PATIENTS,
        SweepRequest,
        read_measure,
    )

    request = SweepRequest(
        protocol=load_protocol(protocol),
        delays=tuple(part.strip() for part in after.split(",") if part.strip()),
        draws=draws,
        draws_from=read_draws_from(draws_from),
        patients=PATIENTS if patients is None else patients,
        seed=seed,
        visit=at,
        measure=None if measure is None else read_measure(measure),
    )
    directory = output or default_directory(request)
    with progress_bar("courses") as bar:
        row = bar.add_task("compiling", total=request.courses)
        table = sweep(
            request,
            directory / "chunks",
            on_progress=lambda label, n: bar.update(row, advance=n, description=label),
        )
    page = write_sweep(directory, request, table)
    if form is Format.JSON:
        show_json(sweep_data(request, table))
    else:
        print_whole(sweep_table(request, table))
    tell(f"Files: {directory}, sweep.csv, sweep.json and sweep.svg\nPage: {page}")


def default_directory(request: "SweepRequest") -> Path:
    """Where a sweep goes that names no directory."""
    return Path("kapsim-runs") / f"sweep-{request.protocol.name}-{request.seed}"
