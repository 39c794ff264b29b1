"""Whether therapy does more beside the drug: the interaction, with its interval.

    interaction = (drug with therapy - drug without) - (therapy alone - neither)

in points of the score at a visit, of the same virtual patients in all arms. Below zero,
therapy lowers the score by more beside the drug than without it. Where several arms
fall into a cell, the mean of their scores stands for it.

The interval is over draws of the parameters (`trial.parameters.uncertainty`). The
patients and their luck are the same in all draws, so it holds the uncertainty of the
parameters and little of chance. How far a study and its arms lie off the model is not
in it, nor what every draw has in common, the equations. A narrow band is therefore no
evidence.
"""

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float

from kapsim.trial.arms.factorial import CELLS, Cell, cells
from kapsim.trial.protocol import Measure, Protocol
from kapsim.trial.summaries.intervals import ENDS
from kapsim.units import DAY_H

NAME = "interaction.csv"

BAND = (ENDS[0], 0.5, ENDS[1])
"""Quantiles over draws: the ends of the 95 % band, and the median between."""

_SIGNS = (1.0, -1.0, -1.0, 1.0)
"""Of the four cells, as in `CELLS`."""


def first_measure(protocol: Protocol) -> Measure:
    """Scale of the first endpoint, or the first that is rated."""
    return protocol.endpoints[0].measure if protocol.endpoints else protocol.measures[0]


class Interaction:
    """Collects the interaction at each visit, draw after draw, and sums it up.

    Raises
    ------
    ValueError
        If a cell has no arm.
    """

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._cells = cells(protocol)
        if not self._cells:
            raise ValueError(f"the arms of {protocol.name} do not fill the four cells.")
        self._found: list[Float[np.ndarray, "visits n"]] = []

    def add(self, of_arms: Mapping[str, Float[np.ndarray, "visits scales n"]]) -> None:
        """Take in the scores of one draw, by arm; the first has the recorded values."""
        which = self._protocol.measures.index(first_measure(self._protocol))
        scores = {name: one[:, which] for name, one in of_arms.items()}
        self._found.append(contrast(scores, self._cells))

    def table(self) -> pd.DataFrame:
        """The interaction with its interval over draws.

        Returns
        -------
        DataFrame
            One row per visit at which the scale is rated: visit, day [d since the first
            dose], measure, interaction and se (recorded parameters, and the Monte Carlo
            error), low, median and high (95 % band over draws) [point], draws,
            patients.
        """
        return _table(self._protocol, first_measure(self._protocol), self._found)


def contrast(
    of_arms: Mapping[str, Float[np.ndarray, "visits n"]],
    grouped: Mapping[Cell, Sequence[str]],
) -> Float[np.ndarray, "visits n"]:
    """Interaction of each patient: the difference of two differences [point].

    Parameters
    ----------
    of_arms
        Scores of the same patients in each arm [point].
    grouped
        Arms of each cell.
    """
    means = (
        np.mean([of_arms[name] for name in grouped[cell]], axis=0) for cell in CELLS
    )
    return np.sum([s * mean for s, mean in zip(_SIGNS, means, strict=True)], axis=0)


def mean_and_error(
    values: Float[np.ndarray, "visits n"],
) -> tuple[Float[np.ndarray, " visits"], Float[np.ndarray, " visits"]]:
    """Mean over patients and its standard error; those without a number are left out.

    Neither is a number where too few patients are left.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        left = np.isfinite(values).sum(axis=1)
        error = np.nanstd(values, axis=1, ddof=1) / np.sqrt(left)
        return np.nanmean(values, axis=1), error


def _table(
    protocol: Protocol, measure: Measure, found: Sequence[Float[np.ndarray, "visits n"]]
) -> pd.DataFrame:
    value, error = mean_and_error(found[0])
    drawn = np.stack([mean_and_error(one)[0] for one in found[1:]])
    rows = []
    for k, visit in enumerate(protocol.visits):
        if measure not in visit.scales:
            continue
        sound = drawn[np.isfinite(drawn[:, k]), k]
        low, median, high = (
            np.quantile(sound, BAND) if len(sound) else np.full(3, np.nan)
        )
        rows.append(
            {
                "visit": visit.name,
                "day": visit.time_h / DAY_H,
                "measure": measure.value,
                "interaction": float(value[k]),
                "se": float(error[k]),
                "low": float(low),
                "median": float(median),
                "high": float(high),
                "draws": len(sound),
                "patients": int(np.isfinite(found[0][k]).sum()),
            }
        )
    return pd.DataFrame(rows)
