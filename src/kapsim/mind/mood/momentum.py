"""Mood that colours reward, and reward that moves mood: momentum and its stability.

On each trial a reward r is felt through the mood m, and what is felt moves both the
momentum h and the value v that is expected:

    r_p   = r f^m                   felt reward
    delta = r_p - v                 surprise
    h    <- h + eta_h (delta - h)
    m     = tanh h
    v    <- v + eta_v delta

f is the feedback of mood on reward. Without it (f = 1) the momentum is the leaky
integral of surprises,

    h_t = eta_h sum_k (1 - eta_h)^k delta_(t-k),

and that is the momentum of a person's mood (`mood.py`): a step dt there has
eta_h = 1 - exp(-dt / tau_h). With f > 1 a good mood sweetens reward and so lifts
itself. For a steady reward the resting point h = 0, v = r loses its stability where the
two eigenvalues, a complex pair, reach the unit circle:

    r ln f = (eta_h + eta_v - eta_h eta_v) / eta_h.

Beyond it mood swings in a limit cycle.

Assumes: reward above zero; one value for everything.
Does not cover: choice, punishment, and the advantage of what was chosen over what was
expected of the state, which a later form of the model integrates instead of surprise.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param


class MomentumState(NamedTuple):
    """Momentum h and value v, both in units of reward [1]."""

    momentum: Float[Array, ""]
    value: Float[Array, ""]


class MomentumInputs(NamedTuple):
    """Reward r of the trial [1]."""

    reward: Float[Array, ""]


class MomentumSignals(NamedTuple):
    """Value expected, reward felt, surprise, and mood after the trial [1]."""

    expected: Float[Array, ""]
    felt: Float[Array, ""]
    surprise: Float[Array, ""]
    mood: Float[Array, ""]


def felt_reward(
    reward: Float[Array, "*batch"],
    mood: Float[Array, "*batch"],
    feedback: Float[Array, "*#batch"],
) -> Float[Array, "*batch"]:
    """Reward r_p [1] as it is felt in a mood [1]."""
    return reward * feedback**mood


def largest_stable_feedback(
    reward: Float[Array, "*batch"],
    eta_h: Float[Array, "*#batch"],
    eta_v: Float[Array, "*#batch"],
) -> Float[Array, "*batch"]:
    """Feedback f [1] up to which mood is stable under a steady reward [1]."""
    return jnp.exp((eta_h + eta_v - eta_h * eta_v) / (eta_h * reward))


class MoodMomentum(AbstractTrialLearner[MomentumState, MomentumSignals]):
    """Mood with momentum, fed back on reward; see the module text."""

    f: Float[Array, ""] = param("mind.momentum.f")
    eta_h: Float[Array, ""] = param("mind.momentum.eta_h")
    eta_v: Float[Array, ""] = param("mind.momentum.eta_v")

    def init(self) -> MomentumState:
        """Neutral mood; nothing expected."""
        zero = jnp.zeros_like(self.f)
        return MomentumState(momentum=zero, value=zero)

    def trial(
        self, state: MomentumState, inputs: MomentumInputs
    ) -> tuple[MomentumState, MomentumSignals]:
        """State after a reward, and what was felt."""
        felt = felt_reward(inputs.reward, jnp.tanh(state.momentum), self.f)
        surprise = felt - state.value
        momentum = state.momentum + self.eta_h * (surprise - state.momentum)
        after = MomentumState(momentum, state.value + self.eta_v * surprise)
        mood = jnp.tanh(momentum)
        return after, MomentumSignals(state.value, felt, surprise, mood)
