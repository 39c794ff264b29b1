"""What each arm shows at each visit of each replicate."""

import warnings

import numpy as np
import pandas as pd
from jaxtyping import Float

from kapsim.trial.conduct.standing import stands
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.protocol import Measure, Protocol, Standing
from kapsim.units import DAY_H


def arm_rows(trials: Trials, protocol: Protocol) -> pd.DataFrame:
    """Means, changes and shares of those seen, by replicate, arm, visit and scale.

    Returns
    -------
    DataFrame
        Columns replicate, arm, visit, day [d since the first dose], measure, n (seen),
        missing (randomised, not seen), mean, sd, change_mean, change_sd [point],
        response_pct, remission_pct [percent of those seen].
    """
    parts = [
        _cell(trials, protocol, a, v, m)
        for a in range(len(protocol.arms))
        for v, visit in enumerate(protocol.visits)
        for m, measure in enumerate(protocol.measures)
        if measure in visit.scales
    ]
    return pd.concat(parts, ignore_index=True)


def _cell(trials: Trials, protocol: Protocol, a: int, v: int, m: int) -> pd.DataFrame:
    """One arm at one visit on one scale, in every replicate."""
    own = trials.arm == a
    score = np.where(own, trials.score[:, :, v, m], np.nan)
    base = np.where(own, trials.baseline[:, :, m], np.nan)
    seen = np.isfinite(score).sum(axis=1)
    measure, visit = protocol.measures[m], protocol.visits[v]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        columns = {
            "replicate": trials.replicate,
            "arm": protocol.arms[a].name,
            "visit": visit.name,
            "day": visit.time_h / DAY_H,
            "measure": measure.value,
            "n": seen,
            "missing": own.sum(axis=1) - seen,
            "mean": np.nanmean(score, axis=1),
            "sd": np.nanstd(score, axis=1, ddof=1),
            "change_mean": np.nanmean(score - base, axis=1),
            "change_sd": np.nanstd(score - base, axis=1, ddof=1),
            **_shares(protocol, measure, score, base),
        }
    return pd.DataFrame(columns)


def _shares(
    protocol: Protocol,
    measure: Measure,
    score: Float[np.ndarray, "R P"],
    base: Float[np.ndarray, "R P"],
) -> dict[str, Float[np.ndarray, " R"]]:
    """Response and remission by the protocol's rules [percent of those seen]."""
    rule, nothing = protocol.rule(measure), np.full(len(score), np.nan)
    percent, limit = rule.response_percent, rule.remission_at_most
    sound = np.isfinite(score)
    share = lambda standing: (
        100 * stands(standing, score, base, rule).sum(axis=1) / sound.sum(axis=1)
    )
    return {
        "response_pct": nothing if percent is None else share(Standing.RESPONSE),
        "remission_pct": nothing if limit is None else share(Standing.REMISSION),
    }
