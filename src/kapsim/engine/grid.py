"""The time grid: nodes at every stop, fine after doses and coarse elsewhere.

Stiff parts of the model advance exactly over a step of any length, so the grid only has
to follow how fast their *inputs* to the nonlinear parts change: minutes after a dose,
hours on the next days, half a day later. How coarse is fine enough is shown by halving
all steps (`refine=2`): the grids are nested, and no draw depends on them.
"""

import dataclasses
import itertools
import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

SAME_TIME_H = 1e-6
"""Times closer than this [h] are one node: 4 ms."""


@dataclasses.dataclass(frozen=True)
class StepRule:
    """Longest step by time since the last dose. A numerical setting, not science.

    Attributes
    ----------
    before_h
        Longest step before the first dose [h].
    bands
        Pairs (hours since the last dose up to which the band holds, longest step [h]),
        in ascending order; the last band is open-ended.
    """

    before_h: float = 12.0
    bands: tuple[tuple[float, float], ...] = (
        (2.0, 5.0 / 60.0),
        (6.0, 0.25),
        (24.0, 1.0),
        (96.0, 6.0),
        (math.inf, 12.0),
    )

    def __post_init__(self) -> None:
        """Refuse a rule that leaves some time without a step."""
        ends = [end for end, _ in self.bands]
        steps = [step for _, step in self.bands]
        if not ends or ends[-1] != math.inf or ends != sorted(set(ends)):
            raise ValueError(f"bands must ascend and end at infinity; got {ends}.")
        if min(*steps, self.before_h) <= 0.0 or ends[0] <= 0.0:
            raise ValueError(f"steps and bands must be above 0 h; got {self}.")

    def longest(self, since_dose_h: float) -> float:
        """Longest step [h] at a time since the last dose [h]; negative: none yet."""
        if since_dose_h < 0.0:
            return self.before_h
        return next(step for end, step in self.bands if since_dose_h < end)


DEFAULT_RULE = StepRule()


def build_grid(
    start_h: float,
    end_h: float,
    doses_h: Sequence[float],
    stops_h: Sequence[float],
    *,
    refine: int = 1,
    rule: StepRule = DEFAULT_RULE,
) -> Float[np.ndarray, " nodes"]:
    """Node times [h], ascending, from `start_h` to `end_h`.

    Between two stops all steps of a band are equal and no longer than the rule says.

    Parameters
    ----------
    start_h, end_h
        First and last node [h].
    doses_h
        Starts of doses [h]; each is a node and restarts the rule.
    stops_h
        Other times that must be nodes [h]: breakpoints, sessions, visits.
    refine
        Divides every step into this many; the nodes of `refine=1` stay.
    rule
        Longest step by time since the last dose.

    Returns
    -------
    np.ndarray
        float64 node times [nodes].

    Raises
    ------
    ValueError
        If the grid runs backwards, a stop lies outside it, or `refine` is below 1.
    """
    if not start_h < end_h:
        raise ValueError(f"a grid must end after it starts; got {start_h}, {end_h} h.")
    if refine < 1:
        raise ValueError(f"refine must be 1 or more; got {refine}.")
    asked = np.array([*doses_h, *stops_h], dtype=float)
    outside = ~((asked >= start_h) & (asked <= end_h))
    if outside.any():
        raise ValueError(
            f"doses and stops must lie in [{start_h:g}, {end_h:g}] h; got "
            f"{asked[outside][0]:g} h, {int(outside.sum())} outside in all."
        )
    inner = asked[(asked > start_h + SAME_TIME_H) & (asked < end_h - SAME_TIME_H)]
    fixed = np.array([start_h, *_distinct(inner), end_h])
    doses = np.unique(np.asarray(doses_h, dtype=float))
    stops = _with_band_edges(fixed, doses, rule)
    coarse = np.concatenate(
        [_subdivide(a, b, doses, rule) for a, b in itertools.pairwise(stops)]
    )
    return np.append(_refined(np.append(coarse, stops[-1]), refine), stops[-1])


def _distinct(times: np.ndarray) -> list[float]:
    kept: list[float] = []
    for time in np.unique(times).tolist():
        if not kept or time - kept[-1] > SAME_TIME_H:
            kept.append(time)
    return kept


def _with_band_edges(
    fixed: np.ndarray, doses: np.ndarray, rule: StepRule
) -> np.ndarray:
    """Add where the rule changes band, unless a stop or a new dose is there first."""
    edges = []
    for index, dose in enumerate(doses):
        until = doses[index + 1] if index + 1 < len(doses) else fixed[-1]
        edges += [dose + end for end, _ in rule.bands if dose + end < until]
    free = [e for e in edges if np.min(np.abs(fixed - e)) > SAME_TIME_H]
    return np.sort(np.concatenate([fixed, free]))


def _subdivide(
    start: float, end: float, doses: np.ndarray, rule: StepRule
) -> np.ndarray:
    """Equal steps from `start` (included) to `end` (not)."""
    middle = 0.5 * (start + end)
    index = int(np.searchsorted(doses, middle)) - 1
    since = middle - doses[index] if index >= 0 else -1.0
    count = math.ceil((end - start) / rule.longest(since) - 1e-9)
    count = max(count, 1)
    return start + (end - start) * (np.arange(count) / count)


def _refined(nodes: np.ndarray, refine: int) -> np.ndarray:
    """Nodes without the last, each step divided by `refine`."""
    parts = np.arange(refine) / refine
    return (nodes[:-1, None] + np.diff(nodes)[:, None] * parts[None, :]).ravel()


def node_index(
    grid: Float[np.ndarray, " nodes"], times_h: Sequence[float]
) -> np.ndarray:
    """Index of the node at each time; stops that were merged share one.

    Raises
    ------
    ValueError
        If there is no node at one of the times.
    """
    times = np.asarray(times_h, dtype=float)
    right = np.clip(np.searchsorted(grid, times), 1, len(grid) - 1)
    nearest = np.where(times - grid[right - 1] < grid[right] - times, right - 1, right)
    away = np.abs(grid[nearest] - times)
    if (~(away <= SAME_TIME_H)).any():
        worst = int(np.argmax(away))
        raise ValueError(
            f"no node at {times[worst]:g} h: the nearest is {grid[nearest[worst]]:g} h."
            " Give the time to build_grid as a stop."
        )
    return nearest
