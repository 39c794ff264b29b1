"""The page of rival explanations says and shows what was found."""

import json
import xml.etree.ElementTree as ElementTree

import pytest

from kapsim.inference.rivals.runs import run_rivals
from kapsim.report.lab.figure import panel_picture
from kapsim.report.rivals import write_rivals_report
from kapsim.report.rivals.figures import panels
from kapsim.report.rivals.words import design_rows, told
from scripts.pages import rivals as docs
from tests.unit.inference import linear

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    path = tmp_path_factory.mktemp("calibration")
    made = linear.problem()
    made.save(path / "problem.npz")
    linear.emulator(made).save(path / "emulator.npz")
    trial = path / "trial"
    trial.mkdir()
    named = {"protocol": {"name": "kap-2x2"}, "kapsim": "1"}
    (trial / "request.json").write_text(json.dumps(named))
    (trial / "power.csv").write_text(
        "endpoint,comparison,n_total,unit,truth,truth_felt_only,power,felt_only,"
        "failed_blind\nMADRS day 28,A against B,200,points,-7.96,-1.71,0.9,0.2,1.0\n"
        "MADRS day 28,C against D,200,odds ratio,,,0.5,0.1,\n"
    )
    run_rivals(path, draws=200, sampler=linear.exact)
    return path


@pytest.fixture(scope="module")
def data(directory):
    return json.loads((directory / "rivals.json").read_text())


def test_the_page_says_every_verdict_and_what_was_not_compared(directory, data):
    page = write_rivals_report(directory).read_text()
    for one in data["rivals"]:
        assert one["title"] in page
    for one in data["left_out"]:
        assert one["why"] in page
    assert "\N{MINUS SIGN}1.7" in page
    assert "100 %" in page
    ElementTree.fromstring((directory / "rivals.svg").read_text())


def test_differences_stand_at_their_place(data):
    root = ElementTree.fromstring(panel_picture(panels(data)[0]))
    marks = [
        float(e.attrib["cx"]) for e in root.iter(f"{SVG}circle") if "cx" in e.attrib
    ]
    ticks = {
        (e.text or "").replace("\N{MINUS SIGN}", "-"): float(e.attrib["x"])
        for e in root.iter(f"{SVG}text")
        if e.get("class") == "tick"
    }
    (low, at_low), (high, at_high) = sorted(
        ((float(k), x) for k, x in ticks.items()), key=lambda one: one[0]
    )[:: len(ticks) - 1]
    (one,) = [one for one in data["rivals"] if one["verdict"]]
    share = (marks[1] - at_low) / (at_high - at_low)
    assert low + share * (high - low) == pytest.approx(one["difference"], abs=0.05)


def test_the_matrix_has_a_field_for_each_study(data):
    drawn = panel_picture(panels(data)[1])
    for study in data["studies"]:
        assert f"{study}, No asymmetric learning" in drawn


def test_what_is_told_apart_is_said_so(data):
    (one,) = [one for one in data["rivals"] if one["verdict"]]
    changed = {**one, "told_apart": True, "verdict": "foretells worse"}
    rivals = [data["rivals"][0], changed]
    assert told({**data, "rivals": rivals})[0].startswith("Told apart")
    changed = {**one, "told_apart": False, "verdict": "not told apart"}
    rivals = [data["rivals"][0], changed]
    assert told({**data, "rivals": rivals})[0].startswith("Not told apart")


def test_a_truth_that_is_not_known_is_a_dash(data):
    rows = design_rows(data)
    assert [row["felt"] for row in rows] == ["\N{MINUS SIGN}1.7", "\N{EN DASH}"]


def test_the_documentation_has_the_page_with_and_without_a_comparison(tmp_path, data):
    bare = docs.pages(tmp_path)
    assert "No comparison is on record" in bare[docs.PAGE]
    path = tmp_path / docs.RECORDED
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(data))
    full = docs.pages(tmp_path)
    assert "No asymmetric learning" in full[docs.PAGE]
    assert full[docs.PICTURE].startswith("<svg")
