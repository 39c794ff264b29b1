"""The virtual patient: how the mechanisms are wired, and who the people are."""

import jax.numpy as jnp

from kapsim.patient.cohort import Cohort as Cohort, assemble as assemble
from kapsim.patient.hypotheses import (
    DEFAULTS as DEFAULTS,
    LEVERS as LEVERS,
    Hypothesis as Hypothesis,
    build as build,
    parameter_values as parameter_values,
)
from kapsim.patient.life import Life as Life, LifeInputs as LifeInputs
from kapsim.patient.person import Demography as Demography, People as People
from kapsim.patient.rating import Ratings as Ratings
from kapsim.patient.schedule import PatientNode as PatientNode
from kapsim.patient.signals import Signals as Signals
from kapsim.patient.virtual_patient import VirtualPatient as VirtualPatient


def mechanisms() -> tuple:
    """Mechanisms of this room, each with a maker of example inputs (n, dtype)."""
    row = lambda n, dtype: jnp.full(n, 0.5, dtype)
    return (
        (
            Life,
            lambda n, dtype: LifeInputs(*[row(n, dtype)] * 4),
        ),
    )
