"""Drawing primitives: escaping, and thinning that does not change the picture."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from kapsim.report.svg import MARKERS, band, marker, number, polyline, tag, text


def path_points(markup):
    """Corners of a path in relative steps, summed up."""
    (data,) = re.findall(r' d="([^"]*)"', markup)
    values = [float(v) for v in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", data)]
    return np.cumsum(np.reshape(values, (-1, 2)), axis=0)


def test_text_and_attributes_are_escaped():
    drawn = text(1.0, 2.0, "<b>&", data_tip='"x" <y>')
    assert "<b>" not in drawn
    element = ElementTree.fromstring(drawn)
    assert element.text == "<b>&"
    assert element.attrib["data-tip"] == '"x" <y>'


def test_attribute_none_is_left_out():
    assert tag("path", d="M0 0", stroke_dasharray=None) == '<path d="M0 0"/>'


def test_numbers_are_short():
    assert [number(v) for v in (3.0, 3.14159, -0.26)] == ["3", "3.1", "-0.3"]


@pytest.mark.parametrize("slack", [0.35])
def test_thinned_curve_stays_on_its_points(slack):
    x = np.linspace(0.0, 500.0, 20_000)
    y = 100 + 80 * np.sin(x / 20.0) * np.exp(-x / 300.0)
    drawn = path_points(polyline(x, y))
    assert len(drawn) < 600
    back = np.interp(x, drawn[:, 0], drawn[:, 1])
    # 0.2 px of thinning, 0.05 px of rounding in each direction, steep flanks
    assert np.abs(back - y).max() < slack + 0.5


def test_spikes_narrower_than_a_pixel_are_kept():
    x, y = np.linspace(0.0, 100.0, 10_001), np.full(10_001, 50.0)
    y[[2_005, 7_777]] = 3.0, 97.0
    drawn = path_points(polyline(x, y))
    assert drawn[:, 1].min() == pytest.approx(3.0, abs=0.06)
    assert drawn[:, 1].max() == pytest.approx(97.0, abs=0.06)


def test_missing_values_are_skipped_and_nothing_gives_nothing():
    x = np.arange(4.0)
    assert "nan" not in polyline(x, np.array([1.0, np.nan, 2.0, 3.0]))
    assert polyline(x, np.full(4, np.nan)) == ""
    assert band(x, np.full(4, np.nan), np.ones(4)) == ""


def test_markers_all_differ():
    assert len({marker(shape, 10.0, 10.0) for shape in MARKERS}) == len(MARKERS)
