"""Where rival explanations foretell different things, and which trial would tell.

The endpoints on which two calibrated rivals differ most, in predictive standard
deviations of the whole model, say what the published designs could show. Where a
directory of `kapsim trial` lies beside the calibration (folder `trial`), its worlds say
what a trial finds of a drug that acts, and of one that is only felt.
"""

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kapsim.inference.left_out.table import natural
from kapsim.inference.rivals.explanations import Rival
from kapsim.inference.rivals.scores import Scored
from kapsim.inference.targets.problem import Problem

TRIAL = "trial"
"""Folder of a virtual trial in that of a calibration."""

_MOST = 5  # endpoints that are named for each rival
_WORLDS = (
    "endpoint",
    "comparison",
    "n_total",
    "unit",
    "truth",
    "truth_felt_only",
    "power",
    "felt_only",
    "failed_blind",
)


def endpoints_apart(
    problem: Problem,
    scores: Mapping[str, tuple[Rival, Scored]],
    others: Mapping[str, Scored],
) -> list[dict[str, Any]]:
    """For each rival the endpoints on which it differs most from its counterpart.

    Returns
    -------
    list
        Of mappings: name; rms_by_kind, the root mean square by kind of endpoint of the
        difference of means [predictive SD of the whole model]; most, the endpoints that
        differ most: label, study, kind, unit, contrast, shift [SD], full and rival
        (means on the natural scale), observed.
    """
    return [
        _apart(problem, others[name], name, own)
        for name, (rival, own) in scores.items()
        if not rival.whole
    ]


def _apart(problem: Problem, full: Scored, name: str, own: Scored) -> dict[str, Any]:
    shift = (own.forecast.mean - full.forecast.mean) / full.forecast.sd
    order = np.argsort(-np.abs(shift))[:_MOST]
    kinds: dict[str, list[float]] = {}
    for target, one in zip(problem.targets, shift, strict=True):
        kinds.setdefault(target.kind, []).append(float(one))
    return {
        "name": name,
        "rms_by_kind": {
            kind: float(np.sqrt(np.mean(np.square(found))))
            for kind, found in kinds.items()
        },
        "most": [_named(problem, full, own, int(k), float(shift[k])) for k in order],
    }


def _named(
    problem: Problem, full: Scored, own: Scored, k: int, shift: float
) -> dict[str, Any]:
    target = problem.targets[k]
    return {
        "label": target.label,
        "study": target.study,
        "kind": target.kind,
        "unit": target.unit,
        "contrast": target.contrast,
        "shift": shift,
        "full": natural(target, float(full.forecast.mean[k])),
        "rival": natural(target, float(own.forecast.mean[k])),
        "observed": natural(target, target.observed),
    }


def design(directory: Path) -> dict[str, Any] | None:
    """What the virtual trial beside a calibration found in its worlds; none if none.

    Returns
    -------
    dict
        protocol (its name), and rows of power.csv with the columns of the worlds.
    """
    table, request = (directory / TRIAL / n for n in ("power.csv", "request.json"))
    if not (table.exists() and request.exists()):
        return None
    asked = json.loads(request.read_text(encoding="utf-8"))
    with table.open(encoding="utf-8", newline="") as held:
        rows = [{name: row[name] for name in _WORLDS} for row in csv.DictReader(held)]
    return {
        "protocol": asked["protocol"]["name"],
        "kapsim": asked["kapsim"],
        "rows": [{name: _number(text) for name, text in row.items()} for row in rows],
    }


def _number(text: str) -> float | str | None:
    """A cell of a table: a number where it is one, none where it is empty."""
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        return text
