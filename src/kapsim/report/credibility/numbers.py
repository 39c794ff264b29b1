"""Pages of all numbers: of the validations, and of the predicted figures."""

from collections.abc import Iterator

from kapsim.report.calibration.goals import FARTHEST
from kapsim.report.calibration.words import distance, figure, predicted
from kapsim.report.credibility.evidence import GROUPS, Group, group_of
from kapsim.report.credibility.figures import by_kind, by_study, of_studies
from kapsim.report.credibility.goals import figures_of
from kapsim.report.credibility.markdown import cell, page, table
from kapsim.report.credibility.posterior import endpoints, kinds
from kapsim.report.credibility.recorded import Validation
from kapsim.report.credibility.reports import NOT_AVAILABLE, Reports

NUMBERS = """\
Each line is a number with the limits that were written down before it was obtained.
Reasons for what is missed stand on [another page](discrepancies.md), planted faults in
[the report](../validation.md) that this page is made from.
"""

PREDICTIONS = """\
Every published figure of the bundled studies, with the interval in which a trial of its
size would find it. [How it is scored](../how-to/validate.md). Errors of ratios are of
their logarithms. *Recalled* figures are from memory, and need to be looked up.
"""

_INSIDE = {True: "inside", False: "**outside**", None: "not scored"}
_HEADER = ("check", "limit", "obtained", "verdict", "limits from")


def numbers(reports: Reports) -> str:
    """Every number of the validations, with its limit and verdict."""
    title = "Every number with its limit"
    if reports.validations is None:
        return page(title, NOT_AVAILABLE)
    found = reports.validations
    groups = dict.fromkeys([*GROUPS, *(group_of(one) for one in found)])
    parts = [part for group in groups for part in _group(group, found)]
    return page(title, NUMBERS, reports.validated, *parts)


def _group(group: Group, found: tuple[Validation, ...]) -> Iterator[str]:
    own = [one for one in found if group_of(one) == group]
    if not own:
        return
    yield f"## {group.kind.capitalize()}: {group.said}"
    for one in own:
        if one.checks:
            yield f"### {one.title}\n\n{_checks(one)}"
    rest = [one for one in own if not one.checks]
    if rest:
        yield "### Without numbers\n\n" + _rest(rest)


def _checks(one: Validation) -> str:
    rows = (
        [check.name, check.limit, check.obtained, _word(check.met), check.source]
        for check in one.checks
    )
    return table(_HEADER, rows)


def _word(met: bool) -> str:
    return "met" if met else "**missed**"


def _rest(found: list[Validation]) -> str:
    """Validations of tests alone, or that show tables without a verdict."""
    rows = []
    for one in found:
        verdict = "**failed**" if one.failed else "met"
        told = [str(one.tests), verdict] if one.tests else ["", "no verdict"]
        rows.append([one.title, *told])
    return table(("validation", "tests", "verdict"), rows)


def predictions(reports: Reports) -> str:
    """Every published figure with its prediction."""
    return page(
        "Every prediction",
        PREDICTIONS,
        *_fitted(reports),
        "## Calibration studies, each left out",
        *_left_out(reports),
        "## Published trials",
        *_external(reports),
    )


def _fitted(reports: Reports) -> Iterator[str]:
    yield "## Endpoints of the calibration"
    if reports.calibration is None:
        yield NOT_AVAILABLE
        return
    rows = (
        [
            cell(one["study"]),
            cell(one["label"]),
            figure(one, "observed"),
            predicted(one),
            distance(one),
            _INSIDE[one["inside"]],
        ]
        for one in reports.calibration["targets"]
    )
    yield f"Distances are in standard errors. Beyond {FARTHEST:g}, a record says why."
    yield table(("study", "figure", "published", "fitted", "distance", "verdict"), rows)


def _left_out(reports: Reports) -> Iterator[str]:
    if reports.left_out is None:
        yield NOT_AVAILABLE
        return
    yield kinds(reports.left_out)
    yield endpoints(reports.left_out)


def _external(reports: Reports) -> Iterator[str]:
    if reports.external is None:
        yield NOT_AVAILABLE
        return
    figures = figures_of(reports.external)
    yield reports.external["interval"]
    yield reports.external["naive"]
    for role, of_role in figures.groupby("role", sort=True):
        name = str(role).replace("_", " ") or "no role"
        yield f"## Role: {name}"
        yield "By kind of outcome:"
        yield by_kind(of_role)
        yield "By study:"
        yield by_study(of_role)
        yield from of_studies(of_role, reports.external["titles"])
