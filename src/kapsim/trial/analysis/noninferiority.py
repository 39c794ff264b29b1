"""Tests against a margin: not much worse, and as good as the same.

A test against a margin is that of an estimate with another null than 0, one-sided:
non-inferiority is shown at one-sided level a if the bound of the interval of level
1 - 2a that lies on the worse side does not reach the margin. Equivalence is shown by
two such tests, one a side, each at level a.

Source: Schuirmann (1987), A comparison of the two one-sided tests procedure and the
power approach for assessing the equivalence of average bioavailability; ICH E9
(one-sided level half of the two-sided one).
"""

import math
from typing import NamedTuple

import scipy.special

from kapsim.trial.analysis.estimate import Estimate
from kapsim.trial.summaries.intervals import LEVEL

ONE_SIDED = (1 - LEVEL) / 2
EQUIVALENCE = 0.05
"""Level of each of the two one-sided tests of equivalence [1]."""


class MarginTest(NamedTuple):
    """A one-sided test against a margin.

    Attributes
    ----------
    margin
        Difference that is excluded if shown [unit of the effect].
    bound
        Bound of the interval on the side of the margin [same unit].
    p
        One-sided p value of a true difference at the margin or beyond [1].
    shown
        Whether p lies below the level.
    """

    margin: float
    bound: float
    p: float
    shown: bool


class Equivalence(NamedTuple):
    """Two one-sided tests.

    Attributes
    ----------
    above, below
        Tests that the difference lies above the lower margin and below the upper one.
    p
        Greater of the two p values [1].
    shown
        Whether both are shown.
    """

    above: MarginTest
    below: MarginTest
    p: float
    shown: bool


def margin_test(
    found: Estimate,
    margin: int | float,
    *,
    lower_is_better: bool = True,
    level: float = ONE_SIDED,
) -> MarginTest:
    """Whether the compared arm is not worse than the reference by the margin.

    Parameters
    ----------
    found
        Compared less reference; its standard error and degrees of freedom count.
    margin
        How much worse is too much, above 0 [unit of the effect].
    lower_is_better
        As of symptom scores; false for the log odds of response.
    level
        One-sided level of the test [1].

    Raises
    ------
    ValueError
        If the margin is not above 0.
    """
    if not margin > 0:
        raise ValueError(
            f"a non-inferiority margin must be above 0 (how much worse is too much); "
            f"got {margin:g}."
        )
    return _test(found, margin if lower_is_better else -margin, lower_is_better, level)


def equivalence_test(
    found: Estimate, low: int | float, high: int | float, *, level: float = EQUIVALENCE
) -> Equivalence:
    """Whether the difference lies between two margins.

    Parameters
    ----------
    found
        Compared less reference.
    low, high
        Margins [unit of the effect].
    level
        Level of each test [1].

    Raises
    ------
    ValueError
        If the lower margin is not below the upper one.
    """
    if not low < high:
        raise ValueError(
            f"the lower margin of equivalence must be below the upper one; "
            f"got {low:g} and {high:g}."
        )
    above = _test(found, low, False, level)
    below = _test(found, high, True, level)
    p = max(above.p, below.p) if above.p == above.p else math.nan
    return Equivalence(above, below, p, above.shown and below.shown)


def _test(found: Estimate, null: int | float, below: bool, level: float) -> MarginTest:
    """Test of a difference below (or above) a null."""
    if not (math.isfinite(found.value) and found.se > 0):
        return MarginTest(null, math.nan, math.nan, False)
    side = 1 if below else -1
    t = side * (found.value - null) / found.se
    if math.isinf(found.df):
        p, width = scipy.special.ndtr(t), scipy.special.ndtri(1 - level)
    else:
        p = scipy.special.stdtr(found.df, t)
        width = scipy.special.stdtrit(found.df, 1 - level)
    bound = found.value + side * float(width) * found.se
    return MarginTest(null, bound, float(p), bool(p < level))
