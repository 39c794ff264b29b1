"""The verb `describe`: mechanisms and records."""

import json

import pytest

from kapsim.cli.describe import mechanisms
from kapsim.cli.main import main
from kapsim.engine import records
from kapsim.evidence import library


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "240")


def test_the_list_has_every_mechanism(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    found = {(row["room"], row["mechanism"]): row for row in rows}
    assert len(found) == len(rows) == len(mechanisms())
    assert {"drug", "brain", "mind", "therapy"} <= {row["room"] for row in rows}
    surge = found["brain", "Surge"]
    assert (surge["about"], surge["numbers"]) == ("Surge G [1], between 0 and 1.", 2)


@pytest.mark.parametrize("name", ["Surge", "surge"])
def test_a_mechanism_shows_equations_and_numbers(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["describe", name]) == 0
    out = capsys.readouterr().out
    assert "dG/dt = k_g * phi * (1 - G) - G / tau_g" in out
    for record in ("brain.surge.k_g", "brain.surge.tau_g"):
        row = next(line for line in out.splitlines() if record in line)
        assert library().parameter(record).quantity_text in row
        assert library().parameter(record).basis in row


def test_every_mechanism_can_be_described(capsys: pytest.CaptureFixture[str]) -> None:
    for _, kind in mechanisms():
        assert main(["describe", kind.__name__, "--format", "json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert set(told["parameters"]) == set(records(kind))
        assert told["about"]


def test_a_record_says_all_that_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "drug.intravenous.cl"]) == 0
    out = capsys.readouterr().out
    record = library().parameter("drug.intravenous.cl")
    assert record.locator
    assert "95.2" in out
    assert "L/h" in out
    assert record.locator in out
    assert "read in a transcription" in out
    assert "covariance drug.intravenous.v1 0.02261" in out
    assert "10.1007/s00228-015-1826-y" in out


def test_a_record_as_json_has_no_infinity(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "drug.intravenous.cl", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["bounds"][1] is None
    assert told["value"] == 95.2


def test_an_unknown_name_suggests_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["describe", "brain.surge.tau"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "neither a mechanism nor a record. Did you mean brain.surge.tau_g" in err
    assert main(["describe", "Surg"]) == 2
    assert "Did you mean Surge" in capsys.readouterr().err
    assert main(["describe", "qqqqqq"]) == 2
    assert "Did you mean" not in capsys.readouterr().err
