"""Working alliance between patient and therapist.

At a session of strength s (50-minute sessions times the bond of its modality):

    A <- A + (1 - A) (1 - exp(-g s))

and between sessions A stays. The effect of therapy is proportional to A: over 295
studies alliance and outcome correlate at r = .278.

Assumes: growth only; no ruptures yet.
Does not cover: therapist differences, remote against in-room contact.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param


class AllianceInputs(NamedTuple):
    """Bond-weighted sessions [of 50 min] that begin at this node."""

    bond: Float[Array, ""]


class Alliance(AbstractMechanism[Float[Array, "..."]]):
    """Alliance A [1], between 0 and 1."""

    a0: Float[Array, "*#batch"] = param("therapy.alliance.a0")
    growth: Float[Array, "*#batch"] = param("therapy.alliance.growth")

    def init(self) -> Float[Array, "..."]:
        """Alliance before the first session."""
        return self.a0

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: AllianceInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """Alliance after the sessions of this node; time alone changes nothing."""
        del dt
        return state + (1 - state) * -jnp.expm1(-self.growth * inputs.bond)
