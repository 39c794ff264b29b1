"""Figures of a scale in an arm whose scores lie off the model by some points.

A table holds them for shifts of whole points, in both directions; a shift between two
of these takes the share of people that its fraction says one point further. Scores stay
on their scale, and those of the baseline visit, which admits, stay as they were.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from kapsim.measures.rules import Remission, Response
from kapsim.trial.protocol import Rule

_PERCENT = 100.0


class Shifts(NamedTuple):
    """Figures of a scale in an arm, in one draw, at shifts of whole points.

    Attributes
    ----------
    mean
        Mean score [point]; the shift of zero stands in the middle.
    response, remission
        Shares of people [percent]; not a number for a scale without such a rule.
    start
        Mean score at baseline of those who are known [point].
    spread
        Variance of scores between persons.
    change_spread
        Variance of changes between persons.
    """

    mean: Float[np.ndarray, "visits steps"]
    response: Float[np.ndarray, "visits steps"]
    remission: Float[np.ndarray, "visits steps"]
    start: Float[np.ndarray, " visits"]
    spread: Float[np.ndarray, " visits"]
    change_spread: Float[np.ndarray, " visits"]

    @property
    def plain(self) -> Float[np.ndarray, " visits"]:
        """Mean score without a shift [point]."""
        return self.mean[:, self.mean.shape[1] // 2]

    def at(self, visit: int) -> "Shifts":
        """The same of one visit alone."""
        return Shifts(*(part[visit : visit + 1] for part in self))


class Figures(NamedTuple):
    """Figures of a scale in an arm, in one draw, at some shifts.

    Attributes
    ----------
    value
        By figure (mean, change, response, remission): expected value.
    variance
        By figure: variance between persons.
    counting
        By figure: SD between studies by how they count; zero of means.
    """

    value: dict[str, Float[np.ndarray, "visits k"]]
    variance: dict[str, Float[np.ndarray, "visits k"]]
    counting: dict[str, Float[np.ndarray, "visits k"]]


def shifts(
    score: Float[np.ndarray, "visits n"],
    baseline: int,
    farthest: float,
    most: int,
    rule: Rule,
) -> Shifts:
    """Figures of scores that are moved by whole points.

    Parameters
    ----------
    score
        Scores of the persons [point]; not a number where not known.
    baseline
        Index of the baseline visit.
    farthest
        The largest shift that will be asked for [point].
    most
        Highest score [point].
    rule
        What response and remission are.
    """
    reach = int(np.ceil(farthest)) + 1
    steps = np.arange(-reach, reach + 1)
    mean, remission = _moved(score, steps, most, rule)
    start = np.where(np.isfinite(score), score[baseline], np.nan)
    return Shifts(
        mean=mean,
        response=_PERCENT * _responding(score, start, steps, most, rule),
        remission=_PERCENT * remission,
        start=_mean(start),
        spread=_variance(score),
        change_spread=_variance(score - start),
    )


def figures(
    table: Shifts,
    off: Float[np.ndarray, "visits k"],
    share: Float[np.ndarray, " visits"],
) -> Figures:
    """Figures of scores that lie off the model by so much.

    Parameters
    ----------
    table
        Figures at whole points.
    off
        Shifts at each visit [point], within the reach of the table.
    share
        SD of studies on the logits of shares at each visit [1].
    """
    mean = _between(table.mean, off)
    response = _between(table.response, off)
    remission = _between(table.remission, off)
    even = lambda column: np.broadcast_to(column[:, None], off.shape)
    shares = {"response": response, "remission": remission}
    spread = {name: one * (_PERCENT - one) for name, one in shares.items()}
    return Figures(
        value={
            "mean": mean,
            "change": mean - table.start[:, None],
            **shares,
        },
        variance={
            "mean": even(table.spread),
            "change": even(table.change_spread),
            **spread,
        },
        counting={
            **dict.fromkeys(("mean", "change"), np.zeros(off.shape)),
            **{name: share[:, None] * one / _PERCENT for name, one in spread.items()},
        },
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
