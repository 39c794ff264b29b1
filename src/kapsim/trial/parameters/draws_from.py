"""Where draws of the parameters come from: the posterior, or the assumed ranges."""

import enum
from typing import Any

from kapsim.evidence import EvidenceError
from kapsim.evidence.posterior import Posterior, posterior
from kapsim.units import KapsimError

DRAWS = 24
"""Draws of the parameters, unless asked otherwise."""

_FREE = (
    "Each assumed parameter of the person, the brain, the mind, therapy and the drug's "
    "effects is drawn: from its prior if it has one, else evenly over its range; a "
    "table of numbers as a whole, by a factor of 0.5 to 1.5. A calibrated one is drawn "
    "from the prior that it began with. Every parameter is drawn "
    "independently, so that combinations that no patient has are among the draws. "
    "Parameters with evidence, kinetics, scales and the entry rating stay as recorded, "
    "and so does what the protocol sets."
)
_JOINT = (
    "The calibrated parameters are drawn together from their posterior (version "
    "{version}): all that a draw holds belongs together and agrees with the published "
    "trials of the calibration. Assumptions that were not calibrated stay as recorded, "
    "and so does what the protocol sets."
)


class DrawsFrom(enum.StrEnum):
    """What the parameters are drawn from."""

    POSTERIOR = "posterior"
    ASSUMPTIONS = "assumptions"

    @property
    def version(self) -> str | None:
        """Version of the posterior; none for assumptions.

        Raises
        ------
        EvidenceError
            If no posterior is shipped.
        """
        return shipped().version if self is DrawsFrom.POSTERIOR else None

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data, for a request."""
        return {"draws_from": self.value, "posterior": self.version}


def drawn_with(number: int, draws_from: DrawsFrom) -> dict[str, Any]:
    """What draws of a result depend on beside its seed, for its provenance."""
    if not number:
        return {"number": 0}
    held = shipped() if draws_from is DrawsFrom.POSTERIOR else None
    return {
        "number": number,
        **draws_from.as_data(),
        "posterior_sha256": None if held is None else held.digest,
    }


def usual_draws() -> DrawsFrom:
    """The posterior if one is shipped, else the assumptions."""
    none = posterior() is None
    return DrawsFrom.ASSUMPTIONS if none else DrawsFrom.POSTERIOR


def read_draws_from(text: str | None) -> DrawsFrom:
    """What to draw from, by its name; the usual if None.

    Raises
    ------
    KapsimError
        If there is nothing of that name.
    EvidenceError
        If the posterior is asked for and none is shipped.
    """
    if text is None:
        return usual_draws()
    known = {one.value: one for one in DrawsFrom}
    if text not in known:
        raise KapsimError(
            f"parameters cannot be drawn from {text!r}, only from {' or '.join(known)}."
        )
    if known[text] is DrawsFrom.POSTERIOR:
        shipped()
    return known[text]


def shipped() -> Posterior:
    """The posterior.

    Raises
    ------
    EvidenceError
        If none is shipped.
    """
    found = posterior()
    if found is None:
        raise EvidenceError(
            "no posterior is shipped with this version of kapsim: draw from the "
            "assumptions, or calibrate."
        )
    return found


def said(draws_from: DrawsFrom, version: str | None) -> str:
    """What is drawn, in words.

    Parameters
    ----------
    draws_from, version
        As in the request that drew: a page says what its run was made with, not what
        would be drawn today.
    """
    if draws_from is DrawsFrom.ASSUMPTIONS:
        return _FREE
    return _JOINT.format(version=version)


def said_short(draws_from: DrawsFrom, version: str | None) -> str:
    """The same in a few words, such as ``of the posterior (version 1)``."""
    if draws_from is DrawsFrom.ASSUMPTIONS:
        return "of what is assumed"
    return f"of the posterior (version {version})"
