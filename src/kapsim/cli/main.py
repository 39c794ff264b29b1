"""The program `kapsim`: its verbs, and what it says when one fails.

Exit codes: 0 done; 1 ran but a check failed, or a fault of kapsim's own; 2 a request
that cannot be carried out; 3 interrupted, and can be resumed.
"""

import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from kapsim import __version__
from kapsim.cli import (
    ablate,
    ask,
    calibrate,
    check_answer,
    describe,
    doctor,
    dose,
    evidence,
    lab,
    library,
    protocols,
    rerun,
    run,
    schema,
    sensitivity,
    sweep,
    trial,
    validate,
)
from kapsim.cli.console import tell, write
from kapsim.units import KapsimError

DONE, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 3
_TYPER_INTERRUPTED = 130

app = typer.Typer(
    name="kapsim",
    help="An executable, cited model of ketamine-assisted therapy for depression.",
    epilog="A research tool. Not medical advice, and never a dosing adviser.",
    no_args_is_help=True,
)
app.command("run")(run.command)
app.command("rerun")(rerun.command)
app.command("ablate")(ablate.command)
app.command("sweep")(sweep.command)
app.command("trial")(trial.command)
app.command("validate")(validate.command)
app.command("calibrate")(calibrate.command)
app.command("sensitivity")(sensitivity.command)
app.command("dose")(dose.command)
app.add_typer(lab.app, name="lab")
app.command("ask")(ask.command)
app.command("check-answer")(check_answer.command)
app.add_typer(library.app, name="library")
app.command("protocols")(protocols.command)
app.command("schema")(schema.command)
app.command("describe")(describe.command)
app.command("evidence")(evidence.command)
app.command("doctor")(doctor.command)


def _version(wanted: bool) -> bool:
    if wanted:
        write(f"kapsim {__version__}\n")
        raise typer.Exit
    return wanted


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "-V",
            "--version",
            help="Show the version.",
            callback=_version,
            is_eager=True,
        ),
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error.")
    ] = False,
) -> None:
    """Options of all verbs; `main` reads `--debug` wherever it stands."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    argv
        Arguments after the program's name; those of the process if None.

    Returns
    -------
    int
        Exit code: 0 done, 1 failed, 2 refused, 3 interrupted.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in arguments
    try:
        return _run([argument for argument in arguments if argument != "--debug"])
    except KeyboardInterrupt:
        return _interrupted()
    except (KapsimError, OSError, MemoryError) as error:
        _trace(debug)
        tell(f"error: {error}", style="bold red")
        return REFUSED
    except Exception as error:
        _trace(debug)
        tell(
            f"error: {type(error).__name__}: {error}\nThis is a bug in kapsim. Please "
            "report it with your command, this message, the output of `kapsim doctor` "
            "and, if you can, that of the same command with --debug.",
            style="bold red",
        )
        return FAILED


def _run(arguments: list[str]) -> int:
    """Exit code of the program's verbs; errors of kapsim's own come through."""
    try:
        typer.main.get_command(app)(args=arguments, prog_name="kapsim")
    except SystemExit as end:
        if end.code == _TYPER_INTERRUPTED:
            return _interrupted()
        return end.code if isinstance(end.code, int) else DONE
    return DONE


def _interrupted() -> int:
    tell("Interrupted. Run the same command again to resume.")
    return INTERRUPTED


def _trace(debug: bool) -> None:
    if debug:
        tell(traceback.format_exc())
