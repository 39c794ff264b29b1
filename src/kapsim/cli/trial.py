"""The verb `trial`: many virtual trials of a protocol, as a statistician sees them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kapsim.cli.complete import protocol_names
from kapsim.cli.console import Format, print_whole, progress_bar, show_json, tell
from kapsim.cli.draws import DrawsFrom
from kapsim.cli.run import warn
from kapsim.units import KapsimError

if TYPE_CHECKING:
    from kapsim.trial.power.request import TrialRequest

Name = Annotated[
    str,
    typer.Argument(
        help="Protocol file, or the name of a bundled one.",
        autocompletion=protocol_names,
    ),
]
PerArm = Annotated[
    str | None,
    typer.Option(
        "--per-arm",
        help="Patients per arm, one or more sizes separated by commas; as in the "
        "protocol if absent.",
    ),
]
Replicates = Annotated[
    int, typer.Option("--replicates", help="Virtual trials of each size.")
]
Cohort = Annotated[
    int | None,
    typer.Option("--cohort", help="Persons that the trials draw their patients from."),
]
Draws = Annotated[
    int,
    typer.Option("--draws", help="Draws of the parameters, for assurance; 0 for none."),
]
Seed = Annotated[
    int, typer.Option("--seed", help="Seed of the people and of the trials.")
]
Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="Directory for the results.")
]
Workers = Annotated[
    int | None, typer.Option(help="Worker processes; one for each core if absent.")
]
Form = Annotated[Format, typer.Option("--format", help="Print a table or JSON.")]


def command(
    protocol: Name,
    per_arm: PerArm = None,
    replicates: Replicates = 1000,
    cohort: Cohort = None,
    draws: Draws = 0,
    draws_from: DrawsFrom = None,
    seed: Seed = 1,
    output: Output = None,
    workers: Workers = None,
    form: Form = Format.TABLE,
) -> None:
    """Power, error rates, bias and blinding of a trial, from many virtual ones."""
    from kapsim.engine.platform import core_count
    from kapsim.report.trial import power_table, write_trial_report
    from kapsim.trial import load_protocol
    from kapsim.trial.parameters.draws_from import read_draws_from
    from kapsim.trial.power.monte_carlo import too_few
    from kapsim.trial.power.request import COHORT, TrialRequest
    from kapsim.trial.power.runner import execute

    request = TrialRequest(
        protocol=load_protocol(protocol),
        per_arm=_sizes(per_arm),
        replicates=replicates,
        seed=seed,
        cohort=COHORT if cohort is None else cohort,
        draws=draws,
        draws_from=read_draws_from(draws_from),
    )
    warn(request.protocol, protocol)
    few = too_few(replicates)
    if few:
        tell(f"warning: {few}", style="bold yellow")
    directory = output or default_directory(request)
    with progress_bar("trials") as bar:
        row = bar.add_task("starting", total=request.trials)
        data = execute(
            request,
            directory,
            workers=core_count() if workers is None else workers,
            on_progress=lambda label, n: bar.update(row, advance=n),
            on_stage=lambda stage: bar.update(row, description=stage),
        )
    page = write_trial_report(directory)
    if form is Format.JSON:
        show_json(data)
    else:
        print_whole(power_table(data))
    tell(f"Files: {directory}\nReport: {page}\nResearch software. Not medical advice.")


def default_directory(request: "TrialRequest") -> Path:
    """Where virtual trials go that name no directory."""
    return Path("kapsim-runs") / f"trial-{request.protocol.name}-{request.seed}"


def _sizes(text: str | None) -> tuple[int, ...]:
    """Sizes of arms, as written on the command line."""
    parts = [part.strip() for part in (text or "").split(",") if part.strip()]
    wrong = next((part for part in parts if not part.isdecimal()), None)
    if wrong is not None:
        raise KapsimError(
            f"--per-arm: {wrong!r} is no number of patients. Write whole numbers "
            "separated by commas, such as 40,60,80."
        )
    return tuple(int(part) for part in parts)
