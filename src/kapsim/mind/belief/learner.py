"""Precision-weighted learning of the beliefs about body, rank and threat (E5 to E8).

For each source of evidence s with rate f_s, content o_s and precision pi_s:

    K     = pi_s / (pi_s + pi * (1 - rho * w))                                   (E5)
    dmu   = sum_s f_s K lambda(delta) c(delta) delta
            + k_c kept (mean(mu) + profile - mu)                                 (E6)
    dpi   = sum_s f_s pi_s - q0 exp(kappa W + nu) pi^2                           (E7)
    lambda(delta > 0) = 1 + beta_plus W*,  lambda(delta < 0) = 1 - beta_minus W* (E8)
    c(delta > 0) = exp(-(delta / s)^2 / 2),  c(delta < 0) = 1

with delta = o_s - mu, or given directly where the evidence is made from the belief
itself (rumination, the content of a session under the drug). Negative content may be
valued less under the drug by the factor 1 - gamma W* (the rival H2).

Mean and precision are the limit of the filter in `continuous_filter` for many small
events. In that limit volatility is not learned at all, so a learned volatility nu has a
form of its own here, and is off unless switched on:

    dnu   = g max(0, sum_s f_s K^2 pi delta^2 - usual) (1 - nu / nu_max) - nu / tau_nu

where `usual` is the surprise that the person lives with at rest. All equations are
stepped exactly with their coefficients held: belief and volatility are linear, the
precision is a Riccati equation.

Assumes: Gaussian beliefs; domains are pulled together, each to its own place around
their mean (`profile`, of zero mean).
Does not cover: latent causes; where evidence comes from.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractMechanism, param
from kapsim.engine.exponential import mean_decay, relax
from kapsim.mind.belief.rule import credibility, gain, valence

DOMAINS = ("body", "rank", "threat")


class BeliefState(NamedTuple):
    """Mean, precision and factor exp(nu) of each belief [1], domains by patients."""

    mu: Float[Array, "3 *batch"]
    pi: Float[Array, "3 *batch"]
    noise: Float[Array, "3 *batch"]


class Evidence(NamedTuple):
    """What the world offers: rate [1/h], content and precision [1]."""

    rate: Float[Array, "3 *batch"]
    content: Float[Array, "3 *batch"]
    precision: Float[Array, "3 *batch"]


class SelfEvidence(NamedTuple):
    """What a person supplies relative to the belief: rate [1/h], shift, precision."""

    rate: Float[Array, "3 *batch"]
    shift: Float[Array, "3 *batch"]
    precision: Float[Array, "3 *batch"]


class BeliefInputs(NamedTuple):
    """Evidence by origin, and what the brain makes of it."""

    world: tuple[Evidence, ...]
    own: tuple[SelfEvidence, ...]
    relaxation: Float[Array, "*batch"]
    window: Float[Array, "*batch"]
    induced: Float[Array, "*batch"]
    profile: Float[Array, "3 *batch"]
    pull_kept: Float[Array, "*batch"]
    certainty_loss: Float[Array, "3 *batch"]
    usual: Float[Array, "3 *batch"]


class BeliefLearner(AbstractMechanism[BeliefState]):
    """Three beliefs that share one learning rule."""

    w: Float[Array, "3"] = param("mind.belief.w")
    beta_plus: Float[Array, "*#batch"] = param("mind.belief.beta_plus")
    beta_minus: Float[Array, "*#batch"] = param("mind.belief.beta_minus")
    gamma_loss: Float[Array, "*#batch"] = param("mind.belief.gamma_loss")
    kappa: Float[Array, "*#batch"] = param("mind.belief.kappa")
    q0: Float[Array, "*#batch"] = param("mind.belief.q0")
    k_c: Float[Array, "*#batch"] = param("mind.belief.k_c")
    s_credible: Float[Array, "*#batch"] = param("mind.belief.s_credible")
    pi_life: Float[Array, "*#batch"] = param("mind.belief.pi_life")
    g_nu: Float[Array, "*#batch"] = param("mind.belief.g_nu")
    nu_max: Float[Array, "*#batch"] = param("mind.belief.nu_max")
    tau_nu: Float[Array, "*#batch"] = param("mind.belief.tau_nu")

    def init(self) -> BeliefState:
        """Indifferent beliefs held with the precision of no evidence."""
        zero = jnp.zeros((3, *self.q0.shape), self.q0.dtype)
        return BeliefState(mu=zero, pi=zero + 1, noise=zero + 1)

    def gain(
        self,
        precision: Float[Array, "3 *batch"],
        prior: Float[Array, "3 *batch"],
        relaxation: Float[Array, "*batch"],
    ) -> Float[Array, "3 *batch"]:
        """Learning rate K [1] of evidence of some precision against the prior (E5)."""
        weight = self.w.reshape(3, *(1,) * (prior.ndim - 1))
        return gain(precision, prior, relaxation[None] * weight)

    def reception(
        self, delta: Float[Array, "3 *batch"], induced: Float[Array, "*batch"]
    ) -> Float[Array, "3 *batch"]:
        """Valence weight times credibility of a surprise delta [1] (E8 and E6)."""
        good = 1 + self.beta_plus * induced
        bad = 1 - self.beta_minus * induced
        width = jnp.broadcast_to(self.s_credible, induced.shape)[None]
        return valence(delta, good[None], bad[None]) * credibility(delta, width)

    def step(
        self, state: BeliefState, inputs: BeliefInputs, dt: Float[Array, ""]
    ) -> BeliefState:
        """Beliefs and precisions after `dt` [h]; `stirred` moves the volatility."""
        rate, drift = self._flow(state, inputs)
        mu = state.mu + drift * dt * mean_decay(rate * dt)
        return BeliefState(mu, self._precision(state, inputs, dt), state.noise)

    def _flow(
        self, state: BeliefState, inputs: BeliefInputs
    ) -> tuple[Float[Array, "3 *batch"], Float[Array, "3 *batch"]]:
        """Rate of approach [1/h] and present drift [1/h] of each belief."""
        pull = jnp.broadcast_to(self.k_c * inputs.pull_kept, state.mu.shape[1:])[None]
        rate = pull + jnp.zeros_like(state.mu)
        drift = pull * (state.mu.mean(axis=0)[None] + inputs.profile - state.mu)
        for evidence in inputs.world:
            valued = 1 - self.gamma_loss * inputs.induced
            content = jnp.where(
                evidence.content < 0, evidence.content * valued[None], evidence.content
            )
            delta = content - state.mu
            weight = self._weight(delta, evidence.precision, state, inputs)
            speed = evidence.rate * weight
            rate, drift = rate + speed, drift + speed * delta
        for evidence in inputs.own:
            weight = self._weight(evidence.shift, evidence.precision, state, inputs)
            speed = evidence.rate * weight
            drift = drift + speed * evidence.shift
        return rate, drift

    def surprise(
        self, state: BeliefState, inputs: BeliefInputs
    ) -> Float[Array, "3 *batch"]:
        """Rate of squared, precision-weighted updates [1/h], which volatility reads.

        As they would be without the drug: that relaxed beliefs move more is no sign
        that the world has changed.
        """
        total, sober = jnp.zeros_like(state.mu), jnp.zeros_like(inputs.relaxation)
        deltas = [
            *((e, e.content - state.mu) for e in inputs.world),
            *((e, e.shift) for e in inputs.own),
        ]
        for evidence, delta in deltas:
            gain = self.gain(evidence.precision, state.pi, sober)
            step = gain * self.reception(delta, sober) * delta
            total = total + evidence.rate * state.pi * step**2
        return total

    def stirred(
        self, state: BeliefState, inputs: BeliefInputs, dt: Float[Array, ""]
    ) -> Float[Array, "3 *batch"]:
        """Factor exp(nu) of process noise [1] after `dt` [h] of such surprise."""
        row = lambda value: jnp.broadcast_to(value, state.mu.shape[1:])[None]
        beyond = jnp.maximum(self.surprise(state, inputs) - inputs.usual, 0)
        gain = row(self.g_nu) * beyond
        decay = gain / row(self.nu_max) + row(1 / self.tau_nu)
        return jnp.exp(relax(jnp.log(state.noise), gain, decay, dt))

    def _weight(
        self,
        delta: Float[Array, "3 *batch"],
        precision: Float[Array, "3 *batch"],
        state: BeliefState,
        inputs: BeliefInputs,
    ) -> Float[Array, "3 *batch"]:
        gain = self.gain(precision, state.pi, inputs.relaxation)
        return gain * self.reception(delta, inputs.induced)

    def _precision(
        self, state: BeliefState, inputs: BeliefInputs, dt: Float[Array, ""]
    ) -> Float[Array, "3 *batch"]:
        """Exact Riccati step of E7, then the certainty that therapy took away."""
        supply = sum(
            (e.rate * e.precision for e in (*inputs.world, *inputs.own)),
            start=jnp.zeros_like(state.pi),
        )
        loss = self.process_noise(inputs.window)[None] * state.noise
        turn = _tanh_share(supply * loss * dt**2) * dt
        new = (state.pi + supply * turn) / (1 + loss * state.pi * turn)
        return new * jnp.exp(-inputs.certainty_loss * dt)

    def process_noise(self, window: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Loss of certainty q0 exp(kappa W) [1/h] at no volatility (E7)."""
        return self.q0 * jnp.exp(self.kappa * window)


def _tanh_share(square: Float[Array, "3 *batch"]) -> Float[Array, "3 *batch"]:
    """tanh(x) / x of the square of x [1]; 1 where nothing is supplied."""
    some = square > 0
    x = jnp.sqrt(jnp.where(some, square, jnp.ones_like(square)))
    return jnp.where(some, jnp.tanh(x) / x, jnp.ones_like(x))
