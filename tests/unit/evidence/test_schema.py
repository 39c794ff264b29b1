"""What a record must say before it is believed."""

import re
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from kapsim.evidence import (
    Kind,
    Parameter,
    Prior,
    Reading,
    Source,
    Spread,
    Strength,
)

PUBLISHED: dict[str, Any] = {
    "id": "drug.route.cl",
    "symbol": "CL",
    "meaning": "clearance",
    "value": 90.0,
    "unit": "mL/min",
    "bounds": [0, 1000],
    "kind": "published",
    "strength": "B",
    "reading": "primary",
    "sources": ["somebody_2000"],
    "locator": "Table 1",
}
ASSUMED: dict[str, Any] = {
    "id": "mind.guess.k",
    "symbol": "k",
    "meaning": "a choice",
    "value": 0.5,
    "unit": "1",
    "bounds": [0, 1],
    "kind": "assumed",
    "strength": "E",
    "reading": "unverified",
    "range": [0.2, 0.8],
    "reason": "nothing is known",
}
SOURCE: dict[str, Any] = {
    "key": "somebody_2000",
    "kind": "theory",
    "authors": ["Somebody, A."],
    "year": 2000,
    "title": "A theory",
}


def without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    """The record less some fields."""
    return {name: value for name, value in record.items() if name not in names}


def test_a_complete_record_is_believed() -> None:
    record = Parameter.model_validate(PUBLISHED)
    assert record.internal_value == 5.4
    assert record.quantity_text == "90 mL/min"
    assert record.basis == "published B primary"
    assert Parameter.model_validate(ASSUMED).quantity_text == "0.5"


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (without(PUBLISHED, "sources"), "a published number needs a source"),
        (without(PUBLISHED, "locator"), "a published number needs a locator"),
        (
            PUBLISHED | {"reading": "unverified"},
            "an unverified number is an assumption",
        ),
        (PUBLISHED | {"kind": "derived"}, "a derived number needs its formula"),
        (
            PUBLISHED | {"kind": "derived", "formula": "a/b", "sources": []},
            "a derived number needs a source",
        ),
        (
            PUBLISHED | {"kind": "calibrated"},
            "a calibrated number names its calibration",
        ),
        (
            ASSUMED | {"kind": "calibrated", "calibration": "1"},
            "a calibrated number needs the prior that it began with",
        ),
        (
            PUBLISHED | {"value": 2000.0},
            r"value 2000 is outside its bounds \[0, 1000\]",
        ),
        (PUBLISHED | {"value": [1.0, -1.0]}, "value -1 is outside its bounds"),
        (PUBLISHED | {"value": [[1.0], [1e9]]}, r"value 1e\+09 is outside its bounds"),
        (PUBLISHED | {"value": float("nan")}, "is not a number"),
        (PUBLISHED | {"unit": "furlong"}, "'furlong' is not a unit that kapsim knows"),
        (PUBLISHED | {"grade": "A"}, "Extra inputs are not permitted"),
        (PUBLISHED | {"id": "Drug Route"}, "String should match pattern"),
        (PUBLISHED | {"strength": "F"}, "Input should be 'A', 'B', 'C', 'D' or 'E'"),
        (without(ASSUMED, "range"), "an assumed number needs a range and a reason"),
        (without(ASSUMED, "reason"), "an assumed number needs a range and a reason"),
        (ASSUMED | {"range": [0.8, 0.2]}, "range runs backwards"),
        (ASSUMED | {"strength": "B"}, "a graded assumption needs the source"),
    ],
)
def test_nonsense_is_refused(record: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Parameter.model_validate(record)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"year": "2000"}, "valid integer"),
        ({"year": 2000.5}, "valid integer"),
        ({"year": 20000}, "less than or equal to 2100"),
        ({"authors": []}, "at least 1 item"),
        ({"doi": "https://doi.org/10.1/x"}, "String should match pattern"),
        ({"kind": "hearsay"}, "Input should be 'randomised trial'"),
        ({"key": "Somebody 2000"}, "String should match pattern"),
    ],
)
def test_a_source_that_cannot_be_cited_is_refused(
    change: dict[str, Any], why: str
) -> None:
    Source.model_validate(SOURCE)
    with pytest.raises(ValidationError, match=re.escape(why)):
        Source.model_validate(SOURCE | change)


@pytest.mark.parametrize(
    ("spread", "why"),
    [
        (
            {"distribution": "cauchy", "sd": 1, "kind": "published"},
            "should match pattern",
        ),
        ({"distribution": "normal", "sd": -1, "kind": "published"}, "greater than or"),
        ({"distribution": "normal", "sd": 1, "kind": "assumed"}, "needs a reason"),
    ],
)
def test_a_spread_without_ground_is_refused(spread: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Spread.model_validate(spread)


def test_records_do_not_change_after_loading() -> None:
    record = Parameter.model_validate(PUBLISHED)
    with pytest.raises(ValidationError, match="frozen"):
        record.value = 1.0


def test_lists_and_tables_are_converted_number_by_number() -> None:
    table = PUBLISHED | {"value": [[1.0, 2.0], [3.0, 4.0]]}
    got = Parameter.model_validate(table).internal_value
    np.testing.assert_allclose(got, [[0.06, 0.12], [0.18, 0.24]], rtol=1e-15, atol=0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00012, "0.00012"),
        ([1.0, 2.5], "1, 2.5"),
        ([1.0] * 7, "table of 7 rows"),
        ([[1.0, 2.0], [3.0, 4.0]], "table of 2 rows"),
    ],
)
def test_value_in_short(value: Any, text: str) -> None:
    assert Parameter.model_validate(PUBLISHED | {"value": value}).value_text == text


def test_every_grade_has_words() -> None:
    grades = [*Kind, *Strength, *Reading]
    assert len({grade.meaning for grade in grades}) == len(grades)


PRIOR = {"distribution": "normal", "mean": 0.2, "sd": 0.7}


def test_an_assumption_may_have_a_prior() -> None:
    record = Parameter.model_validate(ASSUMED | {"prior": PRIOR})
    prior = Prior(distribution="normal", mean=0.2, sd=0.7)
    assert record.prior == prior
    assert prior.words == "normal, mean 0.2, SD 0.7"
    spread = Prior(distribution="lognormal", mean=3.0, sd=0.5)
    assert spread.words == "lognormal, median 3, SD 0.5 of the log"


def test_a_calibrated_number_keeps_its_prior_and_has_its_sources_there() -> None:
    own = {"kind": "calibrated", "calibration": "1", "prior": PRIOR}
    record = Parameter.model_validate(ASSUMED | own)
    assert record.calibration == "1"
    assert not record.sources


@pytest.mark.parametrize(
    ("record", "prior", "why"),
    [
        (PUBLISHED, PRIOR, "only an assumed or a calibrated number has a prior"),
        (ASSUMED | {"value": [0.5, 0.4]}, PRIOR, "a table of numbers has no prior"),
        (ASSUMED, PRIOR | {"mean": 7}, "centred outside the bounds, at 7"),
        (ASSUMED, PRIOR | {"sd": 0}, "greater than 0"),
        (ASSUMED, PRIOR | {"distribution": "cauchy"}, "should match pattern"),
        (
            ASSUMED,
            PRIOR | {"distribution": "lognormal", "mean": 0},
            "median of a lognormal prior must be above 0",
        ),
        (
            ASSUMED,
            PRIOR | {"distribution": "logitnormal", "mean": 1},
            r"median of a logitnormal prior must lie in \(0, 1\)",
        ),
    ],
)
def test_a_prior_that_cannot_be_is_refused(
    record: dict[str, Any], prior: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        Parameter.model_validate(record | {"prior": prior})
