"""The pages say what the reports say, and what is missing."""

import json
import re
from collections import Counter

import pytest

from kapsim.report.credibility import pages, write_credibility
from kapsim.report.credibility.reports import (
    CALIBRATION,
    EXTERNAL,
    LEFT_OUT,
    RIVALS,
    VALIDATIONS,
)
from tests.unit.report.synthetic_calibration import calibration_data
from tests.unit.report.synthetic_external import figure, report
from tests.unit.report.synthetic_rivals import left_out_data, rivals_data
from validation.report.page import page
from validation.report.record import Check, Gathered

FILE = "validation/behaviour/test_a.py"
WHY = "The lift is assumed."


def put(root, name, text):
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def root(tmp_path):
    put(tmp_path, FILE, '"""What people do."""\n')
    checks = [
        Check(FILE, "score after a day", 3.0, 0.0, 4.0, "points", "our choice"),
        Check(FILE, "score after a week", 9.0, 0.0, 4.0, "points", "exact", missed=WHY),
        Check(
            FILE, "spread after a week", 8.0, 0.0, 4.0, "points", "exact", missed=WHY
        ),
    ]
    outcomes = {FILE: Counter(passed=1)}
    put(tmp_path, VALIDATIONS, page(tmp_path, Gathered(checks=checks), outcomes))
    figures = [figure(), figure(observed=9.0, error=-9.0, grade="recalled")]
    put(tmp_path, EXTERNAL, json.dumps(report(figures)))
    return tmp_path


def test_without_any_report_the_pages_say_so(tmp_path):
    made = pages(tmp_path)
    for name in ("index.md", "validations.md", "predictions.md", "discrepancies.md"):
        assert "Not available" in made[name]
    assert "`validation/REPORT.md`, from: make validate." in made["not-validated.md"]
    assert "**not met**" not in made["index.md"].partition("## What each use")[0]


def test_counts_and_goals_stand_on_the_first_page(root):
    text = pages(root)["index.md"]
    assert (
        "| validation | direction and plausible size of what patients do "
        "| 3 | 1 | 2 |  |" in text
    )
    assert "| 50 % (1 of 2) | **not met** |" in text
    assert "records 0000000000000000, which have changed since" in text


@pytest.mark.parametrize("name", ["index.md", "validations.md", "discrepancies.md"])
def test_numbers_of_an_older_posterior_are_said_to_be(root, name):
    text = (root / VALIDATIONS).read_text(encoding="utf-8")
    now = re.sub(r"posterior \S+\.\n", "posterior 8.\n", text, count=1)
    put(root, VALIDATIONS, now)
    for version, older in (("8", False), ("9", True)):
        put(root, CALIBRATION, json.dumps({**calibration_data(), "version": version}))
        made = pages(root)[name]
        assert ("not yet with posterior 9" in made) is older
        assert ("Obtained with posterior 8.\n" in made) is not older


def test_every_number_has_its_limit_and_verdict(root):
    text = pages(root)["validations.md"]
    assert "| score after a day | 0 to 4 points | 3 points | met | our choice |" in text
    assert "| score after a week | 0 to 4 points | 9 points | **missed** |" in text


def test_what_misses_stands_with_its_reason_once(root):
    text = pages(root)["discrepancies.md"]
    assert f"- **score after a week; spread after a week.** {WHY}" in text
    assert "**outside** by \N{MINUS SIGN}9.0" in text


def test_what_was_not_tried_is_listed(root):
    text = pages(root)["not-validated.md"]
    assert "- `kap-2x2`: it has no published figures." in text
    assert "Of 2 published figures: 1 recalled, 1 seen." in text


def test_a_calibration_is_shown_with_what_it_leaves_open(root):
    data = calibration_data()
    put(root, CALIBRATION, json.dumps(data))
    made = pages(root)
    assert f"version {data['version']}, seed {data['seed']}" in made["index.md"]
    assert "cobalt" in made["predictions.md"]
    assert "**no record**" in made["discrepancies.md"]
    loose = next(one for one in data["parameters"] if one["identified"] == "not")
    assert f"parameters.md#{loose['id']})" in made["not-validated.md"]


def test_studies_left_out_and_rivals_are_shown(root):
    put(root, LEFT_OUT, json.dumps(left_out_data()))
    put(root, RIVALS, json.dumps(rivals_data()))
    made = pages(root)
    left_out = made["index.md"].partition("each left out")[2].partition("###")[0]
    assert "| 7.0 points (1 figures) | **not met** |" in left_out
    assert "| Expectancy alone |" in made["index.md"]
    assert "a, day 2" in made["predictions.md"]


def test_the_same_reports_give_the_same_bytes(root):
    first = write_credibility(root, root / "one")
    second = write_credibility(root, root / "two")
    names = sorted(path.name for path in first.parent.iterdir())
    assert len(names) == 5
    for name in names:
        own = (first.parent / name).read_bytes()
        assert own == (second.parent / name).read_bytes()
