"""Differences between arms: what they are in the model, and in a new trial.

The expected difference has the recorded parameters and the persons of the run, each in
both arms; its standard error is that of the number of persons
(`trial.summaries.paired`).

The interval for a new trial of this size holds the same three things as that of an arm
(`trial.summaries.new_trial`), from the same draws:

- the parameters: each draw of them stands in both arms, so that what is shared cancels;
- the study: its effect shifts both arms alike, and cancels in a mean but for the ends
  of the scale, while each arm has an effect of its own; all are applied to the scores
  before anybody is counted as a response or remission; that on the logits of shares is
  the same in both arms, and what is left of it lies with the people;
- the people: others in each arm, as in a parallel trial.

Over draws and over even combinations of study, both arms and people
(`trial.summaries.equal_parts`) everything counts alike; the interval holds the middle
95 %. Intervals of two arms cannot be subtracted instead: most of what is in them is
shared.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from kapsim.trial.protocol import Measure, Protocol
from kapsim.trial.request import RunRequest
from kapsim.trial.summaries.equal_parts import lattice
from kapsim.trial.summaries.intervals import ENDS
from kapsim.trial.summaries.new_trial import Drawn, NewTrial, spread_of
from kapsim.trial.summaries.paired import FIGURES, Pair, Paired, paired
from kapsim.trial.summaries.rows import cells
from kapsim.trial.summaries.shifts import figures
from kapsim.units import DAY_H

NAME = "contrasts.csv"

_MOST = 100.0
"""Largest difference of two shares [percent points]."""


def pairs(protocol: Protocol) -> tuple[Pair, ...]:
    """Arms that are compared, the treatment before its reference.

    Those of the plan; without any, each arm that is no control with the first control.
    """
    every = protocol.comparisons
    first = tuple(pair for pair in every if pair[1] == every[0][1])
    return protocol.plan.comparisons or first


def contrasts(
    visits_path: Path, request: RunRequest, new: NewTrial | None = None
) -> pd.DataFrame:
    """Differences of arms: the first less its reference.

    Parameters
    ----------
    visits_path
        A visits.parquet as a run writes it.
    request
        That run.
    new
        Its draws; none for a run without.

    Returns
    -------
    DataFrame
        One row per pair, measure and visit at which it is rated: arm, reference, visit,
        day [d since the first dose], measure, persons (with a score in both arms); of
        mean change [point], response and remission [percent points] the difference
        (change) and its Monte Carlo standard error (change_se). With draws also the
        expected value over them (change_expected) and the interval for a new trial
        (change_low, change_high); patients, reference_patients (of the new trial); of
        the difference of change the spread by parameters, arms and people
        (sd_parameters, sd_arms, sd_people) [point]; draws.

    Raises
    ------
    TallyError
        If the file is not that of the run.
    """
    wanted = pairs(request.protocol)
    found = paired(visits_path, request, wanted)
    return pd.DataFrame(
        [row for pair in wanted for row in _rows(request, pair, found[pair], new)]
    )


def _rows(
    request: RunRequest, pair: Pair, own: Paired, new: NewTrial | None
) -> Iterator[dict[str, Any]]:
    protocol = request.protocol
    visits, measures = cells(protocol)
    for cell in np.argsort(measures, kind="stable"):
        v, measure = int(visits[cell]), protocol.measures[measures[cell]]
        visit = protocol.visits[v]
        yield {
            "arm": pair[0],
            "reference": pair[1],
            "visit": visit.name,
            "day": visit.time_h / DAY_H,
            "measure": measure.value,
            "persons": int(own.persons[cell]),
            **{
                column: float(table[name][cell])
                for name in FIGURES
                for column, table in ((name, own.value), (f"{name}_se", own.error))
            },
            **({} if new is None else _drawn(request, new, pair, (v, measure))),
        }


def _drawn(
    request: RunRequest, new: NewTrial, pair: Pair, place: tuple[int, Measure]
) -> dict[str, Any]:
    """What the draws tell of a difference at a visit."""
    visit, measure = place
    one, other = (
        [drawn.at(visit) for drawn in new.drawn(arm, measure)] for arm in pair
    )
    patients = request.patients[pair[0]], request.patients[pair[1]]
    ends = intervals(one, other, patients)
    return {
        **{
            f"{name}_{end}": value
            for name in FIGURES
            for end, value in zip(("expected", "low", "high"), ends[name], strict=True)
        },
        "patients": patients[0],
        "reference_patients": patients[1],
        **_spreads(one, other, patients),
        "draws": len(one),
    }


def intervals(
    one: Sequence[Drawn], other: Sequence[Drawn], patients: tuple[int, int]
) -> dict[str, tuple[float, float, float]]:
    """Differences in a new trial at a visit: expected, and ends of the interval.

    Parameters
    ----------
    one, other
        A scale in both arms at one visit, draw after draw of the same parameters.
    patients
        People in each arm of the new trial.

    Returns
    -------
    dict
        By figure: mean change [point], response and remission [percent points].
    """
    middle: dict[str, list[np.ndarray]] = {name: [] for name in FIGURES}
    every: dict[str, list[np.ndarray]] = {name: [] for name in FIGURES}
    study, *arms, people = lattice()
    for drawn in zip(one, other, strict=True):
        ours, theirs = (
            figures(
                own.table,
                own.study[:, None] * study + own.arm[:, None] * effect,
                own.share,
            )
            for own, effect in zip(drawn, arms, strict=True)
        )
        for name in FIGURES:
            centre = ours.value[name] - theirs.value[name]
            counting = ours.counting[name] - theirs.counting[name]
            error = np.sqrt(
                ours.variance[name] / patients[0]
                + theirs.variance[name] / patients[1]
                + counting**2
            )
            middle[name].append(centre)
            every[name].append(centre + error * people)
    return {
        name: _summed(name, np.stack(middle[name]), np.stack(every[name]))
        for name in FIGURES
    }


def _summed(
    name: str, middle: np.ndarray, every: np.ndarray
) -> tuple[float, float, float]:
    low, high = np.quantile(every, ENDS)
    if name != "change":
        low, high = max(low, -_MOST), min(high, _MOST)
    return float(middle.mean()), float(low), float(high)


def _spreads(
    one: Sequence[Drawn], other: Sequence[Drawn], patients: tuple[int, int]
) -> dict[str, float]:
    """Spread of the difference of mean change: parameters, arms, people [point]."""
    both = list(zip(one, other, strict=True))
    change = [_change(ours) - _change(theirs) for ours, theirs in both]
    arms = [ours.arm**2 + theirs.arm**2 for ours, theirs in both]
    people = [
        ours.table.change_spread / patients[0]
        + theirs.table.change_spread / patients[1]
        for ours, theirs in both
    ]
    return {
        "sd_parameters": float(spread_of(change)[0]),
        "sd_arms": float(np.sqrt(np.mean(arms))),
        "sd_people": float(np.sqrt(np.mean(people))),
    }


def _change(drawn: Drawn) -> Float[np.ndarray, " visits"]:
    """Mean change without effects of study or arm [point]."""
    return drawn.table.plain - drawn.table.start
