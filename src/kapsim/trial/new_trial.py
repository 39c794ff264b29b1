"""What a new trial of this size could find: its people, the parameters, its study.

The interval of a mean or a share, of each arm at each visit, holds three things:

- the parameters: draws of them, the same persons in all;
- the study: with draws of the posterior, its scores after baseline lie off the model by
  a number of points, and those of each arm, once arms differ, by another
  (`conduct.discrepancy`), both normal about zero with the spreads of the draw;
- the people: who is enrolled, from their spread and the number in the arm.

Over draws and over equal parts of the normal laws of study and people every combination
counts alike; the interval holds the middle 95 % of them. A shift that is not a whole
number of points takes the share of people that its fraction says one point further.
What all draws have in common, the equations, is not in it.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float, Int
from scipy.special import ndtri

from kapsim.measures.rules import Remission, Response
from kapsim.trial.conduct.discrepancy import when
from kapsim.trial.conduct.rating import scales_of
from kapsim.trial.drawn_scores import DrawnScores
from kapsim.trial.intervals import LEVEL
from kapsim.trial.protocol import Measure, Protocol, Rule
from kapsim.trial.request import RunRequest
from kapsim.units import DAY_H

NAME = "uncertainty.csv"

_ENDS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
_PARTS = 20  # equal parts of a normal law, the outermost about its 95 % interval
_PERCENT = 100.0

FIGURES = {
    "mean": ("mean", "mean_low", "mean_high"),
    "change": ("change_mean", "change_low", "change_high"),
    "response": ("response_pct", "response_low", "response_high"),
    "remission": ("remission_pct", "remission_low", "remission_high"),
}
"""Columns of each figure: expected value, and ends of the interval."""


def _parts() -> Float[np.ndarray, " parts"]:
    """Middles of equal parts of a standard normal law, with a variance of one."""
    middles = ndtri((np.arange(_PARTS) + 0.5) / _PARTS)
    return middles / middles.std()


class Figures(NamedTuple):
    """Figures of a scale in an arm, in one draw.

    Attributes
    ----------
    value
        By figure, each at parts of the law of the study: expected value.
    variance
        By figure, as above: variance between persons.
    off_sd
        By how much studies and arms lie off the model [point of the scale].
    plain
        Mean score without it [point].
    """

    value: dict[str, Float[np.ndarray, "visits parts"]]
    variance: dict[str, Float[np.ndarray, "visits parts"]]
    off_sd: Float[np.ndarray, " visits"]
    plain: Float[np.ndarray, " visits"]


class NewTrial:
    """Collects what each draw gives, and sums it up."""

    def __init__(self, request: RunRequest) -> None:
        self._request = request
        self._found: dict[tuple[str, Measure], list[Figures]] = {}
        self._persons = 0

    def add(self, drawn: DrawnScores) -> None:
        """Take in one draw."""
        protocol = self._request.protocol
        _, size, most = scales_of(protocol)
        later, apart = when(protocol)
        study_sd = protocol.design.averaged(drawn.study_sd)
        off = np.hypot(study_sd * later, drawn.arm_sd * apart)
        for arm, scores in drawn.scores.items():
            self._persons = scores.shape[-1]
            for m, measure in enumerate(protocol.measures):
                found = figures(
                    scores[:, m],
                    protocol.visits.index(protocol.baseline_visit),
                    off * size[m],
                    int(most[m]),
                    protocol.rule(measure),
                )
                self._found.setdefault((arm, measure), []).append(found)

    def table(self) -> pd.DataFrame:
        """The intervals.

        Returns
        -------
        DataFrame
            One row per arm, visit and measure rated there: arm, visit, day [d since the
            first dose], measure, patients (of the new trial), the columns of `FIGURES`
            [point, percent], and of the mean score the spread by parameters, study and
            people (sd_parameters, sd_study, sd_people) [point]; draws, persons.
        """
        protocol = self._request.protocol
        return pd.DataFrame(
            [
                row
                for arm in protocol.arms
                for measure in protocol.measures
                for row in self._rows(protocol, arm.name, measure)
            ]
        )

    def _rows(
        self, protocol: Protocol, arm: str, measure: Measure
    ) -> Iterator[dict[str, Any]]:
        found, patients = self._found[arm, measure], self._request.patients[arm]
        ends = {name: interval(found, name, patients) for name in FIGURES}
        plain = np.stack([one.plain for one in found])
        spread = np.sqrt(_variance(plain.T))
        study = np.sqrt(np.mean([one.off_sd**2 for one in found], axis=0))
        between = [one.variance["mean"].mean(axis=1) for one in found]
        people = np.sqrt(np.mean(between, axis=0) / patients)
        for v, visit in enumerate(protocol.visits):
            if measure not in visit.scales:
                continue
            yield {
                "arm": arm,
                "visit": visit.name,
                "day": visit.time_h / DAY_H,
                "measure": measure.value,
                "patients": patients,
                **{
                    column: float(ends[name][k, v])
                    for name, columns in FIGURES.items()
                    for k, column in enumerate(columns)
                },
                "sd_parameters": float(spread[v]),
                "sd_study": float(study[v]),
                "sd_people": float(people[v]),
                "draws": len(found),
                "persons": self._persons,
            }


def interval(
    found: Sequence[Figures], name: str, patients: int
) -> Float[np.ndarray, "3 visits"]:
    """Expected value and both ends of the interval of a figure [its unit].

    Parameters
    ----------
    found
        Figures of each draw.
    name
        Which figure.
    patients
        People in the arm of the new trial.
    """
    centre = np.concatenate([one.value[name] for one in found], axis=1)
    error = np.sqrt(
        np.concatenate([one.variance[name] for one in found], axis=1) / patients
    )
    every = (centre[..., None] + error[..., None] * _parts()).reshape(len(centre), -1)
    low, high = np.quantile(every, _ENDS, axis=1)
    if name in ("response", "remission"):
        low, high = np.clip(low, 0.0, _PERCENT), np.clip(high, 0.0, _PERCENT)
    return np.stack([centre.mean(axis=1), low, high])


def figures(
    score: Float[np.ndarray, "visits n"],
    baseline: int,
    off_sd: Float[np.ndarray, " visits"],
    most: int,
    rule: Rule,
) -> Figures:
    """Figures of a scale in an arm, as studies that lie off the model would find them.

    Parameters
    ----------
    score
        Scores of the persons [point]; not a number where not known.
    baseline
        Index of the baseline visit.
    off_sd
        By how much scores lie off the model at each visit [point].
    most
        Highest score [point].
    rule
        What response and remission are.
    """
    off = off_sd[:, None] * _parts()
    reach = int(np.ceil(np.abs(off).max())) + 1
    steps = np.arange(-reach, reach + 1)
    mean, remission = _moved(score, steps, most, rule)
    start = np.where(np.isfinite(score), score[baseline], np.nan)
    response = _PERCENT * _between(_responding(score, start, steps, most, rule), off)
    remission = _PERCENT * _between(remission, off)
    means = _between(mean, off)
    even = lambda column: np.broadcast_to(column[:, None], off.shape)
    return Figures(
        value={
            "mean": means,
            "change": means - _mean(start)[:, None],
            "response": response,
            "remission": remission,
        },
        variance={
            "mean": even(_variance(score)),
            "change": even(_variance(score - start)),
            "response": response * (_PERCENT - response),
            "remission": remission * (_PERCENT - remission),
        },
        off_sd=off_sd,
        plain=mean[:, reach],
    )


def _moved(
    score: Float[np.ndarray, "visits n"],
    steps: Int[np.ndarray, " steps"],
    most: int,
    rule: Rule,
) -> tuple[Float[np.ndarray, "visits steps"], Float[np.ndarray, "visits steps"]]:
    """Mean score, and share in remission [1], of scores moved by whole points."""
    known = np.isfinite(score)
    whole = np.where(known, score, 0.0).astype(np.int64)
    cell = np.arange(len(score))[:, None] * (most + 1) + whole
    counts = np.bincount(cell[known], minlength=len(score) * (most + 1))
    with np.errstate(invalid="ignore"):
        shares = counts.reshape(len(score), -1) / known.sum(axis=1)[:, None]
    moved = np.clip(np.arange(most + 1) + steps[:, None], 0, most)
    if rule.remission_at_most is None:
        return shares @ moved.T, np.full((len(score), len(steps)), np.nan)
    met = Remission(cut=rule.remission_at_most).met(moved)
    return shares @ moved.T, shares @ met.T


def _responding(
    score: Float[np.ndarray, "visits n"],
    start: Float[np.ndarray, "visits n"],
    steps: Int[np.ndarray, " steps"],
    most: int,
    rule: Rule,
) -> Float[np.ndarray, "visits steps"]:
    """Share that responds [1], of scores moved by whole points after the start."""
    if rule.response_percent is None:
        return np.full((len(score), len(steps)), np.nan)
    every = np.arange(most + 1)
    response = Response(percent=rule.response_percent, baseline="baseline")
    enough = response.met(every[None, :], every[:, None]).sum(axis=1)
    known = np.isfinite(start)
    scores_enough = enough[np.where(known, start, 0.0).astype(np.int64)]
    able = known & (scores_enough > 0)
    room = np.where(able, scores_enough - 1 - score, -np.inf)
    met = np.stack([(room >= step).sum(axis=1) for step in steps], axis=1)
    with np.errstate(invalid="ignore"):
        return met / known.sum(axis=1)[:, None]


def _between(
    table: Float[np.ndarray, "visits steps"], off: Float[np.ndarray, "visits parts"]
) -> Float[np.ndarray, "visits parts"]:
    """Values between those of whole points, in a straight line."""
    place = off + table.shape[1] // 2
    low = np.floor(place).astype(np.int64)
    up = place - low
    of = lambda index: np.take_along_axis(table, index, axis=1)
    return (1 - up) * of(low) + up * of(low + 1)


def _mean(values: Float[np.ndarray, "visits n"]) -> Float[np.ndarray, " visits"]:
    """Mean of those that are known; not a number of nobody."""
    known = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        return np.where(known, values, 0.0).sum(axis=1) / known.sum(axis=1)


def _variance(values: Float[np.ndarray, "visits n"]) -> Float[np.ndarray, " visits"]:
    """Variance (n - 1) of those that are known; not a number of fewer than two."""
    number = np.isfinite(values).sum(axis=1)
    away = values - _mean(values)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(np.isfinite(away), away**2, 0.0).sum(axis=1) / (number - 1)
