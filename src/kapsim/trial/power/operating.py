"""Operating characteristics of a design, from what its replicates found.

Every share comes with the Monte Carlo error sqrt(p (1 - p) / R), every mean with
sd / sqrt(R). A replicate without an estimate counts as one that found nothing.

Source: Morris, White and Crowther (2019), Using simulation studies to evaluate
statistical methods (performance measures and their Monte Carlo errors).
"""

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from kapsim.trial.power.worlds import DRUG, FELT_ONLY, NO_DRUG

PLACE = ["size", "endpoint", "comparison"]
"""Columns that name one row of operating characteristics."""

_QUANTILES = (0.025, 0.975)


def share(hit: Bool[np.ndarray, " R"]) -> tuple[float, float]:
    """Share of replicates [1] and its Monte Carlo error; not known of none."""
    if not hit.size:
        return math.nan, math.nan
    p = float(hit.mean())
    return p, math.sqrt(p * (1 - p) / hit.size)


def operating(
    effects: pd.DataFrame, truth: pd.DataFrame, blinds: pd.DataFrame
) -> pd.DataFrame:
    """Operating characteristics by size, endpoint and comparison.

    Parameters
    ----------
    effects
        One row per world, size, replicate, endpoint and comparison: estimate, se, low,
        high, p, method, rejected, rejected_adjusted. Final analyses only.
    truth
        One row per endpoint and comparison: truth, truth_se, truth_felt_only.
    blinds
        One row per size, replicate and comparison: failed_blind.

    Returns
    -------
    DataFrame
        Columns as in the documentation of power.csv.
    """
    rows = [
        {**dict(zip(PLACE, place, strict=True)), **_row(own)}
        for place, own in effects.groupby(PLACE, sort=False)
    ]
    table = pd.DataFrame(rows).merge(truth, on=PLACE[1:], how="left")
    table["bias"] = table["mean_estimate"] - table["truth"]
    table["bias_se"] = np.hypot(
        table["sd_estimate"] / np.sqrt(table["replicates"] - table["failed"]),
        table["truth_se"],
    )
    covered = list(_coverage(effects, table))
    table["coverage"], table["coverage_se"] = zip(*covered, strict=True)
    return table.merge(_blinds(blinds), on=["size", "comparison"], how="left")


def _row(own: pd.DataFrame) -> dict[str, Any]:
    """What the replicates of one size, endpoint and comparison found in each world."""
    of = {world: part for world, part in own.groupby("world", sort=False)}
    main = of[DRUG]
    found = main["estimate"].to_numpy(float)
    sound = found[np.isfinite(found)]
    row: dict[str, Any] = {
        "replicates": len(main),
        "failed": int(len(found) - len(sound)),
    }
    row["power"], row["power_se"] = share(main["rejected"].to_numpy(bool))
    adjusted = main["rejected_adjusted"].to_numpy(bool)
    row["power_adjusted"], row["power_adjusted_se"] = share(adjusted)
    for name, world in (("type_1", NO_DRUG), ("felt_only", FELT_ONLY)):
        hit = of[world]["rejected"].to_numpy(bool) if world in of else np.zeros(0, bool)
        row[name], row[f"{name}_se"] = share(hit)
    row |= _spread(sound, main["se"].to_numpy(float))
    row["assurance"], row["assurance_se"] = _assurance(own)
    methods = main["method"].value_counts(normalize=True)
    row["methods"] = json.dumps({str(k): float(v) for k, v in methods.items()})
    return row


def _spread(
    sound: Float[np.ndarray, " S"], errors: Float[np.ndarray, " R"]
) -> dict[str, float]:
    """Mean, spread and middle 95 % of the estimates [unit of the effect]."""
    if not sound.size:
        nothing = ("mean_estimate", "sd_estimate", "mean_se", "low", "high")
        return dict.fromkeys(nothing, math.nan)
    low, high = np.quantile(sound, _QUANTILES)
    return {
        "mean_estimate": float(sound.mean()),
        "sd_estimate": float(sound.std(ddof=1)) if sound.size > 1 else math.nan,
        "mean_se": float(np.nanmean(errors)),
        "low": float(low),
        "high": float(high),
    }


def _assurance(own: pd.DataFrame) -> tuple[float, float]:
    """Mean over draws of the parameters of the share that found something."""
    drawn = own[own["world"].str.startswith("draw ")]
    if drawn.empty:
        return math.nan, math.nan
    of_draws = drawn.groupby("world")["rejected"].mean().to_numpy(float)
    spread = of_draws.std(ddof=1) if of_draws.size > 1 else math.nan
    return float(of_draws.mean()), float(spread / math.sqrt(of_draws.size))


def _coverage(
    effects: pd.DataFrame, table: pd.DataFrame
) -> Iterator[tuple[float, float]]:
    """Share of intervals that hold the truth."""
    main = effects[effects["world"] == DRUG]
    of = {place: own for place, own in main.groupby(PLACE, sort=False)}
    for row in table.to_dict("records"):
        own, truth = of[tuple(row[name] for name in PLACE)], row["truth"]
        low, high = (own[name].to_numpy(float) for name in ("low", "high"))
        sound = np.isfinite(low) & np.isfinite(high) & np.isfinite(truth)
        yield share(((low <= truth) & (truth <= high))[sound])


def _blinds(blinds: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (size, comparison), own in blinds.groupby(["size", "comparison"], sort=False):
        p, error = share(own["failed_blind"].to_numpy(bool))
        row = {"size": size, "comparison": comparison}
        rows.append(row | {"failed_blind": p, "failed_blind_se": error})
    names = ["size", "comparison", "failed_blind", "failed_blind_se"]
    return pd.DataFrame(rows, columns=names)
