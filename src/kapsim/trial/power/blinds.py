"""How well the blind holds: guesses at each visit, indices, the effect that is left.

Guesses are those of people still in the trial. Only a comparison of a ketamine with
something else can be blind: its treatment counts as active, its reference as control.
The blind is called failed where the interval of Bang's index of the treatment lies
above 0.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int

from kapsim.trial.analysis.blinding import (
    BlindingError,
    adjusted_by_guess,
    guess_rate_curve,
    unadjusted,
)
from kapsim.trial.analysis.blinding_index import (
    CHANCE,
    Guess,
    bang_index,
    failed_blind,
    guess_counts,
    james_index,
)
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.power.effects import Pair
from kapsim.trial.power.monte_carlo import middle
from kapsim.trial.power.questions import of_drug, pair_name
from kapsim.trial.protocol import Measure, Protocol
from kapsim.units import DAY_H

RATES = np.linspace(0.0, 1.0, 21)
"""Rates of correct guesses at which the effect is drawn."""

WHO = ("patient", "rater")


def judged(protocol: Protocol) -> int:
    """Index of the visit at which blinding is judged: that of the first primary one."""
    times = [visit.time_h for visit in protocol.visits]
    return times.index(protocol.primary_endpoints[0].time_h)


def blind_rows(trials: Trials, protocol: Protocol) -> pd.DataFrame:
    """Whether the blind failed, by replicate and comparison of a ketamine."""
    visit = judged(protocol)
    columns = ["replicate", "comparison", "failed_blind"]
    parts = [pd.DataFrame(columns=columns).astype({"failed_blind": bool})]
    for pair in of_drug(protocol):
        counts = guess_counts(*_said(trials, protocol, pair, visit, "patient"))
        failed = failed_blind(counts).bang
        columns = {"comparison": pair_name(pair), "failed_blind": failed}
        parts.append(pd.DataFrame({"replicate": trials.replicate, **columns}))
    return pd.concat(parts[1:] or parts, ignore_index=True)


def _said(
    trials: Trials, protocol: Protocol, pair: Pair, visit: int, who: str
) -> tuple[Bool[np.ndarray, "R P"], Int[np.ndarray, "R P"]]:
    """Who is active, and what each of the pair's people guesses."""
    names = [arm.name for arm in protocol.arms]
    active = trials.arm == names.index(pair[0])
    either = active | (trials.arm == names.index(pair[1]))
    said = (trials.guess if who == "patient" else trials.rater_guess)[:, :, visit]
    asked = either & (trials.left > visit)
    guess = np.where(said, int(Guess.ACTIVE), int(Guess.CONTROL))
    return active, np.where(asked, guess, int(Guess.NOT_ASKED))


def guesses(trials: Trials, protocol: Protocol) -> pd.DataFrame:
    """Guesses and Bang's index by visit, arm and who guesses, of one trial.

    Parameters
    ----------
    trials
        Of which the first replicate counts.
    protocol
        The trial; the first comparison of a ketamine says which arm is active.
    """
    return pd.DataFrame(list(_guess_rows(_first(trials), protocol)))


def _guess_rows(trials: Trials, protocol: Protocol) -> Iterator[dict[str, Any]]:
    pair = of_drug(protocol)[0]
    for v, visit in enumerate(protocol.visits):
        if visit.baseline:
            continue
        for who in WHO:
            counts = guess_counts(*_said(trials, protocol, pair, v, who))
            bang, james = bang_index(counts), james_index(counts)
            for side, name in enumerate(reversed(pair)):
                number = int(counts[0, side].sum())
                yield {
                    "visit": visit.name,
                    "day": visit.time_h / DAY_H,
                    "arm": name,
                    "who": who,
                    "n": number,
                    "guess_active": counts[0, side, Guess.ACTIVE] / max(number, 1),
                    "bang": bang.value[0, side],
                    "bang_low": bang.low[0, side],
                    "bang_high": bang.high[0, side],
                    "james": james.value[0],
                    "james_low": james.low[0],
                    "james_high": james.high[0],
                }


def left_by_guess(
    trials: Trials, protocol: Protocol, measure: Measure
) -> dict[str, Any] | None:
    """Effect of the first comparison of a ketamine by the rate of correct guesses.

    Parameters
    ----------
    trials
        All replicates; those in which nobody of an arm made one of the guesses are left
        out, and counted.
    protocol
        The trial.
    measure
        Scale whose change is compared.

    Returns
    -------
    dict or None
        Visit, effect as it is, at a rate of one half and among those who guess alike
        (means over trials), the curve with its 95 % of trials; None where no trial
        has all four guesses.
    """
    visit, m = judged(protocol), protocol.measures.index(measure)
    active, guess = _said(trials, protocol, of_drug(protocol)[0], visit, "patient")
    change = trials.score[:, :, visit, m] - trials.baseline[:, :, m]
    sound = (guess != Guess.NOT_ASKED) & np.isfinite(change)
    found = []
    for r in range(len(change)):
        kept = sound[r]
        one = _curve(change[r, kept], active[r, kept], guess[r, kept] == Guess.ACTIVE)
        if one is not None:
            found.append(one)
    if not found:
        return None
    rows = np.array(found)
    low, high = middle(rows)
    mean, half = rows.mean(axis=0), list(RATES).index(CHANCE)
    curve = [
        {"rate": rate, "effect": mean[k], "low": low[k], "high": high[k]}
        for k, rate in enumerate(RATES)
    ]
    return {
        "visit": protocol.visits[visit].name,
        "measure": measure.value,
        "trials": len(found),
        "curve": curve,
        "adjusted_at_half": mean[half],
        "unadjusted": mean[-2],
        "adjusted_by_guess": mean[-1],
    }


def _curve(
    change: Float[np.ndarray, " n"],
    active: Bool[np.ndarray, " n"],
    guess: Bool[np.ndarray, " n"],
) -> Float[np.ndarray, " rates"] | None:
    """Effect at each rate, as it is, and among those who guess alike."""
    try:
        curve = guess_rate_curve(change, active, guess, RATES)
        alike = adjusted_by_guess(change, active, guess)
    except BlindingError:
        return None
    return np.array([*curve, unadjusted(change, active), alike])


def _first(trials: Trials) -> Trials:
    """The first replicate alone."""
    return Trials(*(field[:1] for field in trials))
