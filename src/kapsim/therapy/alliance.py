"""Working alliance between patient and therapist, with its ruptures.

At a session attended, of strength s (50-minute sessions times the bond of its modality,
times the closeness of the contact: less by telephone and in groups),

    A <- A + (1 - A) (1 - exp(-g s (1 + r relief)))
    A <- A (1 - d)                                 with probability p: a rupture

relief is the share of the usual severity that is gone: who improves trusts more.

Between sessions A stays; later sessions repair what a rupture took. The effect of
therapy is proportional to A: over 295 studies alliance and outcome correlate at
r = .278.

Assumes: ruptures come by chance, at the same rate for all; one decision a day.
Does not cover: differences between therapists.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param


class AllianceInputs(NamedTuple):
    """Bond-weighted sessions [of 50 min], who attends, relief, a uniform draw [1]."""

    bond: Float[Array, ""]
    present: Float[Array, "*batch"]
    relief: Float[Array, "*batch"]
    rupture: Float[Array, "*batch"]


class Alliance(AbstractMechanism[Float[Array, "..."]]):
    """Alliance A [1], between 0 and 1."""

    a0: Float[Array, "*#batch"] = param("therapy.alliance.a0")
    growth: Float[Array, "*#batch"] = param("therapy.alliance.growth")
    relief: Float[Array, "*#batch"] = param("therapy.alliance.relief")
    ruptures: Float[Array, "*#batch"] = param("therapy.alliance.ruptures")
    damage: Float[Array, "*#batch"] = param("therapy.alliance.damage")

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
        trust = 1 + self.relief * jnp.clip(inputs.relief, 0, 1)
        grown = 1 - (1 - state) * jnp.exp(-self.growth * inputs.bond * trust)
        met = inputs.present * (inputs.bond > 0).astype(grown.dtype)
        breaks = met * (inputs.rupture < self.ruptures).astype(grown.dtype)
        return (state + met * (grown - state)) * (1 - self.damage * breaks)
