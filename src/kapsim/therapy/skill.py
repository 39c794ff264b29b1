"""Skills learned in therapy, and the slow trait that long therapy moves.

    dx/dt = k * practice * effect * (1 - x) - x / tau

for the skill (fading over most of a year) and for the trait T (one to two years). While
skills last they buffer bad events; the trait lowers self-criticism.

    buffered(l) = l (1 - buffer x)   for l < 0,  l otherwise

Assumes: skill buffers rather than adds good evidence, which relapse after cognitive
therapy needed in a throw-away fit.
Does not cover: loss of single skills.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class PracticeInputs(NamedTuple):
    """Practice [sessions of 50 min] times its effect on the person [1]."""

    practice: Float[Array, "*batch"]


def _practised(
    state: Float[Array, "*batch"],
    gain: Float[Array, "*batch"],
    tau: Float[Array, "*#batch"],
    dt: Float[Array, ""],
) -> Float[Array, "*batch"]:
    """What practice at rate `gain` [1/h] makes of a state that fades with `tau` [h]."""
    return relax(state, gain, gain + 1 / tau, dt)


class Skill(AbstractMechanism[Float[Array, "..."]]):
    """Skill [1], between 0 and 1."""

    k: Float[Array, "*#batch"] = param("therapy.skill.k")
    tau: Float[Array, "*#batch"] = param("therapy.skill.tau")
    buffer: Float[Array, "*#batch"] = param("therapy.skill.buffer")

    def init(self) -> Float[Array, "..."]:
        """Unskilled."""
        return jnp.zeros_like(self.k)

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: PracticeInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """Skill after `dt` [h]."""
        return _practised(state, self.k * inputs.practice, self.tau, dt)

    def buffered(
        self, state: Float[Array, "*batch"], life: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Life events as they arrive through the skill [1]."""
        return jnp.where(life < 0, life * (1 - self.buffer * state), life)


class Trait(AbstractMechanism[Float[Array, "..."]]):
    """Slow trait T [1], between 0 and 1."""

    k: Float[Array, "*#batch"] = param("therapy.trait.k")
    tau: Float[Array, "*#batch"] = param("therapy.trait.tau")
    t_shift: Float[Array, "*#batch"] = param("therapy.trait.t_shift")

    def init(self) -> Float[Array, "..."]:
        """As before therapy."""
        return jnp.zeros_like(self.k)

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: PracticeInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """Trait after `dt` [h]."""
        return _practised(state, self.k * inputs.practice, self.tau, dt)

    def shift_kept(self, state: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Share of self-criticism that is left [1]."""
        return 1 - self.t_shift * state
