"""Estimates with their intervals, as a curve of a figure."""

from collections.abc import Sequence
from typing import Literal

from kapsim.lab.experiment import Series, Values
from kapsim.lab.statistics import Estimate


def curve(
    name: str,
    x: Values,
    found: Sequence[Estimate],
    kind: Literal["line", "points", "bars"] = "line",
) -> Series:
    """Estimates over an abscissa, with their intervals."""
    return Series(
        name,
        x,
        [one.value for one in found],
        [one.low for one in found],
        [one.high for one in found],
        kind=kind,
    )
