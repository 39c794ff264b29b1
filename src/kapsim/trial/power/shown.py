"""What the report shows: the first trial of one size, and all of them together."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kapsim.engine.atomic import write_bytes
from kapsim.engine.provenance import write_json
from kapsim.trial.analysis.binary import number_needed_to_treat
from kapsim.trial.analysis.estimate import Estimate
from kapsim.trial.conduct.conduct import conduct
from kapsim.trial.conduct.datasets import adqs, adsl
from kapsim.trial.conduct.flow import LEAVING, flow
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.power.blinds import guesses, left_by_guess
from kapsim.trial.power.effects import PERCENT_POINTS
from kapsim.trial.power.looks import sequential
from kapsim.trial.power.monte_carlo import middle
from kapsim.trial.power.questions import (
    described,
    of_drug,
    pair_name,
    why_not_blind,
)
from kapsim.trial.power.request import TrialRequest
from kapsim.trial.power.validity import validity
from kapsim.trial.power.worlds import DRUG, Held
from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol.trial_terms import Objective

_OF_TRIALS = 200
"""Trials from which the guesses' effect and the mean flow are told."""


class Tables(NamedTuple):
    """Rows of all replicates: effects, arms at visits, and whether the blind failed."""

    effects: pd.DataFrame
    arms: pd.DataFrame
    blinds: pd.DataFrame


def shown(
    request: TrialRequest,
    held: Held,
    trials: Trials,
    found: Tables,
    power: pd.DataFrame,
    true: pd.DataFrame,
) -> dict[str, Any]:
    """Everything that trial.json holds; see the documentation of virtual trials.

    Parameters
    ----------
    request
        What was asked.
    held
        The cohort with the drug.
    trials
        What `some_trials` found.
    found
        Rows of all replicates; effects of final and interim analyses.
    power, true
        Operating characteristics, and what is true of the cohort.
    """
    protocol, size = request.protocol, request.shown
    own = found.effects[found.effects["size"] == size]
    first = own[(own["world"] == DRUG) & (own["replicate"] == 0) & (own["look"] == 0)]
    counts = _counted(trials, protocol)
    total = sum(request.sizes[size].values())
    data = {
        **_asked(request, power),
        "power": list(_power_rows(power)),
        "sequential": sequential(own[own["look"] > 0], protocol, total),
        "flow": _flow(counts[counts["replicate"] == 0]),
        "flow_mean": _flow(counts),
        "trajectories": list(_trajectories(request, held, found.arms)),
        "forest": list(_forest(first, true)),
        "blinding": _blinding(trials, protocol),
        "why_not_blind": why_not_blind(protocol),
        "paired": list(_paired(true)),
        "validity": list(validity(request)),
        "notes": list(protocol.notes),
    }
    plain: dict[str, Any] = _plain(data)
    return plain


def _asked(request: TrialRequest, power: pd.DataFrame) -> dict[str, Any]:
    """The request in plain words."""
    protocol = request.protocol
    return {
        "protocol": protocol.name,
        "title": protocol.title,
        "sizes": list(dict.fromkeys(power["per_arm"])),
        "shown": power.loc[power["size"] == request.shown, "per_arm"].iloc[0],
        "replicates": request.replicates,
        "cohort": request.cohort,
        "seed": request.seed,
        "alpha": protocol.plan.alpha,
        "endpoints": list(described(protocol)),
        "comparisons": [
            {"id": pair_name(pair), "treatment": pair[0], "control": pair[1]}
            for pair in protocol.comparisons
        ],
    }


def _paired(true: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Effects on scores, and the variance that the persons' own differences save."""
    for row in true[true["variance_saved"].notna()].to_dict("records"):
        yield {
            "endpoint": row["endpoint"],
            "comparison": row["comparison"],
            "effect": row["truth"],
            "se_paired": row["truth_se"],
            "se_unpaired": row["se_unpaired"],
            "variance_saved": row["variance_saved"],
        }


def some_trials(request: TrialRequest, held: Held) -> Trials:
    """The first trials of the shown size."""
    numbers = range(min(request.replicates, _OF_TRIALS))
    return conduct(
        request.protocol,
        held.cohort,
        request.sizes[request.shown],
        numbers,
        request.seed,
        covariates=held.people,
    )


def write_shown(
    protocol: Protocol,
    directory: Path,
    held: Held,
    trials: Trials,
    data: dict[str, Any],
) -> None:
    """Write trial.json, flow.json, blinding.csv, adsl.csv and adqs.csv."""
    frames = {
        "adsl.csv": adsl(trials, protocol, held.people, 0),
        "adqs.csv": adqs(trials, protocol, held.cohort, 0),
    }
    if of_drug(protocol):
        frames["blinding.csv"] = guesses(trials, protocol)
    for name, frame in frames.items():
        text = frame.to_csv(index=False, float_format="%.8g", lineterminator="\n")
        write_bytes(directory / name, text.encode())
    flows = {"first": data["flow"], "mean": data["flow_mean"]}
    write_json(directory / "flow.json", flows)
    write_json(directory / "trial.json", data)


# -- parts -----------------------------------------------------------------------------


def _power_rows(power: pd.DataFrame) -> Iterator[dict[Any, Any]]:
    for row in power.drop(columns="size").to_dict("records"):
        yield {**row, "methods": json.loads(row["methods"])}


def _trajectories(
    request: TrialRequest, held: Held, arms: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """Arm means: of the cohort, of the shown trial, and the middle 95 % of trials."""
    protocol, own = request.protocol, arms[arms["size"] == request.shown]
    times = {visit.name: k for k, visit in enumerate(protocol.visits)}
    scales = {measure.value: k for k, measure in enumerate(protocol.measures)}
    names = ["arm", "visit", "measure"]
    for (arm, visit, measure), rows in own.groupby(names, sort=False):
        totals = held.cohort[str(arm)].totals[times[str(visit)], scales[str(measure)]]
        first = rows[rows["replicate"] == 0].iloc[0]
        low, high = middle(rows["mean"].to_numpy(float))
        yield {
            "arm": arm,
            "visit": visit,
            "day": float(first["day"]),
            "measure": measure,
            "cohort_mean": float(totals[totals >= 0].mean()),
            "mean": float(first["mean"]),
            "low": float(low),
            "high": float(high),
            "n": int(first["n"]),
        }


def _counted(trials: Trials, protocol: Protocol) -> pd.DataFrame:
    """CONSORT counts by replicate and arm, with stopped treatment and rescue."""
    counts = flow(trials, protocol, protocol.primary_endpoints[0].measure)
    visits = len(protocol.visits)
    for name in ("stopped", "rescued"):
        happened = getattr(trials, name) < visits
        counts[name] = [
            int(happened[r, trials.arm[r] == a].sum())
            for r in range(len(trials.replicate))
            for a in range(len(protocol.arms))
        ]
    return counts


def _flow(counts: pd.DataFrame) -> dict[str, Any]:
    """Means over the replicates of a table of counts."""
    whole = counts.drop_duplicates("replicate")
    arms = []
    for arm, own in counts.groupby("arm", sort=False):
        mean = own.drop(columns="arm").mean()
        reasons = [one.name.lower() for one in LEAVING]
        arms.append(
            {
                "arm": arm,
                "allocated": mean["randomised"],
                "left": {k.replace("_", " "): mean[k] for k in reasons if mean[k]},
                **{k: mean[k] for k in ("stopped", "rescued", "deviated")},
                **{k: mean[k] for k in ("completed", "analysed")},
            }
        )
    return {
        "assessed": whole["assessed"].mean(),
        "excluded": whole["excluded"].mean(),
        "randomised": counts["randomised"].sum() / len(whole),
        "arms": arms,
    }


def _forest(first: pd.DataFrame, true: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Every effect of the first trial beside what is true."""
    joined = first.merge(
        true[["endpoint", "comparison", "truth"]], on=["endpoint", "comparison"]
    )
    for row in joined.to_dict("records"):
        yield {
            "endpoint": row["endpoint"],
            "comparison": row["comparison"],
            **{
                k: row[k]
                for k in ("estimate", "low", "high", "truth", "unit", "method")
            },
            "p": row["p_tested"],
            "rejected": bool(row["succeeded_adjusted"]),
            "for_comparator": _for_comparator(row),
            **(_needed(row) if row["unit"] == PERCENT_POINTS else {"nnt": None}),
        }


def _for_comparator(row: dict[Any, Any]) -> bool:
    """Whether a trial rejects, and the wrong way round."""
    sided = row["tested"] == Objective.SUPERIORITY.value
    return bool(row["rejected_adjusted"] and sided and not row["favours_first"])


def _needed(row: dict[Any, Any]) -> dict[str, Any]:
    """Number needed to treat, with its interval."""
    if not math.isfinite(row["estimate"]):
        return {"nnt": None}
    value, se, low, high = (row[k] / 100 for k in ("estimate", "se", "low", "high"))
    share = Estimate(value, se, row["df"], low, high, row["p"], str(row["method"]))
    found = number_needed_to_treat(share)
    return {
        "nnt": found.value,
        "nnt_low": found.low,
        "nnt_high": found.high,
        "nnt_through_infinity": found.through_infinity,
    }


def _blinding(trials: Trials, protocol: Protocol) -> dict[str, Any] | None:
    """Guesses, indices, and the effect by the rate of correct guesses."""
    if not of_drug(protocol):
        return None
    rows = guesses(trials, protocol)
    james = rows.drop_duplicates(["visit", "who"])
    measure = protocol.primary_endpoints[0].measure
    left = left_by_guess(trials, protocol, measure) or {}
    columns = ["visit", "day", "arm", "who", "guess_active", "bang", "bang_low"]
    keep = ["visit", "day", "who", "james", "james_low", "james_high"]
    return {
        "visits": rows[[*columns, "bang_high", "n"]].to_dict("records"),
        "james": james[keep]
        .rename(columns={"james_low": "low", "james_high": "high"})
        .to_dict("records"),
        "comparison": pair_name(of_drug(protocol)[0]),
        **left,
    }


def _plain(value: Any) -> Any:
    """JSON data: NumPy numbers as Python's, what is no number as null."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
