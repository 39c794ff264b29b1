"""The depressed state at rest: what keeps a person where they are.

Given how low a person's wellbeing S is, the resting mood m and mean belief solve

    S = w_m m + (1 - w_m) mean(mu)      and      m = tanh(k_mu mean(mu) + k_e E),

with approach, rumination and body budget at their own resting values. What life offers
is drawn; the self-criticism c_d that holds each belief down in spite of it then follows
from dmu_d/dt = 0. A person whose life alone explains the belief keeps a small
self-criticism, and a life as poor as the belief needs; so does a person whose life is
so far above the belief that it is not credited at all.

So everybody starts in balance, without a run-in, and differs in what the balance is
made of: those held down by self-criticism can recover for good, those held down by
their life relapse.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.mind import (
    BehaviourInputs,
    BeliefInputs,
    BeliefState,
    BodyInputs,
    BodyState,
    ContestInputs,
    CredibilityInputs,
    DefeatInputs,
    Evidence,
    MoodInputs,
    MoodState,
    RuminationInputs,
    SelfEvidence,
    dyshomeostasis,
)
from kapsim.patient.rooms import Mind

_BISECTIONS = 45
_INCREDIBLE = 8
"""Surprise, in `s_credible`, that leaves no credit in double precision."""


class Balance(NamedTuple):
    """A resting state, the single beliefs around their mean, and what holds it.

    `approach` [1], `rumination` [1/h] and `defeat` [1] are those of rest; `surprise`
    [1/h] is what the person's beliefs live with there, `strain` [1] what the body does.
    """

    beliefs: BeliefState
    body: BodyState
    mood: MoodState
    profile: Float[Array, "3 n"]
    life: Float[Array, "3 n"]
    shift: Float[Array, "3 n"]
    approach: Float[Array, " n"]
    rumination: Float[Array, " n"]
    defeat: Float[Array, " n"]
    surprise: Float[Array, "3 n"]
    strain: Float[Array, " n"]


class _Present(NamedTuple):
    approach: Float[Array, " n"]
    rumination: Float[Array, " n"]
    energy: Float[Array, " n"]


def _present(mind: Mind, mu: Float[Array, "3 n"], mood: Float[Array, " n"]) -> _Present:
    zero = jnp.zeros_like(mood)
    approach = mind.behaviour.read(BehaviourInputs(mu.mean(axis=0), mood, zero, zero))
    rumination = mind.rumination.read(RuminationInputs(mu[1], mood, zero, zero))
    share = rumination / mind.rumination.r0
    energy = mind.body.rest(BodyInputs(approach, mu[2], share, zero + 1, zero))
    return _Present(approach, rumination, energy)


def resting_mean(
    mind: Mind, wellbeing: Float[Array, " n"], spread: Float[Array, "3 n"]
) -> tuple[Float[Array, "3 n"], Float[Array, " n"]]:
    """Beliefs [3, n] and mood [n] at rest for a wellbeing, by bisection.

    Mood needed for the wellbeing falls with the mean belief, mood that follows from it
    rises: there is one crossing.
    """

    def needed(mean: Float[Array, " n"]) -> Float[Array, " n"]:
        w = mind.severity.w_m
        return jnp.clip((wellbeing - (1 - w) * mean) / w, -1, 1)

    def follows(mean: Float[Array, " n"], mood: Float[Array, " n"]) -> Array:
        mu = mean[None] + spread
        zero = jnp.zeros_like(mean)
        energy = _present(mind, mu, mood).energy
        inputs = MoodInputs(mean, zero, energy, zero, zero, zero)
        return mind.mood.rest(zero, inputs)

    def halve(_: Array, ends: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = ends
        mean = (low + high) / 2
        mood = needed(mean)
        above = follows(mean, mood) > mood
        return jnp.where(above, low, mean), jnp.where(above, mean, high)

    ends = (jnp.full_like(wellbeing, -3), jnp.full_like(wellbeing, 2))
    low, high = jax.lax.fori_loop(0, _BISECTIONS, halve, ends)
    mean = _implicit(
        (low + high) / 2, lambda mean: follows(mean, needed(mean)) - needed(mean)
    )
    return mean[None] + spread, needed(mean)


def _implicit(root: Array, lacks: Callable[[Array], Array]) -> Array:
    """A root that bisection found, to the bit, with the derivative of its equation.

    Bisection itself has none: its ends are constants, whatever the equation.

    Parameters
    ----------
    root
        Where `lacks` is zero.
    lacks
        The equation, element by element.
    """
    found = jax.lax.stop_gradient(root)
    left, slope = jax.jvp(lacks, (found,), (jnp.ones_like(found),))
    slope = jax.lax.stop_gradient(jnp.where(slope == 0, 1, slope))
    return found - (left - jax.lax.stop_gradient(left)) / slope


def balance(
    mind: Mind,
    wellbeing: Float[Array, " n"],
    spread: Float[Array, "3 n"],
    life: Float[Array, " n"],
    shift_min: Float[Array, ""],
) -> Balance:
    """Resting state of each person and what holds it.

    Parameters
    ----------
    mind
        Mechanisms of the mind.
    wellbeing
        Wellbeing S at rest [1].
    spread
        Single beliefs around their mean, zero mean over domains [1].
    life
        Level of life content [1].
    shift_min
        Least self-criticism [1].
    """
    mu, mood = resting_mean(mind, wellbeing, spread)
    now = _present(mind, mu, mood)
    body = BodyState(now.energy, jnp.broadcast_to(mind.body.deficit0, mood.shape))
    zero = jnp.zeros_like(mood)
    pi_life, pi_rum = precisions(mind, body, mu[1], zero)
    f_life = mind.behaviour.f0 * met(mind, now.approach, mu[1], zero)
    supply = f_life * pi_life + now.rumination[None] * pi_rum
    pi = jnp.sqrt(supply / mind.learner.process_noise(zero)[None])
    learn = f_life * mind.learner.gain(pi_life, pi, zero)
    drag = now.rumination[None] * mind.learner.gain(pi_rum, pi, zero)
    drag = drag * mind.rumination.bounded(jnp.ones_like(mu), mu)
    energy = jnp.stack([now.energy, zero, zero])
    low, high = credible(mind, drag * shift_min / learn)
    delta = jnp.clip(life[None] + energy - mu, low, high)
    shift = learn * credited(mind, delta) / drag
    beliefs = BeliefState(mu=mu, pi=pi, noise=jnp.ones_like(mu))
    content = mu + delta
    ruminated = jnp.broadcast_to(now.rumination, mu.shape)
    own = SelfEvidence(ruminated, -mind.rumination.bounded(shift, mu), pi_rum)
    evidence = at_rest(Evidence(f_life, content, pi_life), own, spread)
    return Balance(
        beliefs=beliefs,
        body=body,
        mood=MoodState(momentum=zero, mood=mood),
        profile=spread,
        life=content - energy,
        shift=shift,
        approach=now.approach,
        rumination=now.rumination,
        defeat=_defeat(mind, now, mu[1], content[1]),
        surprise=mind.learner.surprise(beliefs, evidence),
        strain=dyshomeostasis(pi_life[0], content[0], mu[0]),
    )


def at_rest(
    life: Evidence, own: SelfEvidence, profile: Float[Array, "3 n"]
) -> BeliefInputs:
    """What speaks to the beliefs of a person without drug and therapy."""
    nothing = jnp.zeros_like(profile)
    return BeliefInputs(
        world=(life,),
        own=(own,),
        relaxation=nothing[0],
        window=nothing[0],
        induced=nothing[0],
        profile=profile,
        pull_kept=nothing[0] + 1,
        certainty_loss=nothing,
        usual=nothing,
    )


def _defeat(
    mind: Mind, now: _Present, rank: Float[Array, " n"], content: Float[Array, " n"]
) -> Float[Array, " n"]:
    """Defeat [1] that a person lives with."""
    zero = jnp.zeros_like(rank)
    contests = mind.contest.read(ContestInputs(rank, zero, now.approach, content))
    open_way = 1 - now.rumination / mind.rumination.r0
    return mind.defeat.rest(DefeatInputs(contests.loss, contests.win, open_way))


def met(
    mind: Mind,
    approach: Float[Array, " n"],
    rank: Float[Array, " n"],
    defeat: Float[Array, " n"],
) -> Float[Array, "3 n"]:
    """Share of what life offers to each belief that is met [1].

    What speaks to rank are contests, and not all of those are entered.
    """
    return jnp.stack(
        [approach, approach * mind.contest.entered(rank, defeat), approach]
    )


def credited(mind: Mind, delta: Float[Array, "3 n"]) -> Float[Array, "3 n"]:
    """What a surprise counts for in a drug-free person: delta times its credit [1]."""
    return mind.learner.reception(delta, jnp.zeros_like(delta[0])) * delta


def credible(
    mind: Mind, least: Float[Array, "3 n"]
) -> tuple[Float[Array, "3 n"], Float[Array, "3 n"]]:
    """Smallest and largest surprise that count for at least `least` [1], by bisection.

    What a surprise counts for rises up to `s_credible` and falls beyond it; where even
    that is too little, both are `s_credible`.
    """

    def halve(_: Array, ends: tuple[Array, ...]) -> tuple[Array, ...]:
        below, low, high, beyond = ends
        first, last = (below + low) / 2, (high + beyond) / 2
        enough, still = (credited(mind, delta) >= least for delta in (first, last))
        return (
            jnp.where(enough, below, first),
            jnp.where(enough, first, low),
            jnp.where(still, last, high),
            jnp.where(still, beyond, last),
        )

    best = jnp.broadcast_to(mind.learner.s_credible, least.shape)
    ends = (jnp.zeros_like(best), best, best, _INCREDIBLE * best)
    _, low, high, _ = jax.lax.fori_loop(0, _BISECTIONS, halve, ends)
    lacks = lambda delta: credited(mind, delta) - least
    edge = lambda end: jnp.where(end == best, best, _implicit(end, lacks))
    return edge(low), edge(high)


def precisions(
    mind: Mind,
    body: BodyState,
    rank: Float[Array, " n"],
    window: Float[Array, " n"],
) -> tuple[Float[Array, "3 n"], Float[Array, "3 n"]]:
    """Precision of evidence from life and from rumination, by domain [1]."""
    felt = mind.body.precision(body, window)
    life = jnp.broadcast_to(mind.learner.pi_life, felt.shape)
    believed = mind.credibility.read(CredibilityInputs(rank))
    rumination = mind.rumination.precision[:, None] * believed[None]
    return jnp.stack([felt, life, life]), rumination
