"""Trains of thought, what the rate of rumination stands for, and believed criticism."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import expit

from kapsim.engine import run_trials
from kapsim.engine.random import patient_indices, stream_key, uniforms
from kapsim.lab.experiment import Setting
from kapsim.lab.experiments.criticism import believed_self_criticism as believed
from kapsim.mind import BeliefInputs, BeliefLearner, SelfEvidence
from kapsim.mind.criticism import (
    Rumination,
    RuminationInputs,
    Thoughts,
    ThoughtTrial,
    dwell,
    negative_share,
)
from validation.laboratory.checked import SEED, checked

PEOPLE, THOUGHTS = 400, 960
RANK, MOOD = -0.6, -0.5
SUBSTEPS = 200
KEY = stream_key(SEED, "validation.thoughts")
DRAWS = uniforms(KEY, patient_indices(0, PEOPLE), 0, THOUGHTS, dtype=jnp.float64)


@eqx.filter_jit
def negative(thinker, share):
    """1 where a thought is negative [thoughts, people]."""

    def one(draws):
        trials = ThoughtTrial(jnp.broadcast_to(share, draws.shape), draws)
        return run_trials(thinker, trials)[1].thought[:, 0]

    return jax.vmap(one, in_axes=1, out_axes=1)(DRAWS)


def stuck(association, stay):
    """Thoughts of people who stay negative with this probability."""
    strength = jnp.asarray(association)
    weight = stay / (1 - stay) / jnp.exp(strength)
    share = negative_share(weight, strength)
    return np.asarray(negative(Thoughts(association=strength), share))


def train(thoughts):
    """Mean length of negative trains [1]."""
    here, after = thoughts[:-1], thoughts[1:]
    return float(here.sum() / (here * (1 - after)).sum())


def test_trains_last_one_over_one_minus_r(check):
    for stay in (0.5, 0.8, 0.95):
        name = f"mean negative train at r = {stay}, over 1 / (1 - r)"
        mean = 1 / (1 - stay)
        found = train(stuck(1.5, stay)) / mean
        check(name, found, 0.97, 1.03, source="exact")
        forgotten = dwell(jnp.asarray(stay / (stay + (1 - stay) * np.exp(1.5))))
        fault = "an association that is left out"
        check.planted(name, fault, float(forgotten) / mean)


def test_dwelling_in_the_laboratory(check):
    names = checked(check, "rumination-dwell")
    enter = 1 / 3  # at a weight of a half
    gap = train(stuck(0.0, enter)) - 1 / (1 - enter)
    check.planted(names["train_gap"], "an association that does nothing", gap)


# -- what the rate of rumination stands for --------------------------------------------


def rate(drive, window):
    """Rate of rumination [1/h] of someone depressed, and its greatest value."""
    rumination = Rumination()
    state = RuminationInputs(*map(jnp.asarray, (RANK, MOOD, drive, window)))
    return float(rumination.read(state)), float(rumination.r0)


def test_the_rate_of_rumination_is_a_share_of_thoughts(check):
    thinker = Thoughts()
    each = float(thinker.evidence(Rumination().r0))
    per_hour = float(thinker.rate)
    for words, drug in (("without drug", (0.0, 0.0)), ("a day after", (0.0, 0.9))):
        ruminated, greatest = rate(*drug)
        share = jnp.asarray(ruminated / greatest)
        counted = np.asarray(negative(thinker, share))
        name = f"observations from negative thoughts, over the rate R, {words}"
        found = counted.mean() * per_hour * each / ruminated
        check(name, found, 0.98, 1.02, source="exact")
        odds = float(share) / (1 - float(share))
        fault = "the odds taken for the share"
        check.planted(name, fault, odds * per_hour * each / ruminated)


def test_scatter_that_the_rate_leaves_out(check):
    thinker = Thoughts()
    ruminated, greatest = rate(0.0, 0.9)
    share = ruminated / greatest
    chain = np.asarray(thinker.chain(jnp.asarray(share)))
    memory = chain[0, 0] - chain[1, 0]
    counts = np.asarray(negative(thinker, jnp.asarray(share))).sum(axis=0)
    alone = THOUGHTS * share * (1 - share)
    want = alone * (1 + memory) / (1 - memory)
    name = "variance of negative thoughts in a day, over that of the chain"
    # the standard error of a variance over 400 people is 7 %
    check(name, counts.var(ddof=1) / want, 0.75, 1.25, source="exact")
    check.planted(name, "thoughts without memory", alone / want)


def test_a_belief_moves_as_by_the_rate(check):
    """A stream of small observations against one source of evidence of rate R."""
    days, shift = 5, -0.35
    learner, thinker, rumination = BeliefLearner(), Thoughts(), Rumination()
    ruminated, greatest = rate(0.0, 0.0)
    share = jnp.asarray(ruminated / greatest)
    zero, row = jnp.zeros((3, 1)), jnp.zeros(1)
    precision = rumination.precision[:, None]
    own = SelfEvidence(zero + ruminated, zero + shift, precision)
    inputs = BeliefInputs((), (own,), row, row, row, zero, row, zero, zero)
    blank = jax.tree.map(lambda one: one[:, None], learner.init())
    state = blank._replace(pi=zero + 4.0)
    gain = np.asarray(learner.gain(precision, state.pi, row))[1, 0]
    by_rate = learner.step(state, inputs, jnp.asarray(24.0 * days)).mu[1, 0]
    share_seen = np.asarray(negative(thinker, share)).mean()
    moved = days * 24 * float(thinker.rate) * share_seen
    by_thought = moved * float(thinker.evidence(rumination.r0)) * gain * shift
    name = "fall of a belief by single thoughts, over the fall by the rate"
    check(name, by_thought / float(by_rate), 0.98, 1.02, source="exact")
    whole = by_thought / float(share)
    check.planted(name, "every thought negative", whole / float(by_rate))


# -- believed criticism ----------------------------------------------------------------


def fallen(daily, credibility, *, on_shift=1.0, standard=0.5):
    """Rank belief after the days, entered a second time.

    Over a day the belief goes to where life and what the person tells himself balance;
    the precision by its differential equation, in small steps.
    """
    learner, rumination = BeliefLearner(), Rumination()
    life, said = float(learner.pi_life), float(rumination.precision[1])
    q = float(learner.q0)
    low, width = float(rumination.mu_low), float(rumination.s_low)
    mu = np.zeros(daily.shape[1])
    pi = np.full_like(mu, np.sqrt(life / 24 / q))
    for outcome in daily:
        short = np.maximum(standard - outcome, 0)
        trust = np.where(short > 0, said * credibility, 0.0)
        good = np.exp(-(np.maximum(outcome - mu, 0) ** 2) / 2 / 2**2)
        speed = life / (life + pi) * good
        floor = expit((mu - low) / width)
        told = -trust / (trust + pi) * short * floor * on_shift
        balance = outcome + told / speed
        mu = balance + (mu - balance) * np.exp(-speed)
        for _ in range(SUBSTEPS):
            pi = pi + ((life + trust) - 24 * q * pi**2) / SUBSTEPS
    return mu


def test_believed_criticism(check):
    names = checked(check, "believed-self-criticism")
    daily = believed.outcomes(Setting(SEED, PEOPLE))
    days = np.asarray(daily)
    for words, credibility in (("heard", 0.2), ("believed", 3.0)):
        someone = believed.person(credibility)
        got = float(believed.follow(someone, daily).rank[-1].mean())
        want = fallen(days, credibility).mean()
        name = f"rank belief after 60 days, criticism {words}, from a second entry"
        check(name, got - want, -1e-4, 1e-4, source="exact")
        loud = fallen(days, 1.0, on_shift=credibility).mean()
        fault = "credibility that acts on the words"
        check.planted(name, fault, loud - want)
    praised = [fallen(days, trust, on_shift=-1.0).mean() for trust in (0.2, 3.0)]
    check.planted(names["believed_gap"], "praise", praised[0] - praised[1])
