"""Who comes, how close they are, what frames a dosing session, and reliance."""

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.therapy import (
    Alliance,
    AllianceInputs,
    Attendance,
    AttendanceInputs,
    AttendanceState,
    Experience,
    ExperienceInputs,
    ExperienceState,
    Reliance,
    RelianceInputs,
)

HOUR = jnp.asarray(1.0)
ONE, NONE = jnp.asarray(1.0), jnp.asarray(0.0)


WEEK = jnp.asarray(168.0)


def met(number=ONE, remote=NONE, well=NONE, severity=20.0, alliance=0.5, draws=(1, 1)):
    """One person before a weekly session; with draws of one nothing goes wrong."""
    row = lambda value: jnp.full(1, float(value))
    return AttendanceInputs(
        number, WEEK, remote, well, row(severity), row(alliance), *map(row, draws)
    )


def started(attended=0.0):
    row = jnp.ones(1)
    return AttendanceState(row, 0 * row, attended * row)


# -- attendance ------------------------------------------------------------------------


def test_without_a_session_nothing_changes():
    room, before = Attendance(), started(3.0)
    after = room.step(before, met(number=NONE, draws=(0, 0)), jnp.asarray(500.0))
    assert [float(x[0]) for x in after] == [float(x[0]) for x in before]


def test_who_comes_is_counted_and_who_misses_is_not():
    room = Attendance()
    came = room.step(started(), met(number=jnp.asarray(2.0)), HOUR)
    assert [float(x[0]) for x in came] == [1.0, 1.0, 2.0]
    missed = room.step(came, met(draws=(1, 0)), HOUR)
    assert [float(x[0]) for x in missed] == [1.0, 0.0, 2.0]
    gone = room.step(missed, met(draws=(0, 1)), HOUR)
    assert [float(x[0]) for x in gone] == [0.0, 0.0, 2.0]
    later = room.step(gone, met(), HOUR)
    assert [float(x[0]) for x in later] == [0.0, 0.0, 2.0]


def test_probability_of_stopping_by_hand():
    room = Attendance()
    enough, width = float(room.y_enough), float(room.width)
    d = -np.expm1(-2 * float(room.dropout) * 0.7 * float(WEEK))
    severe = room.stop(met(alliance=0.3, severity=enough))
    np.testing.assert_allclose(severe, [d], rtol=1e-13)
    at = enough - width * np.log(9)
    well = room.stop(met(well=ONE, alliance=0.3, severity=at))
    np.testing.assert_allclose(well, [1 - 0.1 * (1 - d)], rtol=1e-13)


def test_remote_sessions_are_missed_less():
    room = Attendance()
    just = float(room.missed) * 0.9
    assert float(room.step(started(), met(draws=(1, just)), HOUR).present[0]) == 0
    remote = room.step(started(), met(remote=ONE, draws=(1, just)), HOUR)
    assert float(remote.present[0]) == 1


# -- alliance --------------------------------------------------------------------------


def bonded(bond=1.0, present=1.0, rupture=1.0, relief=0.0):
    row = lambda value: jnp.full(1, float(value))
    return AllianceInputs(jnp.asarray(bond), *map(row, (present, relief, rupture)))


def test_alliance_grows_towards_one_and_waits():
    alliance, state = Alliance(), jnp.full(1, 0.45)
    for nothing in (bonded(bond=0.0, rupture=0.0), bonded(present=0.0, rupture=0.0)):
        idle = alliance.step(state, nothing, jnp.asarray(500.0))
        assert float(idle[0]) == 0.45
    last = state
    for _ in range(200):
        new = alliance.step(last, bonded(), HOUR)
        assert float(last[0]) <= float(new[0]) <= 1
        last = new
    np.testing.assert_allclose(last, [1.0], rtol=1e-12, atol=0)
    once = alliance.step(state, bonded(bond=2.0), HOUR)
    want = 1 - 0.55 * np.exp(-2 * float(alliance.growth))
    np.testing.assert_allclose(once, [want], rtol=1e-14, atol=0)


def test_who_improves_trusts_more_and_who_gets_worse_no_less():
    alliance, state = Alliance(), jnp.full(1, 0.45)
    plain, better, worse = (
        float(alliance.step(state, bonded(relief=relief), HOUR)[0])
        for relief in (0.0, 0.5, -0.5)
    )
    growth = float(alliance.growth) * (1 + 0.5 * float(alliance.relief))
    np.testing.assert_allclose(better, 1 - 0.55 * np.exp(-growth), rtol=1e-14)
    assert worse == plain < better


def test_a_rupture_takes_its_share_and_is_repaired():
    alliance, state = Alliance(), jnp.full(1, 0.6)
    whole = alliance.step(state, bonded(), HOUR)
    broken = alliance.step(state, bonded(rupture=0.0), HOUR)
    kept = 1 - float(alliance.damage)
    np.testing.assert_allclose(broken, whole * kept, rtol=1e-14)
    repaired = broken
    for _ in range(20):
        repaired = alliance.step(repaired, bonded(), HOUR)
    assert float(repaired[0]) > float(whole[0])


# -- set and setting -------------------------------------------------------------------


def arriving(framing=0.0, present=1.0, dosing=0.0, setting=0.0):
    number = jnp.asarray
    return ExperienceInputs(
        number(framing), jnp.full(1, present), number(dosing), number(setting)
    )


def test_the_frame_is_built_by_who_attends_and_fades():
    room, bare = Experience(), ExperienceState(jnp.zeros(1), jnp.asarray(0.0))
    absent = room.meet(bare, arriving(framing=2.0, present=0.0))
    assert float(absent.frame[0]) == 0
    built = room.meet(bare, arriving(framing=2.0))
    want = 1 - np.exp(-2 * float(room.growth))
    np.testing.assert_allclose(built.frame, [want], rtol=1e-14)
    later = room.step(built, arriving(), room.tau)
    np.testing.assert_allclose(later.frame, built.frame / np.e, rtol=1e-13)


def test_the_setting_lasts_until_the_next_dose():
    room, state = Experience(), ExperienceState(jnp.zeros(1), jnp.asarray(0.0))
    state = room.step(state, arriving(dosing=1.0, setting=1.0), HOUR)
    state = room.step(state, arriving(), HOUR)
    assert float(state.setting) == 1
    state = room.step(state, arriving(dosing=1.0), HOUR)
    assert float(state.setting) == 0


def test_a_prepared_session_may_still_be_a_bad_one():
    room = Experience()
    person = jnp.asarray([0.0, 0.0, -2.0])
    state = ExperienceState(jnp.asarray([0.0, 0.3, 0.3]), jnp.asarray(1.0))
    up, spread, calm = (float(x) for x in (room.set_up, room.spread, room.setting))
    want = [calm, 0.3 * up + calm, 0.3 * up + calm - 2 * spread]
    got = room.valence(state, person)
    np.testing.assert_allclose(got, want, rtol=1e-14, atol=0)
    assert float(got[2]) < 0


# -- relief-seeking --------------------------------------------------------------------


@pytest.mark.parametrize(("dosing", "relief"), [(0.0, 1.0), (1.0, 0.0), (1.0, -3.0)])
def test_without_a_dose_or_without_relief_nothing_is_learned(dosing, relief):
    room = Reliance()
    inputs = RelianceInputs(jnp.asarray(dosing), jnp.full(1, relief))
    assert float(room.step(jnp.zeros(1), inputs, jnp.asarray(48.0))[0]) == 0


def test_reliance_settles_where_learning_and_fading_meet():
    room = Reliance()
    inputs = RelianceInputs(ONE, jnp.ones(1))
    settled = room.step(jnp.zeros(1), inputs, jnp.asarray(1e6))
    k, tau = float(room.k), float(room.tau)
    np.testing.assert_allclose(settled, [k / (k + 1 / tau)], rtol=1e-12)
    left = room.engagement(jnp.asarray([0.0, 0.5]))
    np.testing.assert_allclose(left, [1.0, 1 - 0.5 * float(room.lowers)], rtol=1e-14)
