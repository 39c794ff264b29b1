"""A sensitivity analysis: data, files, table and page."""

from pathlib import Path
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from kapsim.engine import platform
from kapsim.engine.atomic import make_directory, write_bytes
from kapsim.engine.provenance import content_hash, write_json
from kapsim.evidence import library
from kapsim.evidence.sensitivity import RankedFactor, Ranking, read_ranking
from kapsim.inference.sensitivity.analysis import Sensitivity
from kapsim.inference.sensitivity.factors import LEFT_OUT, SAID, Origin
from kapsim.report.assets import page_style, render_page
from kapsim.report.axes import minus
from kapsim.report.lab.figure import panel_picture, stacked
from kapsim.report.leading import leading, mean_classes, percent, range_words
from kapsim.report.sensitivity_figures import sensitivity_panels
from kapsim.report.svg import number

_CAPTION = "What the results hang on"
_LINES = 25
_DIGITS = 5
_ORDER = [origin.value for origin in Origin]


def sensitivity_data(found: Sensitivity) -> dict[str, Any]:
    """Everything, as plain JSON data: what ships and what the page shows."""
    request = found.request.as_data()
    return {
        "protocol": found.request.protocol.name,
        "title": found.request.protocol.title,
        "kapsim": request["kapsim"],
        "posterior": found.factors.version,
        "runs": found.runs,
        "persons": found.request.persons,
        "seed": found.request.seed,
        "drawn": SAID,
        "left_out": LEFT_OUT,
        "outcomes": [_outcome(found, k) for k in range(len(found.outcomes))],
        "factors": _factors(found),
        "screening": _screening(found),
        "provenance": {
            "request": {k: v for k, v in request.items() if k != "protocol"},
            "request_sha256": content_hash(request),
            "evidence": library().digest,
            "environment": platform.software(),
        },
    }


def _outcome(found: Sensitivity, k: int) -> dict[str, Any]:
    shares, places = found.by_class[k], {n: g for g, n in enumerate(found.names)}
    return {
        "name": found.outcomes[k].name,
        "unit": found.outcomes[k].unit,
        "mean": _rounded(found.mean[k]),
        "sd": _rounded(found.sd[k]),
        "explained": _rounded(found.explained[k]),
        "classes": {}
        if shares is None
        else {
            name: {
                "share": _rounded(shares.shapley[g]),
                "alone": _rounded(shares.alone[g]),
                "alone_error": _rounded(shares.alone_error[g]),
                "total": _rounded(shares.total[g]),
                "total_error": _rounded(shares.total_error[g]),
            }
            for name, g in sorted(places.items(), key=lambda one: _ORDER.index(one[0]))
        },
    }


def _factors(found: Sensitivity) -> list[dict[str, Any]]:
    """Retained numbers, those that matter most first."""
    varies = [shares is not None for shares in found.by_class]
    mean = found.shares[varies].sum(axis=0) / max(sum(varies), 1)
    rows = []
    for k in (-mean).argsort(kind="stable"):
        one = found.factors.each[found.retained[k]]
        ends = one.interval
        rows.append(
            {
                "id": one.record.id,
                "meaning": one.record.meaning,
                "unit": one.record.unit,
                "origin": one.origin.value,
                "value": one.record.value_text,
                "low": None if ends is None else _rounded(ends[0]),
                "high": None if ends is None else _rounded(ends[1]),
                "share": _rounded(mean[k]),
                "shares": [_rounded(share) for share in found.shares[:, k]],
                "slopes": [_rounded(slope) for slope in found.slope[:, k]],
            }
        )
    return rows


def _screening(found: Sensitivity) -> list[dict[str, Any]]:
    """Elementary effects of all numbers, those that matter most first."""
    varies = [shares is not None for shares in found.by_class]
    sd = found.sd * varies
    relative = [float(size) for size in found.screening.relative(sd)]
    return [
        {
            "id": found.factors.each[k].record.id,
            "origin": found.factors.each[k].origin.value,
            "largest": _rounded(relative[k]),
            "mean_size": [_rounded(size) for size in found.screening.mean_size[:, k]],
            "spread": [_rounded(size) for size in found.screening.spread[:, k]],
        }
        for k in sorted(range(len(relative)), key=lambda place: -relative[place])
    ]


def _rounded(value: float) -> float:
    return float(f"{float(value):.{_DIGITS}g}")


def write_sensitivity(directory: Path, found: Sensitivity) -> Path:
    """Write sensitivity.json, .csv, .svg and .html; raises `StoreError`.

    Returns
    -------
    Path
        The page.
    """
    make_directory(directory)
    data = sensitivity_data(found)
    ranked = read_ranking(data, "sensitivity.json")
    write_json(directory / "sensitivity.json", data)
    text = sensitivity_frame(ranked).to_csv(index=False, lineterminator="\n")
    write_bytes(directory / "sensitivity.csv", text.encode())
    picture = stacked(_CAPTION, sensitivity_panels(ranked))
    write_bytes(directory / "sensitivity.svg", picture.encode())
    page = directory / "sensitivity.html"
    write_bytes(page, render_sensitivity(data).encode())
    return page


def sensitivity_frame(ranked: Ranking) -> pd.DataFrame:
    """One row per number and outcome: its share of the variance and its slope."""
    return pd.DataFrame(
        [
            {
                "id": one.id,
                "origin": one.origin,
                "low": one.low,
                "high": one.high,
                "unit": one.unit,
                "outcome": outcome.name,
                "share": one.shares[k],
                "slope": one.slopes[k],
                "outcome_unit": outcome.unit,
            }
            for one in ranked.factors
            for k, outcome in enumerate(ranked.outcomes)
        ]
    )


def sensitivity_table(ranked: Ranking) -> Table:
    """A line for each number that matters, with its share in each outcome."""
    classes = ", ".join(
        f"{name} {percent(share)}" for name, share in mean_classes(ranked).items()
    )
    told = "; ".join(
        f"({k}) {one.name}, {percent(one.explained)}"
        for k, one in enumerate(ranked.outcomes, start=1)
    )
    drawn = Table(
        title=f"What the results of {ranked.protocol} hang on",
        caption=Text(
            f"Share of the variance, mean over outcomes and of each. Outcomes, with "
            f"what the emulator explains: {told}. By class, without the emulator: "
            f"{classes}. {ranked.runs:,} simulations.\n"
            "Research software. Not medical advice."
        ),
        caption_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    for name in ("number", "class"):
        drawn.add_column(name)
    for name in ("range", "mean", *map(str, range(1, len(ranked.outcomes) + 1))):
        drawn.add_column(name, justify="right")
    for one in ranked.factors[:_LINES]:
        cells = (f"{100 * share:.0f}" for share in (one.share, *one.shares))
        drawn.add_row(Text(one.id), one.origin, range_words(one), *cells)
    return drawn


def render_sensitivity(data: dict[str, Any]) -> str:
    """The page as one HTML document, from what `sensitivity_data` gives."""
    ranked = read_ranking(data, "sensitivity.json")
    context = {
        "data": data,
        "ranked": ranked,
        "panels": [panel_picture(one) for one in sensitivity_panels(ranked)],
        "outcomes": [_outcome_row(one) for one in data["outcomes"]],
        "rows": [_factor_row(one) for one in ranked.factors],
        "left_out": sorted(data["left_out"].items()),
        "leading": leading(ranked),
        "style": page_style(),
    }
    return render_page("sensitivity.html", context)


def _outcome_row(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": one["name"],
        "mean": minus(f"{one['mean']:.1f} ({one['sd']:.1f}) {one['unit']}"),
        "explained": percent(one["explained"]),
        "classes": [
            {
                "name": name,
                "share": percent(found["share"]),
                "alone": minus(f"{found['alone']:.2f} ± {found['alone_error']:.2f}"),
                "total": minus(f"{found['total']:.2f} ± {found['total_error']:.2f}"),
            }
            for name, found in one["classes"].items()
        ],
    }


def _factor_row(one: RankedFactor) -> dict[str, Any]:
    return {
        "id": one.id,
        "meaning": one.meaning,
        "origin": one.origin,
        "value": minus(one.value) + ("" if one.unit == "1" else f" {one.unit}"),
        "range": range_words(one),
        "share": percent(one.share),
        "cells": [
            {"share": percent(share), "slope": minus(number(round(slope, 2)))}
            for share, slope in zip(one.shares, one.slopes, strict=True)
        ],
    }
