"""What practice in sessions and homework leaves behind, and how it fades.

    dx/dt = k * practice * effect * (1 - x) - x / tau

for four things that people learn in therapy, each between 0 and 1:

    skill        buffers bad events while it lasts:  l -> l (1 - buffer x)  for l < 0
    insight      moves a slow trait T over a year or two, dT/dt = (insight - T) / tau_T
    self-blame   unlearned: bad events are put down to oneself less
    effort       unlearned: setting out for something costs less effort

The trait lowers self-criticism. It still grows when therapy has ended, as long as
insight outlasts it: what long therapy changes may show only later.

Cognitive restructuring lowers the internal attribution of bad events and leaves effort
sensitivity alone, goal setting does the reverse: the tables of `modality.py` say how
much each session practises.

Assumes: skill buffers rather than adds good evidence, which relapse after cognitive
therapy needed in a throw-away fit. Forgetting is exponential.
Does not cover: loss of single skills.
"""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


class PracticeInputs(NamedTuple):
    """Practice [sessions of 50 min] times its effect on the person [1]."""

    practice: Float[Array, "*batch"]


class AbstractPractised(AbstractMechanism[Float[Array, "..."]]):
    """Something learned [1] between 0 and 1, by practice, that fades."""

    k: eqx.AbstractVar[Float[Array, "*#batch"]]
    tau: eqx.AbstractVar[Float[Array, "*#batch"]]

    def init(self) -> Float[Array, "..."]:
        """Nothing learned."""
        return jnp.zeros_like(self.k)

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: PracticeInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """What is learned after `dt` [h]."""
        gain = self.k * inputs.practice
        return relax(state, gain, gain + 1 / self.tau, dt)


class Skill(AbstractPractised):
    """Skill [1], between 0 and 1."""

    k: Float[Array, "*#batch"] = param("therapy.skill.k")
    tau: Float[Array, "*#batch"] = param("therapy.skill.tau")
    buffer: Float[Array, "*#batch"] = param("therapy.skill.buffer")

    def buffered(
        self, state: Float[Array, "*batch"], life: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Life events as they arrive through the skill [1]."""
        return jnp.where(life < 0, life * (1 - self.buffer * state), life)


class Insight(AbstractPractised):
    """Insight [1], between 0 and 1."""

    k: Float[Array, "*#batch"] = param("therapy.insight.k")
    tau: Float[Array, "*#batch"] = param("therapy.insight.tau")


class TraitInputs(NamedTuple):
    """Insight that the trait follows [1]."""

    insight: Float[Array, "*batch"]


class Trait(AbstractMechanism[Float[Array, "..."]]):
    """Slow trait T [1], between 0 and 1."""

    tau: Float[Array, "*#batch"] = param("therapy.trait.tau")
    t_shift: Float[Array, "*#batch"] = param("therapy.trait.t_shift")

    def init(self) -> Float[Array, "..."]:
        """As before therapy."""
        return jnp.zeros_like(self.tau)

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: TraitInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """Trait after `dt` [h], insight held."""
        return relax(state, inputs.insight / self.tau, 1 / self.tau, dt)

    def shift_kept(self, state: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Share of self-criticism that is left [1]."""
        return 1 - self.t_shift * state


class SelfBlame(AbstractPractised):
    """How far self-blame is unlearned [1], between 0 and 1."""

    k: Float[Array, "*#batch"] = param("therapy.self_blame.k")
    tau: Float[Array, "*#batch"] = param("therapy.self_blame.tau")
    share: Float[Array, "*#batch"] = param("therapy.self_blame.share")

    def shift_kept(self, state: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Share of self-criticism that is left [1]."""
        return 1 - self.share * state


class Effort(AbstractPractised):
    """How far effort sensitivity is unlearned [1], between 0 and 1."""

    k: Float[Array, "*#batch"] = param("therapy.effort.k")
    tau: Float[Array, "*#batch"] = param("therapy.effort.tau")
    gain: Float[Array, "*#batch"] = param("therapy.effort.gain")

    def wish(self, state: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """What it adds to the wish to approach [1]."""
        return self.gain * state
