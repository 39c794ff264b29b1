"""Weekly sessions of an arm, as a protocol has them."""

from collections.abc import Sequence
from typing import Any

ROUTINE = ("restructuring", "activation")
"""What is done in routine sessions, by turns."""


def weekly(
    number: int, kinds: Sequence[str] = ROUTINE, first: int = 1
) -> list[dict[str, Any]]:
    """Sessions of 50 min with homework, a week apart.

    Parameters
    ----------
    number
        How many are offered.
    kinds
        Modalities, by turns.
    first
        Day of the first one.
    """
    days = [first + 7 * week for week in range(number)]
    each = {"minutes": 50, "homework": True}
    return [
        {"modality": kind, **each, "days": days[turn :: len(kinds)]}
        for turn, kind in enumerate(kinds)
        if days[turn :: len(kinds)]
    ]
