"""What a new trial of this size could find: its people, the parameters, its study.

The interval of a mean or a share, of each arm at each visit, holds three things:

- the parameters: draws of them, the same persons in all;
- the study: with draws of the posterior, its scores after baseline lie off the model by
  a number of points, those of each arm, once arms differ, by another, and the logits of
  its shares by a third (`conduct.discrepancy`), all normal about zero with the spreads
  of the draw;
- the people: who is enrolled, from their spread and the number in the arm.

Over draws and over equal parts of the normal laws of study and people every combination
counts alike; the interval holds the middle 95 % of them. A shift that is not a whole
number of points takes the share of people that its fraction says one point further.
The effect on shares is taken as a straight line, p (1 - p) for one on the logit. What
all draws have in common, the equations, is not in it.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float

from kapsim.trial.conduct.discrepancy import when
from kapsim.trial.conduct.rating import scales_of
from kapsim.trial.protocol import Measure, Protocol
from kapsim.trial.request import RunRequest
from kapsim.trial.summaries.drawn_scores import DrawnScores
from kapsim.trial.summaries.equal_parts import farthest, parts
from kapsim.trial.summaries.intervals import ENDS
from kapsim.trial.summaries.shifts import Figures, Shifts, figures, shifts
from kapsim.units import DAY_H

NAME = "uncertainty.csv"

_PARTS = 20  # equal parts of a normal law, the outermost about its 95 % interval
_PERCENT = 100.0

FIGURES = {
    "mean": ("mean", "mean_low", "mean_high"),
    "change": ("change_mean", "change_low", "change_high"),
    "response": ("response_pct", "response_low", "response_high"),
    "remission": ("remission_pct", "remission_low", "remission_high"),
}
"""Columns of each figure: expected value, and ends of the interval."""


class Drawn(NamedTuple):
    """A scale in an arm, in one draw.

    Attributes
    ----------
    table
        Its figures, at shifts of whole points.
    study, arm
        How far studies, and arms of a study, lie off the model [point of the scale].
    share
        How far the logits of its shares do beside [1].
    """

    table: Shifts
    study: Float[np.ndarray, " visits"]
    arm: Float[np.ndarray, " visits"]
    share: Float[np.ndarray, " visits"]

    @property
    def off_sd(self) -> Float[np.ndarray, " visits"]:
        """Both together [point of the scale]."""
        return np.hypot(self.study, self.arm)

    def at(self, visit: int) -> "Drawn":
        """The same of one visit alone."""
        here = slice(visit, visit + 1)
        off = (part[here] for part in (self.study, self.arm, self.share))
        return Drawn(self.table.at(visit), *off)


class NewTrial:
    """Collects what each draw gives, and sums it up."""

    def __init__(self, request: RunRequest) -> None:
        self._request = request
        self._found: dict[tuple[str, Measure], list[Drawn]] = {}
        self.persons = 0

    def add(self, drawn: DrawnScores) -> None:
        """Take in one draw."""
        protocol = self._request.protocol
        _, size, most = scales_of(protocol)
        later, apart = when(protocol)
        off = protocol.design.pooled(drawn.spreads)
        start = protocol.visits.index(protocol.baseline_visit)
        for arm, scores in drawn.scores.items():
            self.persons = scores.shape[-1]
            for m, measure in enumerate(protocol.measures):
                study = off.study_sd * later * size[m]
                own = off.arm_sd * apart * size[m]
                table = shifts(
                    scores[:, m],
                    start,
                    farthest() * float((study + own).max()),
                    int(most[m]),
                    protocol.rule(measure),
                )
                one = Drawn(table, study, own, off.share_sd * later)
                self._found.setdefault((arm, measure), []).append(one)

    def drawn(self, arm: str, measure: Measure) -> Sequence[Drawn]:
        """A scale in an arm, draw after draw."""
        return self._found[arm, measure]

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
        found, patients = self.drawn(arm, measure), self._request.patients[arm]
        seen = [of_studies(one) for one in found]
        ends = {name: interval(seen, name, patients) for name in FIGURES}
        spread = spread_of([one.table.plain for one in found])
        study = np.sqrt(np.mean([one.off_sd**2 for one in found], axis=0))
        between = np.mean([one.table.spread for one in found], axis=0)
        people = np.sqrt(between / patients)
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
                "persons": self.persons,
            }


def of_studies(drawn: Drawn) -> Figures:
    """Figures of an arm, as studies that lie off the model would find them."""
    return figures(drawn.table, drawn.off_sd[:, None] * parts(_PARTS), drawn.share)


def spread_of(
    drawn: Sequence[Float[np.ndarray, " visits"]],
) -> Float[np.ndarray, " visits"]:
    """Standard deviation over draws; not a number of one alone."""
    if len(drawn) < 2:
        return np.full_like(drawn[0], np.nan)
    return np.std(drawn, axis=0, ddof=1)


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
    error = np.concatenate(
        [
            np.sqrt(one.variance[name] / patients + one.counting[name] ** 2)
            for one in found
        ],
        axis=1,
    )
    every = (centre[..., None] + error[..., None] * parts(_PARTS)).reshape(
        len(centre), -1
    )
    low, high = np.quantile(every, ENDS, axis=1)
    if name in ("response", "remission"):
        low, high = np.clip(low, 0.0, _PERCENT), np.clip(high, 0.0, _PERCENT)
    return np.stack([centre.mean(axis=1), low, high])
