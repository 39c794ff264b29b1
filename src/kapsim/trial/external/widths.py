"""Widths of 95 % intervals, alone and beside those of the naive predictor.

As errors are, those of ratios are of their logarithms.
"""

import numpy as np
import pandas as pd
from jaxtyping import Float

from kapsim.trial.external.table import RATIO


def widths(rows: pd.DataFrame, prefix: str = "") -> Float[np.ndarray, " n"]:
    """Width of the interval of each figure.

    Parameters
    ----------
    rows
        Figures, with columns unit, low and high [unit].
    prefix
        Goes before low and high: ``naive_`` for the intervals of the naive predictor.

    Returns
    -------
    Array
        Widths [unit; 1 for ratios]; not finite where an end is not known or not
        reached.
    """
    ratio = (rows["unit"] == RATIO).to_numpy()
    low, high = (rows[prefix + end].to_numpy(float) for end in ("low", "high"))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(ratio, np.log(high) - np.log(low), high - low)


def beside_naive(rows: pd.DataFrame) -> Float[np.ndarray, " n"]:
    """Width of our interval over that of the naive one, where both have a width [1].

    Parameters
    ----------
    rows
        Figures, with columns unit, low, high, naive_low and naive_high [unit].
    """
    ours, naive = widths(rows), widths(rows, "naive_")
    usable = np.isfinite(ours) & np.isfinite(naive) & (ours > 0) & (naive > 0)
    return ours[usable] / naive[usable]
