"""What every verb shares: help, exit codes, one clear message for an error."""

import os
import subprocess
import sys
from typing import NoReturn

import pytest

import kapsim.evidence
from kapsim import __version__
from kapsim.cli.main import main
from kapsim.units import KapsimError

HEAVY = ("jax", "equinox", "numpy", "pandas", "pyarrow", "pydantic", "scipy", "xarray")


class OutOfPaperError(KapsimError):
    """A planted error of the reader's to put right."""


def fail_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the verb `evidence` end in this error."""

    def library() -> NoReturn:
        raise error

    monkeypatch.setattr(kapsim.evidence, "library", library)


def in_one_line(text: str) -> str:
    """Text without line breaks, frames and runs of spaces."""
    return " ".join(text.replace("│", " ").split())


def test_help_names_every_verb_and_gives_no_advice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--help"]) == 0
    out, err = capsys.readouterr()
    for verb in ("describe", "evidence", "doctor", "protocols", "schema"):
        assert f" {verb} " in out
    assert "Not medical advice" in out
    assert err == ""


@pytest.mark.parametrize(
    "verb", ["describe", "evidence", "doctor", "protocols", "schema"]
)
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([verb, "--help"]) == 0
    assert f"kapsim {verb}" in capsys.readouterr().out


@pytest.mark.parametrize(("planted", "code"), [("", 0), ("import numpy;", 1)])
def test_help_loads_nothing_heavy(planted: str, code: int) -> None:
    program = (
        f"import sys; {planted} from kapsim.cli.main import main; main(['--help']); "
        f"sys.exit(bool(set({HEAVY}) & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True)
    assert (done.returncode, done.stderr) == (code, b"")


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_version(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([option]) == 0
    assert capsys.readouterr().out == f"kapsim {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bogus"], "No such command 'bogus'"),
        (["evidence", "--bogus"], "No such option: --bogus"),
        (["evidence", "--format", "pdf"], "'pdf' is not one of 'table', 'json'"),
        (["evidence", "--assumed", "--csl"], "choose one of the lists"),
    ],
)
def test_a_wrong_command_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in in_one_line(err)


@pytest.mark.parametrize(
    "error",
    [OutOfPaperError("No paper. [bold]Add[/bold] some."), OSError("No paper.")],
    ids=["ours", "of the system"],
)
def test_a_refusal_is_one_line_without_traceback(
    error: Exception,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fail_with(error, monkeypatch)
    assert main(["evidence"]) == 2
    assert capsys.readouterr() == ("", f"error: {error}\n")


@pytest.mark.parametrize("place", [0, 1])
def test_debug_shows_the_traceback_wherever_it_stands(
    place: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(OutOfPaperError("No paper."), monkeypatch)
    arguments = ["evidence"]
    arguments.insert(place, "--debug")
    assert main(arguments) == 2
    err = capsys.readouterr().err
    assert "Traceback (most recent call last)" in err
    assert err.endswith("error: No paper.\n")


def test_a_fault_of_our_own_asks_for_a_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(TypeError("unexpected"), monkeypatch)
    assert main(["evidence"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(
        "error: TypeError: unexpected\nThis is a bug in kapsim. Please"
    )
    assert "Traceback" not in err


def test_an_interrupted_run_says_that_it_can_be_resumed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_with(KeyboardInterrupt(), monkeypatch)
    assert main(["evidence"]) == 3
    assert capsys.readouterr() == (
        "",
        "Interrupted. Run the same command again to resume.\n",
    )


@pytest.mark.parametrize(
    "arguments",
    [["-V"], ["evidence", "--sources"], ["evidence", "--sources", "--format", "json"]],
    ids=["version", "table", "json"],
)
def test_a_reader_that_stops_reading_is_no_error(arguments: list[str]) -> None:
    program = "import sys; from kapsim.cli.main import main; sys.exit(main())"
    command = [sys.executable, "-c", program, *arguments]
    buffered = {k: v for k, v in os.environ.items() if k != "PYTHONUNBUFFERED"}
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdout=pipe, stderr=pipe, text=True, env=buffered
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""


def test_the_package_is_a_program_too() -> None:
    command = [sys.executable, "-m", "kapsim", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert __version__ in done.stdout
