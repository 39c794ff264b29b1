"""Figures of a sensitivity analysis: variance by class, and a tornado per outcome."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from kapsim.evidence.sensitivity import RankedFactor, RankedOutcome, Ranking
from kapsim.report.axes import Scale, minus, value_ticks
from kapsim.report.lab.lettering import LINE, paragraph
from kapsim.report.lab.panels import WIDTH, PanelDrawing
from kapsim.report.leading import percent
from kapsim.report.svg import join, line, rectangle, text

_EDGE, _LEFT, _RIGHT = 12.0, 216.0, 404.0
_LANE, _BAR = 19.0, 11.0
_LETTERS = 36
_MOST = 12
"""Numbers in a tornado."""

_STYLES = {"calibrated": "c2", "published": "c0", "assumed": "c4"}


class _Bar(NamedTuple):
    factor: RankedFactor
    share: float
    slope: float


def sensitivity_panels(found: Ranking) -> list[PanelDrawing]:
    """The classes, then a tornado of each outcome that varies."""
    shown = [(k, one) for k, one in enumerate(found.outcomes) if one.classes]
    if not shown:
        return []
    return [
        class_panel([one for _, one in shown]),
        *(tornado(found, k, one) for k, one in shown),
    ]


def class_panel(outcomes: Sequence[RankedOutcome]) -> PanelDrawing:
    """A bar for each outcome, divided by class."""
    title = "Share of the variance by class of numbers"
    y = 24.0
    parts: list[Markup] = [text(_EDGE, 16.0, title, class_="head"), *_key(y)]
    y += LINE + 10
    spoken = []
    whole = Scale(0.0, 1.0, _EDGE, WIDTH - _EDGE)
    for one in outcomes:
        named = paragraph(one.name, _EDGE, y, WIDTH - 2 * _EDGE, "small")
        y += named.height + 3
        parts.append(named.drawn)
        at = 0.0
        sizes = {name: share.share for name, share in one.classes.items()}
        for name, share in sizes.items():
            style = f"slab {_STYLES[name]}"
            wide = whole(at + share) - whole(at)
            parts.append(rectangle(whole(at), y, wide, _LANE, class_=style))
            if share > 0.09:
                middle = {"class_": "small", "text_anchor": "middle"}
                said = percent(share)
                parts.append(text(whole(at + share / 2), y + 13.5, said, **middle))
            at += share
        spoken.append(f"{one.name}: {_words(sizes)}.")
        y += _LANE + 8
    return PanelDrawing(title, " ".join(spoken), join(parts), y + 4)


def _words(sizes: dict[str, float]) -> str:
    return ", ".join(f"{name} {percent(share)}" for name, share in sizes.items())


def _key(top: float) -> Iterator[Markup]:
    """What the colours mean."""
    x = _EDGE
    for name, style in _STYLES.items():
        yield rectangle(x, top + 2, 11.0, 11.0, class_=f"slab {style}")
        yield text(x + 16, top + 11.5, name, class_="small")
        x += 100


def tornado(found: Ranking, place: int, outcome: RankedOutcome) -> PanelDrawing:
    """The numbers that matter most for an outcome, the largest share on top."""
    bars = sorted(
        (_Bar(f, f.shares[place], f.slopes[place]) for f in found.factors),
        key=lambda bar: -bar.share,
    )[:_MOST]
    head = paragraph(outcome.name, _EDGE, 6.0, WIDTH - 2 * _EDGE, "head")
    top = 10.0 + head.height
    label = f"Change with one SD of the number [{outcome.unit}]; share of the variance"
    under = paragraph(label, _EDGE, top, WIDTH - 2 * _EDGE, "small")
    top += under.height
    keys = list(_key(top))
    top += LINE + 8
    bottom = top + _LANE * len(bars)
    reach = max([abs(bar.slope) for bar in bars] + [1e-9])
    ticks = value_ticks(-reach, reach, 4)
    scale = Scale(ticks.values[0], ticks.values[-1], _LEFT, _RIGHT)
    parts = [head.drawn, under.drawn, *keys]
    parts.append(rectangle(_LEFT, top, _RIGHT - _LEFT, bottom - top, class_="ground"))
    for value, said in zip(ticks.values, ticks.labels, strict=True):
        style = "axis" if abs(value) < 1e-12 else "grid"
        parts.append(line(scale(value), top, scale(value), bottom, class_=style))
        middle = {"class_": "tick", "text_anchor": "middle"}
        parts.append(text(scale(value), bottom + 15, said, **middle))
    for k, bar in enumerate(bars):
        parts.append(_lane(bar, scale, top + _LANE * k))
    said = " ".join(_spoken(bars, outcome.unit))
    return PanelDrawing(outcome.name, said, join(parts), bottom + 26)


def _lane(bar: _Bar, scale: Scale, y: float) -> Markup:
    """Name, bar from zero, and share of one number."""
    name = bar.factor.id
    shown = name if len(name) <= _LETTERS else "…" + name[-_LETTERS + 1 :]
    ends = sorted((scale(0.0), scale(bar.slope)))
    style = f"slab {_STYLES[bar.factor.origin]}"
    return join(
        [
            text(_EDGE, y + 14, shown, class_="small"),
            rectangle(ends[0], y + 4, max(ends[1] - ends[0], 0.6), _BAR, class_=style),
            text(_RIGHT + 8, y + 14, percent(bar.share), class_="small"),
        ]
    )


def _spoken(bars: Sequence[_Bar], unit: str) -> Iterator[str]:
    """What a screen reader says of each number."""
    for bar in bars:
        change = minus(f"{bar.slope:.2g}")
        yield (
            f"{bar.factor.id}, {bar.factor.origin}: {change} {unit}, "
            f"{percent(bar.share)} of the variance."
        )
