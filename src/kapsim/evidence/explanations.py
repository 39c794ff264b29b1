"""What a protocol comes to under each rival explanation, as shipped with kapsim.

``kapsim calibrate --rivals --claims PROTOCOL`` writes claims-<protocol>.json; a copy of
it under the name of the protocol in ``evidence/explanations/`` ships, and the reports
read it here.
"""

import functools
import importlib.resources

from pydantic import BaseModel, ConfigDict, Field

from kapsim.evidence.shipped import load_result

WORSE, BETTER, ALIKE = "foretells worse", "foretells better", "not told apart"
"""Verdicts on an explanation, against the whole model."""


class ClaimedOutcome(BaseModel):
    """One key outcome.

    Attributes
    ----------
    name, unit
        Which; point or %.
    contrast
        Whether it compares arms, so that zero means that they do not differ.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    unit: str
    contrast: bool


class Claimed(BaseModel):
    """One outcome under one explanation.

    Attributes
    ----------
    mean, low, high
        Over draws of its posterior: mean, and ends of the 95 % interval [unit].
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    mean: float = Field(allow_inf_nan=False)
    low: float = Field(allow_inf_nan=False)
    high: float = Field(allow_inf_nan=False)

    @property
    def side(self) -> int:
        """1 or -1 where the interval lies above or below zero, else 0."""
        return int(self.low > 0) - int(self.high < 0)


class Explanation(BaseModel):
    """One explanation, calibrated to the published trials.

    Attributes
    ----------
    name, title, meaning
        Which; what it says, in a few words and in a sentence.
    difference, se
        Leave-one-study-out log score less that of the whole model, and its standard
        error; none for the whole model.
    verdict, contrast_verdict
        Whether the published trials tell it from the whole model, by all figures and by
        contrasts between arms alone; empty for that.
    resimulated
        Whether it was calibrated on simulations of its own, and not on those of the
        whole model.
    claims
        Of each outcome.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    meaning: str
    difference: float | None
    se: float | None
    verdict: str
    contrast_verdict: str
    resimulated: bool
    claims: list[Claimed]


class Explanations(BaseModel):
    """Key outcomes of a protocol under each explanation.

    Attributes
    ----------
    protocol, kapsim, calibration
        Which, the version that computed it, and that of the calibration.
    draws, persons
        Draws of each posterior, and virtual persons of each arm and draw.
    outcomes
        What was computed.
    rivals
        The explanations, the whole model first.
    not_compared
        Those without claims, and why.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    protocol: str
    kapsim: str
    calibration: str
    draws: int
    persons: int
    seed: int
    outcomes: list[ClaimedOutcome]
    rivals: list[Explanation] = Field(min_length=1)
    not_compared: dict[str, str]


@functools.lru_cache
def explanations(protocol: str) -> Explanations | None:
    """What ships of a protocol; None if nothing does.

    Raises
    ------
    EvidenceError
        If its file is malformed.
    """
    folder = importlib.resources.files("kapsim.evidence") / "explanations"
    return load_result(Explanations, folder, protocol)
