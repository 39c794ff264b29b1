"""Files of a finished experiment: complete, the same each time, and read back whole."""

import csv
import json
import math
import pathlib

import pytest

from kapsim.engine.atomic import StoreError
from kapsim.lab.files import COLUMNS, paths, read_finding, request_key, write_finding
from kapsim.lab.request import LabRequest
from kapsim.lab.verdict import Word
from tests.unit.lab import fakes

REQUEST = LabRequest("tiny", 4, 20, (fakes.DRUG,))


@pytest.fixture
def directory(tmp_path: pathlib.Path) -> pathlib.Path:
    write_finding(tmp_path, fakes.finding(REQUEST))
    return tmp_path


def test_a_finding_comes_back_as_it_was(directory: pathlib.Path) -> None:
    whole, before = read_finding(directory, "tiny"), fakes.finding(REQUEST)
    assert whole.published == before.published
    assert whole.request == REQUEST.as_data()
    assert whole.patients == 20
    assert whole.outcome.numbers == before.outcome.numbers
    words = [one.word for one in whole.verdicts]
    assert words == [Word.MET, Word.MET, Word.MISSED, Word.NOT_COMPARABLE]
    assert math.isnan(whole.verdicts[-1].value)
    assert whole.other_numbers == {"extra": 7.0}
    course, groups = whole.outcome.figure.panels
    assert groups.categories == ("first", "second")
    assert math.isnan(course.series[0].y[2])
    assert list(course.series[1].low or ()) == [0.5]
    assert course.series[0].low is None
    assert request_key(directory, "tiny") == REQUEST.key()


def test_the_document_says_what_a_reader_needs(directory: pathlib.Path) -> None:
    text = paths(directory, "tiny")[0].read_text(encoding="utf-8")
    data = json.loads(text)
    assert "NaN" not in text
    assert data["verdict"] == "missed"
    assert data["verdict_line"].startswith("2 of 3 numbers")
    first, *_, last = data["results"]
    assert first | {"obtained": 0.5, "verdict": "met"} == first | {
        "obtained": round(first["obtained"], 3)
    }
    assert (last["obtained"], last["verdict"]) == (None, "not comparable")


def test_the_table_has_a_row_per_value(directory: pathlib.Path) -> None:
    text = paths(directory, "tiny")[1].read_text(encoding="utf-8")
    header, *rows = csv.reader(text.splitlines())
    assert tuple(header) == COLUMNS
    assert rows[1] == ["Course", "model", "1", "0.5", "", "", ""]
    assert rows[2] == ["Course", "model", "2", "", "", "", ""]
    assert rows[3] == ["Course", "published model", "1", "0.6", "0.5", "0.7", ""]
    assert rows[-1] == ["Groups", "model", "1", "0.4", "", "", "second"]


def test_the_same_finding_gives_the_same_bytes(directory: pathlib.Path) -> None:
    before = {path.name: path.read_bytes() for path in directory.iterdir()}
    assert set(before) == {"tiny.json", "tiny.csv"}
    write_finding(directory, fakes.finding(REQUEST))
    after = {path.name: path.read_bytes() for path in directory.iterdir()}
    assert after == before


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"schema": 99}', '{"schema": 1, "results": [{}]}']
)
def test_a_file_of_another_kind_is_refused(
    directory: pathlib.Path, content: str
) -> None:
    paths(directory, "tiny")[0].write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match="Remove it, and run the experiment again"):
        read_finding(directory, "tiny")
    assert request_key(directory, "tiny") is None


def test_a_missing_file_is_said(tmp_path: pathlib.Path) -> None:
    with pytest.raises(StoreError, match=r"cannot read .*none\.json"):
        read_finding(tmp_path, "none")
    assert request_key(tmp_path, "none") is None
