"""Activated expectancy: an inert drug that is felt shows an effect.

    roll  = clip(N(m, s), 0, 1) + c N(cue)
    guess = active where roll >= m, else placebo
    score = N(natural) + c N(drug) + [guess = active] N(hope)

c is 1 in the active arm. Whoever believes to have had the drug gains by that belief. As
soon as the arms guess differently, the difference between them holds hope as well as
drug, and where the drug does nothing it holds hope alone.

Assumes: one guess, made before the score; hope acts wholly or not at all.
Does not cover: a score that feeds the guess; harm from the belief to have had placebo.

Source: Szigeti and others (2023), parameters as read in the authors' code.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class ActivatedExpectancyInputs(NamedTuple):
    """Arm (1 active, 0 placebo), and a standard normal for each thing drawn [1]."""

    active: Float[Array, "*batch"]
    roll: Float[Array, "*batch"]
    cue: Float[Array, "*batch"]
    natural: Float[Array, "*batch"]
    drug: Float[Array, "*batch"]
    hope: Float[Array, "*batch"]


class GuessedScore(NamedTuple):
    """Guess (1 active, 0 placebo) [1] and improvement [points]."""

    guess: Float[Array, "*batch"]
    score: Float[Array, "*batch"]


class ActivatedExpectancy(AbstractReadout[GuessedScore]):
    """Guesses and scores of a trial whose blind is weak."""

    roll_mean: Float[Array, "*#batch"] = param("therapy.activated.roll_mean")
    roll_sd: Float[Array, "*#batch"] = param("therapy.activated.roll_sd")
    cue_mean: Float[Array, "*#batch"] = param("therapy.activated.cue_mean")
    cue_sd: Float[Array, "*#batch"] = param("therapy.activated.cue_sd")
    natural_mean: Float[Array, "*#batch"] = param("therapy.activated.natural_mean")
    natural_sd: Float[Array, "*#batch"] = param("therapy.activated.natural_sd")
    drug_mean: Float[Array, "*#batch"] = param("therapy.activated.drug_mean")
    drug_sd: Float[Array, "*#batch"] = param("therapy.activated.drug_sd")
    hope_mean: Float[Array, "*#batch"] = param("therapy.activated.hope_mean")
    hope_sd: Float[Array, "*#batch"] = param("therapy.activated.hope_sd")

    def read(self, inputs: ActivatedExpectancyInputs) -> GuessedScore:
        """Guess and score of each patient."""
        roll = jnp.clip(self.roll_mean + self.roll_sd * inputs.roll, 0, 1)
        roll = roll + inputs.active * (self.cue_mean + self.cue_sd * inputs.cue)
        guess = jnp.where(roll >= self.roll_mean, jnp.ones_like(roll), 0)
        score = self.natural_mean + self.natural_sd * inputs.natural
        score = score + inputs.active * (self.drug_mean + self.drug_sd * inputs.drug)
        score = score + guess * (self.hope_mean + self.hope_sd * inputs.hope)
        return GuessedScore(guess, score)
