"""What is said of rival explanations: sentences, and numbers as text."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kapsim.inference.rivals.explanations import FULL
from kapsim.report.calibration.words import EFFECTS, amount, figure
from kapsim.report.validation_words import NONE, number, percent

Row = Mapping[str, Any]

READING = (
    "Each explanation is calibrated to the same published figures. Then each study is "
    "foretold by a calibration to all others, and the log score is the logarithm of "
    "the density that this gives to what the study found, all its endpoints together. "
    "An explanation with more freedom does not win by that, nor one with less. "
    "Differences are from the whole model: below zero, it foretells worse than that. "
    "Fewer simulations make a coarser emulator and wider intervals, which alone moves "
    "a log score. So explanations with simulations of their own are compared with the "
    "whole model from as few, all with the same error of the emulator.",
    "The standard error is that of a sum of paired differences over studies. Studies "
    "are few and of unlike size, so that it is rough. Two explanations count as told "
    "apart where they differ by more than two standard errors, and not being told "
    "apart says nothing in favour of either.",
)
"""How to read the comparison."""

LEFT_OUT = (
    "Every endpoint foretold by the whole model from all other studies. The interval "
    "holds chance in a trial of that size, the uncertainty of the parameters, the "
    "effects of study, arm and shares, and the error of the emulator. To compare the "
    "log scores of both predictors, each counts as normal on the working scale, "
    "endpoint by endpoint."
)
"""How to read the table of endpoints."""


class Design(NamedTuple):
    """A design that would tell explanations apart.

    Attributes
    ----------
    name
        What is done.
    tells
        Between which explanations.
    why
        How, and what it cannot tell.
    """

    name: str
    tells: str
    why: str


DESIGNS = (
    Design(
        "Dosing that cannot be felt",
        "direct lift or learning, against expectancy alone",
        "If the acute effect is masked in both arms, the guess cannot follow what is "
        "felt. Expectancy alone then foretells no difference between the arms, every "
        "other explanation that of the drug. It removes the dosing experience with the "
        "cue, so that a null result does not tell which of them mattered.",
    ),
    Design(
        "An active control that is felt as much",
        "any effect of the drug, against expectancy alone",
        "A control matched for what is felt, with the guess asked right after the dose "
        "and before any improvement, splits guess and drug. A later guess follows "
        "improvement too, and adjusting for it takes away part of a true effect.",
    ),
    Design(
        "Bias tasks four hours and days after a dose",
        "asymmetric learning, loss valuation and symmetric plasticity from each other",
        "They move different quantities: learning rates from good and from bad news, "
        "the weight of losses, or both rates alike. Averages of depression scores hold "
        "only their sum. It needs a placebo arm and the task before the dose.",
    ),
    Design(
        "Therapy crossed with the drug",
        "learning, against a lift of mood alone",
        "If the window makes what is learned count more, therapy inside it does more "
        "than outside, and bad content more harm. A lift alone foretells that effects "
        "add. Interactions need several times the patients of a main effect.",
    ),
    Design(
        "A long follow-up after the window has closed",
        "consolidation, against its absence",
        "What was only lifted returns within weeks; what was learned and consolidated "
        "stays. It must be free of further doses, and drop-out follows relapse.",
    ),
)
"""Designs, in words."""


def difference(one: Row, before: str = "") -> str:
    """Difference of log scores with its standard error; a dash for the whole model."""
    if one["name"] == FULL:
        return NONE
    value = number(one[f"{before}difference"], 1, sign=True)
    return f"{value} (SE {number(one[f'{before}se'], 1)})"


def _by_contrasts(one: Row) -> str:
    """The same of contrasts between arms, with the verdict by them."""
    words = (one["contrast_verdict"], difference(one, "contrast_"))
    return ", ".join(filter(None, words))


def spread(found: Row | None) -> str:
    """A mean with its interval; a dash for none."""
    if not found:
        return NONE
    mean, low, high = (number(found[name], 2) for name in ("mean", "low", "high"))
    return f"{mean} ({low} to {high})"


def _with_error(one: Row) -> str:
    """A log score with its Monte Carlo standard error."""
    error = one.get("log_score_se")
    said = number(one["log_score"], 1)
    return said if error is None else f"{said} ({number(error, 1)})"


def rival_rows(data: Row) -> Iterator[Row]:
    """Cells of the comparison, an entry for each explanation."""
    for one in data["rivals"]:
        yield {
            "title": one["title"],
            "meaning": one["meaning"],
            "log_score": _with_error(one),
            "difference": difference(one),
            "contrasts": _by_contrasts(one),
            "verdict": one["verdict"] or NONE,
            "misfit": number(one["misfit"], 2),
            "spreads": [spread(one[name]) for name in EFFECTS],
            "therapy": spread(one["gains"].get("therapy.modality.kappa")),
            "own": "own simulations" if one["resimulated"] and one["verdict"] else "",
        }


def apart_rows(data: Row) -> Iterator[dict[str, str]]:
    """Endpoints on which explanations differ most from the whole model."""
    titles = {one["name"]: one["title"] for one in data["rivals"]}
    for found in data["apart"]:
        for one in found["most"]:
            yield {
                "title": titles[found["name"]],
                "label": one["label"],
                "shift": number(one["shift"], 2, sign=True),
                "full": figure(one, "full"),
                "rival": figure(one, "rival"),
                "observed": figure(one, "observed"),
            }


def farthest(data: Row) -> float:
    """Largest difference of any endpoint from the whole model [predictive SD]."""
    shifts = [abs(one["shift"]) for found in data["apart"] for one in found["most"]]
    return max(shifts, default=0.0)


def told(data: Row) -> list[str]:
    """What the published trials can tell and what they cannot, in sentences."""
    rivals = [one for one in data["rivals"] if one["verdict"]]
    apart = [one for one in rivals if one["told_apart"]]
    alike = [one for one in rivals if not one["told_apart"]]
    said = []
    for one in apart:
        by = f"by {difference(one)}"
        said.append(f"Told apart: “{one['title']}” {one['verdict']}, {by}.")
    if alike:
        names = "; ".join(f"“{one['title']}”, {difference(one)}" for one in alike)
        said.append(f"Not told apart from the whole model: {names}.")
    said += [
        f"By contrasts between arms alone: “{one['title']}” {_by_contrasts(one)}."
        for one in rivals
        if one["contrasts_told_apart"] or one["told_apart"]
    ]
    said += [
        f"Not compared: “{one['title']}”. {one['why']}" for one in data["left_out"]
    ]
    if data["apart"]:
        most = number(farthest(data), 1)
        said.append(
            "No explanation differs from the whole model on any published endpoint by "
            f"more than {most} predictive standard deviations."
        )
    return said


def design_rows(data: Row) -> list[dict[str, str]]:
    """What a virtual trial finds of a drug that acts, and of one that is only felt."""
    found = data["design"]
    return [
        {
            "endpoint": one["endpoint"],
            "comparison": one["comparison"],
            "n": amount(one["n_total"]),
            "unit": one["unit"],
            "truth": number(one["truth"], 1),
            "felt": number(one["truth_felt_only"], 1),
            "power": _percent(one["power"]),
            "misled": _percent(one["felt_only"]),
            "blind": _percent(one["failed_blind"]),
        }
        for one in (found["rows"] if found else ())
    ]


def _percent(share: float | None) -> str:
    said = percent(share)
    return said if said == NONE else f"{said} %"


def sums(left_out: Row) -> list[tuple[str, str]]:
    """What the studies that were left out come to, by name."""
    found = left_out["sums"]
    inside = f"{found['inside']} of {found['endpoints']}"
    known = found["common"]
    facts = [
        ("Inside the 95 % interval", f"{inside} ({_percent(found['coverage'])})"),
        ("Joint log score, summed over studies", number(found["log_score"], 1)),
        ("Endpoints that the naive predictor foretells too", str(known)),
    ]
    if known:
        ours, plain = found["common_inside"], found["naive_inside"]
        scores = (number(found[f"{k}_log_score"], 1) for k in ("common", "naive"))
        facts += [
            ("Inside, of these", f"{ours}; naive {plain}"),
            ("Log score on these", "; naive ".join(scores)),
            ("Width of intervals over the naive", number(found["width_ratio"], 2)),
        ]
    return facts


def kind_rows(left_out: Row) -> Iterator[Sequence[str]]:
    """Kinds of endpoints: how many, coverage and errors."""
    for one in left_out["sums"]["kinds"]:
        yield (
            f"{one['kind']} [{one['unit']}]",
            str(one["n"]),
            f"{one['inside']} ({_percent(one['coverage'])})",
            number(one["mae"], 2),
            str(one["common"]),
            number(one["common_mae"], 2),
            number(one["naive_mae"], 2),
            number(one["common_width"], 1),
            number(one["naive_width"], 1),
        )


def endpoint_rows(left_out: Row) -> Iterator[dict[str, Any]]:
    """Cells of each endpoint."""
    for one in left_out["endpoints"]:
        ends = f"{figure(one, 'low')} to {figure(one, 'high')}"
        yield {
            "study": one["study"],
            "label": one["label"],
            "observed": figure(one, "observed"),
            "predicted": f"{figure(one, 'predicted')} ({ends})",
            "naive": figure(one, "naive"),
            "outside": not one["inside"],
        }
