"""The verb `lab`: published experiments on the model's mechanisms, with verdicts."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kapsim.cli.complete import experiment_names
from kapsim.cli.console import (
    Format,
    print_whole,
    progress_bar,
    show_json,
    show_rows,
    tell,
    write,
)

if TYPE_CHECKING:
    from kapsim.lab.files import Finding
    from kapsim.lab.request import LabRequest
    from kapsim.lab.runner import Done

_FAILED = 1

app = typer.Typer(
    help="Run published experiments on the model, beside what was published.",
    no_args_is_help=True,
)

Names = Annotated[
    list[str],
    typer.Argument(
        metavar="NAME",
        help="Experiments by name, or 'all'.",
        autocompletion=experiment_names,
    ),
]
Drug = Annotated[
    list[str] | None,
    typer.Option(
        "--drug",
        help="Add an arm with this regimen, given at a time relative to the "
        "experiment's reference event, such as 'ketamine racemate 0.5 mg/kg iv over "
        "40 min@-24h'; may be repeated.",
    ),
]
Patients = Annotated[
    int | None,
    typer.Option(
        "-n", "--patients", help="Subjects per group; each experiment's own if absent."
    ),
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of every draw.")]
Output = Annotated[
    Path | None,
    typer.Option("-o", "--output", help="Directory for the files; kapsim-runs/lab."),
]
Workers = Annotated[
    int | None, typer.Option("--workers", help="Processes; one per core if absent.")
]
Form = Annotated[Format, typer.Option("--format", help="Print a table or JSON.")]


@app.command("list")
def show(form: Form = Format.TABLE) -> None:
    """List the experiments, and to which of them a drug can be added."""
    from kapsim.lab.published import names, published

    found = [published(name) for name in names()]
    found.sort(key=lambda one: (one.topic, one.name))
    rows: list[dict[str, Any]] = [
        {"name": one.name, "topic": one.topic, "title": one.title}
        | {"drug": one.takes_drug if form is Format.JSON else _yes(one.takes_drug)}
        for one in found
    ]
    title = "Experiments; drug: an arm with a drug can be added"
    show_rows(rows, title=title, form=form)


@app.command("run")
def command(
    names: Names,
    drug: Drug = None,
    patients: Patients = None,
    seed: Seed = 1,
    output: Output = None,
    workers: Workers = None,
    form: Form = Format.TABLE,
) -> None:
    """Run experiments: each published result beside the number obtained."""
    from kapsim.engine.platform import configure, core_count
    from kapsim.lab.request import requests
    from kapsim.lab.runner import DEFAULT_DIRECTORY

    configure()
    asked = requests(names, seed=seed, patients=patients, drugs=drug or ())
    directory = output or DEFAULT_DIRECTORY
    count = core_count() if workers is None else workers
    found, failed = _carry_out(asked, directory, count)
    page = _write(directory, found, [one.name for one in asked])
    _show(found, form)
    _tell_arms(found)
    for done in failed:
        tell(f"error: {done.name}: {done.error}", style="bold red")
    tell(
        f"{_summary(found)}\nFiles: {directory}{_files(found)}\nPage: {page}\n"
        "Research software. Not medical advice."
    )
    if failed:
        raise typer.Exit(_FAILED)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _carry_out(
    asked: "list[LabRequest]", directory: Path, workers: int
) -> "tuple[list[Finding], list[Done]]":
    """Run under a progress bar that counts experiments."""
    from kapsim.lab.runner import run_experiments

    with progress_bar("experiments") as bar:
        row = bar.add_task("running", total=len(asked))
        return run_experiments(
            asked,
            directory,
            workers=workers,
            on_done=lambda done: bar.update(row, advance=1, description=done.name),
        )


def _write(directory: Path, found: "list[Finding]", asked: list[str]) -> Path:
    """Figures of what was run, and the page of all that lies in the directory."""
    from kapsim.lab.files import read_finding, request_key
    from kapsim.lab.published import names
    from kapsim.report.lab.page import write_figures, write_page

    write_figures(directory, found)
    others = [
        read_finding(directory, name)
        for name in names()
        if name not in asked and request_key(directory, name) is not None
    ]
    return write_page(directory, [*found, *others])


def _show(found: "list[Finding]", form: Format) -> None:
    from kapsim.lab.files import finding_data
    from kapsim.report.lab.table import verdict_table

    if form is Format.JSON:
        shown = [finding_data(finding) for finding in found]
        show_json([{k: v for k, v in one.items() if k != "figure"} for one in shown])
        return
    for finding in found:
        print_whole(verdict_table(finding))
        write("\n")


def _tell_arms(found: "list[Finding]") -> None:
    """What the options changed, and where they changed nothing."""
    for finding in found:
        name, request = finding.published.name, finding.request
        event = finding.published.reference_event
        for drug in request["drugs"]:
            tell(f"{name}: added {drug}; time 0 is {event}. See the figure.")
        if request["patients"] not in (None, finding.patients):
            tell(f"{name}: nothing is drawn, so the number of patients has no effect.")


def _summary(found: "list[Finding]") -> str:
    """Counts of the verdicts on everything that was run."""
    from kapsim.report.lab.page import tally

    counts = tally("all", [finding.verdicts for finding in found])
    return (
        f"Experiments: {counts.experiments}. Results met: {counts.met}, missed: "
        f"{counts.missed}, not comparable: {counts.not_comparable}."
    )


def _files(found: "list[Finding]") -> str:
    """Names of the files of one experiment, or the pattern of several."""
    if not found:
        return " (none)"
    name = found[0].published.name if len(found) == 1 else "NAME"
    return f", {name}.json, {name}.csv and {name}.svg"
