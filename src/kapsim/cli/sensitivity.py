"""The verb `sensitivity`: which numbers the results of a protocol hang on."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kapsim.cli.complete import protocol_names
from kapsim.cli.console import Format, print_whole, progress_bar, show_json, tell

if TYPE_CHECKING:
    from kapsim.inference.sensitivity.request import SensitivityRequest

Name = Annotated[
    str,
    typer.Argument(
        help="Protocol file, or the name of a bundled one.",
        autocompletion=protocol_names,
    ),
]
Persons = Annotated[
    int | None, typer.Option("-n", "--persons", help="Virtual persons per arm.")
]
Trajectories = Annotated[
    int,
    typer.Option(
        "--trajectories",
        help="Trajectories of the screening; each costs a run per number.",
    ),
]
Base = Annotated[
    int,
    typer.Option(
        "--base",
        help="Base points of the design for the variance, a power of two; each costs "
        "a run per class and two more.",
    ),
]
Retained = Annotated[
    int, typer.Option("--retained", help="Numbers that the emulator has.")
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of the persons and designs.")]
Workers = Annotated[int, typer.Option("-w", "--workers", help="Worker processes.")]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="Directory for the results.")
]
Form = Annotated[Format, typer.Option("--format", help="Print a table or JSON.")]


def command(
    protocol: Name,
    persons: Persons = None,
    trajectories: Trajectories = 4,
    base: Base = 256,
    retained: Retained = 30,
    seed: Seed = 1,
    workers: Workers = 1,
    output: Output = None,
    form: Form = Format.TABLE,
) -> None:
    """Attribute the variance of key outcomes to the numbers of the model."""
    from kapsim.engine.scan import WIDTH
    from kapsim.evidence.sensitivity import read_ranking
    from kapsim.inference.sensitivity.analysis import sensitivity
    from kapsim.inference.sensitivity.request import SensitivityRequest
    from kapsim.report.sensitivity import (
        sensitivity_data,
        sensitivity_table,
        write_sensitivity,
    )
    from kapsim.trial import load_protocol

    request = SensitivityRequest(
        protocol=load_protocol(protocol),
        persons=WIDTH if persons is None else persons,
        trajectories=trajectories,
        base=base,
        retained=retained,
        seed=seed,
    )
    directory = output or default_directory(request)
    with progress_bar("simulations") as bar:
        row = bar.add_task("compiling", total=None)
        found = sensitivity(
            request,
            directory / "chunks",
            workers=workers,
            on_start=lambda total: bar.update(row, total=total),
            on_progress=lambda label, n: bar.update(row, advance=n, description=label),
        )
    page = write_sensitivity(directory, found)
    data = sensitivity_data(found)
    if form is Format.JSON:
        show_json(data)
    else:
        print_whole(sensitivity_table(read_ranking(data, "sensitivity.json")))
    names = ", ".join(f"sensitivity.{kind}" for kind in ("csv", "json", "svg"))
    tell(f"Files: {directory}, {names}\nPage: {page}")


def default_directory(request: "SensitivityRequest") -> Path:
    """Where an analysis goes that names no directory."""
    return Path("kapsim-runs") / f"sensitivity-{request.protocol.name}-{request.seed}"
