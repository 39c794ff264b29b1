"""Parsed records are kept, and never in place of what the text says."""

import os

import pytest
import yaml

from kapsim.evidence import parsed as room
from kapsim.evidence.parsed import parsed

NAME, TEXT = "parameters/a.yaml", "- {id: a, value: 1.5, tags: [x, 2]}\n"
HELD = [{"id": "a", "value": 1.5, "tags": ["x", 2]}]


@pytest.fixture
def kept(tmp_path, monkeypatch):
    monkeypatch.setenv("KAPSIM_CACHE_DIR", str(tmp_path))
    return tmp_path / "records" / "parameters-a.yaml.json"


@pytest.fixture
def unparsed(monkeypatch):
    """From now on nothing can be parsed."""

    def refuse():
        monkeypatch.setattr(room.yaml, "load", lambda *_, **__: pytest.fail("parsed"))

    return refuse


def test_a_text_is_parsed_once(kept, unparsed):
    assert parsed(NAME, TEXT) == HELD
    assert kept.exists()
    unparsed()
    assert parsed(NAME, TEXT) == HELD


def test_another_text_is_parsed_and_takes_the_place(kept, unparsed):
    parsed(NAME, TEXT)
    assert parsed(NAME, TEXT.replace("1.5", "2.5"))[0]["value"] == 2.5
    assert [file.name for file in kept.parent.iterdir()] == [kept.name]
    unparsed()
    assert parsed(NAME, TEXT.replace("1.5", "2.5"))[0]["value"] == 2.5


@pytest.mark.parametrize(
    "spoil",
    [
        lambda made: made.replace(b"1.5", b"1.6"),
        lambda made: made[: len(made) // 2],
        lambda made: b"",
        lambda made: b"\xff\xfe" + made,
    ],
)
def test_a_kept_file_that_was_changed_is_not_believed(kept, spoil):
    parsed(NAME, TEXT)
    whole = kept.read_bytes()
    kept.write_bytes(spoil(whole))
    assert parsed(NAME, TEXT) == HELD
    assert kept.read_bytes() == whole


@pytest.mark.parametrize(
    "text", ["- {day: 2024-02-01}\n", "- {1: one}\n", "- {x: .nan}\n"]
)
def test_what_json_cannot_hold_is_parsed_each_time(kept, text):
    for _ in range(2):
        assert repr(parsed(NAME, text)) == repr(yaml.safe_load(text))
    assert not kept.exists()


def test_what_cannot_be_read_is_refused_and_not_kept(kept):
    with pytest.raises(yaml.YAMLError):
        parsed(NAME, "- {a: [}\n")
    assert not kept.exists()


def test_without_a_place_to_write_it_is_parsed(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("KAPSIM_CACHE_DIR", os.fspath(tmp_path / "file"))
    assert parsed(NAME, TEXT) == HELD
