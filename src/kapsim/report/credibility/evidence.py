"""Everything that contexts of use rest on, each with its verdict."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from kapsim.report.credibility.goals import (
    CHANGE,
    CONTRAST,
    Goal,
    Verdict,
    figures_of,
    fit_goals,
    judged,
    prediction_goals,
)
from kapsim.report.credibility.posterior import interaction_goal, rivals_goal
from kapsim.report.credibility.recorded import Validation
from kapsim.report.credibility.reports import Reports
from kapsim.trial.arms.factorial import shows_interaction
from kapsim.trial.external.table import COLUMNS
from kapsim.trial.loading import bundled_names, load_protocol
from kapsim.trial.protocol import ProtocolRole


class Group(NamedTuple):
    """Validations of one kind.

    Attributes
    ----------
    folder
        Below validation/.
    kind
        Verification or validation.
    said
        What they compare.
    """

    folder: str
    kind: str
    said: str


VERIFICATION, VALIDATION = "verification", "validation"

GROUPS = (
    Group("analytic", VERIFICATION, "closed forms and exact solvers"),
    Group("twin", VERIFICATION, "a second, independent entry of published models"),
    Group("cross", VERIFICATION, "other programs (pyhgf, R)"),
    Group("numerics", VERIFICATION, "finer grids, double precision, bounds"),
    Group("statistical", VERIFICATION, "error rates and coverage of whole trials"),
    Group("inference", VERIFICATION, "the calibration method on data of known truth"),
    Group("published", VALIDATION, "published concentrations, acute effects, scales"),
    Group("laboratory", VALIDATION, "published experiments on the mechanisms"),
    Group("behaviour", VALIDATION, "direction and plausible size of what patients do"),
    Group("answers", VALIDATION, "cited answers to questions as people ask them"),
)

NUMBERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "verification": (
        "every number of the verification",
        tuple(f"{one.folder}/*" for one in GROUPS if one.kind == VERIFICATION),
    ),
    "error_rates": ("error rates of whole trials", ("statistical/*",)),
    "method": ("calibration method, on data of known truth", ("inference/*",)),
    "inert": ("no effect of an inert drug", ("behaviour/test_inert_drug.py",)),
    "behaviour": ("direction of what patients do", ("behaviour/*",)),
    "laboratory": ("all published experiments", ("laboratory/*",)),
    "expectancy": (
        "published experiments on expectancy",
        ("laboratory/test_expectancy.py",),
    ),
    "therapy": (
        "published experiments on therapy",
        ("laboratory/test_therapy.py", "laboratory/test_sessions.py"),
    ),
    "exposure": ("published concentrations", ("published/test_*_exposure.py",)),
    "effects": ("published acute effects", ("published/test_exposure_to_*.py",)),
}
"""Evidence that is all numbers of some files: what it is, and their patterns."""


def evidence(reports: Reports) -> dict[str, Goal]:
    """Every piece of evidence, by its id."""
    made = (
        *_numbers(reports.validations),
        *prediction_goals(unfitted(reports)),
        _fit(reports.calibration),
        rivals_goal(reports.rivals),
        interaction_goal(reports.calibration),
        _crossed(),
    )
    return {one.id: one for one in made}


def group_of(validation: Validation) -> Group:
    """Group of a validation; a folder without one is validation under its own name."""
    known = {one.folder: one for one in GROUPS}
    folder = validation.group
    return known.get(folder, Group(folder, VALIDATION, folder))


def with_role(reports: Reports, role: ProtocolRole) -> pd.DataFrame:
    """Figures of the studies of one role; empty if there is no report."""
    if reports.external is None:
        return pd.DataFrame(columns=[*COLUMNS, CHANGE, CONTRAST])
    figures = figures_of(reports.external)
    return figures[figures["role"] == role.value]


def unfitted(reports: Reports) -> pd.DataFrame:
    """Figures of the studies that nothing may be fitted to."""
    return with_role(reports, ProtocolRole.DEVELOPMENT_CHECK)


def _numbers(found: Iterable[Validation] | None) -> Iterator[Goal]:
    listed = list(found or ())
    for name, (said, patterns) in NUMBERS.items():
        own = [
            one
            for one in listed
            if any(fnmatch(one.file, pattern) for pattern in patterns)
        ]
        if not own:
            yield Goal(name, said, "", Verdict.NOT_AVAILABLE)
            continue
        count = sum(len(one.checks) for one in own)
        met = sum(one.met for one in own)
        failed = sum(one.failed for one in own)
        obtained = f"{met} of {count} numbers within their limits"
        obtained += f", {failed} further validations failed" if failed else ""
        yield Goal(name, said, obtained, judged(met == count and not failed))


def _fit(calibration: dict[str, Any] | None) -> Goal:
    said = "every goal of the fit and of convergence of the calibration"
    asked = fit_goals(calibration)
    if not asked:
        return Goal("fit", said, "", Verdict.NOT_AVAILABLE)
    met = sum(one.verdict is Verdict.MET for one in asked)
    obtained = f"{met} of {len(asked)} goals"
    return Goal("fit", said, obtained, judged(met == len(asked)))


@cache
def _crossed() -> Goal:
    """Whether a published study gives and withholds both drug and therapy."""
    said = "a bundled study with published figures crosses drug and therapy"
    protocols = map(load_protocol, bundled_names())
    names = [one.name for one in protocols if one.published and shows_interaction(one)]
    return Goal("crossed", said, ", ".join(names) or "none", judged(bool(names)))
