"""Group-sequential designs beside rpact: bounds, what they do, p values on stopping.

The stored outputs and the script that made them are `r/sequential.json` and
`r/sequential.R`. rpact solves for its bounds to 1e-8 of the error spent.
"""

import functools
import json
import pathlib

import numpy as np
import pytest

from kapsim.trial.analysis import spending
from kapsim.trial.analysis.sequential import Futility, bounds, cross, operating
from kapsim.trial.analysis.stagewise import stagewise_p

STORED = pathlib.Path(__file__).parent / "r" / "sequential.json"
LIMIT = 1e-4
RPACT_FARTHEST = 6.0
"""rpact looks no further for a futility bound."""

STORY = json.loads(STORED.read_text(encoding="utf-8"))
NAMES = {
    "asOF": "O'Brien and Fleming spending",
    "asP": "Pocock spending",
    "asKD": "power spending",
    "asHSD": "gamma spending",
    "OF": "O'Brien and Fleming bounds",
    "P": "Pocock bounds",
    "WT": "Wang and Tsiatis bounds",
}


def spent_by(kind, parameter):
    """Our spending function or shape by the letters that rpact gives it."""
    return {
        "OF": lambda: spending.OBrienFlemingSpending(),
        "P": lambda: spending.PocockSpending(),
        "KD": lambda: spending.PowerSpending(float(parameter)),
        "HSD": lambda: spending.GammaSpending(float(parameter)),
    }[kind]()


def efficacy(spec):
    """How a stored design spends its error."""
    kind = spec["type"]
    if kind.startswith("as"):
        return spent_by(kind.removeprefix("as"), spec.get("gammaA"))
    shapes = {"OF": spending.OBRIEN_FLEMING, "P": spending.POCOCK}
    return shapes.get(kind) or spending.BoundaryShape(spec["deltaWT"])


def futility(asked):
    """How a stored design spends the error of the second kind."""
    if not asked:
        return None
    kind = asked["typeBetaSpending"].removeprefix("bs")
    return Futility(spent_by(kind, asked.get("gammaB")), 0.2)


def ours(case, **changes):
    """Our design for a stored one."""
    told = ("rates", "spec", "alpha", "sided", "beta")
    asked = {key: (case | changes).get(key) for key in told}
    return made(json.dumps(asked))


@functools.cache
def made(text):
    """The design that a text asks for."""
    asked = json.loads(text)
    return bounds(
        asked["rates"],
        efficacy(asked["spec"]),
        asked["alpha"],
        asked["sided"],
        futility=futility(asked["beta"]),
    )


def cases(kind, sided=None, beta=None):
    """Stored designs of a type; all or none of them with futility."""
    return [
        case
        for case in STORY["designs"]
        if case["spec"]["type"] == kind
        and sided in (None, case["sided"])
        and beta in (None, bool(case["beta"]))
    ]


def gap(one, other):
    """Greatest absolute difference."""
    return float(np.abs(np.asarray(one) - np.asarray(other, dtype=float)).max())


def bound_gap(chosen, **changes):
    """Greatest difference of critical values and of the levels that belong to them."""
    found = [(case, ours(case, **changes)) for case in chosen]
    return max(
        max(
            gap(design.z, case["z"]),
            gap(design.nominal_p / case["sided"], case["level"]),
            gap(design.alpha_spent, case["alpha_spent"]),
        )
        for case, design in found
    )


def futility_gap(case):
    """Greatest difference of the futility bounds that rpact looks for, and of drift."""
    design = ours(case)
    low, theirs = design.futility[:-1], np.atleast_1d(case["futility"])
    near = theirs > -RPACT_FARTHEST
    assert (low[~near] <= -RPACT_FARTHEST).all()
    # rpact's shift is the square of the drift
    return max(
        gap(low[near], theirs[near]) if near.any() else 0.0,
        gap(design.drift, np.sqrt(case["shift"])),
        gap(design.beta_spent, case["beta_spent"]),
    )


def conduct_gap(case, factor=1.0):
    """Greatest difference of what a design does at the drifts, futility obeyed."""
    design, gaps = ours(case), []
    for place, drift in enumerate(STORY["drifts"]):
        does = operating(design, factor * drift)
        rejects = does.up + (does.down if case["sided"] == 2 else 0.0)
        gaps.append(gap(rejects, case["reject"][place]))
        gaps.append(gap(does.information, case["information"][place]))
        if case["beta"]:
            gaps.append(gap(does.down[:-1], case["futile"][place]))
    return max(gaps)


def p_gap(case, shift=0):
    """Difference of the p value on stopping, once the look agrees."""
    z = np.array([case["z"]])
    stopped = cross(z, ours(case))
    assert stopped.look[0] + 1 == case["stage"]
    at = np.array([case["z"][stopped.look[0]]])
    look = np.maximum(stopped.look - shift, 0)
    return gap(stagewise_p(at, look, ours(case)), case["p"])


@pytest.mark.parametrize("sided", [1, 2])
@pytest.mark.parametrize("kind", NAMES)
def test_bounds(check, kind, sided):
    chosen = cases(kind, sided, beta=False)
    title = f"greatest difference of bounds from rpact, {NAMES[kind]}, {sided}-sided"
    note = f"rpact {STORY['made_with']['rpact']}; {len(chosen)} designs, 2 to 5 looks"
    check(title, bound_gap(chosen), 0, LIMIT, source="required", note=note)
    other = "P" if "OF" in kind else "OF"
    wrong = bound_gap(chosen[:3], spec={"type": other})
    check.planted(title, f"bounds of the type {other}", wrong)
    off = bound_gap(chosen[:1], alpha=1.01 * chosen[0]["alpha"])
    check.planted(title, "alpha one hundredth off", off)


def test_futility(check):
    chosen = [case for case in STORY["designs"] if case["beta"]]
    title = "greatest difference of futility bounds and their drift from rpact"
    note = f"{len(chosen)} designs, non-binding; bounds above -{RPACT_FARTHEST:g}"
    worst = max(futility_gap(case) for case in chosen)
    check(title, worst, 0, LIMIT, source="required", note=note)
    wrong = {"typeBetaSpending": "bsHSD", "gammaB": -2.01}
    off = futility_gap(chosen[1] | {"beta": wrong})
    check.planted(title, "another spending of beta", off)


def test_what_designs_do(check):
    title = "greatest difference of stopping probabilities and expected information"
    worst = max(conduct_gap(case) for case in STORY["designs"])
    note = f"{len(STORY['designs'])} designs at drifts of {STORY['drifts']}"
    check(title, worst, 0, LIMIT, source="required", note=note)
    off = conduct_gap(STORY["designs"][3], factor=1.001)
    check.planted(title, "a drift one thousandth off", off)


def test_p_values_on_stopping(check):
    title = "greatest difference of p values on stopping from rpact"
    worst = max(p_gap(case) for case in STORY["stopped"])
    note = f"{len(STORY['stopped'])} paths of three looks"
    check(title, worst, 0, LIMIT, source="required", note=note)
    off = max(p_gap(case, shift=1) for case in STORY["stopped"])
    check.planted(title, "counted as stopped a look earlier", off)
