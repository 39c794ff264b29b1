"""Operating characteristics of a design, from what its replicates found.

Every share comes with its Monte Carlo error and Wilson's interval, every mean with
sd / sqrt(R). A replicate without an estimate counts as one that found nothing. Power,
assurance and what a drug that is only felt would find count successes: rejections in
favour of the first arm of the comparison, or of a null at the margin. Those in favour
of the comparator have a share of their own; the error of the first kind counts both.

Source: Morris, White and Crowther (2019), Using simulation studies to evaluate
statistical methods (performance measures and their Monte Carlo errors).
"""

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from kapsim.trial.power.monte_carlo import UNKNOWN, Share, mean_share, middle, share
from kapsim.trial.power.worlds import DRUG, FELT_ONLY, NO_DRUG
from kapsim.trial.protocol.trial_terms import Objective

PLACE = ["size", "endpoint", "comparison"]
"""Columns that name one row of operating characteristics."""

_COUNTED = (
    ("power", DRUG, "succeeded"),
    ("power_adjusted", DRUG, "succeeded_adjusted"),
    ("type_1", NO_DRUG, "rejected"),
    ("felt_only", FELT_ONLY, "succeeded"),
)


def operating(
    effects: pd.DataFrame, truth: pd.DataFrame, blinds: pd.DataFrame
) -> pd.DataFrame:
    """Operating characteristics by size, endpoint and comparison.

    Parameters
    ----------
    effects
        One row per world, size, replicate, endpoint and comparison: estimate, se, low,
        high, p, method, tested, rejected, succeeded, succeeded_adjusted. Final analyses
        only.
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
    sound = table["replicates"] - table["failed"]
    table["bias_se"] = table["sd_estimate"] / np.sqrt(sound)
    covered = [one.columns("coverage") for one in _coverage(effects, table)]
    table = table.join(pd.DataFrame(covered))
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
        "tested": main["tested"].iloc[0],
    }
    for name, world, verdict in _COUNTED:
        hit = of[world][verdict].to_numpy(bool) if world in of else np.zeros(0, bool)
        row |= share(hit).columns(name)
    row |= _for_comparator(main).columns("for_comparator")
    row |= _spread(sound, main["se"].to_numpy(float))
    row |= _assurance(own).columns("assurance")
    methods = main["method"].value_counts(normalize=True)
    row["methods"] = json.dumps({str(k): float(v) for k, v in methods.items()})
    return row


def _for_comparator(main: pd.DataFrame) -> Share:
    """Share rejected in favour of the second arm; not known of tests with one side."""
    if main["tested"].iloc[0] != Objective.SUPERIORITY.value:
        return UNKNOWN
    return share((main["rejected"] & ~main["succeeded"]).to_numpy(bool))


def _spread(
    sound: Float[np.ndarray, " S"], errors: Float[np.ndarray, " R"]
) -> dict[str, float]:
    """Mean, spread and middle 95 % of the estimates [unit of the effect].

    Of few estimates the middle 95 % are not known.
    """
    if not sound.size:
        nothing = ("mean_estimate", "sd_estimate", "mean_se", "low", "high")
        return dict.fromkeys(nothing, math.nan)
    low, high = middle(sound)
    return {
        "mean_estimate": float(sound.mean()),
        "sd_estimate": float(sound.std(ddof=1)) if sound.size > 1 else math.nan,
        "mean_se": float(np.nanmean(errors)),
        "low": float(low),
        "high": float(high),
    }


def _assurance(own: pd.DataFrame) -> Share:
    """Mean over draws of the parameters of the share that succeeded."""
    drawn = own[own["world"].str.startswith("draw ")]
    if drawn.empty:
        return UNKNOWN
    return mean_share(drawn.groupby("world")["succeeded"].mean().to_numpy(float))


def _coverage(effects: pd.DataFrame, table: pd.DataFrame) -> Iterator[Share]:
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
        found = share(own["failed_blind"].to_numpy(bool)).columns("failed_blind")
        rows.append({"size": size, "comparison": comparison, **found})
    names = ["size", "comparison", *UNKNOWN.columns("failed_blind")]
    return pd.DataFrame(rows, columns=names)
