"""Predictions from histories: what each kind of event does to the levels."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug import Covariates, Dose, IntravenousKetamine, Molecule, RouteName
from kapsim.drug.history.history import (
    EventTableError,
    Given,
    History,
    Person,
    Reset,
    Sample,
    SteadyKind,
)
from kapsim.drug.history.solve import solve_history
from kapsim.drug.kinetics.route import Kinetics
from kapsim.drug.kinetics.schedule import Portion
from kapsim.drug.kinetics.steady import steady_state
from kapsim.drug.routes.choice import route_for

WHO = Person(weight_kg=70.0, age_years=40.0)
HEAVY = Person(weight_kg=110.0, age_years=70.0)
LIMIT = 1e-10
TIMES = (0.25, 1.0, 3.0, 5.0, 9.0, 20.0)


def iv(time_h=0.0, mg=35.0, hours=0.0):
    return Dose(
        time_h=time_h,
        molecule=Molecule.KETAMINE,
        route=RouteName.INTRAVENOUS,
        mg=mg,
        duration_h=hours,
    )


def spray(time_h=0.0, mg=84.0):
    return Dose(
        time_h=time_h,
        molecule=Molecule.ESKETAMINE,
        route=RouteName.NASAL,
        mg=mg,
        devices=3,
    )


BOTH = route_for([iv(), spray()])


def solve(*events, who=WHO):
    """Levels [samples, signals] of one person."""
    ordered = tuple(sorted(events, key=lambda event: event.time_h))
    history = History(id="1", covariates=who, events=ordered)
    return levels(solve_history([history], route=BOTH))


def levels(table):
    return table.drop(columns=["ID", "TIME", "EVID", "CMT", "DV"]).to_numpy()


def samples(*times):
    return tuple(Sample(time_h=time) for time in times)


def assert_same(got, want, limit=LIMIT):
    peak = np.abs(want).max(axis=0)
    assert np.all(np.abs(got - want) <= limit * peak)
    assert peak.max() > 1  # something to compare


# -- steady state ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dose", "every_h"),
    [
        pytest.param(iv(), 12.0, marks=pytest.mark.thorough),
        (iv(hours=2 / 3), 24.0),
        (iv(hours=9.0), 4.0),  # three run at a time
        (iv(hours=4.0), 4.0),  # one begins as the other ends
        (spray(), 24.0),
        # the swallowed part flows for 0.53 h
        pytest.param(spray(), 0.4, marks=pytest.mark.thorough),
    ],
)
def test_steady_state_is_the_limit_of_many_doses(dose, every_h):
    kinetics = BOTH.solve(_people([WHO]))
    slowest = float(jnp.min(kinetics.rate))
    many = int(np.ceil(32 / slowest / every_h))
    series = [
        Given(dose=dataclasses.replace(dose, time_h=-k * every_h)) for k in range(many)
    ]
    steady = Given(dose=dose, steady=SteadyKind.REPLACES, every_h=every_h)
    after = samples(0.0, *TIMES)
    assert_same(solve(steady, *after), solve(*series, *after))


def test_steady_state_adds_or_replaces():
    before = Given(dose=iv(time_h=-3.0, hours=5.0))
    steady = Given(dose=spray(), steady=SteadyKind.ADDS, every_h=24.0)
    replaces = dataclasses.replace(steady, steady=SteadyKind.REPLACES)
    after = samples(0.0, *TIMES)
    alone = solve(replaces, *after)
    assert_same(solve(before, replaces, *after), alone)
    assert_same(solve(before, steady, *after), alone + solve(before, *after))


def _people(persons):
    column = lambda name: jnp.asarray([getattr(p, name) for p in persons], jnp.float64)
    names = ("weight_kg", "age_years", "asian", "japanese", "female")
    return Covariates(**{name: column(name) for name in names})


class Lagged(eqx.Module):
    """One inlet that opens a while after the dose."""

    lag_h: float
    n_inlets: int = 1

    def portions(self, dose):
        start = dose.time_h + self.lag_h
        end = start + dose.duration_h
        return (Portion(inlet=0, start_h=start, end_h=end, mg=dose.mg, mg_per_kg=0.5),)


def one_mode(rate, weight=70.0):
    wide = jnp.asarray([weight])
    return Kinetics(
        weight_kg=wide,
        rate=jnp.asarray([[rate], [2.0]]),
        inputs=jnp.asarray([[[1.5], [0.5]]]),
        outputs=(),
        reads=(),
        shown_in="float64",
    )


def closed_form(rate, lag_h, length_h, every_h, amount, far=4000):
    """Sum over earlier doses, one by one."""
    total = 0.0
    for k in range(1, far):
        open_h = k * every_h - lag_h
        if open_h <= 0:
            continue
        flowed = min(open_h, length_h)
        if length_h == 0:
            total += amount * np.exp(-rate * open_h)
        else:
            ended = open_h - flowed
            part = (1 - np.exp(-rate * flowed)) / rate / length_h
            total += amount * part * np.exp(-rate * ended)
    return total


@pytest.mark.parametrize("lag_h", [0.0, 0.3, 7.0])
@pytest.mark.parametrize("length_h", [0.0, 0.5, 11.0])
def test_late_and_long_portions_sum_up(lag_h, length_h):
    dose = iv(time_h=100.0, mg=10.0, hours=length_h)
    steady = steady_state(one_mode(0.1), Lagged(lag_h), dose, 3.0)
    amount = 10.0 + 0.5 * 70.0
    want = [
        w * closed_form(rate, lag_h, length_h, 3.0, amount)
        for w, rate in ((1.5, 0.1), (0.5, 2.0))
    ]
    np.testing.assert_allclose(steady.state[:, 0], want, rtol=1e-10)
    left = sum(min(length_h, max(length_h + lag_h - 3.0 * k, 0)) for k in range(1, 9))
    given = sum(portion.mg for portion in steady.running)
    if length_h:
        np.testing.assert_allclose(given, 10.0 * left / length_h, rtol=1e-12)
    assert all(portion.start_h >= 100.0 for portion in steady.running)


def test_steady_state_can_be_differentiated():
    dose = iv(mg=10.0, hours=7.0)
    total = lambda rate: jnp.sum(
        steady_state(one_mode(rate), Lagged(0.3), dose, 3.0).state
    )
    slope = jax.grad(total)(0.1)
    step = 1e-6
    want = (total(0.1 + step) - total(0.1 - step)) / (2 * step)
    np.testing.assert_allclose(slope, want, rtol=1e-7)


@pytest.mark.parametrize("every_h", [0.0, -1.0, float("inf"), float("nan")])
def test_an_interval_that_means_nothing(every_h):
    with pytest.raises(ValueError, match=r"every_h .* must be positive and finite"):
        steady_state(one_mode(0.1), Lagged(0.0), iv(), every_h)


# -- events ----------------------------------------------------------------------------


def test_a_sample_before_a_bolus_does_not_see_it():
    history = History(
        id="1",
        covariates=WHO,
        events=(Sample(time_h=1.0), Given(dose=iv(time_h=1.0)), Sample(time_h=1.0)),
    )
    before, after = solve_history([history], route=BOTH)["s_ketamine"]
    assert before == 0
    np.testing.assert_allclose(after, 35.0 / 2 / 133.0 * 1e3, rtol=1e-9)


def test_a_reset_takes_all_away_and_stops_what_flows():
    infusion, swallowed = Given(dose=iv(hours=2.0)), Given(dose=spray(time_h=0.9))
    got = solve(infusion, swallowed, Reset(time_h=1.0), *samples(0.5, 1.0, 1.2, 4.0))
    assert np.max(got[0]) > 1
    assert not np.any(got[1:])


def test_after_a_reset_a_dose_is_the_first():
    later = Given(dose=iv(time_h=1.0, hours=2.0))
    after = samples(1.0, *(1.0 + time for time in TIMES))
    got = solve(Given(dose=iv(hours=3.0)), Reset(time_h=1.0), later, *after)
    assert_same(got, solve(later, *after))


def test_other_records_change_nothing():
    dose, after = Given(dose=spray()), samples(*TIMES)
    extra = [Sample(time_h=time, other=True) for time in (0.1, 0.4, 2.0)]
    table = solve_history(
        [
            History(
                id="1",
                covariates=WHO,
                events=tuple(sorted((dose, *extra, *after), key=lambda e: e.time_h)),
            )
        ],
        route=BOTH,
    )
    assert table["EVID"].tolist() == [2, 0, 2, 0, 2, 0, 0, 0, 0]
    assert_same(levels(table[table["EVID"] == 0]), solve(dose, *after))


def test_persons_are_solved_as_if_alone():
    events = (Given(dose=iv(hours=1.0)), *samples(0.5, 1.0, 6.0))
    few = History(id="a", covariates=HEAVY, events=events)
    more = History(
        id="b",
        covariates=WHO,
        events=(Given(dose=spray(), steady=SteadyKind.ADDS, every_h=0.3), *events),
    )
    together = solve_history([few, more], route=BOTH)
    assert together["ID"].tolist() == ["a"] * 3 + ["b"] * 3
    for history in (few, more):
        own = levels(together[together["ID"] == history.id])
        assert_same(own, levels(solve_history([history], route=BOTH)))


def test_the_route_follows_from_the_doses():
    history = History(
        id="1", covariates=WHO, events=(Given(dose=iv(hours=1.0)), *samples(1.0))
    )
    own = levels(solve_history([history]))
    assert_same(own, levels(solve_history([history], route=BOTH)), limit=1e-8)


def test_observed_signals_and_measured_values():
    history = History(
        id="1",
        covariates=WHO,
        events=(
            Given(dose=iv()),
            Sample(time_h=1.0, cmt=2, dv=90.0),
            Sample(time_h=2.0, cmt=3),
            Sample(time_h=3.0),
        ),
    )
    table = solve_history(
        [history], route=BOTH, observed={2: "ketamine", 3: "s_norketamine"}
    )
    assert table["DV"].tolist()[0] == 90.0
    assert table["DV"].isna().tolist() == [False, True, True]
    assert table["PRED"][0] == table["ketamine"][0]
    assert table["PRED"][1] == table["s_norketamine"][1]
    assert np.isnan(table["PRED"][2])
    sums = table["s_ketamine"] + table["r_ketamine"]
    assert table["ketamine"].tolist() == sums.tolist()


def test_what_cannot_be_solved():
    history = History(id="7", covariates=WHO, events=(Given(dose=spray()),))
    with pytest.raises(EventTableError, match=r"ID 7: .* got esketamine by the nasal"):
        solve_history([history], route=IntravenousKetamine())
    never = dataclasses.replace(spray(), molecule=Molecule.MIDAZOLAM)
    history = History(id="7", covariates=WHO, events=(Given(dose=never),))
    with pytest.raises(EventTableError, match="midazolam by the nasal route has no"):
        solve_history([history])
    with pytest.raises(EventTableError, match="compartment 2 measures 'plasma'"):
        solve_history([history], observed={2: "plasma"})
    with pytest.raises(EventTableError, match="nobody to solve for"):
        solve_history([])


def test_a_person_to_whom_nothing_happens():
    empty = History(id="1", covariates=WHO, events=())
    watched = History(id="2", covariates=WHO, events=samples(1.0, 2.0))
    assert len(solve_history([empty])) == 0
    table = solve_history([empty, watched])
    assert table["ID"].tolist() == ["2", "2"]
    assert not np.any(levels(table))
