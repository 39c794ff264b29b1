"""Studies left out, rivals and the interaction, as the report reads them."""

import pytest

from kapsim.evidence.sensitivity import ClassShare, RankedFactor, RankedOutcome, Ranking
from kapsim.report.credibility.goals import Verdict, prediction_goals
from kapsim.report.credibility.posterior import (
    SYNERGY,
    endpoints,
    foretold,
    interaction_goal,
    kinds,
    rivals,
    rivals_goal,
    sensitivity,
)
from tests.unit.report.synthetic_rivals import left_out_data, rivals_data

MINUS = "\N{MINUS SIGN}"


def test_goals_are_set_to_changes_and_contrasts_in_points():
    found = prediction_goals(foretold(left_out_data()))
    goals = {one.id: (one.obtained, one.verdict) for one in found}
    assert goals["coverage"] == ("89 % (8 of 9)", Verdict.NOT_MET)
    assert goals["changes"] == ("1.0 points (6 figures)", Verdict.MET)
    assert goals["contrasts"] == ("7.0 points (1 figures)", Verdict.NOT_MET)
    assert goals["width"] == ("0.50 times as wide (8 figures)", Verdict.MET)
    assert goals["log_score"] == (
        f"{MINUS}1.00 against {MINUS}3.00 (8 figures)",
        Verdict.MET,
    )


def test_every_endpoint_and_kind_has_a_line():
    assert "| change | points | 6 | 100 | 1.00 | 6 | 1.00 | 5.00 |" in kinds(
        left_out_data()
    )
    text = endpoints(left_out_data())
    assert text.count("a, day 2") == 9
    assert text.count("**outside**") == 1


@pytest.mark.parametrize(
    ("data", "verdict"),
    [
        (None, Verdict.NOT_AVAILABLE),
        ({"rivals": [], "left_out": []}, Verdict.NOT_AVAILABLE),
        (rivals_data(), Verdict.MET),
        (rivals_data(told_apart=False), Verdict.NOT_MET),
        (rivals_data(by_contrasts=False), Verdict.NOT_MET),
        (rivals_data(12.5), Verdict.NOT_MET),
    ],
)
def test_only_expectancy_that_foretells_worse_is_told_apart(data, verdict):
    assert rivals_goal(data).verdict is verdict


def test_rivals_are_shown_with_their_errors_and_the_absent_with_why():
    text = "\n".join(rivals(rivals_data()))
    assert f"{MINUS}12.5 (SE 3.0)" in text
    assert "| foretells worse |" in text
    assert "Not compared: No lift. It was not run." in text


@pytest.mark.parametrize(
    ("identified", "verdict"),
    [("well", Verdict.MET), ("partly", Verdict.NOT_MET), ("not", Verdict.NOT_MET)],
)
def test_the_interaction_needs_a_gain_that_is_well_identified(identified, verdict):
    gain = {"id": SYNERGY, "identified": identified, "mean": 0.2, "low": -1, "high": 1}
    found = interaction_goal({"parameters": [gain]})
    assert found.verdict is verdict
    assert f"0.2 (95 % {MINUS}1 to 1)" in found.obtained


def test_a_gain_that_was_not_freed_is_not_identified():
    found = interaction_goal({"parameters": []})
    assert found.verdict is Verdict.NOT_AVAILABLE
    assert found.obtained == "not freed in the calibration"


def factor(origin, share):
    return RankedFactor(
        id="mind.mood.b_p",
        meaning=f"a number that is {origin}",
        unit="1",
        origin=origin,
        value="1",
        low=0.0,
        high=2.0,
        share=share,
        shares=[share],
        slopes=[1.0],
    )


def test_sensitivity_shows_classes_and_names_assumptions_only():
    share = dict.fromkeys(("alone", "alone_error", "total", "total_error"), 0.1)
    classes = {
        "assumed": ClassShare(share=0.7, **share),
        "calibrated": ClassShare(share=0.3, **share),
    }
    change = RankedOutcome(
        name="change", unit="point", mean=-3.0, sd=1.5, explained=0.9, classes=classes
    )
    still = change.model_copy(update={"name": "still", "sd": 0.0, "classes": {}})
    found = Ranking(
        protocol="kap-2x2",
        kapsim="0",
        posterior=None,
        runs=4096,
        persons=512,
        outcomes=[change, still],
        factors=[factor("calibrated", 0.5), factor("assumed", 0.004)],
    )
    text = "\n".join(sensitivity([found]))
    assert "| < 0.5 % |" in text
    assert "4,096 runs of 512 persons, posterior none." in text
    assert f"| change | {MINUS}3 (SD 1.5) point | 90 % | 70 % | 30 % |" in text
    assert "| still |" in text
    assert "a number that is assumed" in text
    assert "a number that is calibrated" not in text
