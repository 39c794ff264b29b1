"""What the drug does to a patient's experience now; nothing where it is masked.

A masked patient (under anaesthesia) has no dissociation, no drug high, feels no
sedation and has no cue of the arm, whatever the concentrations are.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug import (
    DissociationInputs,
    DrugHighInputs,
    DrugLevels,
    FeltInputs,
    SedationInputs,
)
from kapsim.patient.rooms import Pharmacology
from kapsim.patient.schedule import PatientNode


class Moment(NamedTuple):
    """A node as the patient meets it: tolerance [ng/mL], levels, what happens there."""

    tolerance: Float[Array, " n"]
    levels: DrugLevels
    node: PatientNode


def dissociating(levels: DrugLevels, node: PatientNode) -> DissociationInputs:
    """What dissociation and its tolerance read of the drug."""
    number = jnp.asarray(node.drug.dose_number)
    return DissociationInputs(levels.s_effect, levels.r_effect, number)


def dissociation(acute: Pharmacology, now: Moment) -> Float[Array, " n"]:
    """Expected CADSS total [point]."""
    inputs = dissociating(now.levels, now.node)
    return acute.dissociation.points(now.tolerance, inputs) * (1 - now.node.masked)


def drug_high(acute: Pharmacology, now: Moment) -> Float[Array, " n"]:
    """Drug high on the visual analogue scale [point], 0 to 10."""
    inputs = dissociating(now.levels, now.node)
    number = inputs.dose_number
    high = acute.high.read(
        DrugHighInputs(inputs.s_effect, inputs.r_effect, now.tolerance, number)
    )
    return high * (1 - now.node.masked)


def sedation(acute: Pharmacology, now: Moment) -> Float[Array, " n"]:
    """Depth of sedation as felt [point below alert], 0 to 5."""
    levels = now.levels
    inputs = SedationInputs(levels.s_effect, levels.r_effect, levels.midazolam)
    return acute.sedation.read(inputs) * (1 - now.node.masked)


def cue(acute: Pharmacology, now: Moment) -> Float[Array, " n"]:
    """Everything that is felt of the treatment [1], from which the arm is guessed."""
    drug = now.node.drug
    return acute.felt.read(
        FeltInputs(
            dissociation=dissociation(acute, now),
            sedation=sedation(acute, now),
            given=jnp.asarray(drug.given),
            hours_since_dose=jnp.asarray(drug.hours_since_dose),
            nasal=jnp.asarray(drug.nasal),
            masked=now.node.masked,
        )
    )
