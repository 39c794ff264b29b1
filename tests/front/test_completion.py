"""Names offered by the shell after Tab: the bundled ones, without loading anything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kapsim.cli.complete import experiment_names, protocol_names
from kapsim.lab.published import names
from kapsim.trial.loading import bundled_names
from tests.front.test_main import HEAVY

LOADED_BY_VERBS = [name for name in HEAVY if name != "pydantic"]
"""What must not be waited for; Typer itself reads arguments with pydantic."""


def offered(line: str) -> list[str]:
    """What bash is offered at the end of a line."""
    words = {"COMP_WORDS": line, "COMP_CWORD": str(len(line.split(" ")) - 1)}
    program = (
        "import sys, atexit; from kapsim.cli.main import main\n"
        f"heavy = lambda: set({LOADED_BY_VERBS}) & set(sys.modules)\n"
        "atexit.register(lambda: sys.stderr.write(' '.join(heavy())))\n"
        "main([])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **words, "_KAPSIM_COMPLETE": "complete_bash"},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


def test_all_names_are_offered() -> None:
    assert protocol_names("") == list(bundled_names())
    assert experiment_names("") == ["all", *names()]
    assert "all" not in experiment_names("b")


@pytest.mark.parametrize("verb", ["run", "trial", "sweep", "ablate", "sensitivity"])
def test_protocols_are_offered_to_every_verb_that_takes_one(verb: str) -> None:
    assert offered(f"kapsim {verb} kap-") == ["kap-2x2"]


def test_experiments_and_verbs_are_offered() -> None:
    assert offered("kapsim lab run sleeper") == ["sleeper-effect"]
    assert offered("kapsim ru") == ["run"]


def test_completion_is_installed_for_a_shell(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kapsim", "--install-completion", "bash"],
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    written = "".join(path.read_text() for path in tmp_path.rglob("*.sh"))
    assert "_KAPSIM_COMPLETE=complete_bash" in written
