"""Latent causes of what is met together: a room is one of its signs.

    P(z_t = k | past)  ~  N_k + s [z_{t-1} = k]  (a known cause);  alpha  (a new one)
    P(x_d = 1 | k)     =  (N_kd + a) / (N_k + a + b)
    P(shock | k)       =  (N_k,us + a) / (N_k + a + b)
    V_t                =  sum_k P(z_t = k | x_t, past) P(shock | k)

N_k counts the trials given to a cause, N_kd those with sign d among them. Where
extinction looks unlike acquisition it becomes a cause of its own, and the fear that
was learned stays under the old one: it returns with its room.

The posterior over all assignments is followed by M particles. With M = 1 the trial goes
to its most probable cause (local maximum a posteriori). With more, each particle's
branches are weighted by P(x_t, shock, z_t = k | particle), and M of all branches are
drawn by systematic sampling, from one uniform number a trial. (The authors' program
draws from the mean posterior of all particles, and drops none.) The expectation is the
plain mean over particles, as it is there.

Assumes: signs and shocks are present or absent, independent given the cause; causes
come back by how often they were met, not by how long ago.
Does not cover: time, so no spontaneous recovery; the size of a shock; learning that
changes with how well a cause fits.

Source: Gershman, Blei and Niv (2010), equations read in the authors' code.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from kapsim.engine import AbstractTrialLearner, param
from kapsim.evidence import library


class LatentCauseState(NamedTuple):
    """What each particle counted, and the last trial's cause (-1 for none)."""

    trials: Float[Array, "particles causes"]
    shocks: Float[Array, "particles causes"]
    signs: Float[Array, "particles causes signs"]
    last: Int[Array, "particles"]


class LatentCauseTrial(NamedTuple):
    """Signs and shock, present 1 or absent 0, and a uniform number in (0, 1) [1]."""

    signs: Float[Array, "signs"]
    us: Float[Array, ""]
    draw: Float[Array, ""]


class LatentCauseSignals(NamedTuple):
    """Expectation of shock [1]; probability of each cause before and after it [1]."""

    expected: Float[Array, ""]
    before: Float[Array, "causes"]
    after: Float[Array, "causes"]


def _most_causes() -> int:
    return int(library().parameter("mind.latent_cause.k_max").internal_value)


class LatentCause(AbstractTrialLearner[LatentCauseState, LatentCauseSignals]):
    """Fear under causes that are inferred; see the module text.

    Attributes
    ----------
    signs
        How many signs a trial has: the cue, and one for each room.
    particles
        M; 1 for the local maximum a posteriori, which uses no random number.
    causes
        How many causes can be told apart.
    """

    alpha: Float[Array, "*#batch"] = param("mind.latent_cause.alpha")
    a: Float[Array, "*#batch"] = param("mind.latent_cause.a")
    b: Float[Array, "*#batch"] = param("mind.latent_cause.b")
    stickiness: Float[Array, "*#batch"] = param("mind.latent_cause.stickiness")
    signs: int = eqx.field(default=2, static=True)
    particles: int = eqx.field(default=1, static=True)
    causes: int = eqx.field(default_factory=_most_causes, static=True)

    def init(self) -> LatentCauseState:
        """Nothing met yet."""
        none = jnp.zeros((self.particles, self.causes), self.alpha.dtype)
        return LatentCauseState(
            trials=none,
            shocks=none,
            signs=jnp.zeros((*none.shape, self.signs), none.dtype),
            last=jnp.full(self.particles, -1),
        )

    def trial(
        self, state: LatentCauseState, inputs: LatentCauseTrial
    ) -> tuple[LatentCauseState, LatentCauseSignals]:
        """Counts after the trial, and what its signs foretold."""
        told = self.prior(state) * self._fit(state, inputs.signs)
        before = told / told.sum(axis=1, keepdims=True)
        shock = (state.shocks + self.a) / (state.trials + self.a + self.b)
        branches = told * jnp.where(inputs.us > 0, shock, 1 - shock)
        after = branches / branches.sum()
        signals = LatentCauseSignals(
            expected=(before * shock).sum(axis=1).mean(),
            before=before.mean(axis=0),
            after=after.sum(axis=0),
        )
        return self._counted(state, inputs, *self._chosen(after, inputs.draw)), signals

    def prior(self, state: LatentCauseState) -> Float[Array, "particles causes"]:
        """Probability of each cause [1] before anything of a trial is seen."""
        free = state.trials == 0
        new = free & (jnp.cumsum(free, axis=1) == 1)
        last = jax.nn.one_hot(state.last, self.causes, dtype=state.trials.dtype)
        weight = jnp.where(new, self.alpha, state.trials + self.stickiness * last)
        return weight / weight.sum(axis=1, keepdims=True)

    def _fit(
        self, state: LatentCauseState, signs: Float[Array, "signs"]
    ) -> Float[Array, "particles causes"]:
        """Probability [1] of a trial's signs under each cause."""
        total = state.trials[:, :, None] + self.a + self.b
        present = (state.signs + self.a) / total
        seen = signs[None, None, :] > 0
        return jnp.prod(jnp.where(seen, present, 1 - present), axis=2)

    def _chosen(
        self, after: Float[Array, "particles causes"], draw: Float[Array, ""]
    ) -> tuple[Int[Array, "particles"], Int[Array, "particles"]]:
        """Which particles live on, each with the cause it gives to the trial."""
        if self.particles == 1:
            return jnp.zeros(1, int), jnp.argmax(after, axis=1)
        steps = jnp.arange(self.particles, dtype=after.dtype)
        heights = jnp.cumsum(after.T.reshape(-1))
        branch = jnp.searchsorted(heights, (steps + draw) / self.particles)
        branch = jnp.minimum(branch, after.size - 1)
        return branch % self.particles, branch // self.particles

    def _counted(
        self,
        state: LatentCauseState,
        inputs: LatentCauseTrial,
        parent: Int[Array, "particles"],
        cause: Int[Array, "particles"],
    ) -> LatentCauseState:
        """Counts of the particles that live on, with this trial."""
        given = jax.nn.one_hot(cause, self.causes, dtype=state.trials.dtype)
        return LatentCauseState(
            trials=state.trials[parent] + given,
            shocks=state.shocks[parent] + given * inputs.us,
            signs=state.signs[parent] + given[:, :, None] * inputs.signs[None, None, :],
            last=cause,
        )
