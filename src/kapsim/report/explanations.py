"""What a protocol comes to under each rival explanation, as reports show it."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from kapsim.evidence.explanations import (
    BETTER,
    WORSE,
    Claimed,
    Explanation,
    Explanations,
    explanations,
)
from kapsim.evidence.shipped import FALLBACK
from kapsim.report.axes import Scale, minus, value_ticks
from kapsim.report.lab.figure import panel_picture
from kapsim.report.lab.panels import PanelDrawing
from kapsim.report.marks import cut, ruled
from kapsim.report.svg import join, marker, reach, text

_EDGE, _LEFT, _RIGHT = 12.0, 196.0, 442.0
_HEAD, _LANE = 4.0, 19.0
_LETTERS = 30
_UNITS = {"point": "points", "%": "%"}


@dataclasses.dataclass(frozen=True)
class UnderEach:
    """What the part of a page shows; without rows nothing was computed.

    Attributes
    ----------
    said
        Of which protocol, and how.
    findings
        For each contrast a sentence: whether it holds under every explanation.
    figures
        For each contrast its name, and its mean and interval under each.
    outcomes
        Names of all outcomes, with units.
    rows
        For each explanation: title, meaning, whether it was calibrated on simulations
        of the whole model, what the published trials say of it, and each outcome.
    left_out
        Explanations without claims, and why.
    """

    said: str = ""
    findings: tuple[str, ...] = ()
    figures: tuple[tuple[str, Markup], ...] = ()
    outcomes: tuple[str, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    left_out: tuple[str, ...] = ()


def under_each(protocol: str) -> UnderEach:
    """Claims of a protocol under each explanation.

    Parameters
    ----------
    protocol
        Name of a bundled protocol; where none ship of it, those of `FALLBACK` stand in,
        which is said.
    """
    own = explanations(protocol)
    found = own or explanations(FALLBACK)
    return UnderEach() if found is None else shown(found, stands_in=own is None)


def shown(found: Explanations, *, stands_in: bool = False) -> UnderEach:
    """What a page shows of them."""
    names = tuple(f"{one.name} [{_UNITS[one.unit]}]" for one in found.outcomes)
    contrasts = [k for k, one in enumerate(found.outcomes) if one.contrast]
    return UnderEach(
        said=_said(found, stands_in=stands_in),
        findings=tuple(_finding(found, k) for k in contrasts),
        figures=tuple((names[k], panel_picture(_panel(found, k))) for k in contrasts),
        outcomes=names,
        rows=tuple(map(_row, found.rivals)),
        left_out=tuple(f"{name}: {why}" for name, why in found.not_compared.items()),
    )


def _said(found: Explanations, *, stands_in: bool) -> str:
    whose = f"Of the protocol {found.protocol}"
    if stands_in:
        whose += ", as none was computed for this one"
    return (
        f"{whose}, each explanation calibrated to the same published trials "
        f"({found.draws} draws of each posterior, {found.persons:,} persons per arm, "
        f"calibration {found.calibration}, kapsim {found.kapsim}). {_told(found)}"
    )


def _told(found: Explanations) -> str:
    """Which explanations the published trials speak against."""
    worse, better = (
        [one.title for one in found.rivals if one.verdict == verdict]
        for verdict in (WORSE, BETTER)
    )
    said = ["Published trials tell none of them from the whole model."]
    if worse or better:
        by_all = "; ".join(_foretold(worse, "worse") + _foretold(better, "better"))
        said = [f"Published trials are {by_all}; they do not tell the others from it."]
    return " ".join((*said, _by_contrasts(found)))


def _by_contrasts(found: Explanations) -> str:
    """What the differences between arms say alone, in which levels have no part."""
    parts = [
        part
        for verdict, word in ((WORSE, "worse"), (BETTER, "better"))
        for part in _foretold(
            [one.title for one in found.rivals if one.contrast_verdict == verdict], word
        )
    ]
    told = "; ".join(parts) or "under none of them foretold better or worse"
    return f"Their contrasts between arms alone are {told}."


def _foretold(titles: list[str], word: str) -> list[str]:
    if not titles:
        return []
    return [f"foretold {word} than by the whole model under {_list(titles)}"]


def _finding(found: Explanations, k: int) -> str:
    """Under which explanations a contrast is there."""
    name = found.outcomes[k].name
    sides = {one.title: one.claims[k].side for one in found.rivals}
    whole = found.rivals[0].claims[k].side
    if not whole:
        there = [title for title, side in sides.items() if side]
        if not there:
            return f"{name}: told from zero under no explanation."
        return f"{name}: told from zero only under {_list(there)}."
    other = [title for title, side in sides.items() if side != whole]
    if not other:
        return f"{name}: of the same sign under every explanation, {_reach(found, k)}."
    return f"{name}: depends on the explanation; not so under {_list(other)}."


def _reach(found: Explanations, k: int) -> str:
    """Least and greatest mean of a contrast, with their explanations."""
    means = sorted((one.claims[k].mean, one.title) for one in found.rivals)
    (low, first), (high, last) = means[0], means[-1]
    unit = _UNITS[found.outcomes[k].unit]
    return minus(f"from {low:.1f} (“{first}”) to {high:.1f} {unit} (“{last}”)")


def _list(titles: list[str]) -> str:
    return "; ".join(f"“{title}”" for title in titles)


def _row(one: Explanation) -> dict[str, Any]:
    return {
        "title": one.title,
        "borrowed": not one.resimulated,
        "meaning": one.meaning,
        "published": _published(one),
        "cells": [_interval(claimed) for claimed in one.claims],
    }


def _published(one: Explanation) -> str:
    if one.difference is None or one.se is None:
        return one.verdict or "–"
    difference = round(one.difference, 1) + 0.0  # no negative zero
    return minus(f"{one.verdict} ({difference:+.1f}, SE {one.se:.1f})")


def _interval(one: Claimed) -> str:
    return minus(f"{one.mean:.1f} ({one.low:.1f} to {one.high:.1f})")


def _panel(found: Explanations, k: int) -> PanelDrawing:
    """A lane for each explanation: the mean, and the 95 % interval."""
    outcome, claims = found.outcomes[k], [one.claims[k] for one in found.rivals]
    ends = [0.0, *(end for one in claims for end in (one.low, one.high))]
    ticks = value_ticks(min(ends), max(ends))
    scale = Scale(ticks.values[0], ticks.values[-1], _LEFT, _RIGHT)
    bottom = _HEAD + _LANE * len(claims)
    said = "; ".join(f"{one.title}: {_interval(one.claims[k])}" for one in found.rivals)
    parts = [
        ruled(scale, zip(ticks.values, ticks.labels, strict=True), (_HEAD, bottom)),
        *_lanes(found, k, scale),
    ]
    return PanelDrawing(outcome.name, said, join(parts), bottom + 24)


def _lanes(found: Explanations, k: int, scale: Scale) -> Iterator[Markup]:
    for row, one in enumerate(found.rivals):
        y, claimed = _HEAD + _LANE * (row + 0.5), one.claims[k]
        colour = "c0" if row else "c6"
        yield text(_EDGE, y + 4, cut(one.title, _LETTERS), class_="small")
        yield reach(y, scale(claimed.low), scale(claimed.high), class_=f"bar {colour}")
        yield marker("circle", scale(claimed.mean), y, 3.6, class_=f"point {colour}")
