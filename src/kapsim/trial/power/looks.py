"""Looks at the data before the end: when a trial stops, and what it then needed.

At a look the share of people who entered first, with all their visits, is analysed as
the whole trial would be. The critical values follow from the error that is spent.
"""

import math
from typing import Any, NamedTuple

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
from kapsim.trial.power.monte_carlo import UNKNOWN, Share, share
from kapsim.trial.power.worlds import DRUG, NO_DRUG
from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol.plan import Looks
from kapsim.trial.protocol.trial_terms import Objective, Spending

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
        One row per world, replicate and look of the first primary comparison: p_tested,
        tested, favours_first.
    protocol
        The trial, with looks in its plan.
    total
        Patients of the whole trial.

    Returns
    -------
    dict or None
        Spending, critical values, chance to succeed at each look, without the drug to
        reject in either direction; power, rejections in favour of the comparator, error
        of the first kind, expected patients. None for a trial without looks.
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
            "stop_probability": stops[DRUG].succeeded[k],
            "stop_probability_null": stops[NO_DRUG].rejected[k],
        }
        for k, fraction in enumerate(looks.fractions)
    ]
    return {
        "spending": looks.spending.value,
        "looks": rows,
        **stops[DRUG].power.columns("power"),
        **stops[DRUG].for_comparator.columns("for_comparator"),
        **stops[NO_DRUG].type_1.columns("type_1"),
        "expected_n": stops[DRUG].used * total,
        "expected_n_null": stops[NO_DRUG].used * total,
    }


class Stops(NamedTuple):
    """Where the trials of a world stop.

    Attributes
    ----------
    succeeded, rejected
        Share that stops at each look in favour of the first arm, and in either
        direction [1].
    power, for_comparator, type_1
        Share in all that stops in favour of the first arm, of the second, of either.
    used
        Mean share of the patients that were needed [1].
    """

    succeeded: list[float]
    rejected: list[float]
    power: Share
    for_comparator: Share
    type_1: Share
    used: float


def _stops(interim: pd.DataFrame, world: str, design: Bounds) -> Stops:
    """Where the trials of a world stop; z is positive where the first arm is better."""
    own = interim[interim["world"] == world]
    if own.empty:
        nothing = [math.nan] * len(design.z)
        return Stops(nothing, nothing, UNKNOWN, UNKNOWN, UNKNOWN, math.nan)
    sided = own["tested"].iloc[0] == Objective.SUPERIORITY.value
    right = own.assign(right=own["favours_first"] | (not sided))
    wide = lambda name: right.pivot(index="replicate", columns="look", values=name)
    p, side = wide("p_tested").to_numpy(float), np.where(wide("right"), 1.0, -1.0)
    z = -special.ndtri(np.clip(p, 1e-300, 1.0) / 2)
    stopped = cross(np.where(np.isfinite(p), side * z, np.nan), design)
    won = stopped.rejected & (side[np.arange(len(side)), stopped.look] > 0)
    by_look = lambda hit: [
        float((hit & (stopped.look == k)).mean()) for k in range(len(design.z))
    ]
    return Stops(
        succeeded=by_look(won),
        rejected=by_look(stopped.rejected),
        power=share(won),
        for_comparator=share(stopped.rejected & ~won) if sided else UNKNOWN,
        type_1=share(stopped.rejected),
        used=float(design.fraction[stopped.look].mean()),
    )
