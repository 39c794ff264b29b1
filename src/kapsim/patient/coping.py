"""What a person does: how much of life is approached, how much is ruminated (E12, E13).

One rule for both who asks: a step, with means over it, and the view of inner signals,
with what holds at a moment. Belief in the own regulation and a lower sense of effort
add to the wish to approach; a cut loop stays as at rest.
"""

from typing import NamedTuple

from jaxtyping import Array, Float

from kapsim.mind import BehaviourInputs, RuminationInputs
from kapsim.patient.loops import held
from kapsim.patient.offer import Treated, activation
from kapsim.patient.state import Coping, PatientState


class Push(NamedTuple):
    """What acts on coping beside beliefs and mood [1].

    Attributes
    ----------
    drive
        Drug drive.
    window
        How far the window of plasticity is open.
    lift
        What behavioural activation adds to approach.
    effort
        Effort sensitivity that practice has unlearned.
    """

    drive: Float[Array, " n"]
    window: Float[Array, " n"]
    lift: Float[Array, " n"]
    effort: Float[Array, " n"]


def coping(patient: Treated, state: PatientState, push: Push) -> Coping:
    """Share of life approached [1] and rumination [1/h] of each person."""
    mind, rest = patient.mind, patient.person.balance
    mu, mood = state.beliefs.mu, state.mood.mood
    wish = mind.self_efficacy.wish(state.self_efficacy)
    wish = mind.behaviour.b * wish
    wish = wish + patient.therapy.effort.wish(push.effort)
    approach = mind.behaviour.read(
        BehaviourInputs(mu.mean(axis=0), mood, push.drive, push.lift + wish)
    )
    rumination = mind.rumination.read(
        RuminationInputs(mu[1], mood, push.drive, push.window)
    )
    return Coping(
        held(patient.whole.behaviour, approach, rest.approach),
        held(patient.whole.rumination, rumination, rest.rumination),
    )


def coping_at(
    patient: Treated, state: PatientState, window: Float[Array, " n"]
) -> Coping:
    """Coping at a node, before what happens there, with the window [1] open then.

    That of a step that begins there, as short as one likes and without events.
    """
    lift = activation(patient, state, window)
    return coping(patient, state, Push(state.drive, window, lift, state.learned.effort))
