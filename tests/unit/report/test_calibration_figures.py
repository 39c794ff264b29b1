"""Figures of a calibration: marks stand where their numbers say."""

import math
import xml.etree.ElementTree as ElementTree

import pytest

from kapsim.report.calibration.correlations import MOST, heat_map
from kapsim.report.calibration.fit import fit_panels
from kapsim.report.calibration.intervals import ends, interval_panels
from kapsim.report.calibration.record import CalibrationRecord
from kapsim.report.calibration.spectrum import spectrum_panels
from kapsim.report.calibration.words import amount, duration
from kapsim.report.lab.figure import panel_picture
from tests.unit.report.synthetic_calibration import calibration_data, least_data

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def record():
    return CalibrationRecord({}, {}, calibration_data())


def drawn(panel):
    return ElementTree.fromstring(panel_picture(panel))


def circles(root):
    """Places of the round marks, without that of the key."""
    found = root.iter(f"{SVG}circle")
    return [(float(e.attrib["cx"]), float(e.attrib["cy"])) for e in found][1:]


def ruler(root, labels):
    """Places [px] of tick labels."""
    marks = [e for e in root.iter(f"{SVG}text") if e.get("text-anchor") == "middle"]
    at = {e.text: float(e.attrib["x"]) for e in marks}
    return [at[label] for label in labels]


def test_posterior_means_stand_at_their_place(record):
    panels = interval_panels(record)
    assert [panel.title for panel in panels] == [
        "Fixed well by the data (4)",
        "Fixed in part (15)",
        "Hardly fixed: little but the prior (29)",
    ]
    root = drawn(panels[0])
    zero, two = ruler(root, ("0", "2"))
    rows = record.identified("well")
    assert [r["shrinkage"] for r in rows] == sorted(
        (r["shrinkage"] for r in rows), reverse=True
    )
    for (x, _), row in zip(circles(root), rows, strict=True):
        assert (x - zero) / (two - zero) * 2 == pytest.approx(row["moved"], abs=0.01)


def test_the_axis_holds_every_posterior():
    data = calibration_data()
    data["parameters"][0]["moved"] = -6.2
    known = CalibrationRecord({}, {}, data)
    far = min(ends(row)[0] for row in known.parameters)
    root = drawn(interval_panels(known)[0])
    left, right = ruler(root, ("−6", "6"))
    beyond = (right - left) / 12
    assert -7 < far < -6
    assert all(left - beyond <= x <= right + beyond for x, _ in circles(root))


def test_predictions_stand_at_their_place_and_ratios_at_their_logarithm(record):
    rows = [row for row in record.targets if row["study"] == "cobalt"]
    points, _, ratios = (drawn(panel) for panel in fit_panels(rows))
    zero, ten = ruler(points, ("0", "−10"))
    found = [(x - zero) / (ten - zero) * -10 for x, _ in circles(points)]
    known = [row["predicted"] for row in rows if row["unit"] == "points"]
    assert found == pytest.approx(known, abs=0.05)
    half, one = ruler(ratios, ("0.5", "1"))
    ((x, _),) = circles(ratios)
    (ratio,) = (row["predicted"] for row in rows if row["unit"] == "ratio")
    log = (x - one) / (half - one) * math.log(0.5)
    assert math.exp(log) == pytest.approx(ratio, rel=0.01)


def test_what_lies_outside_is_filled(record):
    rows = [row for row in record.targets if row["study"] == "cobalt"]
    whole = panel_picture(fit_panels(rows)[0])
    # one in the key, one for the planted endpoint
    assert whole.count('class="point c1"') == 2
    calm = [row for row in record.targets if row["study"] == "synapse"]
    assert panel_picture(fit_panels(calm)[0]).count('class="point c1"') == 1


def test_endpoints_without_a_prediction_are_drawn_without_one():
    rows = least_data()["targets"][:1]
    root = drawn(fit_panels(rows)[0])
    assert circles(root) == []


def test_heat_map_shows_each_pair_of_the_best_informed_once(record):
    (panel,) = heat_map(record)
    root = drawn(panel)
    said = [e[0].text or "" for e in root.iter(f"{SVG}g") if len(e)]
    assert len(said) == MOST * (MOST - 1) // 2
    first, second = (row["id"] for row in record.parameters[:2])
    r = record.data["correlation_matrix"][1][0]
    assert f"{second}, {first}: {r:+.2f}".replace("-", "−") in said
    assert heat_map(CalibrationRecord({}, {}, least_data())) == []


def test_spectrum_tells_the_informed_from_the_rest(record):
    (panel,) = spectrum_panels(record)
    whole = panel_picture(panel)
    assert whole.count('class="point c0"') == 1 + 19
    assert whole.count('class="hollow c1"') == 1 + 29
    assert panel.said == "19 of 48 directions are informed by the data."
    assert spectrum_panels(CalibrationRecord({}, {}, least_data())) == []


def test_numbers_in_words():
    assert amount(-0.01234) == "−0.0123"
    assert amount(1234.5) == "1,234"
    assert amount(None) == amount(math.nan) == "–"
    assert [duration(s) for s in (12, 75, 7984.2, None)] == [
        "12 s",
        "1 min 15 s",
        "2 h 13 min",
        "–",
    ]
