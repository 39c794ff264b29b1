"""What a number of virtual trials can tell: shares with intervals, percentiles.

A share p of R trials has the Monte Carlo standard error sqrt(p (1 - p) / R). Where all
trials or none are counted that says nothing, and it is left out; Wilson's interval says
what is known there too.
"""

import math
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from kapsim.trial.summaries.intervals import ENDS, t_interval, wilson_interval

FEW = 200
"""Trials below which a power is known to no better than seven points."""

FEWEST = 40
"""Trials of which at least one lies beyond each end of the middle 95 %."""


def too_few(replicates: int) -> str:
    """What must be said of a number of trials; nothing if there are enough."""
    if replicates >= FEW:
        return ""
    low, high = wilson_interval(replicates // 2, replicates)
    trials = "one virtual trial" if replicates == 1 else f"{replicates} virtual trials"
    said = (
        f"{trials} of each size: a power near one half is known to within "
        f"{50 * (high - low):.0f} percent points only (95 %)"
    )
    if replicates < FEWEST:
        said += f"; what single trials range over is told from {FEWEST} on"
    return f"{said}. Ask for {FEW} or more with --replicates; 1,000 are usual."


class Share(NamedTuple):
    """A share of trials [1], its Monte Carlo error, and its interval of 95 %."""

    value: float
    se: float
    low: float
    high: float

    def columns(self, name: str) -> dict[str, float]:
        """Under a name; its error and interval end in `_se`, `_low` and `_high`."""
        ends = {"_se": self.se, "_low": self.low, "_high": self.high}
        return {name: self.value, **{name + end: v for end, v in ends.items()}}


UNKNOWN = Share(math.nan, math.nan, math.nan, math.nan)


def share(hit: Bool[np.ndarray, " R"]) -> Share:
    """Share of trials for which something holds; not known of none."""
    if not hit.size:
        return UNKNOWN
    count, n = int(hit.sum()), hit.size
    p = count / n
    se = math.sqrt(p * (1 - p) / n) if 0 < count < n else math.nan
    return Share(p, se, *wilson_interval(count, n))


def mean_share(shares: Float[np.ndarray, " K"]) -> Share:
    """Mean of shares of several draws, with its error over draws.

    The interval is Student's, within 0 and 1; of draws that are all 0 or all 1 it is
    Wilson's, as if each were one trial.
    """
    mean, n = float(shares.mean()), shares.size
    spread = float(shares.std(ddof=1)) if n > 1 else 0.0
    if spread > 0:
        low, high = t_interval(mean, spread, n)
        return Share(mean, spread / math.sqrt(n), max(low, 0.0), min(high, 1.0))
    ends = wilson_interval(round(mean * n), n) if mean in (0, 1) else UNKNOWN[2:]
    return Share(mean, math.nan, *ends)


def middle(values: Float[np.ndarray, "R ..."]) -> Float[np.ndarray, "2 ..."]:
    """Ends of the middle 95 % of trials; not a number of fewer than `FEWEST` of them.

    Parameters
    ----------
    values
        Of each trial, along the first axis; what is not a number is left out.
    """
    enough = np.isfinite(values).sum(axis=0) >= FEWEST
    ends = np.full((2, *values.shape[1:]), math.nan)
    if enough.any():
        ends[:, enough] = np.nanquantile(values[:, enough], ENDS, axis=0)
    return ends
