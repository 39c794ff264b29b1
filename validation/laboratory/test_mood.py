"""Mood, its networks and its two states in the laboratory, and exact answers."""

import dataclasses
import itertools

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine.random import stream_key
from kapsim.lab.catalogue import experiment
from kapsim.lab.experiments.mood import (
    early_warnings as warnings,
    mood_stability as stability,
    symptom_network as network,
    two_stable_states as states,
)
from kapsim.lab.experiments.mood.drug_free import better
from kapsim.lab.experiments.mood.networks import connected, symptom_counts
from kapsim.measures.early_warning import EarlyWarning
from kapsim.mind.mood import MoodMomentum, SymptomNetwork
from kapsim.patient.loops import Loop, whole_but
from validation.laboratory.checked import SEED, checked, numbers

USUAL_LIFE, DEPTH = 0.4, -1.02
STANDARD_ERRORS = 4
"""How far a simulated mean may lie from an exact one."""


# -- momentum --------------------------------------------------------------------------


def test_mood_stability(check):
    names = checked(check, "mood-stability")
    learner = MoodMomentum()
    fault = stability.swing(stability.moods(learner, 1.35))
    check.planted(names["swing_feedback_1_4"], "feedback of 1.35", fault)
    slower = MoodMomentum(f=learner.f, eta_h=learner.eta_h * 2, eta_v=learner.eta_v)
    fault = stability.swing(stability.moods(slower, 1.2))
    check.planted(
        names["swing_feedback_1_2"], "momentum that takes up twice as much", fault
    )


# -- the network of symptoms -----------------------------------------------------------


def stationary(weights, thresholds, connectivity):
    """Exact mean number of symptoms, and chance of at least five.

    Synchronous switching with symmetric couplings is reversible: state x has weight
    exp(-b x) prod_i [1 + exp(A_i(x) - b_i)], summed here over all 16,384 states.
    """
    x = np.array(list(itertools.product((0.0, 1.0), repeat=len(thresholds))))
    drive = connectivity * x @ weights - thresholds
    log = np.logaddexp(0, drive).sum(axis=1) - x @ thresholds
    chance = np.exp(log - log.max())
    chance /= chance.sum()
    count = x.sum(axis=1)
    return chance @ count, chance[count >= network.DEPRESSED].sum()


def test_symptom_network(check):
    names = checked(check, "symptom-network")
    plain = SymptomNetwork()
    blind = SymptomNetwork(
        plain.weights.at[0].set(0.0).at[:, 0].set(0.0),
        plain.thresholds,
        plain.connectivity,
    )
    fault = stationary(np.asarray(blind.weights), np.asarray(blind.thresholds), 1.2)[0]
    check.planted(
        names["symptoms_1_2"], "depressed mood without couplings (exact)", fault
    )
    fault = stationary(np.asarray(plain.weights), np.asarray(plain.thresholds), 0.9)[0]
    check.planted(names["symptoms_0_8"], "connectivity of 0.9 (exact)", fault)


@pytest.mark.stochastic
@pytest.mark.parametrize("connectivity", [0.8, 1.1, 2.0])
def test_symptoms_against_the_stationary_distribution(check, connectivity):
    """False alarms: one in ten thousand, at four standard errors over persons."""
    plain = SymptomNetwork()
    steady, people = jnp.zeros(network.TIMES), 32
    key = stream_key(SEED, "validation.symptoms")
    counts = symptom_counts(connected(plain, connectivity), steady, key, people)
    late = np.asarray(counts)[network.TIMES // 10 :].mean(axis=0)
    exact = stationary(
        np.asarray(plain.weights), np.asarray(plain.thresholds), connectivity
    )[0]
    margin = STANDARD_ERRORS * late.std(ddof=1) / np.sqrt(people)
    name = f"mean symptoms at connectivity {connectivity:g} against the exact mean"
    check(name, late.mean(), exact - margin, exact + margin, source="exact")
    wrong = stationary(
        np.asarray(plain.weights), np.asarray(plain.thresholds) + 0.2, connectivity
    )[0]
    check.planted(name, "thresholds 0.2 too high (exact)", wrong)


# -- early warnings --------------------------------------------------------------------


@pytest.mark.validation_slow
def test_early_warnings(check):
    names, got = checked(check, "early-warnings"), numbers("early-warnings")
    people = experiment("early-warnings").patients
    key = stream_key(SEED, "lab.early-warnings.onset")
    reverse = warnings.series_of(warnings.lives()["onset"], key, people)[:, ::-1]
    rate = warnings.alarm_rates({"reverse": reverse}, EarlyWarning(), key)["reverse"]
    fault = rate["variance"] - got["alarm_steady_variance"]
    check.planted(names["gain_onset_variance"], "time runs backwards", fault)
    name = "early-warnings: largest rate of false alarms in steady lives"
    check(
        name,
        max(got[f"alarm_steady_{indicator}"] for indicator in warnings.TOLD),
        high=0.12,
        source="our choice",
        note="0.05 is allowed, and three standard errors of 100 people",
    )
    check.planted(name, "noise that doubles", got["alarm_louder_variance"])


# -- two stable states -----------------------------------------------------------------


@pytest.mark.validation_slow
def test_two_stable_states(check):
    names = checked(check, "two-stable-states")
    drawn = states.people(SEED, experiment("two-stable-states").patients)
    person = states.typical(drawn, USUAL_LIFE, depth=DEPTH)
    nowhere = jnp.zeros_like(person.person.severity)
    cut = dataclasses.replace(person, whole=whole_but(tuple(Loop)))
    ill, healthy = (each.severity[-1, 0] for each in states.both(cut, nowhere))
    check.planted(names["typical_apart"], "all loops cut", float(ill - healthy))


@pytest.mark.validation_slow
def test_the_state_at_rest_stays(check):
    drawn = states.people(SEED, experiment("two-stable-states").patients)
    person = states.typical(drawn, USUAL_LIFE, depth=DEPTH)
    nowhere = jnp.zeros_like(person.person.severity)
    moved = lambda patient: float(
        np.abs(
            states.followed(patient, patient.init(), nowhere).severity
            - np.asarray(person.person.severity)
        ).max()
    )
    name = "typical person: greatest change of severity in five years at rest"
    check(name, moved(person), 0.0, 1e-6, source="required", unit="point")
    richer = better(person, nowhere + 0.01)
    check.planted(name, "life better by 0.01", moved(richer))
