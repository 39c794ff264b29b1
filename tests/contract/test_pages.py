"""The generated pages hold everything that they are generated from."""

import pathlib

import pytest

from kapsim.evidence import library
from kapsim.trial.loading import bundled_names
from kapsim.trial.protocol import Protocol
from scripts.pages import generated_pages

ROOT = pathlib.Path(__file__).parents[2]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """All generated pages."""
    return generated_pages(ROOT)


def missing(marks: list[str], text: str) -> list[str]:
    """Marks that a page lacks."""
    return [mark for mark in marks if mark not in text]


def test_every_parameter_is_shown(pages: dict[str, str]) -> None:
    marks = [f'<a id="{name}"></a>' for name in library().parameters]
    assert marks
    assert not missing(marks, pages["evidence/parameters.md"])


def test_every_source_is_shown(pages: dict[str, str]) -> None:
    marks = [f'<a id="{key}"></a>' for key in library().sources]
    assert not missing(marks, pages["evidence/sources.md"])


def test_every_discrepancy_is_shown(pages: dict[str, str]) -> None:
    marks = [f"{{ #{name} }}" for name in library().discrepancies]
    assert not missing(marks, pages["evidence/discrepancies.md"])


def test_every_element_of_a_protocol_is_shown(pages: dict[str, str]) -> None:
    names = ["Protocol", *Protocol.model_json_schema()["$defs"]]
    marks = [f"## {name} {{" for name in names]
    assert not missing(marks, pages["reference/protocol.md"])


def test_every_bundled_protocol_is_shown(pages: dict[str, str]) -> None:
    marks = [f"## {name}\n" for name in bundled_names()]
    assert not missing(marks, pages["reference/bundled.md"])


def test_a_planted_gap_is_found(pages: dict[str, str]) -> None:
    name = next(iter(library().parameters))
    mark = f'<a id="{name}"></a>'
    assert missing([mark], pages["evidence/parameters.md"].replace(mark, ""))
