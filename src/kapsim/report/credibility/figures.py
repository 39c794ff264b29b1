"""Tables of published figures, of what was predicted, and of goals."""

from collections.abc import Iterable

import pandas as pd

from kapsim.report.credibility.goals import Goal, prediction_goals
from kapsim.report.credibility.markdown import cell, table
from kapsim.report.validation_words import (
    NONE,
    arms,
    error,
    figure,
    interval,
    number,
    value,
)
from kapsim.trial.external.sums import sums

GOALS_HEADER = ("goal", "obtained", "verdict")
_FIGURES_HEADER = (
    "arm",
    "figure",
    "published",
    "predicted",
    "95 % interval",
    "verdict",
    "naive",
    "naive 95 %",
    "grade",
)


def goals_table(found: Iterable[Goal]) -> str:
    """A line per goal."""
    rows = [[cell(one.said), cell(one.obtained), one.verdict.shown] for one in found]
    return table(GOALS_HEADER, rows)


def by_study(figures: pd.DataFrame) -> str:
    """A line per study, with the coverage and the log scores of both predictors."""
    rows = []
    for one in sums(figures):
        inside = f"{one['inside']} of {one['scored']}" if one["scored"] else NONE
        rows.append(
            [
                cell(one["study"]),
                inside,
                number(one["log_score"], 2),
                str(one["common"]),
                f"{one['common_inside']}, {one['naive_inside']}",
                number(one["common_log_score"], 2),
                number(one["naive_log_score"], 2),
            ]
        )
    header = (
        "study",
        "inside",
        "log score",
        "naive predicts too",
        "of these inside: ours, naive",
        "log score of these",
        "naive log score",
    )
    return table(header, rows)


def by_kind(figures: pd.DataFrame) -> str:
    """A line per kind of outcome: coverage over all kinds stands in the goals."""
    found = sums(figures)
    rows = [
        [
            cell(one["what"]),
            one["unit"],
            str(one["scored"]),
            number(one["mean_absolute_error"], 2),
            str(one["common"]),
            number(one["common_error"], 2),
            number(one["naive_error"], 2),
        ]
        for one in (found[-1]["errors"] if found else ())
    ]
    header = (
        "kind of outcome",
        "unit",
        "figures",
        "mean absolute error",
        "naive predicts too",
        "error of these",
        "naive error",
    )
    return table(header, rows)


def of_studies(figures: pd.DataFrame, titles: dict[str, str]) -> Iterable[str]:
    """A heading and a table for each study."""
    for name, rows in figures.groupby("study", sort=False):
        lines = [_line(row) for row in rows.to_dict("records")]
        heading = f"### {titles.get(str(name), str(name))} (`{name}`)"
        yield f"{heading}\n\n{table(_FIGURES_HEADER, lines)}"


def _line(row: dict) -> list[str]:
    verdict = "inside" if row["inside"] else f"**outside** by {error(row, 'error')}"
    return [
        cell(arms(row)),
        cell(figure(row)),
        value(row, "observed"),
        value(row, "predicted"),
        interval(row),
        verdict if row["scored"] else "not scored",
        value(row, "naive"),
        interval(row, "naive_"),
        row["grade"],
    ]


def goals_of(figures: pd.DataFrame) -> str:
    """The goals of prediction over some figures."""
    return goals_table(prediction_goals(figures))
