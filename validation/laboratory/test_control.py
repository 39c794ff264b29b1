"""Control compared by Bayes, control sensed, and three groups with the same shocks."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import expit, gammaln, logit

from kapsim.engine import AbstractTrialLearner, run_trials
from kapsim.lab.experiment import Setting
from kapsim.lab.experiments.control import (
    ketamine_and_helplessness as drugged,
    sensing_control as sensing,
    triadic_design as triadic,
)
from kapsim.lab.experiments.control.animals import Inferring, Protected
from kapsim.lab.experiments.control.box import Cohort
from kapsim.mind.control import (
    ActorSpectator,
    Controllability,
    ControllabilityTrial,
    Passivity,
)
from validation.laboratory.checked import SEED, checked

ANIMALS = 200
ALPHA, CHI_BASE = 2.0, 0.8
"""Recorded values, written a second time."""

ACTIONS, OUTCOMES, TRIALS = 3, 2, 80
followed = eqx.filter_jit(run_trials)


# -- the comparison of models ----------------------------------------------------------


def history():
    """Actions and outcomes of many learners [learners, trials]."""
    rng = np.random.default_rng(11)
    done = rng.integers(ACTIONS, size=(40, TRIALS))
    chance = rng.uniform(size=(40, ACTIONS))
    came = (rng.uniform(size=done.shape) < np.take_along_axis(chance, done, 1)) * 1
    return done, came


def closed_form(done, came):
    """Probability of control from Dirichlet-multinomial marginal likelihoods [1]."""
    counts = np.zeros((ACTIONS, OUTCOMES))
    np.add.at(counts, (done, came), 1)

    def marginal(counts):
        prior = ALPHA / OUTCOMES
        each = gammaln(prior + counts) - gammaln(prior)
        return gammaln(ALPHA) - gammaln(ALPHA + counts.sum(-1)) + each.sum(-1)

    factor = marginal(counts).sum() - marginal(counts.sum(axis=0))
    return expit(logit(CHI_BASE) + factor)


def control(learner, done, came):
    """Probability of control [1] by the learner, trial by trial."""
    none = jnp.zeros(TRIALS)
    trials = ControllabilityTrial(
        jnp.eye(ACTIONS)[done], jnp.eye(OUTCOMES)[came], none, none
    )
    return float(expit(float(followed(learner, trials)[0].log_odds)))


class PriorForEach(AbstractTrialLearner):
    """A learner whose prior counts are the concentration at each outcome."""

    learner: Controllability

    def init(self):
        return self.learner.init()

    def trial(self, state, inputs):
        wrong = eqx.tree_at(lambda m: m.alpha, self.learner, 2 * self.learner.alpha)
        return wrong.trial(state, inputs)


def test_control_is_what_the_marginal_likelihoods_say(check):
    learner = Controllability(actions=ACTIONS)
    done, came = history()
    want = np.array([closed_form(*one) for one in zip(done, came, strict=True)])

    def worst(by):
        got = [control(by, *one) for one in zip(done, came, strict=True)]
        return np.abs(np.array(got) - want).max()

    name = "probability of control, from the closed form"
    check(name, worst(learner), high=1e-12, source="exact")
    check.planted(name, "prior counts at every outcome", worst(PriorForEach(learner)))


# -- the three groups ------------------------------------------------------------------


class Unyoked(Cohort):
    """Partners that are left with control over their shocks."""

    def session(self, states, name, trials, box=None):
        free = None if box is None else box._replace(imposed=None)
        return super().session(states, name, trials, free)


def gaps(kind, animal, reading):
    """Numbers of the triadic design for other animals."""
    cohort = kind(animal, ANIMALS, SEED, reading)
    return triadic._numbers(triadic.arms(cohort, Setting(SEED, ANIMALS)))


@pytest.mark.validation_slow
def test_three_groups(check):
    names = checked(check, "triadic-design")
    free = gaps(Unyoked, Inferring(), "inferred")
    for number in ("exposure_gap", "yoked_gap"):
        fault = "yoked animals that control their shocks"
        check.planted(names[f"{number}_inferred"], fault, free[number])
    forgetful = Inferring(Controllability(rho=jnp.zeros(()), actions=4))
    lost = gaps(Cohort, forgetful, "inferred")
    fault = "an expectation of control that does not go over"
    check.planted(names["yoked_gap_inferred"], fault, lost["yoked_gap"])
    open_ = Protected(passivity=Passivity(eta_c=jnp.zeros(())))
    bare = gaps(Cohort, open_, "default")
    for number in ("escapable_gap", "immunised_gap"):
        fault = "control that is not kept"
        check.planted(names[f"{number}_default"], fault, bare[number])


# -- sensing, and the drug -------------------------------------------------------------


def test_sensing(check):
    names = checked(check, "sensing-control")
    person = ActorSpectator(situations=3, actions=2, outcomes=3)
    blind = eqx.tree_at(lambda m: m.alpha, person, jnp.zeros(()))
    seen = sensing.task(Setting(SEED, ANIMALS))
    course = {"nothing before": np.asarray(sensed(blind, seen))}
    pair = {f"shocks, {name}": np.zeros((240, 1)) for name in ("control", "no control")}
    found = sensing._numbers(blind, course | pair)
    for number in ("control_gap", "weight_gap"):
        check.planted(names[number], "models that learn nothing", found[number])
    fault = "shocks that leave no trace"
    check.planted(names["stress_gap"], fault, found["stress_gap"])


def sensed(person, seen):
    return sensing._sensed(person, seen, jnp.zeros(ANIMALS))


@pytest.mark.validation_slow
def test_ketamine_and_helplessness(check):
    names = checked(check, "ketamine-and-helplessness")
    unshaken = Inferring(Controllability(rho=jnp.zeros(()), actions=4))
    cohort = Cohort(unshaken, ANIMALS, SEED, "drug.inferred")
    windows = {drugged.NO_DRUG: 0.0, drugged.KETAMINE: 0.75}
    number = drugged._numbers(drugged.courses(cohort, windows))["helpless_gap"]
    fault = "an expectation of control that does not go over"
    check.planted(names["helpless_gap_inferred"], fault, number)
