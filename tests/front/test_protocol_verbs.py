"""The verbs that show the protocol format and the bundled protocols."""

import json

import pytest

from kapsim.cli.main import main
from kapsim.trial.loading import bundled_names
from kapsim.trial.protocol import Protocol


def test_schema_is_json_that_names_every_field(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["schema"]) == 0
    streams = capsys.readouterr()
    printed = json.loads(streams.out)
    assert set(printed["properties"]) == set(Protocol.model_fields)
    assert printed["$schema"].startswith("https://json-schema.org/draft/2020-12")
    amount = printed["$defs"]["Treatment"]["properties"]["amount"]
    assert "0.5 mg/kg" in json.dumps(amount)
    assert streams.err == ""


def test_schema_knows_the_short_way_of_writing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["schema"]) == 0
    printed = json.loads(capsys.readouterr().out)
    words, whole = printed["$defs"]["Antidepressant"]["anyOf"]
    assert words["enum"] == ["none", "continued"]
    assert whole["required"] == ["use"]


def test_protocols_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["protocols", "--format", "json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in entries] == list(bundled_names())
    assert all(entry["summary"] and entry["visits"] for entry in entries)
    own = {entry["name"] for entry in entries if entry["role"] is None}
    assert own == {"kap-2x2", "molecule-or-time", "therapy-timing"}


def test_protocols_as_a_table(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "220")
    assert main(["protocols"]) == 0
    printed = capsys.readouterr().out
    for name in bundled_names():
        assert name in printed
    assert "2 x esketamine 84 mg nasal" in printed
    assert "1, 1 + 2 h, 2, 8" in printed
    assert printed.count("[own") == 3  # the others are published, with figures or not
