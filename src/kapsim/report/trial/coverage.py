"""Where intervals hold the truth too often or too seldom, and the likely causes."""

import math
from collections.abc import Iterator

from kapsim.report.trial.record import Question, Row
from kapsim.report.trial.words import number
from kapsim.trial.summaries.intervals import LEVEL

_ERRORS = 3.0
"""Monte Carlo standard errors beyond which coverage is called off."""

_APART = 0.03
"""Relative difference of standard errors and spread that counts as one."""

_OFF = 0.2
"""Bias that counts as one [SD of the estimates]."""

_POOLED = ("mmrm", "ancova", "t test")
_PERCENT = "\N{NO-BREAK SPACE}%"


def coverage_remarks(question: Question, *, unequal: bool) -> list[str]:
    """A sentence for each size whose coverage is not that of the interval.

    Parameters
    ----------
    question
        Endpoint and comparison.
    unequal
        Whether the arms have different numbers of people.
    """
    return [
        _remark(row, off, unequal=unequal)
        for row in question.rows
        if abs(off := _errors_off(row)) > _ERRORS
    ]


def _errors_off(row: Row) -> float:
    """Coverage less its level, in standard errors of a share at that level [1]."""
    found, trials = row.get("coverage"), row.get("replicates")
    if found is None or not trials or not math.isfinite(found):
        return 0.0
    sound = trials - (row.get("failed") or 0)
    return (found - LEVEL) / math.sqrt(LEVEL * (1 - LEVEL) / max(sound, 1))


def _remark(row: Row, off: float, *, unequal: bool) -> str:
    wide = off > 0
    side = "above" if wide else "below"
    said = (
        f"With {row['per_arm']:,} patients per arm {number(100 * row['coverage'], 1)}"
        f"{_PERCENT} of intervals hold the truth, {number(abs(off), 1)} Monte Carlo "
        f"standard errors {side} {100 * LEVEL:.0f}{_PERCENT}: they are too "
        f"{'wide' if wide else 'narrow, or off the truth'}"
    )
    causes = list(_causes(row, wide=wide, unequal=unequal))
    return f"{said}. {' '.join(causes)}".rstrip()


def _causes(row: Row, *, wide: bool, unequal: bool) -> Iterator[str]:
    """What is likely to blame, as far as a row tells."""
    spread, error, bias = (row.get(k) for k in ("sd_estimate", "mean_se", "bias"))
    if not spread or error is None:
        return
    ratio = error / spread - 1
    if (ratio > _APART) if wide else (ratio < -_APART):
        yield (
            f"The mean standard error is {number(error, 2)}, the estimates spread by "
            f"{number(spread, 2)} (SD). {_of_method(row, wide=wide, unequal=unequal)}"
        )
    if not wide and bias is not None and abs(bias) > _OFF * spread:
        yield f"Estimates are off the truth by {number(bias, 2)} on average."


def _of_method(row: Row, *, wide: bool, unequal: bool) -> str:
    """Why standard errors of this method are off."""
    if not any(name.startswith(_POOLED) for name in row.get("methods") or {}):
        return "Likely cause: a method for large samples in small ones."
    said = (
        "Likely cause: the method takes one covariance for all arms, and the arms "
        "differ in variance"
    )
    if not unequal:
        return f"{said}, or few patients for its large-sample errors."
    varies = "larger" if wide else "smaller"
    return (
        f"{said}; with unequal allocation the standard error is then too "
        f"{'large' if wide else 'small'} where the {varies} arm varies more."
    )
