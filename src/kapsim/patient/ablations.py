"""What can be switched off in a patient, and what theory says will follow.

Each ablation takes one piece out of the whole: a hypothesis, a coupling of the drug, or
a loop by which beliefs keep themselves. `expected` is the direction of the depression
score against the intact model, in arms with the drug.
"""

import enum
from typing import NamedTuple

from kapsim.patient.hypotheses import OF_PEOPLE, Hypothesis
from kapsim.patient.loops import MEANING, Loop


class Direction(enum.StrEnum):
    """Where a score goes when a piece is taken out."""

    HIGHER = "higher"
    LOWER = "lower"
    UNCHANGED = "unchanged"
    OPEN = "open"


class Part(enum.StrEnum):
    """What an ablated piece is a part of."""

    DRUG = "drug"
    THERAPY = "therapy"
    PERSON = "person"


class Ablation(NamedTuple):
    """One piece taken out.

    Attributes
    ----------
    name
        What is gone.
    meaning
        What that means for the patient.
    expected
        Direction of the score that theory expects; `why` says on what ground.
    why
        Ground of the expectation.
    part
        What it is a part of; an arm without that stays as it is.
    switches, parameters, cut
        Hypotheses switched, parameters replaced (in the unit of the record), loops cut.
    """

    name: str
    meaning: str
    expected: Direction
    why: str
    part: Part = Part.PERSON
    switches: tuple[tuple[str, bool], ...] = ()
    parameters: tuple[tuple[str, float], ...] = ()
    cut: tuple[str, ...] = ()


_HIGHER, _LOWER = Direction.HIGHER, Direction.LOWER
_OPEN, _UNCHANGED = Direction.OPEN, Direction.UNCHANGED


def _hypothesis(
    of: Hypothesis, meaning: str, expected: Direction, why: str, *, on: bool = False
) -> Ablation:
    name = of.value.replace("_", " ") + (" on" if on else " off")
    part = Part.PERSON if of in OF_PEOPLE else Part.DRUG
    return Ablation(name, meaning, expected, why, part, switches=((of.value, on),))


def _coupling(
    name: str, record: str, meaning: str, expected: Direction, why: str
) -> Ablation:
    replaced = ((record, 0.0),)
    return Ablation(name, meaning, expected, why, Part.DRUG, parameters=replaced)


def _loop(loop: Loop, expected: Direction, why: str) -> Ablation:
    name = loop.value.replace("_", " ") + " cut"
    part = Part.THERAPY if loop is Loop.PLACES else Part.PERSON
    return Ablation(name, MEANING[loop], expected, why, part, cut=(loop.value,))


ABLATIONS: tuple[Ablation, ...] = (
    _hypothesis(
        Hypothesis.DIRECT_MOOD_LIFT,
        "the open window no longer lifts mood (H4)",
        _HIGHER,
        "without it nothing acts within hours",
    ),
    _hypothesis(
        Hypothesis.ASYMMETRIC_LEARNING,
        "good and bad news count alike under the drug (H1)",
        _HIGHER,
        "good news gained and bad news lost weight after a dose",
    ),
    _hypothesis(
        Hypothesis.SYMMETRIC_RELAXATION_PLASTICITY,
        "beliefs neither relax nor become plastic (H3)",
        _OPEN,
        "what is learned faster may be good or bad; without relaxation its acute lift "
        "of mood is gone as well",
    ),
    _hypothesis(
        Hypothesis.LOSS_VALUATION,
        "losses weigh less under the drug (H2, off by default)",
        _LOWER,
        "bad content counts for less",
        on=True,
    ),
    _hypothesis(
        Hypothesis.EXPECTANCY_ONLY,
        "the drug does nothing but be felt (H5)",
        _HIGHER,
        "every lever of the drug is gone",
        on=True,
    ),
    _hypothesis(
        Hypothesis.INTEROCEPTIVE_PRECISION,
        "the window mends interoceptive precision (off by default)",
        _OPEN,
        "a body felt more precisely may be felt to be well or unwell",
        on=True,
    ),
    _hypothesis(
        Hypothesis.LEARNED_VOLATILITY,
        "unusual surprise makes beliefs more volatile (off by default)",
        _OPEN,
        "what is learned faster may be good or bad",
        on=True,
    ),
    _hypothesis(
        Hypothesis.MOOD_BIASED_PERCEPTION,
        "life is seen in the light of mood (off by default)",
        _LOWER,
        "a lifted mood makes life seem better, a positive feedback",
        on=True,
    ),
    _coupling(
        "relaxation off",
        "brain.relaxation.rho_max",
        "beliefs do not relax while the drug is on board",
        _UNCHANGED,
        "dissociation hardly predicts outcome: without content it changes nothing",
    ),
    _coupling(
        "consolidation off",
        "brain.consolidation.k_z",
        "nothing of what is learned in the window is consolidated",
        _HIGHER,
        "consolidation sustains the effect",
    ),
    _coupling(
        "window on rumination off",
        "mind.rumination.d_p",
        "the open window does not quiet rumination",
        _HIGHER,
        "rumination supplies evidence against the self",
    ),
    _coupling(
        "window on therapy off",
        "therapy.modality.kappa",
        "therapy counts no more in the window than outside it",
        _OPEN,
        "evidence for the interaction of drug and therapy is thin",
    ),
    _loop(
        Loop.BEHAVIOUR, _HIGHER, "who improves meets more of a life that disconfirms"
    ),
    _loop(Loop.RUMINATION, _HIGHER, "who improves ruminates less"),
    _loop(Loop.SELF_CRITICISM, _LOWER, "what held the belief down is gone"),
    _loop(Loop.BODY, _HIGHER, "who improves regains energy"),
    _loop(Loop.SELF_EFFICACY, _OPEN, "any unusual surprise of the body costs it"),
    _loop(Loop.DEFEAT, _OPEN, "wins end defeat, losses renew it"),
    _loop(Loop.PLACES, _LOWER, "all that therapy teaches about threat counts in life"),
)
"""Every ablation, in the order of the table."""
