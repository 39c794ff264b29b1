"""How many patients each arm of a published trial had."""

from collections.abc import Mapping
from typing import NamedTuple

from kapsim.trial.protocol import Arm, Protocol, Published

UNKNOWN = 30
"""Patients of an arm whose size is not known in any way."""


class Size(NamedTuple):
    """Patients of an arm, and how that is known.

    Attributes
    ----------
    patients
        Number of patients.
    note
        What was assumed; empty if the protocol says it.
    """

    patients: int
    note: str


def sizes(protocol: Protocol) -> dict[str, Size]:
    """Size of every arm, by name.

    It is that of the arm in the protocol; else the largest published n of the arm; else
    that which a published SD and standard error agree on; else `UNKNOWN`.
    """
    return {arm.name: _size(protocol, arm) for arm in protocol.arms}


def _size(protocol: Protocol, arm: Arm) -> Size:
    if arm.patients is not None:
        return Size(arm.patients, "")
    own = [
        figure
        for figure in protocol.published
        if figure.arm == arm.name and not figure.metric.is_contrast
    ]
    known = [figure.n for figure in own if figure.n is not None]
    if known:
        return Size(max(known), f"{arm.name}: {max(known)}, the largest published n.")
    worked = [n for figure in own if (n := _of_spread(figure)) is not None]
    if worked:
        said = f"{arm.name}: {max(worked)}, from a published SD and standard error."
        return Size(max(worked), said)
    said = f"{arm.name}: its size is not known; {UNKNOWN} patients were taken."
    return Size(UNKNOWN, said)


def _of_spread(figure: Published) -> int | None:
    """The n at which SD / sqrt(n) is the standard error."""
    if figure.sd is None or figure.se is None:
        return None
    return max(round((figure.sd / figure.se) ** 2), 1)


def effective(own: int, other: int | None) -> float:
    """Size by which the variance of a figure falls: n, or 1 / (1/n + 1/m) of two."""
    return float(own) if other is None else 1.0 / (1.0 / own + 1.0 / other)


def patients(figure: Published, known: Mapping[str, Size]) -> int:
    """Patients behind a figure: its own n, else those of its arm."""
    return figure.n or known[figure.arm].patients
