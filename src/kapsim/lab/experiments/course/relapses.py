"""Who responds to a course of infusions, and when that is lost again.

Response is a fall of the MADRS by half of its baseline; relapse is the loss of it at
two visits in a row, dated at the first of them. Both rules are from memory.
"""

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from kapsim.lab.experiment import Series
from kapsim.lab.trials import Course

RESPONSE = 0.5
"""Share of the baseline that is lost in response."""

REMISSION = 10
"""Highest MADRS of remission [points]."""

WAIT = 2
"""Visits in a row without response that make a relapse."""


@dataclasses.dataclass(frozen=True)
class Relapses:
    """Response after the infusions, and days of relapse.

    Attributes
    ----------
    response, remission
        Share of all people [1].
    days
        Day of relapse of each responder, infinite for those who had none.
    visits
        Days on which they were seen.
    """

    response: float
    remission: float
    days: Float[np.ndarray, " responders"]
    visits: tuple[int, ...]

    def relapsed_by(self, day: float | int) -> float:
        """Share of responders who have relapsed by a day [1]."""
        return float((self.days <= day).mean())

    @property
    def median(self) -> float:
        """Day by which half of the responders have relapsed; at most the last visit."""
        return float(min(np.median(self.days), self.visits[-1]))

    def line(self, name: str) -> Series:
        """Share of responders that has not relapsed, over the days."""
        left = [1 - self.relapsed_by(day) for day in self.visits]
        return Series(name, [float(day) for day in self.visits], left)


def relapses(seen: Course, days: Sequence[int]) -> Relapses:
    """Response at the first visit after the baseline, and relapses at later ones.

    Parameters
    ----------
    seen
        The course, its first visit the baseline.
    days
        Days of the other visits.
    """
    totals = seen.totals["MADRS"]
    holds = totals <= (1 - RESPONSE) * totals[0]
    responders = holds[1]
    lost = ~holds[1:, responders]
    rows = np.lib.stride_tricks.sliding_window_view(lost, WAIT, axis=0).all(axis=-1)
    first = np.where(rows.any(axis=0), rows.argmax(axis=0), -1)
    dated = np.array([*days, math.inf])
    return Relapses(
        response=float(responders.mean()),
        remission=float((totals[1] <= REMISSION).mean()),
        days=dated[first],
        visits=tuple(days),
    )
