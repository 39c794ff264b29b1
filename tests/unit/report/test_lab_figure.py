"""Figures of experiments: every series is drawn, told apart, and readable."""

import math
import xml.etree.ElementTree as ElementTree

import pytest

from kapsim.lab.experiment import Figure, Panel, Series
from kapsim.report.lab.figure import figure_document, panel_pictures
from kapsim.report.lab.lettering import category_labels
from kapsim.report.lab.looks import marked, series_looks
from kapsim.report.lab.panels import WIDTH
from kapsim.report.lab.places import across, places, upwards

SVG = "{http://www.w3.org/2000/svg}"
TIMES = [float(k) for k in range(40)]
LINE = Series("model", TIMES, [k / 40 for k in TIMES])
SEEN = Series("published model", [3.0], [0.1], [0.0], [0.2], kind="points")
OTHER = Series("published, elsewhere", [4.0], [0.3], kind="points")


def bars(name, *values, **ends):
    return Series(name, [float(k) for k in range(len(values))], values, kind="bars")


def panel(*series, categories=(), title="Course"):
    return Panel(title, "trial", "expectation", series, categories)


def figure(*panels):
    return Figure("What is seen.", panels)


def drawn(*panels):
    return ElementTree.fromstring(figure_document(figure(*panels)))


def texts(root):
    return [node.text or "" for node in root.iter(f"{SVG}text")]


def classes(root):
    return [node.get("class", "") for node in root.iter()]


def test_a_document_names_everything_it_shows():
    root = drawn(panel(LINE, SEEN), panel(bars("x", 1.0, 2.0), title="Groups"))
    assert root.tag == f"{SVG}svg"
    assert float(root.get("viewBox", "").split()[2]) == WIDTH
    shown = texts(root)
    assert {"Course", "Groups", "trial", "expectation", "model", "x"} <= set(shown)
    (spoken,) = root.iter(f"{SVG}desc")
    assert "model: from 0 to 0.975, between 0 and 0.975" in (spoken.text or "")
    assert "published model: 0.1" in (spoken.text or "")


def test_each_panel_is_a_drawing_of_its_own_on_a_page():
    pictures = panel_pictures(figure(panel(LINE), panel(SEEN)))
    assert len(pictures) == 2
    assert all(ElementTree.fromstring(one).tag == f"{SVG}svg" for one in pictures)


def test_what_was_published_is_hollow_and_like_its_own_series():
    looks = series_looks(figure(panel(bars("first", 1.0), LINE, SEEN, OTHER)))
    assert looks["published model"].hollow
    assert looks["published model"].colour == looks["model"].colour
    assert looks["published model"].shape == looks["model"].shape
    assert looks["published, elsewhere"].colour == "plain"
    assert looks["first"].colour != looks["model"].colour
    assert looks["first"].shape != looks["model"].shape


def test_a_series_looks_the_same_in_all_panels():
    looks = series_looks(figure(panel(LINE), panel(bars("new", 1.0), LINE)))
    assert set(looks) == {"model", "new"}
    assert looks["model"] == series_looks(figure(panel(LINE)))["model"]


def test_a_long_line_has_a_band_and_a_short_one_marks_with_whiskers():
    low, high = [0.0] * 40, [1.0] * 40
    long = classes(drawn(panel(Series("a", TIMES, TIMES, low, high))))
    assert any(name.startswith("spread") for name in long)
    assert not any(name.startswith("point") for name in long)
    short = Series("a", [0.0, 1.0], [0.2, 0.4], [0.1, 0.3], [0.3, 0.5])
    names = classes(drawn(panel(short)))
    assert sum(name.startswith("point") for name in names) == 3  # and the key
    assert sum(name.startswith("bar ") for name in names) == 2


def test_bars_stand_side_by_side_with_their_published_values():
    one, two = bars("one", 1.0, 2.0), bars("two", 2.0, 3.0)
    seen = Series("published two", [0.0], [2.2], kind="points")
    shown = panel(one, two, seen, categories=("first", "second"))
    shares = places(shown, series_looks(figure(shown)))
    assert shares.offset["one"] == pytest.approx(-0.2)
    assert shares.offset["two"] == pytest.approx(0.2)
    assert shares.offset["two"] < shares.offset["published two"] < 0.4
    assert marked(shown) == {"one", "two", "published two"}
    assert marked(panel(one, categories=("first", "second"))) == frozenset()
    assert upwards(shown.series).values[0] == 0


def test_bars_without_categories_do_not_overlap():
    shown = panel(Series("h", [0.0, 5.0, 10.0], [1.0, 2.0, 1.0], kind="bars"))
    assert places(shown, series_looks(figure(shown))).width == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("x", "ticks"),
    [
        ([1.0, 2.0, 3.0], ("1", "2", "3")),
        ([1.0, 2.0], ("1", "2")),
        ([0.0, 0.5], ("0.0", "0.1", "0.2", "0.3", "0.4", "0.5")),
        ([5.0], ("5", "6")),
    ],
)
def test_trials_have_whole_ticks(x, ticks):
    assert across(panel(Series("a", x, x)), 0.0).labels == ticks


def test_names_of_categories_are_wrapped_slanted_or_listed():
    assert category_labels(("short", "two words"), 400.0) == (
        ("short",),
        ("two words",),
    )
    names = tuple(f"reconsolidation{k}" for k in range(6))
    values = bars("a", *map(float, range(6)))
    slanted = ElementTree.tostring(drawn(panel(values, categories=names)), "unicode")
    assert slanted.count("rotate(") == 6
    drug = "ketamine racemate 0.5 mg/kg iv over 40 min@-24h"
    listed = texts(drawn(panel(values, categories=(drug, *names[1:]))))
    assert any(said.startswith("1: ketamine racemate") for said in listed)


def test_missing_values_and_empty_series_draw_nothing():
    gap = Series("a", [0.0, 1.0, 2.0], [0.0, math.nan, 1.0], kind="points")
    nothing = Series("b", [0.0], [math.nan])
    text = figure_document(figure(panel(gap, nothing)))
    assert "nan" not in text
    assert figure_document(Figure("Empty.", ()))


def test_words_from_outside_are_escaped():
    hostile = "<script>alert(1)</script> & more"
    shown = panel(Series(hostile, [0.0], [1.0]), categories=(hostile,), title=hostile)
    text = figure_document(Figure(hostile, (shown,)))
    assert "<script>" not in text
    assert ElementTree.fromstring(text) is not None


def test_the_same_figure_gives_the_same_bytes():
    one = figure(panel(LINE, SEEN, OTHER))
    assert figure_document(one) == figure_document(one)
