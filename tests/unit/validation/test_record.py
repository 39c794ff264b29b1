"""The recorder of validations: it fails on a miss, and hides none."""

import math

import pytest

from kapsim.evidence.posterior import posterior
from validation.report.page import page
from validation.report.record import Gathered, Recorder

FILE = "tests/unit/validation/test_record.py"
WHY = "a reason that is long enough to be read"


@pytest.fixture
def gathered() -> Gathered:
    return Gathered()


@pytest.fixture
def check(gathered) -> Recorder:
    return Recorder(FILE, gathered)


def test_met_on_the_limit(check, gathered):
    check("x", 1.0, 1.0, 2.0, source="exact")
    assert gathered.checks[0].met


@pytest.mark.parametrize("value", [0.99, 2.01, math.nan])
def test_a_miss_fails_and_is_kept(check, gathered, value):
    with pytest.raises(AssertionError, match="must lie in"):
        check("x", value, 1.0, 2.0, source="exact")
    assert not gathered.checks[0].met


def test_a_known_miss_is_reported(check, gathered, pytestconfig):
    check("x", 3.0, 1.0, 2.0, source="exact", missed=WHY)
    text = page(pytestconfig.rootpath, gathered, {})
    assert "**missed**" in text
    assert WHY in text
    assert "0 met, 1 missed" in text


def test_the_report_names_the_posterior_that_it_was_made_with(gathered, pytestconfig):
    known = posterior()
    assert known is not None
    assert f"those of posterior {known.version}." in page(
        pytestconfig.rootpath, gathered, {}
    )


def test_a_known_miss_that_is_met_fails(check):
    with pytest.raises(AssertionError, match="is met"):
        check("x", 1.5, 1.0, 2.0, source="exact", missed=WHY)


def test_a_discrepancy_gives_its_reason(check, gathered):
    name = "drug.intravenous.racemate_peak"
    check("x", 3.0, 1.0, 2.0, source="exact", missed=name)
    assert name in gathered.checks[0].missed
    assert len(gathered.checks[0].missed) > len(name) + 20


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"missed": "no"}, "written reason"),
        ({"source": "nobody_1999"}, "neither a source"),
        ({"low": -math.inf, "high": math.inf}, "no limit"),
    ],
)
def test_refusals(check, change, match):
    given = {"low": 1.0, "high": 2.0, "source": "exact"} | change
    with pytest.raises(ValueError, match=match):
        check("x", 1.5, **given)


def test_planted_faults(check, gathered):
    check("x", 1.5, 1.0, 2.0, source="exact")
    check.planted("x", "doubled", 3.0)
    assert gathered.checks[0].faults == (("doubled", 3.0),)
    with pytest.raises(AssertionError, match="is not seen"):
        check.planted("x", "nothing", 1.6)
    with pytest.raises(KeyError):
        check.planted("y", "doubled", 3.0)
