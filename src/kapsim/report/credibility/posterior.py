"""What the calibration left beside its fit: studies left out, rivals, sensitivity."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from kapsim.evidence.explanations import WORSE
from kapsim.evidence.sensitivity import Ranking, measured_by
from kapsim.report.calibration.words import amount, between, figure
from kapsim.report.credibility.goals import (
    CHANGE,
    CONTRAST,
    Goal,
    Verdict,
    judged,
    with_unknown,
)
from kapsim.report.credibility.markdown import cell, table
from kapsim.report.credibility.reports import NOT_AVAILABLE
from kapsim.report.leading import percent as share
from kapsim.report.rivals.words import difference
from kapsim.report.validation_words import NONE, number, percent
from kapsim.trial.external.table import POINTS

EXPECTANCY_ONLY = "expectancy_only"
"""The rival in which the drug is felt and does nothing else."""

SYNERGY = "therapy.modality.kappa"
"""Record of the gain of the open window on the effect of therapy."""

SCORE = "score"
"""Kind of an endpoint that is a score and not a change."""

RIVALS = """\
Each explanation was calibrated to the same figures, and foretold each study from the
others. The log score is of all endpoints of a study together, less that of the whole
model from as many simulations. Explanations are told apart where the difference exceeds
two standard errors. Contrasts between arms are judged beside all figures: levels differ
for reasons that none of the explanations is about.

The standard errors hold how unlike studies are. They hold neither the noise of the
sampler, where the score of a study with many figures hangs on few draws, nor that of
the simulations behind the emulator; the largest R-hat of all posteriors of an
explanation says how far its chains have met.
"""

SENSITIVITY = """\
How much of the variance of an outcome comes from numbers of each class, drawn together;
and the assumptions with the largest shares, on the mean over outcomes.
"""

SHOWN = 10
"""Assumptions that are named."""

_KINDS_HEADER = (
    "kind",
    "unit",
    "endpoints",
    "inside, %",
    "mean absolute error",
    "naive predicts too",
    "error of these",
    "naive error",
    "width of these",
    "naive width",
)


def foretold(left_out: dict[str, Any]) -> pd.DataFrame:
    """Endpoints of the studies that were left out, as figures that goals can be set to.

    Errors are in points of whichever scale a study used.
    """
    found = with_unknown(pd.DataFrame(left_out["endpoints"]))
    contrast = found["contrast"].astype(bool)
    points = found["unit"] == POINTS
    return found.assign(
        **{
            "scored": True,
            CONTRAST: points & contrast,
            CHANGE: points & ~contrast & (found["kind"] != SCORE),
        }
    )


def kinds(left_out: dict[str, Any]) -> str:
    """A line for each kind of endpoint of the studies left out."""
    rows = [
        [
            cell(one["kind"]),
            cell(one["unit"]),
            f"{one['n']}",
            percent(one["coverage"]),
            number(one["mae"], 2),
            f"{one['common']}",
            number(one["common_mae"], 2),
            number(one["naive_mae"], 2),
            number(one["common_width"], 2),
            number(one["naive_width"], 2),
        ]
        for one in left_out["sums"]["kinds"]
    ]
    return table(_KINDS_HEADER, rows)


def endpoints(left_out: dict[str, Any]) -> str:
    """A line for each endpoint of the studies left out."""
    rows = [
        [
            cell(one["study"]),
            cell(one["label"]),
            figure(one, "observed"),
            figure(one, "predicted"),
            f"{figure(one, 'low')} to {figure(one, 'high')}",
            "inside" if one["inside"] else "**outside**",
            figure(one, "naive"),
        ]
        for one in left_out["endpoints"]
    ]
    header = (
        "study",
        "figure",
        "published",
        "predicted",
        "95 % interval",
        "verdict",
        "naive",
    )
    return table(header, rows)


def rivals_goal(rivals: dict[str, Any] | None) -> Goal:
    """Whether the published trials, and their contrasts, tell drug from expectancy."""
    said = (
        "the published trials tell the drug from expectancy alone, by all figures and "
        "by contrasts between arms"
    )
    entries = rivals["rivals"] if rivals else []
    found = [one for one in entries if one["name"] == EXPECTANCY_ONLY]
    if not found:
        obtained = "expectancy alone was not calibrated" if rivals else ""
        return Goal("rivals", said, obtained, Verdict.NOT_AVAILABLE)
    (one,) = found
    by_contrasts = f"{one['contrast_verdict']}: {difference(one, 'contrast_')}"
    obtained = f"{one['verdict']}: {difference(one)}; by contrasts {by_contrasts}"
    met = {one["verdict"], one["contrast_verdict"]} == {WORSE}
    return Goal("rivals", said, obtained, judged(met))


def rivals(found: dict[str, Any] | None) -> Iterator[str]:
    """Rival explanations, each calibrated to the same figures."""
    if found is None:
        yield NOT_AVAILABLE
        return
    yield RIVALS
    rows = (
        [
            cell(one["title"]),
            cell(one["meaning"]),
            difference(one),
            cell(one["verdict"]),
            difference(one, "contrast_"),
            cell(one["contrast_verdict"]),
            number(one["r_hat"], 2),
        ]
        for one in found["rivals"]
    )
    header = (
        "explanation",
        "what it says",
        "log score",
        "verdict",
        "of contrasts",
        "verdict by these",
        "largest R-hat",
    )
    yield table(header, rows)
    yield from (
        f"Not compared: {one['title']}. {one['why']}" for one in found["left_out"]
    )


def interaction_goal(calibration: dict[str, Any] | None) -> Goal:
    """Whether the trials fix how much more therapy does in the open window."""
    said = "the published trials identify what the window adds to therapy"
    parameters = calibration["parameters"] if calibration else []
    found = [one for one in parameters if one["id"] == SYNERGY]
    if not found:
        obtained = "not freed in the calibration" if calibration else ""
        return Goal("interaction", said, obtained, Verdict.NOT_AVAILABLE)
    (one,) = found
    obtained = (
        f"{one['identified']} identified: {amount(one['mean'])} "
        f"(95 % {between(one['low'], one['high'])})"
    )
    return Goal("interaction", said, obtained, judged(one["identified"] == "well"))


def sensitivity(found: Sequence[Ranking]) -> Iterator[str]:
    """What outcomes depend on: by class of numbers, and the assumptions at the top."""
    if not found:
        yield NOT_AVAILABLE
        return
    yield SENSITIVITY
    for one in found:
        posterior = one.posterior or "none"
        yield f"### Protocol `{one.protocol}`"
        yield f"{one.runs:,} runs of {one.persons:,} persons, posterior {posterior}."
        yield _by_class(one)
        yield _assumptions(one)


def _by_class(one: Ranking) -> str:
    origins = list(dict.fromkeys(name for own in one.outcomes for name in own.classes))
    rows = [
        [
            cell(own.name),
            f"{amount(own.mean)} (SD {amount(own.sd)}) {own.unit}",
            share(own.explained),
            *(
                share(own.classes[name].share) if own.classes else NONE
                for name in origins
            ),
        ]
        for own in one.outcomes
    ]
    header = ("outcome", "mean over all draws", "explained by the emulator", *origins)
    return table(header, rows)


def _assumptions(one: Ranking) -> str:
    rows = [
        [
            f"[{cell(own.meaning)}](../evidence/parameters.md#{own.id})",
            share(own.share),
            cell(measured_by(own.id)),
        ]
        for own in one.of_origin("assumed")[:SHOWN]
    ]
    return table(("assumption", "share", "what would have to be measured"), rows)
