"""The verb `ablate`: a trial with one piece of the model taken out at a time."""

from pathlib import Path
from typing import Annotated

import typer

from kapsim.cli.complete import protocol_names
from kapsim.cli.console import Format, print_whole, progress_bar, show_json, tell


def command(
    protocol: Annotated[
        str,
        typer.Argument(
            help="Protocol file, or the name of a bundled one.",
            autocompletion=protocol_names,
        ),
    ],
    patients: Annotated[
        int | None,
        typer.Option("-n", "--patients", help="Virtual patients per arm."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the patients.")] = 1,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", help="Directory for the tables; none is written without."
        ),
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="Print a table or JSON.")
    ] = Format.TABLE,
) -> None:
    """Take one piece out after the other, in the same patients with the same luck."""
    from kapsim.engine.platform import configure
    from kapsim.report.ablation_table import (
        ablation_data,
        ablation_table,
        write_ablation,
    )
    from kapsim.trial import RunRequest, load_protocol
    from kapsim.trial.request import per_arm
    from kapsim.trial.variations.ablation import ablate, variants

    configure()
    loaded = load_protocol(protocol)
    request = RunRequest(protocol=loaded, patients=per_arm(loaded, patients), seed=seed)
    with progress_bar("patients") as bar:
        row = bar.add_task("compiling", total=variants() * request.total)
        ablated = ablate(
            request,
            lambda label, more: bar.update(row, advance=more, description=label),
        )
    if output is not None:
        write_ablation(output, request, ablated)
    if form is Format.JSON:
        show_json(ablation_data(request, ablated))
    else:
        print_whole(ablation_table(ablated))
    if output is not None:
        tell(f"Written: {output}, ablation.json, verdicts.csv and visits.csv")
