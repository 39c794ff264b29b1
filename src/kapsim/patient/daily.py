"""What changes from one day to the next: volatility, self-efficacy and defeat.

Each has a time scale of a week or more. At midnight each takes a step of a day from
what held then, whatever the grid: so they cost little, and a finer grid leaves them as
they were.
"""

from typing import NamedTuple, Protocol, runtime_checkable

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.mind import (
    BeliefInputs,
    ContestInputs,
    DefeatInputs,
    SelfEfficacyInputs,
    dyshomeostasis,
)
from kapsim.patient.loops import Whole, held
from kapsim.patient.person import Person
from kapsim.patient.rooms import Mind
from kapsim.patient.state import Coping, PatientState
from kapsim.units import DAY_H


@runtime_checkable
class Living(Protocol):
    """What of a patient a day is made of."""

    mind: Mind
    person: Person
    whole: Whole


class Daily(NamedTuple):
    """Volatility as a factor of process noise, self-efficacy and defeat [1]."""

    noise: Float[Array, "3 n"]
    self_efficacy: Float[Array, " n"]
    defeat: Float[Array, " n"]


def day_on(
    patient: Living, state: PatientState, met: BeliefInputs, coping: Coping
) -> Daily:
    """The three a day on.

    Parameters
    ----------
    patient
        Mechanisms, person and loops.
    state
        As it is at midnight.
    met
        What speaks to the beliefs then; life comes first.
    coping
        What the person does then.
    """
    day = jnp.full_like(coping.approach[0], DAY_H)
    return Daily(
        patient.mind.learner.stirred(state.beliefs, met, day),
        _self_efficacy(patient, state, met, day),
        _defeat(patient, state, met, coping, day),
    )


def _self_efficacy(
    patient: Living, state: PatientState, met: BeliefInputs, day: Float[Array, ""]
) -> Float[Array, " n"]:
    """Belief in the own regulation, against the strain that is usual."""
    life = met.world[0]
    strain = dyshomeostasis(life.precision[0], life.content[0], state.beliefs.mu[0])
    inputs = SelfEfficacyInputs(strain, patient.person.balance.strain)
    after = patient.mind.self_efficacy.step(state.self_efficacy, inputs, day)
    return patient.whole.self_efficacy * after


def _defeat(
    patient: Living,
    state: PatientState,
    met: BeliefInputs,
    coping: Coping,
    day: Float[Array, ""],
) -> Float[Array, " n"]:
    """Involuntary defeat: who ruminates does not yield."""
    rest, rank = patient.person.balance.defeat, state.beliefs.mu[1]
    contests = patient.mind.contest.read(
        ContestInputs(
            rank, state.defeat - rest, coping.approach, met.world[0].content[1]
        )
    )
    open_way = 1 - coping.rumination / patient.mind.rumination.r0
    inputs = DefeatInputs(contests.loss, contests.win, open_way)
    after = patient.mind.defeat.step(state.defeat, inputs, day)
    return held(patient.whole.defeat, after, rest)
