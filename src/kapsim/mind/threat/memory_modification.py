"""Latent causes in time: extinction, the return of fear, and memories that change.

Each trial t is inferred to come from one cause k, known or new:

    P(z_t = k)  ~  sum over earlier trials s of k of K(t - s)   (known);   alpha   (new)
    K(x)        =  x^-g
    x_td        ~  N(m_kd, v_k),   m_kd = S_kd / (N_k + sx2),
                                   v_k  = sx2 / (N_k + sx2) + sx2
    r_t         ~  N(w_k . x_t, sr2)

N_k counts the trials of a cause and S_kd sums their cues. What is expected, and the
response, come before the shock is seen:

    V_t  = sum_k P(z_t = k | x_t) w_k . x_t
    CR_t = Phi((V_t - theta) / lambda)

Then come rounds of inference and learning, as many as the gap to the next trial is long
(rounded), at least one and at most n:

    q_k  ~  P(z_t = k) P(x_t | k) P(r_t | k)
    w_k <-  w_k + eta q_k x_t (r_t - w_k . x_t)
    w_k <-  w_k (1 + (kept - 1) q_k)

and the trial goes to the cause with the greatest q_k. The rounds are what makes a
window after retrieval: with n = 1 (`iterations`) there is none, which is the switch for
a mechanism that failed to replicate. `kept` is 1, and 0 where restabilisation is
blocked.

In the published form nearly all that is known of old times fades against a new cause
when a gap is long, and fear that has come back goes away again. With `capped` no gap
counts as longer than `longest`, and recovery is monotone.

Assumes: each trial takes one unit of time; a trial is given to one cause for good.
Does not cover: what a shock is made of; rooms, unless they are given as cues. There V
is to be read, because the response saturates.

Source: Gershman, Monfils, Norman and Niv (2017), equations and parameters read in the
authors' code; `capped` and the factor on eta are choices of this project.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jax.scipy.special import ndtr
from jaxtyping import Array, Float, Int

from kapsim.engine import AbstractTrialLearner, param
from kapsim.evidence import library
from kapsim.mind.threat.reconsolidation import restabilised


class MemoryState(NamedTuple):
    """What was learned, and which cause each earlier trial was given to.

    `weights` [1], `trials` N_k and `cues` S_kd by cause; `time` [trials] and cause
    (one-hot, all 0 where nothing is kept) of each kept trial; trials `met`.
    """

    weights: Float[Array, "cues causes"]
    trials: Float[Array, "causes"]
    cues: Float[Array, "cues causes"]
    time: Float[Array, "kept"]
    given: Float[Array, "kept causes"]
    met: Int[Array, ""]


class MemoryTrial(NamedTuple):
    """A trial, and what surrounds it.

    Attributes
    ----------
    cues
        Strength of each cue [1].
    us
        Size of the shock [1].
    time
        When the trial is [trials]; later than the trial before.
    until_next
        Gap to the next trial [trials]; 1 where there is none.
    gain
        Factor on the learning rate [1]; 1 without a drug.
    kept
        Share of its weights that a retrieved cause keeps [1]; 1 where nothing happens.
    """

    cues: Float[Array, "cues"]
    us: Float[Array, ""]
    time: Float[Array, ""]
    until_next: Float[Array, ""]
    gain: Float[Array, ""]
    kept: Float[Array, ""]


class MemorySignals(NamedTuple):
    """Expectation V and response CR; probability of causes before and after [1]."""

    expected: Float[Array, ""]
    response: Float[Array, ""]
    before: Float[Array, "causes"]
    after: Float[Array, "causes"]


def _count(name: str) -> int:
    record = library().parameter(f"mind.memory_modification.{name}")
    return int(record.internal_value)


class MemoryModification(AbstractTrialLearner[MemoryState, MemorySignals]):
    """Fear under causes inferred in time; see the module text.

    Attributes
    ----------
    cues
        How many cues a trial has.
    causes
        How many causes can be told apart.
    iterations
        Most rounds of inference and learning between two trials.
    trials
        How many trials are remembered each by its own time.
    capped
        Whether gaps longer than `longest` count as `longest`.
    """

    alpha: Float[Array, "*#batch"] = param("mind.memory_modification.alpha")
    g: Float[Array, "*#batch"] = param("mind.memory_modification.g")
    eta: Float[Array, "*#batch"] = param("mind.memory_modification.eta")
    sigma_r2: Float[Array, "*#batch"] = param("mind.memory_modification.sigma_r2")
    sigma_x2: Float[Array, "*#batch"] = param("mind.memory_modification.sigma_x2")
    theta: Float[Array, "*#batch"] = param("mind.memory_modification.theta")
    lam: Float[Array, "*#batch"] = param("mind.memory_modification.lam")
    w0: Float[Array, "*#batch"] = param("mind.memory_modification.w0")
    longest: Float[Array, "*#batch"] = param("mind.memory_modification.longest")
    trial_unit: Float[Array, "*#batch"] = param("mind.memory_modification.trial_unit")
    cues: int = eqx.field(default=1, static=True)
    causes: int = eqx.field(default_factory=lambda: _count("causes"), static=True)
    iterations: int = eqx.field(
        default_factory=lambda: _count("iterations"), static=True
    )
    trials: int = eqx.field(default_factory=lambda: _count("trials"), static=True)
    capped: bool = eqx.field(default=False, static=True)

    def init(self) -> MemoryState:
        """Nothing met yet."""
        zeros = lambda *shape: jnp.zeros(shape, self.eta.dtype)
        return MemoryState(
            weights=zeros(self.cues, self.causes) + self.w0,
            trials=zeros(self.causes),
            cues=zeros(self.cues, self.causes),
            time=zeros(self.trials),
            given=zeros(self.trials, self.causes),
            met=jnp.asarray(0),
        )

    def units(self, hours: Float[Array, "*batch"]) -> Float[Array, "*batch"]:
        """Time [trials] that stands for some hours [h]."""
        return hours / self.trial_unit

    def trial(
        self, state: MemoryState, inputs: MemoryTrial
    ) -> tuple[MemoryState, MemorySignals]:
        """State after the trial, and what its cues foretold."""
        prior = self.prior(state, inputs.time)
        some = prior > 0
        log_prior = jnp.log(jnp.where(some, prior, jnp.ones_like(prior)))
        told = jnp.where(some, log_prior + self._fit(state, inputs.cues), -jnp.inf)
        before = jax.nn.softmax(told)
        expected = before @ (inputs.cues @ state.weights)
        weights, after = self._learned(state.weights, before, told, inputs)
        signals = MemorySignals(
            expected=expected,
            response=ndtr((expected - self.theta) / self.lam),
            before=before,
            after=after,
        )
        given = jax.nn.one_hot(jnp.argmax(after), self.causes, dtype=after.dtype)
        place = state.met % self.trials
        return MemoryState(
            weights=weights,
            trials=state.trials + given,
            cues=state.cues + inputs.cues[:, None] * given[None],
            time=state.time.at[place].set(inputs.time),
            given=state.given.at[place].set(given),
            met=state.met + 1,
        ), signals

    def prior(
        self, state: MemoryState, time: Float[Array, ""]
    ) -> Float[Array, "causes"]:
        """Probability of each cause [1] before anything of a trial is seen."""
        met = state.given.sum(axis=1) > 0
        gap = jnp.where(met, time - state.time, jnp.ones_like(state.time))
        if self.capped:
            gap = jnp.minimum(gap, self.longest)
        free = state.trials == 0
        new = free & (jnp.cumsum(free) == 1)
        weight = jnp.where(new, self.alpha, gap**-self.g @ state.given)
        return weight / weight.sum()

    def _fit(
        self, state: MemoryState, cues: Float[Array, "cues"]
    ) -> Float[Array, "causes"]:
        """Log density of a trial's cues under each cause, less a constant."""
        share = state.trials + self.sigma_x2
        mean = state.cues / share[None]
        variance = self.sigma_x2 / share + self.sigma_x2
        distance = ((cues[:, None] - mean) ** 2).sum(axis=0)
        return -(distance / variance + self.cues * jnp.log(variance)) / 2

    def _learned(
        self,
        weights: Float[Array, "cues causes"],
        before: Float[Array, "causes"],
        told: Float[Array, "causes"],
        inputs: MemoryTrial,
    ) -> tuple[Float[Array, "cues causes"], Float[Array, "causes"]]:
        """Weights and probability of each cause after the rounds of a trial."""
        rounds = jnp.clip(jnp.floor(inputs.until_next + 0.5), 1, self.iterations)
        rate = self.eta * inputs.gain

        def again(carried: tuple, number: Float[Array, ""]) -> tuple[tuple, None]:
            w, _ = carried
            error = inputs.us - inputs.cues @ w
            q = jax.nn.softmax(told - error**2 / (2 * self.sigma_r2))
            w = w + rate * inputs.cues[:, None] * (q * error)[None]
            changed = (restabilised(w, q, inputs.kept), q)
            going = number < rounds
            keep = lambda new, old: jnp.where(going, new, old)
            return jax.tree.map(keep, changed, carried), None

        numbers = jnp.arange(self.iterations, dtype=rounds.dtype)
        return jax.lax.scan(again, (weights, before), numbers)[0]
