"""Designs that cannot be: where it is said, and what to do."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.trial.designs import (
    CROSSED,
    DOSE,
    EARLY,
    PLACEBO,
    RELAPSE,
    STAY,
    STOP,
    crossover,
    given,
    sequences,
    trial,
    withdrawal,
)

REFUSED: dict[str, tuple[tuple[dict[str, Any], ...], dict[str, Any], str, str]] = {
    "crossover without washout": (
        sequences(15),
        {"design": crossover(washout=None)},
        "design.washout",
        "washout: 14 d",
    ),
    "washout that the doses do not keep": (
        sequences(15),
        {"design": crossover(washout="14 d")},
        "design.periods.1",
        "still under its first treatment",
    ),
    "crossover without periods": (
        sequences(15),
        {"design": crossover(periods=[])},
        "design.periods",
        "periods: [day 1, day 15]",
    ),
    "periods out of order": (
        sequences(15),
        {"design": crossover(periods=["day 15", "day 1"])},
        "design.periods",
        "order of time",
    ),
    "endpoint of a crossover without a twin": (
        sequences(15),
        {
            "design": crossover(washout="7 d", periods=["day 1", "day 16"]),
            "endpoints": [{"measure": "MADRS", "kind": "mean", "at": "day 8"}],
        },
        "endpoints.0.at",
        "Rate MADRS on day 23 too",
    ),
    "washout without a crossover": (
        (),
        {"design": {"washout": "7 d"}},
        "design.washout",
        "say kind: crossover",
    ),
    "zero of an arm": (
        (given({**DOSE, "days": [1]}, ratio=0), given({**PLACEBO, "days": [1]})),
        {},
        "arms.0.ratio",
        "Nobody would be in this arm",
    ),
    "non-inferiority without a margin": (
        (),
        {"design": {"objective": "non-inferiority"}},
        "design.margin",
        "margin: 2.5",
    ),
    "equivalence without a margin": (
        (),
        {"design": {"objective": "equivalence"}},
        "design.margin",
        "which difference would not matter",
    ),
    "margin of superiority": (
        (),
        {"design": {"margin": 2.0}},
        "design.margin",
        "Remove margin",
    ),
    "relapse of nobody in particular": (
        (),
        {"endpoints": [{**RELAPSE, "among": None}]},
        "endpoints.0.among",
        "among: response",
    ),
    "relapse where nobody can have responded": (
        (),
        {"endpoints": [{**RELAPSE, "at": "day 1"}]},
        "endpoints.0.at",
        "Nobody can be in response",
    ),
    "relapse that nobody can see": (
        (),
        {"endpoints": [{**RELAPSE, "at": "day 29"}]},
        "endpoints.0.at",
        "add later visits",
    ),
    "relapse without a rule": (
        (),
        {"endpoints": [{**RELAPSE, "measure": "CADSS", "among": "all"}]},
        "endpoints.0.at_least",
        "at_least: 22",
    ),
    "blocks that do not fit the ratios": (
        (given({**DOSE, "days": [1]}, ratio=2), given({**PLACEBO, "days": [1]})),
        {"design": {"blocks": [6, 4]}},
        "design.blocks.1",
        "a multiple of 3, for the ratios 2:1",
    ),
    "admitted after the randomisation": (
        (STAY, STOP),
        {"design": withdrawal(randomised="day 8")},
        "design.admitted.0.at",
        "Nobody knows it yet",
    ),
    "admitted where nobody is seen": (
        (STAY, STOP),
        {
            "design": withdrawal(
                admitted=[{"at": "day 9", "measure": "MADRS", "at_most": 20}]
            )
        },
        "design.admitted.0.at",
        "Add the visit",
    ),
    "response at the baseline": (
        (STAY, STOP),
        {
            "design": withdrawal(
                admitted=[{"at": "day 1", "measure": "MADRS", "is": "response"}]
            )
        },
        "design.admitted.0.at",
        "Nobody can have responded yet",
    ),
    "admission that says nothing": (
        (STAY, STOP),
        {"design": withdrawal(admitted=[{"at": "day 8", "measure": "MADRS"}])},
        "design.admitted.0",
        "is: response, or at_least: 20",
    ),
    "withdrawal of everybody": (
        (STAY, STOP),
        {"design": withdrawal(admitted=[])},
        "design.admitted",
        "Say who is randomised",
    ),
    "arms that differ before they part": (
        (STAY, EARLY),
        {"design": withdrawal()},
        "arms.1.treatments",
        "all arms must be alike",
    ),
    "knowledge that differs before they part": (
        (STAY, {**STOP, "open_label_until": "day 15"}),
        {"design": withdrawal()},
        "arms.1.open_label",
        "all arms must be alike",
    ),
    "randomisation after the last visit": (
        (),
        {"design": {"randomised": "day 29"}},
        "design.randomised",
        "something left to see",
    ),
    "comparison of an unknown arm": (
        (),
        {"plan": {"comparisons": [["a", "z"]]}},
        "plan.comparisons.0.1",
        "Name an arm of this protocol",
    ),
    "comparison with itself": (
        (),
        {"plan": {"comparisons": [["a", "a"]]}},
        "plan.comparisons.0",
        "two different arms",
    ),
    "factorial that is not crossed": (
        CROSSED[:3],
        {"design": {"kind": "factorial"}},
        "design.kind",
        "one arm for each combination",
    ),
    "factorial of one factor": (
        (),
        {"design": {"kind": "factorial"}},
        "design.kind",
        "every treatment meets every other one",
    ),
    "single arm of two": (
        (),
        {"design": {"kind": "single arm"}},
        "design.kind",
        "all arms but one",
    ),
    "parallel of one": (
        (STAY,),
        {"design": {"kind": "parallel"}},
        "design.kind",
        "Add the arm",
    ),
    "sites as strata of one site": (
        (),
        {"design": {"strata": ["site"], "blocks": [4]}},
        "design.strata.0",
        "sites: 10",
    ),
    "site as a covariate of one site": (
        (),
        {"plan": {"covariates": ["site"]}},
        "plan.covariates.0",
        "sites: 10",
    ),
    "looks that do not end": (
        (),
        {"plan": {"looks": {"fractions": [0.3, 0.6]}}},
        "plan.looks.fractions",
        "Add 1, the look at the end",
    ),
    "looks out of order": (
        (),
        {"plan": {"looks": {"fractions": [0.6, 0.3, 1]}}},
        "plan.looks.fractions",
        "Sort them",
    ),
    "family without its shape": (
        (),
        {"plan": {"looks": {"fractions": [1], "spending": "kim-demets"}}},
        "plan.looks.shape",
        "Add shape",
    ),
    "items of the second scale": (
        (),
        {"endpoints": [{"measure": "CADSS", "kind": "items", "at": "day 8"}]},
        "endpoints.0.measure",
        "items are kept of the first scale",
    ),
    "steps of a scale without rules": (
        (),
        {"endpoints": [{"measure": "CADSS", "kind": "ordinal", "at": "day 8"}]},
        "endpoints.0.measure",
        "rules of response and remission",
    ),
    "method of a share": (
        (),
        {
            "endpoints": [
                {
                    "measure": "MADRS",
                    "kind": "response",
                    "at": "day 8",
                    "method": "mmrm",
                }
            ]
        },
        "endpoints.0.method",
        "Remove method",
    ),
    "everybody leaves": (
        (),
        {"conduct": {"dropout": "100 %"}},
        "conduct.dropout",
        "Somebody must stay",
    ),
    "unknown conduct": (
        (),
        {"conduct": "perfect"},
        "conduct",
        "Write conduct: ideal",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_in_words(case: str) -> None:
    arms, changes, where, said = REFUSED[case]
    with pytest.raises(ValidationError) as caught:
        trial(*arms, **changes)
    found = {".".join(map(str, e["loc"])): e["msg"] for e in caught.value.errors()}
    assert where in found
    assert said in found[where]
