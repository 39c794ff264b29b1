"""Rival explanations as named switches, and any parameter set by a protocol.

A hypothesis names levers. Where it is off its levers are zero; what is left of the
model runs unchanged, on the same virtual patients with the same noise.
"""

import enum
from collections.abc import Mapping
from typing import Any

import numpy as np

from kapsim.engine import build as build
from kapsim.evidence import library
from kapsim.units import to_internal


class Hypothesis(enum.StrEnum):
    """The rivals of the model text, and couplings that not everybody grants."""

    ASYMMETRIC_LEARNING = "asymmetric_learning"
    LOSS_VALUATION = "loss_valuation"
    SYMMETRIC_RELAXATION_PLASTICITY = "symmetric_relaxation_plasticity"
    DIRECT_MOOD_LIFT = "direct_mood_lift"
    EXPECTANCY_ONLY = "expectancy_only"
    INTEROCEPTIVE_PRECISION = "interoceptive_precision"
    LEARNED_VOLATILITY = "learned_volatility"
    MOOD_BIASED_PERCEPTION = "mood_biased_perception"
    RELIEF_SEEKING = "relief_seeking"


LEVERS: dict[Hypothesis, tuple[str, ...]] = {
    Hypothesis.ASYMMETRIC_LEARNING: ("mind.belief.beta_plus", "mind.belief.beta_minus"),
    Hypothesis.LOSS_VALUATION: ("mind.belief.gamma_loss",),
    Hypothesis.SYMMETRIC_RELAXATION_PLASTICITY: (
        "brain.relaxation.rho_max",
        "mind.belief.kappa",
        "therapy.modality.kappa",
    ),
    Hypothesis.DIRECT_MOOD_LIFT: ("mind.mood.b_p", "mind.mood.b_rho"),
    Hypothesis.INTEROCEPTIVE_PRECISION: ("mind.body.c_w",),
    Hypothesis.LEARNED_VOLATILITY: ("mind.belief.g_nu",),
    Hypothesis.MOOD_BIASED_PERCEPTION: ("mind.mood.bias",),
    Hypothesis.RELIEF_SEEKING: ("therapy.reliance.k",),
}
"""Parameters that are zero where the hypothesis is off.

Without relaxation there is none to lift mood either: symmetric relaxation and
plasticity off also ends the acute lift `mind.mood.b_rho`, a lever of direct mood lift.
"""

OF_PEOPLE = (
    Hypothesis.LEARNED_VOLATILITY,
    Hypothesis.MOOD_BIASED_PERCEPTION,
    Hypothesis.RELIEF_SEEKING,
)
"""Not about the drug: they stay as they are under expectancy only."""

_QUIET = (
    "mind.rumination.d_rho",
    "mind.rumination.d_p",
    "mind.behaviour.d_a",
    "brain.consolidation.k_z",
)
"""Levers of the drug that belong to no single hypothesis; off under expectancy only."""

DEFAULTS: dict[Hypothesis, bool] = {
    Hypothesis.ASYMMETRIC_LEARNING: True,
    Hypothesis.LOSS_VALUATION: False,
    Hypothesis.SYMMETRIC_RELAXATION_PLASTICITY: True,
    Hypothesis.DIRECT_MOOD_LIFT: True,
    Hypothesis.EXPECTANCY_ONLY: False,
    Hypothesis.INTEROCEPTIVE_PRECISION: False,
    Hypothesis.LEARNED_VOLATILITY: False,
    Hypothesis.MOOD_BIASED_PERCEPTION: False,
    Hypothesis.RELIEF_SEEKING: False,
}


def parameter_values(
    switches: Mapping[str, bool], overrides: Mapping[str, Any]
) -> dict[str, Any]:
    """Values, in internal units, that differ from the records.

    Parameters
    ----------
    switches
        Hypothesis names to on or off; those not named keep `DEFAULTS`.
    overrides
        Record ids to values in the record's own unit; an override wins over a switch.
    """
    on = {**DEFAULTS, **{Hypothesis(name): bool(v) for name, v in switches.items()}}
    alone = on[Hypothesis.EXPECTANCY_ONLY]
    off = [
        lever
        for h, levers in LEVERS.items()
        if not on[h] or (alone and h not in OF_PEOPLE)
        for lever in levers
    ]
    values: dict[str, Any] = dict.fromkeys([*off, *(_QUIET if alone else ())], 0.0)
    for record_id, value in overrides.items():
        unit = library().parameter(record_id).unit
        convert = np.vectorize(lambda number, unit=unit: to_internal(number, unit))
        values[record_id] = convert(np.asarray(value, float))
    return values
