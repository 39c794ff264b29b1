"""Sessions, and what practice leaves behind."""

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.therapy import (
    MODALITIES,
    Effort,
    Insight,
    Modality,
    PracticeInputs,
    SelfBlame,
    SessionInputs,
    Skill,
    Trait,
    TraitInputs,
)

ROOM = Modality()
NONE = SessionInputs(jnp.zeros(len(MODALITIES)), jnp.zeros(len(MODALITIES)))


def supplied(state, hours=0.0):
    """Signals at a moment, or their mean over some hours."""
    return ROOM.signals(state, jnp.asarray(hours))


def sessions(homework=False, **minutes):
    held = np.zeros(len(MODALITIES))
    for name, value in minutes.items():
        held[MODALITIES.index(name)] = value / 50
    return SessionInputs(jnp.asarray(held), jnp.asarray(held * homework))


def test_traces_fade_with_their_own_times():
    hours = 30.0
    state = ROOM.step(
        ROOM.init(), sessions(support=50, homework=True), jnp.asarray(hours)
    )
    index = MODALITIES.index("support")
    for trace, tau in ((state.session, ROOM.tau_s), (state.homework, ROOM.tau_h)):
        want = np.exp(-hours / float(tau))
        np.testing.assert_allclose(trace[index], want, rtol=1e-14, atol=0)
        assert np.count_nonzero(trace) == 1


def test_two_sessions_are_the_sum_of_each():
    day = jnp.asarray(24.0)

    def after(first, second):
        return ROOM.step(ROOM.step(ROOM.init(), first, day), second, day)

    one, two = sessions(exposure=50), sessions(integration=100, homework=True)
    both = supplied(after(one, two))
    parts = [supplied(after(one, NONE)), supplied(after(NONE, two))]
    for whole, a, b in zip(both, *parts, strict=True):
        np.testing.assert_allclose(whole, a + b, rtol=1e-13, atol=1e-17)


def test_minutes_count_linearly_at_once():
    short, long = (
        supplied(ROOM.attend(ROOM.init(), sessions(restructuring=m))) for m in (50, 100)
    )
    np.testing.assert_allclose(long.reach, 2 * short.reach, rtol=1e-14, atol=0)
    index = MODALITIES.index("restructuring")
    np.testing.assert_allclose(short.reach, ROOM.reach[:, index], rtol=1e-14, atol=0)


def test_a_step_gets_the_mean_of_what_fades_in_it():
    state = ROOM.attend(ROOM.init(), sessions(support=50, homework=True))
    index, hours = MODALITIES.index("support"), 12.0
    t = (np.arange(20_000) + 0.5) * hours / 20_000  # midpoint rule, error 1e-9
    trace = np.exp(-t / float(ROOM.tau_s))
    trace = trace + float(ROOM.h) * np.exp(-t / float(ROOM.tau_h))
    want = float(ROOM.calm[index]) * trace.mean()
    np.testing.assert_allclose(supplied(state, hours).calm, want, rtol=1e-8, atol=0)


def test_homework_goes_on_at_its_lower_rate():
    left = ROOM.attend(ROOM.init(), sessions(support=50, homework=True))
    plain = ROOM.attend(ROOM.init(), sessions(support=50))
    ratio = supplied(left).calm / supplied(plain).calm
    np.testing.assert_allclose(ratio, 1 + float(ROOM.h), rtol=1e-14, atol=0)


@pytest.mark.parametrize(
    ("modality", "signal"),
    [
        ("restructuring", "loosening"),
        ("activation", "lift"),
        ("exposure", "exposure"),
        ("interoceptive", "training"),
        ("support", "calm"),
        ("restructuring", "skill"),
        ("psychodynamic", "insight"),
        ("restructuring", "self_blame"),
        ("activation", "effort"),
    ],
)
def test_each_modality_acts_most_where_it_is_named_for(modality, signal):
    totals = {}
    for name in MODALITIES:
        held = ROOM.attend(ROOM.init(), sessions(False, **{name: 50.0}))
        totals[name] = float(np.sum(getattr(supplied(held), signal)))
    assert max(totals, key=lambda name: totals[name]) == modality


@pytest.mark.parametrize("kind", [Skill, Insight, SelfBlame, Effort])
def test_practice_fills_and_time_empties(kind):
    made = kind()
    practised = PracticeInputs(jnp.ones(1))
    k, tau = float(made.k), float(made.tau)
    full = made.step(jnp.zeros(1), practised, jnp.asarray(1e6))
    np.testing.assert_allclose(full, [k / (k + 1 / tau)], rtol=1e-12, atol=0)
    faded = made.step(full, PracticeInputs(jnp.zeros(1)), jnp.asarray(tau))
    np.testing.assert_allclose(faded, full / np.e, rtol=1e-12, atol=0)
    assert not made.step(jnp.zeros(1), PracticeInputs(jnp.zeros(1)), jnp.asarray(9.0))


def test_skill_buffers_bad_events_only():
    skill, life = Skill(), jnp.asarray([-2.0, -0.1, 0.0, 0.1, 2.0])
    got = skill.buffered(jnp.full(5, 0.5), life)
    left = 1 - 0.5 * float(skill.buffer)
    np.testing.assert_allclose(got, [-2 * left, -0.1 * left, 0.0, 0.1, 2.0], rtol=1e-14)
    np.testing.assert_array_equal(skill.buffered(jnp.zeros(5), life), life)


def test_what_is_unlearned_acts_in_proportion():
    learned = jnp.asarray([0.0, 0.5])
    trait, blame, effort = Trait(), SelfBlame(), Effort()
    for kept, share in (
        (trait.shift_kept(learned), trait.t_shift),
        (blame.shift_kept(learned), blame.share),
    ):
        np.testing.assert_allclose(kept, [1.0, 1 - 0.5 * float(share)], rtol=1e-14)
    want = [0.0, 0.5 * float(effort.gain)]
    np.testing.assert_allclose(effort.wish(learned), want, rtol=1e-14)


def test_the_trait_still_grows_when_therapy_has_ended():
    insight, trait, month = Insight(), Trait(), jnp.asarray(720.0)
    x = t = jnp.zeros(1)
    course = []
    for k in range(48):
        practised = PracticeInputs(jnp.full(1, 0.1 if k < 18 else 0.0))
        t = trait.step(t, TraitInputs(x), month)
        x = insight.step(x, practised, month)
        course.append(float(t[0]))
    assert np.argmax(course) > 20
    exact = trait.step(jnp.zeros(1), TraitInputs(jnp.ones(1)), trait.tau)
    np.testing.assert_allclose(exact, [1 - np.exp(-1)], rtol=1e-13)


def test_self_blame_and_effort_are_dissociated():
    for name, other in (("restructuring", "effort"), ("activation", "self_blame")):
        held = ROOM.attend(ROOM.init(), sessions(False, **{name: 50.0}))
        assert float(getattr(supplied(held), other)) == 0
