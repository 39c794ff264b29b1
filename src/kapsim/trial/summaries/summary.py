"""Means, changes, response and remission per arm, visit and measure."""

import itertools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Int
from numpy import ndarray

from kapsim.measures.rules import Remission, Response
from kapsim.trial.protocol import Protocol, Rule
from kapsim.trial.summaries.intervals import t_interval, wilson_interval
from kapsim.trial.summaries.tally import LEVELS, Tally, tally

Pairs = Int[ndarray, "baselines scores"]
_BASELINE, _SCORE = np.meshgrid(np.arange(LEVELS), np.arange(LEVELS), indexing="ij")


def summarise(visits_path: Path, protocol: Protocol) -> pd.DataFrame:
    """Summary of a run: one row per arm, visit and measure rated there.

    Intervals are 95 %: by t for means, by Wilson for shares. Failed patients are
    counted in `n_failed` and enter no mean and no share. Shares follow the protocol's
    rules, and are missing for a scale that has none.

    Parameters
    ----------
    visits_path
        A visits.parquet as a run writes it.
    protocol
        The protocol of that run.

    Returns
    -------
    DataFrame
        Columns arm, visit, day [d since the first dose], measure, n, n_failed, mean,
        sd, mean_low, mean_high, change_mean, change_sd, change_low, change_high
        [point], response_pct, response_low, response_high, remission_pct,
        remission_low, remission_high [percent].

    Raises
    ------
    TallyError
        If the file does not belong to the protocol.
    """
    counted = tally(visits_path, protocol)
    return pd.DataFrame(list(_rows(counted, protocol)))


def read_summary(path: Path) -> pd.DataFrame:
    """Table of arms or visits that a run has written; an arm may be called ``NA``."""
    return pd.read_csv(
        path,
        dtype=dict.fromkeys(("arm", "reference", "visit", "measure"), str),
        keep_default_na=False,
        na_values=[""],
    )


def _rows(counted: Tally, protocol: Protocol) -> Iterator[dict[str, Any]]:
    cells = itertools.product(
        enumerate(counted.arms),
        enumerate(protocol.visits),
        enumerate(protocol.measures),
    )
    for (a, arm), (v, visit), (m, measure) in cells:
        if measure not in visit.scales:
            continue
        pairs = counted.counts[a, v, m]
        yield {
            "arm": arm,
            "visit": visit.name,
            "day": visit.time_h / 24.0,
            "measure": measure.value,
            "n": int(pairs.sum()),
            "n_failed": int(counted.failed[a, v, m]),
            **moments(pairs, _SCORE, ""),
            **moments(pairs[:-1], (_SCORE - _BASELINE)[:-1], "change_"),
            **shares(pairs, protocol.rule(measure)),
        }


def moments(pairs: Pairs, value: Pairs, prefix: str) -> dict[str, float]:
    """Mean, SD and interval of a value that each pair of baseline and score has.

    The sums are whole numbers, so they are exact; the mean has the name `mean` where
    there is no prefix, with bounds `mean_low` and `mean_high`.
    """
    n = int(pairs.sum())
    total, squares = int((pairs * value).sum()), int((pairs * value**2).sum())
    mean = total / n if n else math.nan
    sd = math.sqrt((n * squares - total**2) / (n * (n - 1))) if n > 1 else math.nan
    low, high = t_interval(mean, sd, n)
    bound = prefix or "mean_"
    return {
        f"{prefix}mean": mean,
        f"{prefix}sd": sd,
        f"{bound}low": low,
        f"{bound}high": high,
    }


def shares(pairs: Pairs, rule: Rule) -> dict[str, float]:
    """Response and remission with their intervals [percent], by the rule of a scale."""
    row: dict[str, float] = {}
    response = remission = None
    if rule.response_percent is not None:
        met = Response(percent=rule.response_percent, baseline="baseline")
        response = met.met(_SCORE, _BASELINE)[:-1]
    if rule.remission_at_most is not None:
        remission = Remission(cut=rule.remission_at_most).met(_SCORE)
    for name, met, among in (
        ("response", response, pairs[:-1]),
        ("remission", remission, pairs),
    ):
        n = 0 if met is None else int(among.sum())
        count = 0 if met is None else int(among[met].sum())
        low, high = wilson_interval(count, n)
        row[f"{name}_pct"] = 100.0 * count / n if n else math.nan
        row[f"{name}_low"], row[f"{name}_high"] = 100.0 * low, 100.0 * high
    return row
