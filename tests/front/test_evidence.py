"""The verb `evidence`: coverage, sources, assumptions, citations."""

import json

import pytest

from kapsim.cli.main import main
from kapsim.evidence import Kind, counts, library, sources_of, taken_from


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What the verb prints; it must say nothing else."""
    assert main(["evidence", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    rooms = json.loads(told(["--format", "json"], capsys))
    assert rooms["all"] == counts(library().parameters.values()).as_data()
    last = told([], capsys).splitlines()
    row = next(line for line in last if line.startswith("│ all "))
    cells = [int(cell) for cell in row.split("│")[2:-1]]
    assert cells == [rooms["all"]["records"], *rooms["all"]["kind"].values()]


def test_a_source_shows_the_numbers_taken_from_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = told(["fanta_2015"], capsys)
    assert "10.1007/s00228-015-1826-y" in out
    assert "drug.intravenous.cl" in out
    (card,) = json.loads(told(["fanta_2015", "--format", "json"], capsys))
    taken = {item.id for item in taken_from(library(), "fanta_2015")}
    assert {row["record"] for row in card["numbers"]} | set(
        card["discrepancies"]
    ) == taken
    assert card["year"] == 2015


def test_a_source_without_numbers_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert taken_from(library(), "berman_2000") == []
    assert "No number is taken from it." in told(["berman_2000"], capsys)


def test_assumptions_have_range_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(told(["--assumed", "--format", "json"], capsys))
    kinds = [record.kind for record in library().parameters.values()]
    assert len(rows) == kinds.count(Kind.ASSUMED)
    assert all(len(row["range"]) == 2 and row["reason"] for row in rows)
    assert "brain.relaxation.rho_max" in told(["--assumed"], capsys)


def test_discrepancies(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(told(["--discrepancies", "--format", "json"], capsys))
    assert {row["id"] for row in rows} == set(library().discrepancies)
    told(["--discrepancies"], capsys)


def test_sources(capsys: pytest.CaptureFixture[str]) -> None:
    rows = json.loads(told(["--sources", "--format", "json"], capsys))
    assert [row["key"] for row in rows] == sorted(library().sources)


def test_citations_of_all_numbers_and_of_named_sources(
    capsys: pytest.CaptureFixture[str],
) -> None:
    cited = [source.key for source in sources_of(library(), library().parameters)]
    items = json.loads(told(["--csl"], capsys))
    assert [item["id"] for item in items] == cited
    assert told(["--bibtex"], capsys).count("\n@") == len(cited) - 1
    assert told(["daly_2018", "--bibtex"], capsys).startswith("@article{daly_2018,")


def test_an_unknown_source_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "nobody_1"]) == 2
    assert capsys.readouterr().err.startswith("error: no source 'nobody_1'.")
