"""The ten assumptions that matter most, as every report names them."""

import dataclasses

import numpy as np

from kapsim.evidence.sensitivity import (
    NAMED,
    RankedFactor,
    Ranking,
    measured_by,
    ranking,
)
from kapsim.evidence.shipped import FALLBACK
from kapsim.report.axes import minus

_FITTED = 3  # calibrated numbers that are named beside them


@dataclasses.dataclass(frozen=True)
class Leading:
    """What the part of a page shows; without rows nothing was computed.

    Attributes
    ----------
    rows
        Per assumption: id, meaning, value, range, share of the variance, and what
        would have to be measured.
    said
        Of which protocol, and how the variance falls on the classes.
    fitted
        The calibrated numbers that matter most, in a sentence.
    """

    rows: tuple[dict[str, str], ...] = ()
    said: str = ""
    fitted: str = ""


def leading_assumptions(protocol: str | None = None) -> Leading:
    """Assumptions that matter most for a protocol.

    Parameters
    ----------
    protocol
        Name of a bundled protocol; where it has no shipped ranking, or if None, that
        of `FALLBACK` stands in, which is said.
    """
    own = None if protocol is None else ranking(protocol)
    found = own or ranking(FALLBACK)
    return Leading() if found is None else leading(found, stands_in=own is None)


def leading(found: Ranking, *, stands_in: bool = False) -> Leading:
    """What a page shows of a ranking."""
    return Leading(
        rows=tuple(map(_row, found.of_origin("assumed")[:NAMED])),
        said=_said(found, stands_in=stands_in),
        fitted=_fitted(found),
    )


def mean_classes(found: Ranking) -> dict[str, float]:
    """Share of each class, averaged over the outcomes that vary."""
    rows = [one.classes for one in found.outcomes if one.classes]
    return {
        name: float(np.mean([row[name].share for row in rows]))
        for name in (rows[0] if rows else ())
    }


def range_words(one: RankedFactor) -> str:
    """Middle 95 % of what was drawn, in words."""
    if one.low is None or one.high is None:
        return "times 0.5 to 1.5"
    return minus(f"{one.low:.3g} to {one.high:.3g}") + _unit(one)


def percent(share: float) -> str:
    """A share of the variance, in words."""
    return f"{100 * share:.0f} %" if share >= 0.005 else "< 0.5 %"


def _row(one: RankedFactor) -> dict[str, str]:
    return {
        "id": one.id,
        "meaning": one.meaning,
        "value": minus(one.value) + _unit(one),
        "range": range_words(one),
        "share": percent(one.share),
        "measure": measured_by(one.id),
    }


def _unit(one: RankedFactor) -> str:
    return "" if one.unit == "1" else f" {one.unit}"


def _said(found: Ranking, *, stands_in: bool) -> str:
    whose = f"Of the protocol {found.protocol}"
    if stands_in:
        whose += ", as none was computed for this page"
    classes = ", ".join(
        f"{name} numbers {percent(share)}"
        for name, share in mean_classes(found).items()
    )
    version = (
        f"calibration {found.posterior}" if found.posterior else "no calibration yet"
    )
    explained = [one.explained for one in found.outcomes if one.classes]
    left = percent(1.0 - float(np.mean(explained))) if explained else "all"
    return (
        f"{whose}, averaged over {len(explained)} key outcomes ({version}, "
        f"{found.runs:,} simulations of {found.persons:,} persons per arm, kapsim "
        f"{found.kapsim}). Of the variance, {classes or 'nothing'}. The shares below "
        f"are Shapley effects under an emulator that leaves {left} unexplained."
    )


def _fitted(found: Ranking) -> str:
    named = found.of_origin("calibrated")[:_FITTED]
    if not named:
        return ""
    parts = ", ".join(
        f"{one.meaning} ({one.id}, {percent(one.share)})" for one in named
    )
    return f"Of the calibrated numbers, these matter most: {parts}."
