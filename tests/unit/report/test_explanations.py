"""Claims under each rival explanation, as reports show them."""

import importlib.resources
import xml.etree.ElementTree as ET

import pytest

from kapsim.evidence.explanations import Explanations, explanations
from kapsim.evidence.shipped import FALLBACK, read_result
from kapsim.inference.rivals.explanations import FULL, RIVALS
from kapsim.inference.sensitivity.outcomes import outcomes
from kapsim.report import explanations as module
from kapsim.report.assets import render_page
from kapsim.report.explanations import UnderEach, shown, under_each
from kapsim.trial import load_protocol

FOLDER = importlib.resources.files("kapsim.evidence") / "explanations"
SHIPPED = sorted(
    one.name.removesuffix(".json")
    for one in FOLDER.iterdir()
    if one.name.endswith(".json")
)


def made(*intervals, by_contrasts="not told apart"):
    """One contrast under the whole model and others, each with these ends."""
    rivals = [
        {
            "name": f"r{k}",
            "title": f"Title {k}",
            "meaning": f"Meaning {k}.",
            "difference": None if k == 0 else -3.25,
            "se": None if k == 0 else 1.5,
            "verdict": "" if k == 0 else "foretells worse",
            "contrast_verdict": "" if k == 0 else by_contrasts,
            "resimulated": k == 0,
            "claims": [
                {"mean": (low + high) / 2, "low": low, "high": high},
                {"mean": 50.0, "low": 40.0, "high": 60.0},
            ],
        }
        for k, (low, high) in enumerate(intervals)
    ]
    content = {
        "protocol": "kap-2x2",
        "kapsim": "1",
        "calibration": "7",
        "draws": 64,
        "persons": 2048,
        "seed": 1,
        "outcomes": [
            {"name": "A less B", "unit": "point", "contrast": True},
            {"name": "Response, A", "unit": "%", "contrast": False},
        ],
        "rivals": rivals,
        "not_compared": {"Another": "It is off."},
    }
    return read_result(Explanations, content, "x.json")


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (((-3, -1), (-4, -2)), "from \N{MINUS SIGN}3.0 (“Title 1”) to"),
        (((-3, -1), (-4, 2)), "not so under “Title 1”"),
        (((-3, -1), (1, 2)), "not so under “Title 1”"),
        (((-3, 1), (1, 2)), "only under “Title 1”"),
        (((-3, 1), (-1, 2)), "under no explanation"),
    ],
)
def test_it_is_told_whether_a_claim_holds_under_all(ends, said):
    (finding,) = shown(made(*ends)).findings
    assert finding.startswith("A less B: ")
    assert said in finding


def test_table_and_figure_hold_every_explanation():
    found = shown(made((-3, -1), (-4, 2)))
    assert "calibration 7, kapsim 1" in found.said
    assert [row["title"] for row in found.rows] == ["Title 0", "Title 1"]
    assert found.rows[1]["published"] == "foretells worse (\N{MINUS SIGN}3.2, SE 1.5)"
    assert found.rows[1]["cells"][0] == ("\N{MINUS SIGN}1.0 (\N{MINUS SIGN}4.0 to 2.0)")
    ((name, figure),) = found.figures
    assert name == "A less B [points]"
    drawn = ET.tostring(ET.fromstring(figure), encoding="unicode")
    assert all(title in drawn for title in ("Title 0", "Title 1"))
    page = render_page("parts/explanations.html", {"explained": found})
    assert "Response, A [%]" in page
    assert "Another: It is off." in page
    assert [row["borrowed"] for row in found.rows] == [False, True]
    assert "Title 1 *" in page
    assert "foretold worse than by the whole model under “Title 1”" in found.said
    assert "alone are under none of them foretold better or worse." in found.said
    assert "Not computed" in render_page(
        "parts/explanations.html", {"explained": UnderEach()}
    )


def test_contrasts_that_tell_otherwise_than_all_figures_are_said():
    found = shown(made((-3, -1), (-4, 2), by_contrasts="foretells better"))
    assert (
        "Their contrasts between arms alone are foretold better than by the whole "
        "model under “Title 1”." in found.said
    )


def test_the_fallback_ships():
    assert FALLBACK in SHIPPED


def test_those_of_another_protocol_stand_in_and_are_said_to(monkeypatch):
    monkeypatch.setattr(module, "explanations", {FALLBACK: made((-3, -1))}.get)
    assert "none was computed" not in under_each(FALLBACK).said
    assert "none was computed" in under_each("another").said
    monkeypatch.setattr(module, "explanations", {}.get)
    assert under_each(FALLBACK) == UnderEach()


@pytest.mark.parametrize("protocol", SHIPPED)
def test_what_ships_is_of_this_model(protocol):
    found = explanations(protocol)
    assert found is not None
    assert found.rivals[0].name == FULL
    assert {one.name for one in found.rivals} < {one.name for one in RIVALS}
    expected = [(one.name, one.unit) for one in outcomes(load_protocol(protocol))]
    assert [(one.name, one.unit) for one in found.outcomes] == expected
