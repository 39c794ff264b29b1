"""Which rival explanation the published trials support, as recorded."""

import json
import pathlib
from collections.abc import Iterator
from typing import Any

from kapsim.evidence.explanations import explanations
from kapsim.evidence.shipped import FALLBACK
from kapsim.report.credibility.markdown import cell, page, table
from kapsim.report.explanations import shown
from kapsim.report.rivals.page import picture
from kapsim.report.rivals.words import (
    DESIGNS,
    READING,
    apart_rows,
    design_rows,
    rival_rows,
    told,
)

RECORDED = "validation/calibration/rivals.json"
PAGE = "evidence/rivals.md"
PICTURE = "evidence/figures/rivals.svg"

INTRODUCTION = """\
Published averages say little of why ketamine helps. [Rival explanations](../how-to/\
hypotheses.md) are therefore each [calibrated](calibration.md) to the same trials and
compared by how well they foretell a trial from the others.
"""

MISSING = """\
No comparison is on record in this version. `kapsim calibrate` makes one.
"""


def pages(root: pathlib.Path) -> dict[str, str]:
    """The page, and its figure where there is a comparison."""
    path = root / RECORDED
    if not path.exists():
        return {PAGE: page("Rival explanations", INTRODUCTION, MISSING, designs())}
    data = json.loads(path.read_text("utf-8"))
    parts = (*found(data), *claims(), designs(), *worlds(data))
    made = page("Rival explanations", INTRODUCTION, *parts)
    return {PAGE: made, PICTURE: picture(data)}


def found(data: dict[str, Any]) -> Iterator[str]:
    """What can be told, the comparison, and where explanations differ."""
    yield "## What the published trials can tell"
    yield "\n".join(f"- {cell(said)}" for said in told(data))
    rows = [
        [
            f"**{cell(row['title'])}.** {cell(row['meaning'])}",
            row["difference"],
            row["contrasts"],
            row["verdict"],
            row["misfit"],
            row["therapy"],
        ]
        for row in rival_rows(data)
    ]
    head = ["explanation", "log score", "of contrasts", "verdict", "misfit"]
    yield table([*head, "gain of therapy in the window"], rows)
    style = '{ loading=lazy style="width: min(100%, 34rem)" }'
    yield f"![Differences of log scores](figures/rivals.svg){style}"
    yield "\n\n".join(READING)
    yield "## Where they differ most"
    rows = [
        [
            cell(row["label"]),
            cell(row["title"]),
            row["shift"],
            row["full"],
            row["rival"],
            row["observed"],
        ]
        for row in apart_rows(data)
    ]
    head = ["endpoint", "explanation", "shift, SD", "whole model", "it", "published"]
    yield table(head, rows)


def claims() -> Iterator[str]:
    """What the fallback protocol comes to under each."""
    held = explanations(FALLBACK)
    if held is None:
        return
    what = shown(held)
    yield "## What changes with the explanation"
    yield what.said
    yield "\n".join(f"- {cell(finding)}" for finding in what.findings)
    places = [k for k, one in enumerate(held.outcomes) if one.contrast]
    rows = [
        [cell(str(row["title"])), *(str(row["cells"][k]) for k in places)]
        for row in what.rows
    ]
    yield table(["explanation", *(cell(what.outcomes[k]) for k in places)], rows)


def designs() -> str:
    """What would tell them apart, in words."""
    said = [f"- **{one.name}** tells {one.tells}. {one.why}" for one in DESIGNS]
    return "## What would tell them apart\n\n" + "\n".join(said)


def worlds(data: dict[str, Any]) -> Iterator[str]:
    """Virtual trials with the drug, and with the drug only felt."""
    rows = [
        [
            cell(f"{row['endpoint']} [{row['unit']}]"),
            cell(row["comparison"]),
            row["n"],
            row["truth"],
            row["felt"],
            row["power"],
            row["misled"],
            row["blind"],
        ]
        for row in design_rows(data)
    ]
    if not rows:
        return
    name = data["design"]["protocol"]
    yield (
        f"[Virtual trials](../how-to/trial.md) of `{name}` with the drug, and with "
        "the drug only felt:"
    )
    head = ["endpoint", "comparison", "patients", "true effect", "only felt"]
    found = ["succeeds", "succeeds if only felt", "blind fails"]
    yield table([*head, *found], rows)
