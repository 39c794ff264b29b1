"""The page of a calibration: complete, safe, and asking for nothing."""

import json
import re
import shutil
import xml.etree.ElementTree as ElementTree

import pytest

from kapsim.evidence import library
from kapsim.lab.verdict import Word
from kapsim.report.calibration import write_calibration_report
from kapsim.report.calibration.goals import goals
from kapsim.report.calibration.record import (
    CalibrationRecord,
    explanation,
    read_calibration,
)
from kapsim.report.run_directory import RunDirectoryError
from tests.unit.report.reading import Page, outside_links, requests_of
from tests.unit.report.synthetic_calibration import (
    HOSTILE,
    STUDIES,
    calibration_data,
    least_data,
    write_calibration,
)

FIGURES = ("parameters", "correlations", "spectrum", "fit")


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    """A full calibration with its page."""
    made = write_calibration(tmp_path_factory.mktemp("full"), calibration_data())
    write_calibration_report(made)
    return made


@pytest.fixture(scope="module")
def text(directory):
    return (directory / "calibration.html").read_text("utf-8")


@pytest.fixture(scope="module")
def least_directory(tmp_path_factory):
    """A calibration without anything optional, with its page."""
    made = write_calibration(tmp_path_factory.mktemp("least"), least_data())
    write_calibration_report(made)
    return made


@pytest.fixture(scope="module")
def least(least_directory):
    return (least_directory / "calibration.html").read_text("utf-8")


def inside(text, section):
    """Words of a section."""
    start = text.partition(f'<section id="{section}">')[2]
    return Page(start.partition("</section>")[0]).text


def judged(data):
    """Verdicts by the beginning of the goal's name."""
    found = goals(CalibrationRecord({}, {}, data))
    return {goal.name.split()[0]: goal for goal in found}


def changed(row, **columns):
    return {**row, **columns}


def test_page_asks_the_network_for_nothing_and_runs_nothing(text):
    page = Page(text)
    assert requests_of(page) == []
    assert outside_links(page) == []
    assert "<script" not in text
    assert not re.search(r"@import|url\((?!#)", text)


@pytest.mark.parametrize("name", ["text", "least"])
def test_page_is_well_formed_and_figures_have_titles(name, request):
    content = request.getfixturevalue(name)
    page = Page(content)
    assert page.open == []
    figures = re.findall(r"<svg.*?</svg>", content, flags=re.S)
    assert len(figures) >= 3 + len(STUDIES)
    for figure in figures:
        root = ElementTree.fromstring(figure)
        assert root[0].tag.endswith("title")
        assert root[0].text
        assert root[1].tag.endswith("desc")
        assert root[1].text
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [attrs.get("href", "") for tag, attrs in page.elements if tag == "a"]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)


def test_every_parameter_and_every_endpoint_is_shown(text):
    data = calibration_data()
    known, fitted = inside(text, "parameters"), inside(text, "fit")
    for row in data["parameters"]:
        assert f"{row['id']} {row['meaning']} [{row['unit']}]" in known
    for row in data["targets"]:
        assert row["id"] in fitted
    unknown = inside(text, "unknown")
    for row in data["parameters"]:
        assert (row["id"] in unknown) is (row["identified"] == "not")


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("goals", "35 of 36 (97.2 %) at least 90 % met"),
        (
            "goals",
            "1; the farthest is −3.4 (drug less control, MADRS day 28, ketamine)",
        ),
        ("goals", "none missed Largest R-hat of a parameter 1.005 at most 1.01 met"),
        ("goals", "Least effective number of draws 2,643 at least 400 met"),
        ("goals", "Divergent transitions none none met"),
        ("goals", "0.37 posterior SDs at most 1 posterior SD met"),
        ("goals", "Endpoints 36, of which 12 contrasts"),
        ("goals", "Directions that the data inform 19 of 48"),
        ("goals", "Study effect, SD in points (95 %) 1.62 (0.94 to 2.51)"),
        ("goals", "Arm effect, SD in points (95 %) 0.71 (0.21 to 1.32)"),
        ("parameters", "4 of 48 parameters are fixed well by the data, 15 in part"),
        ("parameters", "and 29 hardly or not at all"),
        ("unknown", "19 of 48 independent directions"),
        ("correlations", "−0.70 one can be higher where the other is lower"),
        ("correlations", "+0.70 both can be higher together, or lower"),
        ("fit", "difference 6 5 83.3 % 1.31 points of the scale"),
        ("fit", "cobalt/4 cobalt difference, contrast points of the scale"),
        ("fit", "−1.2 2.9 (0.5 to 5.2) −3.4 outside 12.0"),
        ("fit", "hazard ratio, contrast ratios 0.55 0.40 (0.22 to 0.72) +1.0"),
        ("fit", "All endpoints (6, 1 outside)"),
        ("convergence", "2 153 2 86.3 66 0.94"),
        ("convergence", "Emulator error, median share of an endpoint's SE, % 12.0"),
        ("convergence", "Other seed max shift SD 0.37"),
        ("provenance", "kapsim calibrate --seed 7 -o validation/calibration"),
        ("provenance", "Took 2 h 13 min Seed 7"),
        ("provenance", "Virtual persons per simulation 2,048"),
        ("provenance", "Parameter sets simulated 612"),
        ("provenance", "kapsim 0.9.9"),
    ],
)
def test_each_section_says_its_numbers(text, section, said):
    assert said in inside(text, section)


def test_numbers_are_those_of_the_file(text):
    data = calibration_data()
    rows = data["targets"]
    assert sum(row["inside"] for row in rows) / len(rows) == data["coverage"]
    assert f"({100 * data['coverage']:.1f} %)" in inside(text, "goals")
    assert f"{-data['worst_z']:.1f}".replace("-", "−") in inside(text, "goals")


def test_what_is_missing_is_said_or_left_out(least):
    said = inside(least, "goals")
    assert "Divergent transitions – none not known" in said
    assert "not repeated" in said
    assert "34 of 35" in said
    assert inside(least, "correlations") == "Correlations None was recorded."
    assert "has not been repeated" in inside(least, "convergence")
    assert "Misfit" not in inside(least, "convergence")
    assert "directions" not in inside(least, "unknown")
    assert "None" not in Page(least).text.replace("None was recorded", "")


def test_text_is_escaped(text):
    assert HOSTILE not in text
    assert "arm &lt;b&gt;" in text
    assert HOSTILE in Page(text).text


def test_research_software_is_said_on_top(text):
    head = Page(text.partition("</header>")[0]).text
    assert "Research software. Not medical advice" in head


def test_figures_are_written_beside_the_page(directory, least_directory):
    for name in FIGURES:
        drawn = (directory / f"calibration-{name}.svg").read_text("utf-8")
        assert ElementTree.fromstring(drawn).tag.endswith("svg")
    left = sorted(path.name for path in least_directory.glob("*.svg"))
    assert left == ["calibration-fit.svg", "calibration-parameters.svg"]


@pytest.mark.parametrize(
    ("goal", "column", "value"),
    [("Largest", "r_hat", 1.02), ("Least", "ess", 90.0)],
)
def test_a_parameter_that_has_not_converged_is_missed(goal, column, value):
    data = calibration_data()
    first, *others = data["parameters"]
    planted = {**data, "agreement": None}
    planted["parameters"] = [changed(first, **{column: value}), *others]
    found = [one for one in goals(CalibrationRecord({}, {}, planted))]
    word = {one.name: one.word for one in found if one.name.startswith(goal)}
    assert next(iter(word.values())) is Word.MISSED


def test_coverage_divergences_and_other_seeds_are_judged():
    data = calibration_data()
    outside = [changed(row, inside=k > 4) for k, row in enumerate(data["targets"])]
    assert judged({**data, "targets": outside})["Endpoints"].word is Word.MISSED
    assert judged({**data, "divergences": 3})["Divergent"].word is Word.MISSED
    far = {"other_seed_max_shift_sd": 1.4}
    names = [
        one for one in goals(CalibrationRecord({}, {}, {**data, "agreement": far}))
    ]
    assert names[-1].word is Word.MISSED


def test_a_repetition_may_lie_in_a_folder_of_its_own(directory, tmp_path):
    copy = tmp_path / "calibration"
    shutil.copytree(directory, copy)
    path = copy / "calibration.json"
    data = json.loads(path.read_text("utf-8")) | {"agreement": None}
    path.write_text(json.dumps(data))
    assert not read_calibration(copy).agreement
    (copy / "repeated").mkdir()
    near = {"other_seed_max_shift_sd": 0.8, "shipped": data["version"]}
    path = copy / "repeated" / "calibration.json"
    path.write_text(json.dumps({"agreement": near}))
    assert list(goals(read_calibration(copy)))[-1].word is Word.MET
    path.write_text(json.dumps({"agreement": near | {"shipped": "another"}}))
    assert not read_calibration(copy).agreement


def test_a_far_endpoint_is_excused_by_a_record_that_names_it():
    record = next(iter(library().discrepancies.values()))
    naming = record.model_copy(update={"about": "endpoint cobalt/4 of the calibration"})
    assert explanation("cobalt/4", [record, naming]) is naming
    assert explanation("cobalt/44", [naming]) is None
    assert explanation("cobalt", [naming]) is None
    known = CalibrationRecord({}, {}, calibration_data())
    vars(known)["explained"] = {"cobalt/4": naming}
    verdicts = {one.name: one for one in goals(known)}
    (far,) = (one for name, one in verdicts.items() if name.startswith("Beyond"))
    assert far.word is Word.MET
    assert far.found.startswith("none; the farthest is −3.4")


def test_a_directory_that_lacks_something_is_refused(tmp_path):
    with pytest.raises(RunDirectoryError, match=r"lacks .*calibration\.json"):
        read_calibration(tmp_path)
    data = calibration_data()
    del data["targets"]
    with pytest.raises(RunDirectoryError, match="lacks targets"):
        read_calibration(write_calibration(tmp_path, data))
    (tmp_path / "calibration.json").write_text("[1, 2]", encoding="utf-8")
    with pytest.raises(RunDirectoryError, match="expected a JSON object"):
        read_calibration(tmp_path)
