"""What people and their raters guess at each visit.

A person guesses active with the probability that the simulation of the person gives.
A blinded rater of the site takes over a part of it, P - .5 = share (P_person - .5); an
unblinded one knows; a central one, who neither knows nor sees, tosses a coin. Each has
one draw for all visits: a guess changes only with what there is to go by.
"""

import numpy as np
from jaxtyping import Bool, Float, Int

from kapsim.measures import Raters
from kapsim.patient import build
from kapsim.trial.arms.factorial import has_drug
from kapsim.trial.arms.timeline import RATER_TYPES
from kapsim.trial.arms.values import protocol_values
from kapsim.trial.conduct.luck import Luck
from kapsim.trial.protocol import Protocol, Rater

Guesses = Bool[np.ndarray, "R P V"]


def guesses(
    protocol: Protocol,
    active: Float[np.ndarray, "R P V"],
    arm: Int[np.ndarray, "R P"],
    person: Int[np.ndarray, "R P"],
    luck: Luck,
) -> tuple[Guesses, Guesses]:
    """Guesses of people and of raters: whether the active treatment is guessed.

    Parameters
    ----------
    protocol
        The trial.
    active
        Probability that the person guesses active [1].
    arm, person
        Who is in which arm.
    luck
        Draws of the replicates.
    """
    own = luck.uniforms("trial.conduct.guess", person)[..., None]
    other = luck.uniforms("trial.conduct.rater_guess", person)[..., None]
    raters = build(Raters, protocol_values(protocol))
    share = np.array([raters.share(RATER_TYPES[v.rater]) for v in protocol.visits])
    knows = np.array([visit.rater is Rater.UNBLINDED for visit in protocol.visits])
    drug = np.array([has_drug(protocol, one) for one in protocol.arms])
    probable = np.where(knows, drug[arm][..., None], 0.5 + share * (active - 0.5))
    return own < active, other < probable
