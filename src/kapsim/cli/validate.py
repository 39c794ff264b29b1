"""The verb `validate`: published figures against trials of their size."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kapsim.cli.console import Format, print_whole, progress_bar, show_json, tell
from kapsim.cli.draws import DrawsFrom

if TYPE_CHECKING:
    from kapsim.trial.external.request import ValidationRequest

Given = Annotated[
    list[str],
    typer.Argument(
        metavar="PROTOCOL|FOLDER...",
        help="Protocol files with a published block, folders of them, or names of "
        "bundled protocols.",
        show_default=False,
    ),
]
Persons = Annotated[
    int | None,
    typer.Option("-n", "--persons", help="Virtual persons that trials draw from."),
]
Replicates = Annotated[
    int | None, typer.Option("--replicates", help="Trials of the published size.")
]
Draws = Annotated[
    int | None,
    typer.Option(
        "--draws",
        help="Draws of the parameters, which the interval holds too; each costs a "
        "cohort. 24 if absent; 0 for the recorded parameters alone.",
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of persons, trials and draws.")]
Role = Annotated[
    str | None,
    typer.Option(
        "--role", help="Only studies of this role: calibration or development_check."
    ),
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="Directory for the results.")
]
Form = Annotated[Format, typer.Option("--format", help="Print tables or JSON.")]


def command(
    given: Given,
    persons: Persons = None,
    replicates: Replicates = None,
    draws: Draws = None,
    draws_from: DrawsFrom = None,
    seed: Seed = 1,
    role: Role = None,
    output: Output = None,
    form: Form = Format.TABLE,
) -> None:
    """Hold published figures against virtual trials of their size.

    Exit code 1 if no study could be simulated, 2 if none could be read.
    """
    from kapsim.report.validation import validation_data, write_validation
    from kapsim.report.validation_table import figures_table, sums_table
    from kapsim.trial.external import validation
    from kapsim.trial.external.request import (
        PERSONS,
        REPLICATES,
        ValidationRequest,
        read_role,
    )
    from kapsim.trial.parameters.draws_from import DRAWS, read_draws_from

    number = REPLICATES if replicates is None else replicates
    request = ValidationRequest(
        given=tuple(given),
        role=None if role is None else read_role(role),
        persons=PERSONS if persons is None else persons,
        replicates=number,
        draws=min(DRAWS, number) if draws is None else draws,
        draws_from=read_draws_from(draws_from),
        seed=seed,
    )
    directory = output or default_directory(request)
    with progress_bar("steps") as bar:
        row = bar.add_task("compiling", total=None)
        found = validation.validate(
            request,
            on_start=lambda total: bar.update(row, total=total),
            on_progress=lambda label, n: bar.update(row, advance=n, description=label),
        )
    page = write_validation(directory, found)
    if form is Format.JSON:
        show_json(validation_data(found))
    else:
        print_whole(figures_table(found))
        print_whole(sums_table(found))
    for one in found.failures:
        tell(f"Failed: {one.name}: {one.error}", style="bold red")
    names = ", ".join(f"validation.{kind}" for kind in ("csv", "json", "svg"))
    tell(f"Files: {directory}, {names}\nPage: {page}")
    if found.table.empty:
        raise typer.Exit(1)


def default_directory(request: "ValidationRequest") -> Path:
    """Where a validation goes that names no directory."""
    stem = Path(request.given[0]).resolve().stem
    more = "" if len(request.given) == 1 else f"-and-{len(request.given) - 1}"
    return Path("kapsim-runs") / f"validate-{stem}{more}-{request.seed}"
