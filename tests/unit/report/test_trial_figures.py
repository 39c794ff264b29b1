"""Figures of a virtual trial: marks stand where their numbers say."""

import itertools
import math
import re
import xml.etree.ElementTree as ElementTree

import pytest

from kapsim.report.arms import looks
from kapsim.report.trial.consort import consort_figure
from kapsim.report.trial.courses import course_figures
from kapsim.report.trial.forest import forest_figures
from kapsim.report.trial.guesses import curve_figure, guess_figures
from kapsim.report.trial.power_curve import power_figure
from kapsim.report.trial.record import questions
from kapsim.report.trial.stopping import stopping_figure
from kapsim.trial.protocol import Protocol
from tests.unit.report.synthetic import protocol
from tests.unit.report.synthetic_trial import ARMS, trial_data

LOOKS = looks(list(ARMS))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def data():
    return trial_data(Protocol.model_validate(protocol(ARMS)))


def circles(drawn, style="point c0"):
    """Places of the round marks of the first look, without the one in the key."""
    root = ElementTree.fromstring(drawn)
    found = [e for e in root.iter(f"{SVG}circle") if e.attrib["class"] == style]
    return [(float(e.attrib["cx"]), float(e.attrib["cy"])) for e in found][1:]


def squares(drawn):
    """Centres of the square marks of the first look, without the one in the key."""
    paths = re.findall(r'<path d="M([^"]*)Z" class="point c0"/>', drawn)
    corners = [[float(v) for v in re.split("[ L]", path)] for path in paths]
    return [(sum(c[::2]) / 4, sum(c[1::2]) / 4) for c in corners][1:]


def words(drawn):
    return [e.text or "" for e in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


def ruler(drawn, labels):
    """Places [px] of tick labels in the middle of which a value stands."""
    root = ElementTree.fromstring(drawn)
    marks = [e for e in root.iter(f"{SVG}text") if e.get("text-anchor") == "middle"]
    at = {e.text: float(e.attrib["x"]) for e in marks}
    return [at[label] for label in labels]


# -- power -----------------------------------------------------------------------------


def test_power_stands_at_its_height(data):
    question = questions(data)[0]
    drawn = power_figure(question, 0.05, "power-0")
    power = [100 * row["power"] for row in question.rows]
    heights = [y for _, y in circles(drawn)]
    # 200 px for 100 %, and a tenth of a pixel of rounding at both ends
    for k in (1, 2):
        fall = heights[0] - heights[k]
        assert fall == pytest.approx(2 * (power[k] - power[0]), abs=0.2)
    assert "line at the nominal level of 5 %" in " ".join(words(drawn))


def test_curves_without_numbers_are_left_out(data):
    question = questions(data)[0]
    said = words(power_figure(question, 0.05, "a"))
    assert "assurance: power over uncertain parameters" in said
    rows = tuple(
        {**row, "assurance": None, "power_adjusted": row["power"]}
        for row in question.rows
    )
    bare = type(question)(question.endpoint, question.comparison, rows)
    said = words(power_figure(bare, 0.05, "a"))
    assert not any(w.startswith(("assurance", "power after")) for w in said)


def test_looks_add_up(data):
    drawn = stopping_figure(data["sequential"]["looks"])
    heights = [y for _, y in circles(drawn)]
    # 61 % of trials stop at the second look, 2 px for each per cent
    assert heights[0] - heights[1] == pytest.approx(2 * 61.0, abs=0.2)
    assert stopping_figure([{"fraction": 1.0, "z": 1.96}]) == ""


# -- flow ------------------------------------------------------------------------------


def test_flow_tells_every_count_inside_its_frame(data):
    drawn = consort_figure(data["flow"], LOOKS)
    said = " ".join(" ".join(words(drawn)).split())
    for part in (
        "Assessed for eligibility (n = 254)",
        "Excluded (n = 74)",
        "Randomised (n = 180)",
        "Allocated to Midazolam infusion (n = 60)",
        "Left the trial (n = 8) lack of effect (n = 3)",
        "Stopped treatment, still seen (n = 2)",
        "Completed (n = 52)",
    ):
        assert part in said, part
    root = ElementTree.fromstring(drawn)
    width, height = (float(v) for v in root.attrib["viewBox"].split()[2:])
    for box in root.iter(f"{SVG}rect"):
        assert float(box.attrib["x"]) >= 0
        assert float(box.attrib["x"]) + float(box.attrib["width"]) <= width
        assert float(box.attrib["y"]) + float(box.attrib["height"]) <= height


def test_boxes_of_a_row_do_not_overlap(data):
    root = ElementTree.fromstring(consort_figure(data["flow"], LOOKS))
    boxes = [e for e in root.iter(f"{SVG}rect") if e.attrib["class"] == "box"]
    left = sorted((float(e.attrib["y"]), float(e.attrib["x"])) for e in boxes)
    for (y, x), (below, beside) in itertools.pairwise(left):
        assert below > y or beside - x > float(boxes[0].attrib["width"])


def test_one_arm_is_not_randomised(data):
    one = {**data["flow"], "arms": data["flow"]["arms"][:1]}
    said = words(consort_figure(one, LOOKS))
    assert any(word.startswith("Entered") for word in said)
    assert not any(word.startswith("Randomised") for word in said)


# -- endpoints and courses -------------------------------------------------------------


def test_a_panel_per_unit_with_marks_in_place(data):
    points, percent, odds = forest_figures(data["forest"])
    low, high = ruler(points, ("−10", "0"))
    rows = [row for row in data["forest"] if row["unit"] == "points"]
    for row, (x, _) in zip(rows, squares(points), strict=True):
        at = low + (row["estimate"] + 10) / 10 * (high - low)
        assert x == pytest.approx(at, abs=0.2)
    one, ten = ruler(odds, ("1", "10"))
    rows = [row for row in data["forest"] if row["unit"] == "log odds ratio"]
    for row, (x, _) in zip(rows, squares(odds), strict=True):
        assert x == pytest.approx(
            one + row["estimate"] / math.log(10) * (ten - one), abs=0.2
        )
    assert "2.97 (1.17 to 7.54)" in words(odds)
    assert "NNT 5.4 (2.9 to 52.7)" in words(percent)
    assert "NNT 6.2 (3.1 to ∞ to −434)" in words(percent)


def test_far_ratios_stand_at_the_edge_and_the_verdict_is_told(data):
    row = next(row for row in data["forest"] if row["unit"] == "log odds ratio")
    (drawn,) = forest_figures([{**row, "high": 30.0, "p": 0.02, "rejected": False}])
    (right,) = ruler(drawn, ("100",))
    ends = [float(x) for x in re.findall(r"H([\d.]+)M", drawn)]
    assert max(ends) == pytest.approx(right, abs=0.1)
    assert "p 0.020, not rejected" in words(drawn)


def test_marks_of_one_trial_lie_off_the_line_of_the_cohort(data):
    madrs, qids = course_figures(data["trajectories"], LOOKS)
    own = [
        row
        for row in data["trajectories"]
        if (row["arm"], row["measure"]) == (ARMS[0], "MADRS")
    ]
    marks = circles(madrs)
    assert len(marks) == len(own)
    (x0, y0), (x1, y1) = marks[0], marks[-1]
    slope = (y1 - y0) / (own[0]["mean"] - own[-1]["mean"])
    for row, (x, y) in zip(own, marks, strict=True):
        assert y - y0 == pytest.approx((own[0]["mean"] - row["mean"]) * slope, abs=0.2)
        share = (row["day"] - own[0]["day"]) / (own[-1]["day"] - own[0]["day"])
        assert x == pytest.approx(x0 + share * (x1 - x0), abs=0.2)
    assert madrs.count('class="spread') == len(ARMS)
    assert "QIDS-SR in each arm" in words(qids)


# -- blinding --------------------------------------------------------------------------


def test_patients_and_raters_have_their_own_panels(data):
    drawn = list(guess_figures(data["blinding"]["visits"], LOOKS))
    assert [words(one)[0] for one in drawn] == [
        "Who guesses the active treatment: patients",
        "Bang's index: patients",
        "Who guesses the active treatment: raters",
        "Bang's index: raters",
    ]
    heights = [y for _, y in circles(drawn[0])]
    shares = [
        100 * row["guess_active"]
        for row in data["blinding"]["visits"]
        if (row["arm"], row["who"]) == (ARMS[0], "patient")
    ]
    fall = heights[-1] - heights[0]
    assert fall == pytest.approx(2 * (shares[0] - shares[-1]), abs=0.2)


def test_the_effect_at_one_half_is_told_and_marked(data):
    drawn = curve_figure(data["blinding"])
    assert "at one half: −1.5" in words(drawn)
    assert "as analysed, not adjusted: −4.1" in words(drawn)
    assert curve_figure({"curve": []}) == ""
    bare = {**data["blinding"], "adjusted_at_half": None, "unadjusted": None}
    assert not any("one half:" in word for word in words(curve_figure(bare)))
