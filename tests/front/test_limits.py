"""A protocol that breaks a limit runs, and nobody can miss that it does."""

import json
import warnings
from pathlib import Path

import pytest
from rich.console import Console

from kapsim.cli.main import main
from kapsim.report import terminal_table, write_report
from kapsim.trial import run
from kapsim.trial.cautions import ProtocolWarning
from kapsim.trial.protocol import Protocol
from kapsim.trial.request import RunRequest, per_arm
from kapsim.trial.runner import execute
from tests.front import tiny
from tests.front.test_report import Page

pytestmark = pytest.mark.usefixtures("compiled")

MUCH = tiny.SPRAY.replace("84 mg", "112 mg")
USUAL = tiny.SPRAY.replace("84 mg", "56 mg").replace("spray", "usual", 1)
SAID = "day 1: 112 mg of nasal esketamine; by the label the most in a session is 84 mg."


def write(place: Path, arms: tuple[str, ...], more: str = "") -> Path:
    path = place / "tiny.yaml"
    path.write_text(tiny.text(arms) + more, encoding="utf-8")
    return path


FEW = ("-n", "20", "--seed", "1", "--draws", "0")


def request(protocol: Protocol, patients: int = 20, seed: int = 1) -> RunRequest:
    """A run without draws of the parameters."""
    many = per_arm(protocol, patients)
    return RunRequest(protocol=protocol, patients=many, seed=seed, draws=0)


def test_112_mg_runs_with_a_warning_that_everything_repeats(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file, place = write(tmp_path, (MUCH, tiny.PLACEBO)), tmp_path / "run"
    assert main(["run", str(file), *FEW, "-o", str(place)]) == 0
    out, err = capfd.readouterr()
    assert f"warning: arm 'spray', {SAID} [label]" in err
    assert err.index(SAID) < err.index("report.html")
    assert "Warning: arm 'spray', day 1: 112 mg" in " ".join(out.split())

    told = json.loads((place / "provenance.json").read_text())["warnings"]
    assert [one["arm"] for one in told] == ["spray", "spray"]
    assert told[0]["said"] == SAID
    assert told[0]["sources"] == ["label_spravato"]
    page = (place / "report.html").read_text("utf-8")
    assert page.index(SAID) < page.index('<section id="results">')
    assert 'class="banner warned"' in page
    assert "SPRAVATO" in (place / "citations.bib").read_text("utf-8")
    linked = page.partition(SAID)[2].partition("</li>")[0]
    number = linked.partition('href="#source-')[2].partition('"')[0]
    assert f'id="source-{number}"' in page


def test_a_usual_dose_is_told_of_nowhere(tmp_path: Path) -> None:
    asked = tiny.protocol((USUAL, tiny.PLACEBO))
    done = execute(request(asked), tmp_path / "run")
    assert done.warnings() == ()
    assert (
        json.loads((done.directory / "provenance.json").read_text())["warnings"] == []
    )
    assert 'id="warnings"' not in write_report(done.directory).read_text("utf-8")


def test_an_override_without_effect_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    changed = "parameters: {drug.midazolam.cl: 0.4, drug.nasal.device: 14}\n"
    file = write(tmp_path, (USUAL,), changed)
    assert main(["run", str(file), "--dry-run"]) == 0
    err = capfd.readouterr().err
    assert "parameters.drug.midazolam.cl (" in err
    assert "no arm reads it, so it changes nothing. [override]" in err
    assert "drug.nasal.device" not in err


def test_python_warns_too(tmp_path: Path) -> None:
    asked = tiny.protocol((MUCH,))
    with pytest.warns(ProtocolWarning, match="112 mg of nasal esketamine"):
        done = run(asked, patients=20, seed=1, draws=0, directory=tmp_path / "run")
    assert [one.kind for one in done.warnings()] == ["label", "label"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        usual = tiny.protocol((USUAL,))
        run(usual, patients=20, seed=1, draws=0, directory=tmp_path / "usual")


def test_names_in_warnings_are_only_text(tmp_path: Path) -> None:
    hostile = MUCH.replace("name: spray", "name: '[red]<b>a'")
    asked = tiny.protocol((hostile,))
    done = execute(request(asked), tmp_path / "run")
    page = Page(write_report(done.directory).read_text("utf-8"))
    assert f"[red]<b>a : {SAID}" in page.text
    console = Console(width=200)
    with console.capture() as shown:
        told = [one.text for one in done.warnings()]
        console.print(terminal_table(done.summary(), told))
    assert "arm '[red]<b>a', day 1: 112 mg" in shown.get()
