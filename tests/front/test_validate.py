"""What is made of a validation: sums, files, figure, and what the verb says."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kapsim.cli.main import main
from kapsim.engine.progress import OnProgress, silent
from kapsim.report.validation import validation_data, write_validation
from kapsim.report.validation_forest import forest_panels
from kapsim.report.validation_table import figures_table, sums_table
from kapsim.trial.external.request import ValidationRequest
from kapsim.trial.external.studies import Failure
from kapsim.trial.external.sums import sums
from kapsim.trial.external.table import COLUMNS
from kapsim.trial.external.validation import Validation
from tests.front import tiny

NOT = math.nan
PLACES: dict[str, dict[str, Any]] = {
    "change": {"metric": "change_mean", "unit": "points", "scale": 1.0},
    "share": {"metric": "response_percent", "unit": "percent points", "scale": 5.0},
    "ratio": {"metric": "relapse_hazard_ratio", "unit": "ratio", "scale": 0.2},
    "days": {"metric": "median_days_to_relapse", "unit": "days", "scale": 1.0},
    "baseline": {"metric": "mean", "unit": "points", "scale": 1.0},
}
FILES = {
    "validation.csv",
    "validation.json",
    "validation.svg",
    "validation.html",
}


def row(study: str, what: str, observed: float, **changes: Any) -> dict[str, Any]:
    """A figure whose prediction is two lower, with an interval of four either side."""
    place = PLACES[what]
    step, value = place["scale"], observed - 2 * place["scale"]
    low, high = value - 4 * step, value + 4 * step
    made = {
        "study": study,
        "role": "calibration",
        "arm": "spray",
        "versus": "placebo" if what == "ratio" else "",
        "visit": "day 8",
        "day": 7.0,
        "since": "",
        "among": "response" if what in ("ratio", "days") else "",
        "measure": "MADRS",
        "metric": place["metric"],
        "unit": place["unit"],
        "observed": observed,
        "observed_low": NOT,
        "observed_high": NOT,
        "n": 20,
        "predicted": value,
        "sd": step,
        "low": low,
        "high": high,
        "inside": True,
        "error": -2 * step,
        "log_score": -2.0,
        "naive": NOT,
        "naive_low": NOT,
        "naive_high": NOT,
        "naive_inside": False,
        "naive_error": NOT,
        "naive_log_score": NOT,
        "naive_from": "",
        "scored": what != "baseline",
        "note": "",
        "source": "daly_2018",
        "grade": "recalled",
    }
    return made | changes


def table() -> pd.DataFrame:
    """Two studies; the naive predictor knows one figure, which it hits."""
    plain = {"naive": -9.0, "naive_low": -20.0, "naive_high": 2.0}
    plain |= {"naive_inside": True, "naive_error": 1.0, "naive_log_score": -3.0}
    plain |= {"naive_from": "2 arms of 2 trials: nasal esketamine, 3 to 10 d"}
    rows = [
        row("one", "baseline", 34.0),
        row("one", "change", -10.0, **plain),
        row("one", "change", -16.0, inside=False, high=-17.0, log_score=-8.0),
        row("one", "share", 40.0),
        row("two", "ratio", 0.9),
        row("two", "days", 40.0, high=math.inf),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def found(request: ValidationRequest | None = None) -> Validation:
    """What came of validating them."""
    return Validation(
        request=request or ValidationRequest(given=("one.yaml", "two.yaml"), draws=0),
        table=table(),
        titles={"one": "The <first> study", "two": "The second"},
        notes={"one": ("spray: 20, the largest published n.",), "two": ()},
        failures=(Failure("bad.yaml", "not a protocol"),),
        skipped=(Failure("bare", "it has no published figures."),),
    )


def test_sums_of_each_study_and_of_all() -> None:
    one, two, every = sums(table())
    assert [entry["study"] for entry in (one, two, every)] == ["one", "two", "all"]
    assert (one["figures"], one["scored"], one["inside"]) == (4, 3, 2)
    assert one["coverage"] == pytest.approx(2 / 3)
    assert one["log_score"] == pytest.approx(-4.0)
    assert (one["common"], one["common_log_score"]) == (1, -2.0)
    assert (one["naive_log_score"], one["naive_inside"]) == (-3.0, 1)
    assert two["naive_log_score"] is None
    change, share = one["errors"]
    assert (change["what"], change["unit"]) == ("mean change, MADRS", "points")
    assert (change["scored"], change["mean_absolute_error"]) == (2, 2.0)
    assert (change["common"], change["naive_error"]) == (1, 1.0)
    assert share["mean_absolute_error"] == pytest.approx(10.0)
    assert len(every["errors"]) == 4


def test_files_hold_what_was_found(tmp_path: Path) -> None:
    page = write_validation(tmp_path / "new", found())
    assert {path.name for path in page.parent.iterdir()} == FILES
    told = pd.read_csv(page.parent / "validation.csv", keep_default_na=False)
    assert list(told.columns) == list(COLUMNS)
    assert len(told) == 6
    data = json.loads((page.parent / "validation.json").read_text())
    assert data == json.loads(json.dumps(validation_data(found())))
    assert data["figures"][5]["high"] is None
    assert "not what is unknown of the model" in data["interval"]
    html = page.read_text()
    for said in (
        "Not medical advice",
        "not what is unknown of the model",
        "random-effects mean",
        "The &lt;first&gt; study",
        "bad.yaml",
        "it has no published figures.",
        "spray: 20, the largest published n.",
        "Published figure from memory.",
        "2 arms of 2 trials: nasal esketamine",
        "−12.0",
    ):
        assert said in html, said
    assert "://" not in html.replace("http://www.w3.org/2000/svg", "")
    assert "NaN" not in html


def test_the_figure_has_a_lane_for_each_scored_figure() -> None:
    panels = forest_panels(table())
    titles = [panel.title for panel in panels]
    assert titles == [
        "one: points of the scale",
        "one: percent, or percent points",
        "two: ratios",
        "two: days",
    ]
    changes = str(panels[0].drawn)
    # the key has one of each, and the lanes one inside and one outside
    assert changes.count('class="hollow c1"') == 2
    assert changes.count('class="point c1"') == 2
    assert changes.count('class="bar thin plain"') == 2
    assert "MADRS score" not in changes
    assert "nan" not in "".join(str(panel.drawn) for panel in panels)
    assert "observed −16.0; predicted −18.0" in panels[0].said


def test_tables_have_a_line_per_figure_and_per_study() -> None:
    lines = figures_table(found())
    cells = [list(column.cells) for column in lines.columns]
    assert len(cells[0]) == 6 + 2
    assert "day 8, MADRS median to relapse, responders" in cells[1]
    assert "−22.0 to −17.0  *" in cells[5]
    assert "not scored" in cells[6]
    assert "32 to not reached" not in cells[5]
    assert "34 to not reached" in cells[5]
    assert "−9.0 (−20.0 to 2.0)" in cells[8]
    caption = str(lines.caption)
    for said in ("bad.yaml: not a protocol", "Left out: bare", "not independent"):
        assert said in caption, said
    totals = [list(column.cells) for column in sums_table(found()).columns]
    assert totals[1] == ["3 of 4", "2 of 2", "5 of 6"]
    assert totals[2] == ["2 (67 %)", "2 (100 %)", "4 (80 %)"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[ValidationRequest]:
    """Requests that reached the validation, in the place of which stands a table."""
    requests: list[ValidationRequest] = []

    def validate(
        request: ValidationRequest,
        *,
        on_start: Callable[[int], None] = lambda total: None,
        on_progress: OnProgress = silent,
    ) -> Validation:
        requests.append(request)
        on_start(4)
        on_progress("one", 4)
        return found(request)

    monkeypatch.setattr("kapsim.trial.external.validation.validate", validate)
    monkeypatch.setenv("COLUMNS", "160")
    return requests


def test_the_verb_writes_and_shows(
    asked: list[ValidationRequest], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["validate", "one.yaml", "two.yaml", "-n", "7", "--replicates", "90"]
    command += ["--draws", "3", "--seed", "5", "--role", "development_check"]
    command += ["--draws-from", "assumptions"]
    command += ["-o", str(tmp_path)]
    assert main(command) == 0
    (request,) = asked
    assert request.given == ("one.yaml", "two.yaml")
    assert (request.persons, request.replicates, request.draws) == (7, 90, 3)
    assert (request.seed, request.role) == (5, "development_check")
    out, err = capsys.readouterr()
    assert "3 draws of what is assumed" in " ".join(out.split())
    assert "Research software. Not medical advice." in out
    assert "Failed: bad.yaml: not a protocol" in err
    assert f"Page: {tmp_path / 'validation.html'}" in " ".join(err.split())

    assert main([*command, "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["request"]["draws"] == 3
    assert len(data["figures"]) == 6


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["no-such-name"], "no such file and no bundled protocol"),
        (["kap-2x2"], "it has no published figures"),
        (["synapse", "--role", "fit"], "there is no role 'fit'"),
        (["synapse", "--replicates", "1"], "2 replicates or more"),
    ],
)
def test_what_cannot_be_validated_is_refused(
    capsys: pytest.CaptureFixture[str], command: list[str], said: str
) -> None:
    assert main(["validate", *command]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_a_study_that_cannot_be_simulated_ends_with_code_1(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: Any) -> None:
        raise ValueError("planted")

    monkeypatch.setattr("kapsim.trial.external.validation.prepare_all", broken)
    assert main(["validate", "synapse", "-o", str(tmp_path)]) == 1
    assert "synapse: ValueError: planted" in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == FILES


@pytest.mark.slow
def test_a_file_from_anywhere_is_simulated(
    compiled: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tiny.text((tiny.SPRAY, tiny.PLACEBO))
    figure = "{arm: spray, at: day 8, measure: MADRS, source: daly_2018, grade: seen, "
    text += "published:\n"
    text += f"  - {figure} metric: change_mean, value: -10, sd: 9, n: 12}}\n"
    text += f"  - {figure} metric: mean_difference, versus: placebo, value: -4}}\n"
    (tmp_path / "mine.yaml").write_text(text)
    command = ["validate", str(tmp_path), "-n", "2048", "--replicates", "400"]
    command += ["--draws", "0"]
    command += ["-o", str(tmp_path / "out"), "--format", "json"]
    assert main(command) == 0
    first = json.loads(capsys.readouterr().out)
    change, contrast = first["figures"]
    assert change["low"] < change["predicted"] < change["high"]
    assert change["sd"] < contrast["sd"]  # two arms against one
    assert change["n"] == 12
    assert main(command) == 0
    again = json.loads(capsys.readouterr().out)
    assert again == first
