"""Looks at the data before the end: when a trial stops, and what it then needed.

At a look the share of people who entered first, with all their visits, is analysed as
the whole trial would be. The critical values follow from the error that is spent.
"""

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from kapsim.trial.analysis.sequential import Bounds, bounds, cross
from kapsim.trial.analysis.spending import (
    AbstractSpending,
    GammaSpending,
    OBrienFlemingSpending,
    PocockSpending,
    PowerSpending,
)
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.power.worlds import DRUG, NO_DRUG
from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol.plan import Looks
from kapsim.trial.protocol.trial_terms import Spending

_OF_PEOPLE = ("arm", "person", "site", "stratum", "score", "baseline", "day")
_OF_PEOPLE += ("guess", "rater_guess", "left", "reason", "stopped", "rescued")
_OF_PEOPLE += ("deviated",)


def first_entered(trials: Trials, fraction: float) -> Trials:
    """The same trials with only this share of their people, those who entered first."""
    people = trials.arm.shape[1]
    kept = min(people, max(2, round(fraction * people)))
    cut = {name: getattr(trials, name)[:, :kept] for name in _OF_PEOPLE}
    return trials._replace(**cut)


def critical_values(looks: Looks, alpha: float) -> Bounds:
    """Two-sided critical values of the looks of a plan."""
    return bounds(looks.fractions, _spending(looks), alpha, sided=2)


def _spending(looks: Looks) -> AbstractSpending:
    shape = 0.0 if looks.shape is None else looks.shape
    if looks.spending is Spending.OBRIEN_FLEMING:
        return OBrienFlemingSpending()
    if looks.spending is Spending.POCOCK:
        return PocockSpending()
    if looks.spending is Spending.KIM_DEMETS:
        return PowerSpending(shape)
    return GammaSpending(shape)


def sequential(
    interim: pd.DataFrame, protocol: Protocol, total: int
) -> dict[str, Any] | None:
    """Where trials stop, with the drug and without.

    Parameters
    ----------
    interim
        One row per world, replicate and look of the first primary comparison: estimate,
        p_tested.
    protocol
        The trial, with looks in its plan.
    total
        Patients of the whole trial.

    Returns
    -------
    dict or None
        Spending, critical values, chance to stop at each look, expected patients; None
        for a trial without looks.
    """
    looks = protocol.plan.looks
    if looks is None or interim.empty:
        return None
    design = critical_values(looks, protocol.plan.alpha)
    stops = {world: _stops(interim, world, design) for world in (DRUG, NO_DRUG)}
    rows = [
        {
            "fraction": fraction,
            "z": float(design.z[k]),
            "nominal_p": float(design.nominal_p[k]),
            "stop_probability": stops[DRUG][0][k],
            "stop_probability_null": stops[NO_DRUG][0][k],
        }
        for k, fraction in enumerate(looks.fractions)
    ]
    return {
        "spending": looks.spending.value,
        "looks": rows,
        "power": stops[DRUG][1],
        "type_1": stops[NO_DRUG][1],
        "expected_n": stops[DRUG][2] * total,
        "expected_n_null": stops[NO_DRUG][2] * total,
    }


def _stops(
    interim: pd.DataFrame, world: str, design: Bounds
) -> tuple[list[float], float, float]:
    """Shares that stop for effect, at each look and in all; share of patients."""
    own = interim[interim["world"] == world]
    if own.empty:
        nothing = math.nan
        return [nothing] * len(design.z), nothing, nothing
    p = own.pivot(index="replicate", columns="look", values="p_tested").to_numpy(float)
    z = -special.ndtri(np.clip(p, 1e-300, 1.0) / 2)
    stopped = cross(np.where(np.isfinite(p), z, np.nan), design)
    share = [
        float((stopped.rejected & (stopped.look == k)).mean())
        for k in range(len(design.z))
    ]
    used = float(design.fraction[stopped.look].mean())
    return share, float(stopped.rejected.mean()), used
