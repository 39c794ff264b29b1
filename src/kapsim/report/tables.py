"""Rows of the report's tables, as plain text cells in a fixed order."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from kapsim.report.axes import minus
from kapsim.report.results import (
    DEPRESSION_SCALES,
    Endpoint,
    Published,
    estimate,
    in_new_trial,
    published_values,
    rows_of,
)
from kapsim.report.run_directory import RunDirectory
from kapsim.trial.arms.given import Given

_WHOLE_MG = 99.95


@dataclasses.dataclass(frozen=True)
class KeyResult:
    """What the endpoint shows for one arm."""

    arm: str
    n: int
    change: str
    response: str
    remission: str
    new: dict[str, str]


def key_results(run: RunDirectory, endpoint: Endpoint) -> Iterator[KeyResult]:
    """One line per arm at the endpoint."""
    for arm in run.arms:
        rows = rows_of(run, arm, endpoint.measure, endpoint.visit)
        if not rows:
            continue
        row = rows[0]
        yield KeyResult(
            arm,
            int(row["n"]),
            estimate(row, "change").text(),
            estimate(row, "response").text(0),
            estimate(row, "remission").text(0),
            _new(run, arm, row, endpoint.measure),
        )


def _new(
    run: RunDirectory, arm: str, row: Mapping[str, Any], measure: str
) -> dict[str, str]:
    """Ends of the intervals for a new trial, by figure; none without draws."""
    if run.new_trial is None:
        return {}
    found = {
        kind: in_new_trial(run, arm, measure, row["visit"], kind)
        for kind in ("mean", "change", "response", "remission")
    }
    return {
        kind: one.ends(0 if kind in ("response", "remission") else 1)
        for kind, one in found.items()
    }


def measures(run: RunDirectory) -> list[str]:
    """Measures of the summary: depression scales first, then the rest by name."""
    found = set(run.summary["measure"])
    known = [scale for scale in DEPRESSION_SCALES if scale in found]
    return known + sorted(found - set(known))


def result_rows(run: RunDirectory, measure: str) -> Iterator[dict[str, Any]]:
    """All visits of a measure, arm by arm; `first` marks the start of an arm."""
    for arm in run.arms:
        for place, row in enumerate(rows_of(run, arm, measure)):
            sd = row.get("sd")
            yield {
                "first": place == 0,
                "arm": arm,
                "visit": row["visit"],
                "n": int(row["n"]),
                "failed": int(row["n_failed"]),
                "mean": estimate(row, "mean").text(),
                "sd": "\N{EN DASH}" if sd is None or pd.isna(sd) else f"{sd:.1f}",
                "change": estimate(row, "change").text(),
                "response": estimate(row, "response").text(0),
                "remission": estimate(row, "remission").text(0),
                "new": _new(run, arm, row, measure),
            }


def comparison_rows(run: RunDirectory) -> Iterator[dict[str, Any]]:
    """Simulated beside published, in the order of the protocol."""
    for item in published_values(run):
        decimals = 0 if item.is_share else 1
        yield {
            "arm": item.arm,
            "visit": item.visit,
            "measure": item.measure,
            "metric": f"{item.kind} ({'%' if item.is_share else 'points'})",
            "simulated": item.simulated.text(decimals),
            "published": item.published.text(decimals),
            "n": "\N{EN DASH}" if item.entry.n is None else str(item.entry.n),
            "difference": _difference(item, decimals),
            "source": item.entry.source,
            "grade": item.entry.grade.value,
            "note": item.entry.note or "",
        }


def _difference(item: Published, decimals: int) -> str:
    if not (item.simulated.known and item.published.known):
        return "\N{EN DASH}"
    return minus(f"{item.difference:+.{decimals}f}")


def exposure_rows(given: Given) -> Iterator[dict[str, Any]]:
    """What each arm was given of each molecule; `first` marks the start of an arm."""
    for one in given.arms:
        for place, part in enumerate(one.exposure):
            yield {
                "first": place == 0,
                "arm": one.arm,
                "drug": part.molecule.value + (", at most" if one.most else ""),
                "doses": part.doses,
                "mg": _amount(part.mg),
                "mg_per_week": _amount(part.mg_per_week),
                "kinetics": one.kinetics,
            }


def kinetics_rows(given: Given) -> list[tuple[str, str, str]]:
    """Parameter set, what its concentrations are measured in, caveat; each once."""
    rows = ((one.kinetics, one.site, one.caveat) for one in given.arms)
    return list(dict.fromkeys(rows))


def _amount(mg: float) -> str:
    """An amount to three digits, or to whole mg above them."""
    return f"{mg:.3g}" if mg < _WHOLE_MG else f"{mg:,.0f}"


def outcome_rows(
    run: RunDirectory,
) -> tuple[list[str], list[tuple[str, list[int]]]]:
    """Result codes as column heads, and the count of patients under each per arm."""
    outcomes, arms = run.provenance.get("outcomes") or {}, run.arms
    codes = list(dict.fromkeys(code for arm in arms for code in outcomes.get(arm, {})))
    rows = [
        (arm, [int(outcomes.get(arm, {}).get(code, 0)) for code in codes])
        for arm in arms
        if arm in outcomes
    ]
    return [str(code).replace("_", " ") for code in codes], rows
