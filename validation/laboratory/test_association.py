"""Association alone, and latent causes of 2010, against their published numbers."""

import numpy as np

from kapsim.lab.experiments.threat import (
    associative_learning_alone as alone,
    latent_inhibition,
    partial_reinforcement,
    renewal,
)
from kapsim.lab.experiments.threat.contexts import follow
from validation.laboratory.checked import SEED, checked

NAMES = (
    "renewal",
    "latent-inhibition",
    "associative-learning-alone",
    "partial-reinforcement",
)


def tables(**parameters):
    """Numbers of the five designs with parameters other than the recorded ones."""
    values = {f"mind.latent_cause.{name}": value for name, value in parameters.items()}
    found = follow([renewal.phases(d) for d in renewal.DESIGNS], parameters=values)
    test = np.asarray(found.expected)[0, :, -1]
    return dict(zip(renewal.DESIGNS, test, strict=True))


def test_renewal(check):
    names = checked(check, "renewal")
    hasty = tables(alpha=1.0)
    check.planted(names["v_test_abc"], "alpha of 1", hasty["ABC"])
    loose = tables(a=2.0, b=2.0)
    check.planted(names["v_test_aab"], "a and b of 2", loose["AAB"])
    check.planted(names["v_test_abb"], "a and b of 2", loose["ABB"])
    frozen = tables(alpha=1e-4, a=10.0, b=10.0)
    gap = frozen["ABA"] - frozen["ABC"]
    check.planted(names["order_aba_abc"], "one cause for everything", gap)


PARTICLES_SEED = 4
"""One with which two particles go astray; with some they happen to agree."""


def test_particles_agree_on_renewal(check):
    designs = [renewal.phases(design) for design in renewal.DESIGNS]
    local = np.asarray(follow(designs).expected)[0]
    gap = lambda particles, subjects: np.abs(
        np.asarray(
            follow(
                designs, particles=particles, subjects=subjects, seed=PARTICLES_SEED
            ).expected
        ).mean(axis=0)[:, [19, -2, -1]]
        - local[:, [19, -2, -1]]
    ).max()
    name = "greatest difference of 300 particles from one, five designs"
    check(name, gap(300, 10), 0.0, 0.01, source="gershman_2010")
    check.planted(name, "one filter of two particles", gap(2, 1))


def test_latent_inhibition(check):
    names = checked(check, "latent-inhibition")
    local = latent_inhibition.pairings()
    for trial, name in latent_inhibition.NAMED.items():
        check.planted(
            names[name], "most probable cause only", local["different"][trial - 1]
        )
    for before in ("same", "different"):
        check.planted(names[f"v_{before}_2"], "no exposure", local["none"][1])
    hasty = {"mind.latent_cause.alpha": 1.0}
    found = latent_inhibition.pairings(300, 10, seed=SEED, parameters=hasty)
    gap = np.abs(found["different"] - local["different"])[[0, 3, 4, 5]].max()
    check.planted(names["filter_gap_different"], "alpha of 1 in the filter", gap)


def own_errors(trials):
    """Strengths where each cue learns from an error of its own, as before 1972."""
    strengths = np.zeros(2)
    for us, cues in trials:
        strengths += 0.3 * np.array(cues) * (us - strengths)
    return strengths


def test_association_alone(check):
    names = checked(check, "associative-learning-alone")
    blocked = own_errors([(1, (1, 0))] * alone.MANY + [(1, (1, 1))] * alone.MANY)
    check.planted(names["blocking"], "errors not shared", blocked[1])
    shadowed = own_errors([(1, (1, 1))] * alone.MANY)
    check.planted(names["overshadowing"], "errors not shared", shadowed[1])
    back, stayed = alone.returns()["room as a cue"]
    check.planted(names["return_other_room"], "room as a cue", back[-1] - stayed[-1])
    richer = renewal.PUBLISHED_TEST["ABA"]
    check.planted(names["test_other_room"], "a latent cause for each room", richer)
    for name, value in alone.RICHER.items():
        key = f"test_{name.replace(' ', '_')}"
        check.planted(names[key], "the model that returns fear", value)


def test_a_learning_rate_that_is_a_millionth_off_is_caught(check, monkeypatch):
    name = "greatest distance from the closed form"
    check(name, alone.closed_form_gap(), 0.0, 1e-12, source="rescorla_1972")
    learned = alone.learn
    monkeypatch.setattr(
        alone, "learn", lambda trials: learned(trials, salience=(1.0 + 1e-6,))
    )
    check.planted(name, "salience a millionth off", alone.closed_form_gap())


def test_partial_reinforcement(check):
    names = checked(check, "partial-reinforcement")
    unmoved = partial_reinforcement.rise(np.full(40, 0.9))
    check.planted(names["associability_rise"], "associability that is fixed", unmoved)
