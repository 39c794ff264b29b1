"""The generated pages hold everything that they are generated from."""

import json
import pathlib
import posixpath
import re

import pytest

from kapsim.evidence import knowledge, library
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


def broken_links(pages: dict[str, str], folder: str) -> list[str]:
    """Links of the pages below a folder that lead to no page, or to no place on it."""
    return [
        f"{uri}: {link}"
        for uri, text in sorted(pages.items())
        if uri.startswith(folder)
        for link in re.findall(r"\]\(([^)\s]+)\)", text)
        if not leads_somewhere(uri, link, pages)
    ]


def leads_somewhere(uri: str, link: str, pages: dict[str, str]) -> bool:
    """Whether a link of a page leads to a page that is there, and to a place on it."""
    address, _, place = link.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(uri), address))
    if target not in pages:
        return not place and (ROOT / "docs" / target).is_file()
    marks = (f'<a id="{place}"></a>', f"{{ #{place} }}")
    return not place or any(mark in pages[target] for mark in marks)


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


def test_every_claim_is_shown(pages: dict[str, str]) -> None:
    marks = [f'<a id="{name}"></a>' for name in knowledge().claims]
    assert marks
    assert not missing(marks, pages["library/claims.md"])


def test_every_concept_and_portrait_has_a_page(pages: dict[str, str]) -> None:
    found = knowledge()
    for kind, named in (("concepts", found.concepts), ("portraits", found.portraits)):
        assert named
        index = pages[f"library/{kind}/index.md"]
        assert not missing([f"]({name}.md)" for name in named], index)
        assert not [name for name in named if f"library/{kind}/{name}.md" not in pages]


def test_a_page_has_its_claims_with_both_sides(pages: dict[str, str]) -> None:
    for claim in knowledge().claims.values():
        if claim.contested:
            text = pages[f"library/concepts/{claim.concepts[0]}.md"]
            keys = [one.source for one in (*claim.supports, *claim.against)]
            marks = [f"claims.md#{claim.id})", *(f"sources.md#{key})" for key in keys)]
            assert not missing(marks, text)


def test_no_citation_or_number_of_the_library_is_left_as_written(
    pages: dict[str, str],
) -> None:
    texts = [text for uri, text in pages.items() if uri.startswith("library/")]
    assert not [
        key for text in texts for key in re.findall(r"\[[a-z]+_\d{4}\w*\]", text)
    ]
    assert not [name for text in texts for name in re.findall(r"\{[a-z_.]+\}", text)]


def test_links_of_the_library_lead_somewhere(pages: dict[str, str]) -> None:
    assert not broken_links(pages, "library/")


@pytest.mark.parametrize(
    ("gone", "put"),
    [
        ("../concepts/", "../concepts/not_"),
        ("../portraits/", "../portraits/not_"),
        ("/models/mind.md#", "/models/mind.md#not."),
        ("/evidence/sources.md#", "/evidence/sources.md#not_"),
        ("/laboratory/belief.md#", "/laboratory/belief.md#not-"),
        ("/library/claims.md#", "/library/claims.md#not."),
    ],
)
def test_a_planted_broken_link_is_found(
    gone: str, put: str, pages: dict[str, str]
) -> None:
    below = {uri: text for uri, text in pages.items() if uri.startswith("library/")}
    uri = next(uri for uri, text in sorted(below.items()) if gone in text)
    faulty = pages | {uri: pages[uri].replace(gone, put, 1)}
    assert [link for link in broken_links(faulty, uri) if put in link]


def test_a_lost_concept_is_found(pages: dict[str, str]) -> None:
    name = next(iter(knowledge().concepts))
    left = {uri: text for uri, text in pages.items() if not uri.endswith(f"/{name}.md")}
    assert broken_links(left, "library/")


def test_every_source_can_be_taken_along(pages: dict[str, str]) -> None:
    items = json.loads(pages["evidence/sources.json"])
    assert {item["id"] for item in items} == set(library().sources)
    keys = re.findall(r"^@\w+\{(\w+),$", pages["evidence/sources.bib"], re.MULTILINE)
    assert keys == sorted(library().sources)


def test_a_planted_gap_is_found(pages: dict[str, str]) -> None:
    name = next(iter(library().parameters))
    mark = f'<a id="{name}"></a>'
    assert missing([mark], pages["evidence/parameters.md"].replace(mark, ""))
