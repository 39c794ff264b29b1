"""Allostatic self-efficacy: belief in one's power over one's own body (E11).

    S         = pi_o (o - mu_body)^2 / 2                       (dyshomeostasis)
    dmu_A/dt  = -eta (S - S_usual) - mu_A / tau

S is the surprise about what is felt, without its constant. Where it stays above the
usual, a person comes to believe that nothing he does puts the body right: fatigue is
the state of the budget, helplessness is -mu_A, and it comes later because it
integrates. The belief adds `gain` mu_A to the wish to approach.

Assumes: surprise is averaged over what is felt; the belief returns to indifference.
The order of events is theory; its rates and its gain are assumed.
Does not cover: beliefs about single actions, which belong to control.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import relax


def dyshomeostasis(
    precision: Float[Array, "*batch"],
    felt: Float[Array, "*batch"],
    belief: Float[Array, "*batch"],
) -> Float[Array, "*batch"]:
    """Surprise [1] about the body as it is felt, against what was believed of it.

    Parameters
    ----------
    precision
        Precision pi_o of interoceptive evidence [1].
    felt
        State of the body that is felt [1].
    belief
        State of the body that was believed in [1].
    """
    return precision * (felt - belief) ** 2 / 2


class SelfEfficacyInputs(NamedTuple):
    """Surprise S about the body and what is usual of it [1]."""

    surprise: Float[Array, "*batch"]
    usual: Float[Array, "*batch"]


class SelfEfficacy(AbstractMechanism[Float[Array, "..."]]):
    """Allostatic self-efficacy mu_A [1]; below zero is helplessness."""

    eta: Float[Array, "*#batch"] = param("mind.self_efficacy.eta")
    tau: Float[Array, "*#batch"] = param("mind.self_efficacy.tau")
    gain: Float[Array, "*#batch"] = param("mind.self_efficacy.gain")

    def init(self) -> Float[Array, "..."]:
        """Neither power nor helplessness."""
        return jnp.zeros_like(self.eta)

    def step(
        self,
        state: Float[Array, "*batch"],
        inputs: SelfEfficacyInputs,
        dt: Float[Array, ""],
    ) -> Float[Array, "*batch"]:
        """Self-efficacy after `dt` [h]."""
        loss = self.eta * (inputs.surprise - inputs.usual)
        return relax(state, -loss, 1 / self.tau, dt)

    def wish(self, state: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """What the belief adds to the wish to approach [1]."""
        return self.gain * state
