"""The two places of a patient's threat against the latent-cause model they reduce."""

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine import platform, run_trials
from kapsim.mind import Places, PlacesInputs, PlacesState
from kapsim.mind.threat.latent_cause import LatentCause, LatentCauseTrial

platform.configure()

LIFE, ROOM = 20, 30  # events of each
SOURCE = "gershman_2010"


def full(features):
    """Probability of life's cause before each trial in the room; fear at the end."""
    learner = LatentCause(signs=max(features, 1))
    rows = lambda value, count: jnp.full((count, learner.signs), float(value))
    signs = jnp.concatenate([rows(1, LIFE), rows(0, ROOM), rows(1, 1)])
    us = jnp.concatenate([jnp.ones(LIFE), jnp.zeros(ROOM + 1)])
    _, seen = run_trials(learner, LatentCauseTrial(signs, us, jnp.full(len(us), 0.5)))
    share = np.asarray(seen.before)[LIFE : LIFE + ROOM, 0]
    return learner, share, np.asarray(seen.expected)


def life_events_in_the_room(features):
    """Events of life that count as if met in a room that differs by some features."""
    return LIFE * (LIFE + 2.0) ** -features


def derived(learner, features, *, settled=True):
    """The formula in the text of `places`, for 0, 1, 2 ... trials in the room."""
    n = np.arange(ROOM, dtype=float)
    alike = life_events_in_the_room(features)
    ratio = 1.0 if settled else ((n + 1) / (n + 2)) ** features
    new = float(learner.alpha) / 2.0**features
    return alike / (alike + n * ratio + new)


@pytest.mark.parametrize("features", [2, 3])
def test_the_derivation_is_exact(check, features):
    learner, share, _ = full(features)
    name = f"share ascribed to life, {features} features: full model less formula"
    gap = np.abs(share - derived(learner, float(features), settled=False)).max()
    check(name, gap, high=1e-12, source=SOURCE)
    wrong = np.abs(share - derived(learner, features + 1.0, settled=False)).max()
    check.planted(name, "one feature more in the formula", wrong)


def test_the_reduced_form_is_near(check):
    """R, which nears one, is set to one: worst where the room is hardly known."""
    learner, share, _ = full(2)
    gap = np.abs(share - derived(learner, 2.0))[1:]
    name = "share ascribed to life, two features: reduced form less full model"
    check(name, gap.max(), high=0.15, source="our choice")
    check(
        "the same after ten events in the room",
        gap[9:].max(),
        high=0.05,
        source="our choice",
    )
    check.planted(name, "a room that is never told apart", np.abs(share - 1)[1:].max())


def test_a_room_that_differs_by_little(check):
    """The full model decides trial by trial, the reduced form shares each out."""
    learner, share, _ = full(1)
    gap = np.abs(share - derived(learner, 1.0)).max()
    check(
        "share ascribed to life, one feature: reduced form less full model",
        gap,
        high=0.15,
        source="our choice",
        missed="Where the room differs by one feature the full model gives every event "
        "to life and never sees a second place; the reduced form, which shares events "
        "out, comes to see one slowly.",
    )


def test_what_is_learned_in_the_room_fails_in_life(check):
    """Both forms: fear is gone in the room and is there again outside."""
    _, _, fear = full(2)
    source = SOURCE
    check("full model: fear in the room at the end", fear[-2], high=0.1, source=source)
    check("full model: fear in life after it", fear[-1], low=0.9, source=source)
    places = Places(
        n_life=jnp.asarray(life_events_in_the_room(2)),
        alpha=jnp.asarray(0.1 / 4),
    )
    state = PlacesState(jnp.asarray(0.0), jnp.asarray(0.0))
    told = 0.0
    for _ in range(ROOM):
        told += float(places.ascribed(state))
        state = places.step(
            state, PlacesInputs(jnp.asarray(1.0), jnp.asarray(1.0)), jnp.asarray(1.0)
        )
    name = "reduced form: share of the room's evidence that reached life"
    check(name, told / ROOM, high=0.1, source="our choice")
    check(
        "reduced form: safety learned in the room",
        float(state.room),
        low=0.9,
        source="our choice",
    )
    check.planted(name, "a room that is never told apart", 1.0)
