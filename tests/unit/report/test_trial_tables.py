"""Tables of a virtual trial: on the terminal, of its design and of its flow."""

import io
import math

import pytest
from rich.console import Console

from kapsim.report.trial import power_table
from kapsim.report.trial.coverage import coverage_remarks
from kapsim.report.trial.flow import flow_rows
from kapsim.report.trial.guesses import bang_rows
from kapsim.report.trial.operating import in_brief, quantities
from kapsim.report.trial.record import questions
from kapsim.report.trial.words import (
    count,
    p_value,
    percent,
    share,
    unit_of,
    with_error,
)
from kapsim.trial.protocol import Protocol
from tests.unit.report.synthetic import protocol
from tests.unit.report.synthetic_trial import (
    ARMS,
    COMPARISONS,
    ENDPOINTS,
    ODDS,
    RESPONSE,
    SIZES,
    minimal_data,
    trial_data,
)

PLAN = Protocol.model_validate(protocol(ARMS))


@pytest.fixture(scope="module")
def data():
    return trial_data(PLAN)


def printed(data, width=80):
    stream = io.StringIO()
    Console(file=stream, width=width).print(power_table(data))
    return stream.getvalue()


def test_table_fits_eighty_columns_and_puts_primary_endpoints_first(data):
    text = printed({**data, "power": data["power"][::-1]})
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    heads = [line.strip() for line in lines if " day 29" in line]
    assert len(heads) == (len(ENDPOINTS) - 1) * len(COMPARISONS)
    assert all(head.startswith("MADRS change") for head in heads[:2])
    assert "1,000 virtual trials of each size" in text
    assert "Research software. Not medical advice." in text


def test_a_second_effect_of_an_endpoint_is_supportive(data):
    found = {one.endpoint["id"]: one for one in questions(data)}
    assert found[ODDS].endpoint["role"] == "supportive"
    assert found[ODDS].endpoint["unit"] == "log odds ratio"
    assert found[RESPONSE].endpoint["role"] == "secondary"
    unknown = {**data, "endpoints": data["endpoints"][1:]}
    assert not any(one.primary for one in questions(unknown))
    assert ODDS not in printed(data, 200)


def test_secondary_endpoints_are_in_brief(data):
    text = printed(data)
    assert text.count("Power, %") == (len(ENDPOINTS) - 1) * len(COMPARISONS)
    assert text.count("Interval coverage, %") == len(COMPARISONS)


def test_cells_stand_below_their_size(data):
    rows = [row for row in data["power"] if row["per_arm"] != SIZES[1]]
    kept = [row for row in data["power"] if row["endpoint"] == ENDPOINTS[1][0]]
    text = printed({**data, "power": rows + kept[2:4]})
    (first, *_) = [line for line in text.splitlines() if "Power, %" in line]
    cells = ["55.1", "(52.0–58.2)", "83.9", "(81.5–86.0)"]
    assert first.split() == ["Power,", "%", *cells]
    places = [text.splitlines()[1].index(str(size)) for size in SIZES]
    assert places[0] < first.index(cells[1]) + len(cells[1]) <= places[1]


def test_names_are_text_and_what_is_unknown_is_left_out(data):
    least = minimal_data(PLAN)
    text = printed({**least, "title": "[b]x[/b]"})
    assert "[b]x[/b]: 1 virtual trial of each size" in " ".join(text.split())
    assert "Assurance" not in text
    assert "nan" not in text


def test_quantities_of_an_endpoint(data):
    question = questions(data)[0]
    found = {one.name: one.cells for one in quantities(question)}
    assert found["Bias"][0] == "−0.042 (0.064)"
    assert found["SD of estimates; mean SE"][0] == "2.01; 1.99"
    assert found["Patients in all"] == ("120", "180", "240")
    brief = [one.name for one in in_brief(question)]
    assert brief == [
        "Power, %",
        "Type I error, two-sided, %",
        "True effect, points",
        "Mean estimate, points",
        "95 % of estimates",
        "Failed replicates",
    ]


def test_rejections_in_the_wrong_direction_have_a_row(data):
    question = questions(data)[0]
    assert question.rows[0]["for_comparator"] == 0
    turned = [{**row, "for_comparator": 0.02} for row in question.rows]
    wrong = type(question)(question.endpoint, question.comparison, tuple(turned))
    name = "Rejected in favour of the comparator, %"
    assert name in [one.name for one in in_brief(wrong)]
    margin = [{**row, "tested": "equivalence"} for row in question.rows]
    shown = type(question)(question.endpoint, question.comparison, tuple(margin))
    names = [one.name for one in in_brief(shown)]
    assert "Shown of equal arms, %" in names
    assert not any(name.startswith("Type I") for name in names)


def test_all_and_none_have_an_interval():
    row = {"all": 1.0, "all_se": None, "all_low": 0.9812, "all_high": 1.0}
    assert share(row, "all") == "100 (98.1–100)"
    below = {"x": 0.02, "x_low": -0.05, "x_high": 0.09}
    assert share(below, "x") == "2.0 (−5.0 to 9.0)"
    assert share({"x": 0.5, "x_se": 0.1}, "x") == "50.0 (10.0)"
    assert share({"x": None, "x_low": None, "x_high": None}, "x") == "–"


def test_too_few_trials_are_warned_of_below_the_table(data):
    said = " ".join(printed({**data, "replicates": 30}).split())
    assert "Warning: 30 virtual trials of each size" in said
    assert "Warning" not in printed(data)


# -- coverage --------------------------------------------------------------------------


def covered(data, share, **changes):
    """Remarks on the first endpoint at one size."""
    question = questions(data)[0]
    row = {**question.rows[0], "failed": 0, "coverage": share, **changes}
    alone = type(question)(question.endpoint, question.comparison, (row,))
    return coverage_remarks(alone, unequal=changes.get("unequal", True))


def test_coverage_that_is_off_is_told_with_its_likely_cause(data):
    (said,) = covered(data, 0.982, mean_se=2.26, sd_estimate=1.99)
    told = said.replace("\N{NO-BREAK SPACE}", " ")
    assert told.startswith(
        "With 40 patients per arm 98.2 % of intervals hold the truth, 4.6 Monte Carlo "
        "standard errors above 95 %: they are too wide. The mean standard error is "
        "2.26, the estimates spread by 1.99 (SD). Likely cause: the method takes one "
        "covariance for all arms"
    )
    assert told.endswith("too large where the larger arm varies more.")
    (even,) = covered(data, 0.982, mean_se=2.26, sd_estimate=1.99, unequal=False)
    assert "unequal" not in even


def test_coverage_within_its_error_needs_no_word(data):
    assert covered(data, 0.969) == covered(data, None) == []
    assert covered(data, 0.982, replicates=30) == []


def test_intervals_off_the_truth_are_too_seldom_right(data):
    (said,) = covered(data, 0.8, bias=1.5, sd_estimate=2.0, mean_se=2.0)
    assert said.endswith(
        "or off the truth. Estimates are off the truth by 1.50 on average."
    )
    (said,) = covered(data, 0.8, bias=0.0, sd_estimate=2.0, mean_se=1.5)
    assert said.endswith("too small where the smaller arm varies more.")
    odds = {"methods": {"logistic": 1.0}, "sd_estimate": 2.0, "mean_se": 1.5}
    (said,) = covered(data, 0.8, bias=0.0, **odds)
    assert said.endswith("a method for large samples in small ones.")


def test_one_trial_beside_the_mean(data):
    rows = flow_rows(data["flow"], data["flow_mean"])
    assert rows[:3] == [
        ("", "Assessed", "254", "254"),
        ("", "Excluded", "74", "74"),
        ("", "Randomised", "180", "180"),
    ]
    assert (ARMS[1], "Left: lack of effect", "3", "3.2") in rows
    assert (ARMS[1], "Completed", "52", "51.6") in rows
    alone = flow_rows(data["flow"], None)
    assert (ARMS[1], "Completed", "52", "–") in alone


def test_guesses_at_every_visit(data):
    first = bang_rows(data["blinding"]["visits"])[0]
    assert first == ("day 2", ARMS[0], "patient", "58", "85", "0.70 (0.46 to 0.94)")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (p_value(0.00049), "< 0.001"),
        (p_value(0.0496), "0.050"),
        (p_value(None), "–"),
        (percent(0.8312, 0.012), "83.1 (1.2)"),
        (percent(math.nan), "–"),
        (with_error(-0.1, None, 2), "−0.10"),
        (count(51.6), "51.6"),
        (count(1234.0), "1,234"),
        (unit_of("log hazard ratio").text(math.log(0.5)), "0.50"),
        (unit_of("points").text(-3.14, -4.0, None), "−3.1"),
        (unit_of("log odds ratio").text(3.0, 2.0, 9.0), "20.1 (7.39 to 8103)"),
        (unit_of("something").text(2.0), "2.00"),
        (unit_of("points").range(None, 1.0), "–"),
    ],
)
def test_numbers_in_words(said, expected):
    assert said == expected
