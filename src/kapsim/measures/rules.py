"""Endpoint rules as data: response and remission.

Every rule is set by the protocol: response names its baseline, remission its cut.
Scores are integer totals of one scale in arrays of any shape; a missing score is a
masked-out entry of the caller's, never a number.
"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

_PERCENT = 1e2


@dataclasses.dataclass(frozen=True, kw_only=True)
class Response:
    """Fall from a named baseline by at least a share of it.

    Attributes
    ----------
    percent
        Smallest fall that counts [% of the baseline].
    baseline
        Visit that the fall is measured from, by name.
    """

    percent: float | int
    baseline: str

    def __post_init__(self) -> None:
        """Refuse a share that no fall can reach, or that every score meets."""
        if not 0 < self.percent <= _PERCENT:
            raise ValueError(
                "Response.percent (smallest fall from the baseline) must lie above 0 "
                f"and at most at 100 %; got {self.percent:g}. The usual rule is 50."
            )

    def met(
        self, score: NDArray[np.integer], baseline: NDArray[np.integer]
    ) -> NDArray[np.bool_]:
        """Whether each score is a response [bool]; nobody responds from zero."""
        fall = np.asarray(baseline, np.int64) - np.asarray(score, np.int64)
        return (_PERCENT * fall >= self.percent * baseline) & (baseline > 0)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Remission:
    """Score at or below a cut.

    Attributes
    ----------
    cut
        Largest score that counts [point].
    """

    cut: int

    def __post_init__(self) -> None:
        """Refuse a cut below the scale."""
        if self.cut < 0:
            raise ValueError(
                "Remission.cut (largest score in remission) must be at least 0 points; "
                f"got {self.cut}."
            )

    def met(self, score: NDArray[np.integer]) -> NDArray[np.bool_]:
        """Whether each score is in remission [bool]."""
        return np.asarray(score) <= self.cut
