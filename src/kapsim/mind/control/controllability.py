"""Whether outcomes depend on what one does: two models of a task, compared by Bayes.

    M0  one distribution of outcomes, common to all actions:  p ~ Dir(alpha m)
    M1  a distribution of its own for each action:            p_a ~ Dir(alpha m)

    chi = P(M1 | data) = sigma(L)
    L   = logit chi_0 + log P(data | M1) - log P(data | M0)

With counts n_ao, n_a = sum_o n_ao, n_o = sum_a n_ao, N = sum n, the Bayes factor grows
from trial to trial by the ratio of the two predictions of what happened,

    dL = log (alpha m_o + n_ao) / (alpha + n_a) - log (alpha m_o + n_o) / (alpha + N),

which adds up to the ratio of the two Dirichlet-multinomial marginal likelihoods. What a
person expects of an action is P(o | a) averaged over the two models. A new task starts
without counts; what goes over to it is the expectation of control:

    chi_0(new task) = rho chi + (1 - rho) chi_base

Under the drug's window W evidence *for* control counts more, evidence against it as
always: dL > 0 is multiplied by 1 + kappa W. With W = 0 the comparison is exact. A
person tries to act with probability sigma(beta (chi - theta)).

Assumes: outcomes of equal prior probability (m uniform); no forgetting within a task;
control is learned, so the window acts on it and not on helplessness.
Does not cover: passivity as the unlearned answer to long adversity (`passivity.py`);
costs of acting; different kinds of control in one task.

Source: the idea of Huys and Dayan (2009) and Lieder et al. (2013); this form is a
choice, no publication fixes it.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param


class ControllabilityState(NamedTuple):
    """Counts of this task [1], and log odds L of control [1]."""

    counts: Float[Array, "actions outcomes"]
    log_odds: Float[Array, ""]


class ControllabilityTrial(NamedTuple):
    """What was (1 at what it was, 0 elsewhere), 1 if the task is new, window W [1]."""

    action: Float[Array, "actions"]
    outcome: Float[Array, "outcomes"]
    new_task: Float[Array, ""]
    window: Float[Array, ""]


class ControllabilitySignals(NamedTuple):
    """Control chi and P(o | a) before an outcome, log odds gained by it [1]."""

    control: Float[Array, ""]
    expected: Float[Array, "actions outcomes"]
    gained: Float[Array, ""]


class Controllability(
    AbstractTrialLearner[ControllabilityState, ControllabilitySignals]
):
    """Probability that a task can be controlled; see the module text.

    Attributes
    ----------
    actions, outcomes
        How many there are of each.
    """

    alpha: Float[Array, "*#batch"] = param("mind.control.alpha")
    chi_base: Float[Array, "*#batch"] = param("mind.control.chi_base")
    rho: Float[Array, "*#batch"] = param("mind.control.rho")
    kappa: Float[Array, "*#batch"] = param("mind.control.kappa")
    beta: Float[Array, "*#batch"] = param("mind.control.beta")
    theta: Float[Array, "*#batch"] = param("mind.control.theta")
    actions: int = eqx.field(default=2, static=True)
    outcomes: int = eqx.field(default=2, static=True)

    def init(self) -> ControllabilityState:
        """A first task, of which nothing is known."""
        none = jnp.zeros((self.actions, self.outcomes), self.alpha.dtype)
        return ControllabilityState(none, jax.scipy.special.logit(self.chi_base))

    def control(self, state: ControllabilityState) -> Float[Array, ""]:
        """Probability of control chi [1]."""
        return jax.nn.sigmoid(state.log_odds)

    def trying(self, state: ControllabilityState) -> Float[Array, ""]:
        """Probability [1] of trying to act, rather than of waiting."""
        return jax.nn.sigmoid(self.beta * (self.control(state) - self.theta))

    def expected(self, state: ControllabilityState) -> Float[Array, "actions outcomes"]:
        """Probability [1] of each outcome after each action, over both models."""
        own, common = self._predictions(state)
        control = self.control(state)
        return control * own + (1 - control) * common[None]

    def begun(
        self, state: ControllabilityState, new_task: Float[Array, ""]
    ) -> ControllabilityState:
        """The state with which a trial begins: another one where the task is new."""
        kept = self.rho * jax.nn.sigmoid(state.log_odds)
        lost = self.rho * jax.nn.sigmoid(-state.log_odds)
        rest = 1 - self.rho
        opened = jnp.log(kept + rest * self.chi_base) - jnp.log(
            lost + rest * (1 - self.chi_base)
        )
        new = new_task > 0
        return ControllabilityState(
            jnp.where(new, 0, state.counts), jnp.where(new, opened, state.log_odds)
        )

    def trial(
        self, state: ControllabilityState, inputs: ControllabilityTrial
    ) -> tuple[ControllabilityState, ControllabilitySignals]:
        """State after an action and its outcome, and what was expected of it."""
        state = self.begun(state, inputs.new_task)
        own, common = self._predictions(state)
        ratio = jnp.log(inputs.action @ own) - jnp.log(common)
        evidence = inputs.outcome @ ratio
        gain = jnp.where(evidence > 0, 1 + self.kappa * inputs.window, 1)
        gained = gain * evidence
        after = ControllabilityState(
            state.counts + inputs.action[:, None] * inputs.outcome[None],
            state.log_odds + gained,
        )
        return after, ControllabilitySignals(
            self.control(state), self.expected(state), gained
        )

    def _predictions(
        self, state: ControllabilityState
    ) -> tuple[Float[Array, "actions outcomes"], Float[Array, "outcomes"]]:
        """Probability [1] of each outcome for each action (M1) and for all (M0)."""
        prior = self.alpha / self.outcomes
        total = state.counts.sum(axis=1, keepdims=True)
        own = (prior + state.counts) / (self.alpha + total)
        together = state.counts.sum(axis=0)
        return own, (prior + together) / (self.alpha + together.sum())
