"""The shipped posterior as a joint normal distribution on the scales of the records."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy import special

from kapsim.evidence.posterior import Posterior

_SCALES = {
    "identity": (np.asarray, np.asarray),
    "log": (np.log, np.exp),
    "logit": (special.logit, special.expit),
}
_EDGE = 1e-9  # nearest to 0 and 1 of a share


class Margin(NamedTuple):
    """One parameter a posteriori.

    Attributes
    ----------
    scale
        On which it is normal: identity, log or logit.
    mean, sd
        On that scale.
    low, high
        Bounds of the record [its unit].
    """

    scale: str
    mean: float
    sd: float
    low: float
    high: float

    def values(self, x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """Values [unit of the record] at this many SDs from the mean."""
        back = _SCALES[self.scale][1]
        return np.clip(back(self.mean + self.sd * x), self.low, self.high)


def margins(posterior: Posterior) -> dict[str, Margin]:
    """Each parameter of a posterior, by its record."""
    drawn = _drawn(posterior)
    return {
        one.id: Margin(
            one.scale,
            float(column.mean()),
            float(column.std(ddof=1)),
            one.low,
            one.high,
        )
        for one, column in zip(posterior.parameters, drawn.T, strict=True)
    }


def correlation(posterior: Posterior, names: list[str]) -> Float[np.ndarray, "p p"]:
    """Correlation of some parameters of a posterior, shrunk towards none."""
    places = [posterior.ids.index(name) for name in names]
    return shrunk_correlation(_drawn(posterior)[:, places])


def _drawn(posterior: Posterior) -> Float[np.ndarray, "D P"]:
    """Draws on the scales of the records."""
    columns = [
        _there(one.scale, column)
        for one, column in zip(posterior.parameters, posterior.values.T, strict=True)
    ]
    return np.stack(columns, axis=1)


def _there(scale: str, values: Float[np.ndarray, " D"]) -> Float[np.ndarray, " D"]:
    """Values on the scale on which they are taken as normal."""
    if scale == "logit":
        values = np.clip(values, _EDGE, 1.0 - _EDGE)
    if scale == "log":
        values = np.maximum(values, np.finfo(float).tiny)
    return _SCALES[scale][0](values)


def shrunk_correlation(draws: Float[np.ndarray, "D p"]) -> Float[np.ndarray, "p p"]:
    """Correlation of the columns, shrunk towards none by its sampling error.

    The weight of the identity is the sum of the variances of the sample correlations
    over the sum of their squares, in [0, 1]; columns without variance correlate with
    none.

    Source: Schäfer and Strimmer (2005), target "unit variance, no correlation".
    """
    n, p = draws.shape
    spread = draws.std(axis=0, ddof=1)
    z = (draws - draws.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    found = z.T @ z / (n - 1)
    mean = z.T @ z / n
    variance = n / (n - 1) ** 3 * ((z**2).T @ z**2 - n * mean**2)
    apart = ~np.eye(p, dtype=bool)
    squares = float((found[apart] ** 2).sum())
    weight = 1.0 if squares == 0 else float(variance[apart].sum()) / squares
    result = (1.0 - float(np.clip(weight, 0.0, 1.0))) * found
    np.fill_diagonal(result, 1.0)
    return result
