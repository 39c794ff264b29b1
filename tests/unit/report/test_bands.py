"""Bands over a scale: marks, intervals and lines of reference."""

import re

import numpy as np

from kapsim.report.arms import ArmLook
from kapsim.report.axes import Ticks, ticks_at
from kapsim.report.bands import Band, draw_bands

X = np.array([0.0, 1.0, 2.0])
Y = np.array([1.0, 3.0, 2.0])
TICKS = Ticks((0.0, 1.0, 2.0), ("0", "1", "2"), "time")


def heights(drawn):
    """Heights [px] of the round marks, without the one in the key."""
    return [float(v) for v in re.findall(r'<circle [^>]*cy="([\d.]+)"', drawn)][1:]


def draw(band, **more):
    return draw_bands("a title", "points", [band], TICKS, "name", **more)


def test_marks_may_lie_off_the_line_and_may_be_missing():
    look = ArmLook("a", 0)
    on = heights(draw(Band(look, X, Y, Y - 1, Y + 1)).drawn)
    off = heights(draw(Band(look, X, Y, Y - 1, Y + 1, marks=Y[::-1])).drawn)
    assert off == on[::-1]
    none = Band(look, X, Y, Y - 1, Y + 1, marks=np.full(3, np.nan))
    assert heights(draw(none).drawn) == []


def test_intervals_instead_of_a_band_and_none_where_an_end_is_unknown():
    low = np.array([0.5, np.nan, 1.0])
    band = Band(ArmLook("a", 0), X, Y, low, Y + 1, whiskers=True)
    drawing = draw(band)
    assert drawing.drawn.count('class="bar c0"') == 2
    assert "spread" not in drawing.drawn
    assert (
        drawing.said
        == "points. a: first 1.0, interval 0.5 to 2.0; last 2.0, interval 1.0 to 3.0."
    )


def test_levels_are_on_the_axis():
    band = Band(ArmLook("a", 0), X, Y, Y, Y)
    assert ">60<" in draw(band, levels=(60.0,)).drawn
    assert ">60<" not in draw(band).drawn


def test_nothing_known_gives_an_empty_panel():
    nothing = np.full(3, np.nan)
    drawing = draw(Band(ArmLook("a", 0), X, nothing, nothing, nothing), levels=())
    assert "nan" not in drawing.drawn
    assert "first no value" in drawing.said


def test_labels_of_close_ticks_are_left_out():
    found = ticks_at([0.0, 0.5, 10.0], "days", 100.0)
    assert found.values == (0.0, 0.5, 10.0)
    assert found.labels == ("0", "", "10")
