"""Social interaction of an animal after defeat, and what a drug does to it.

    SI = SI_0 + sd z - s D (1 - o)
    s  = s_0 exp(sigma z_s - k_R R)
    o  = w c^n / (c^n + ED50^n)

SI is time near another animal over time near none; below 1 the animal avoids. z and
z_s are standard normal: the scatter of the test, and how sensitive this animal is to
defeat. R is its rating above the mean, in the difference that makes the odds tenfold.
The drug in dose c, with its window of plasticity open by w, opposes what defeat does to
behaviour and leaves the defeat as it is.

Assumes: one sensitivity for an animal's life; no effect of the drug without defeat.
Does not cover: reward (self-stimulation was not restored), sex, repeated tests.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class InteractionInputs(NamedTuple):
    """Defeat D, opposition o, rating R, and the normals of test and animal [1]."""

    defeat: Float[Array, "*batch"]
    opposed: Float[Array, "*batch"]
    rating: Float[Array, "*batch"]
    test: Float[Array, "*batch"]
    animal: Float[Array, "*batch"]


class Interaction(AbstractReadout[Float[Array, "..."]]):
    """Social interaction ratio SI [1]."""

    ratio: Float[Array, "*#batch"] = param("mind.interaction.ratio")
    scatter: Float[Array, "*#batch"] = param("mind.interaction.scatter")
    sensitivity: Float[Array, "*#batch"] = param("mind.interaction.sensitivity")
    spread: Float[Array, "*#batch"] = param("mind.interaction.spread")
    protection: Float[Array, "*#batch"] = param("mind.interaction.protection")
    half_dose: Float[Array, "*#batch"] = param("mind.interaction.half_dose")
    hill: Float[Array, "*#batch"] = param("mind.interaction.hill")

    def loss(
        self, animal: Float[Array, "*batch"], rating: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Loss of interaction by full defeat s [1]."""
        size = self.spread * animal - self.protection * rating
        return self.sensitivity * jnp.exp(size)

    def opposition(
        self, dose: Float[Array, "*batch"], window: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Share of defeat o [1] that a dose [mg/kg] opposes at an open window."""
        given = jnp.where(dose > 0, dose, jnp.ones_like(dose))
        potency = 1 / (1 + (self.half_dose / given) ** self.hill)
        return window * jnp.where(dose > 0, potency, jnp.zeros_like(dose))

    def read(self, inputs: InteractionInputs) -> Float[Array, "*batch"]:
        """Social interaction ratio [1]."""
        suffered = inputs.defeat * (1 - inputs.opposed)
        loss = self.loss(inputs.animal, inputs.rating) * suffered
        return self.ratio + self.scatter * inputs.test - loss
