"""Periodic steady state against the differential equations, solved by SciPy.

The equations are written out compartment by compartment. Over one period they map the
amounts y to M y + b; M and b are found by integration (the columns of M without any
input), and the periodic solution starts at (I - M)^-1 b. Solver tolerance 1e-11; the
limit is 1e-6 of the peak. An infusion longer than the period overlaps itself.
"""

import itertools

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from kapsim.drug import Molecule
from kapsim.drug.history.history import Given, History, Person, Sample, SteadyKind
from kapsim.drug.history.solve import solve_history
from validation.courses import infusion, spray

LIMIT = 1e-6
SWALLOWED_H = 0.53
SHARES = np.linspace(0.02, 0.98, 13)


def into_a_vein(y, rate, fault=1.0):
    """S-ketamine at 70 kg: central, two peripherals, effect site, norketamine twice."""
    a, p1, p2, e, n, m = y
    to1, to2 = 23.2 * (a / 133.0 - p1 / 187.0), 157.0 * (a / 133.0 - p2 / 98.8)
    to_m = 42.778 * (n / 98.638 - m / 160.04)
    formed = 95.2 / 133.0 * a * fault
    return [
        rate - formed - to1 - to2,
        to1,
        to2,
        18.0 * (a - e),
        formed - 57.72 / 98.638 * n - to_m,
        to_m,
    ]


def into_the_nose(y, rate, fault=1.0):
    """Nose, gut, plasma, two peripherals, liver, noresketamine twice, effect site."""
    nose, gut, a, p1, p2, liver, n, m, e = y
    to_p1, to_p2 = 84.3 * (a / 192 - p1 / 143), 37.6 * (a / 192 - p2 / 417)
    to_liver = 151.0 * (a / 192.0 - liver / 101.0)
    to_m = 26.1 * (n / 70.0 - m / 115.0)
    return [
        -2.93 * nose,
        rate - 1.45 * gut,
        2.93 * nose - to_p1 - to_p2 - to_liver,
        to_p1,
        to_p2,
        1.45 * gut + to_liver - (1.11 + 2.77 * fault) * liver,
        2.77 * fault * liver - 38.0 / 70.0 * n - to_m,
        to_m,
        18.0 * (a - e),
    ]


def period(slopes, start, every_h, flow, wanted):
    """Amounts at the `wanted` times of a period, and at its end.

    `flow` is a rate and how long each of the repeated inputs lasts.
    """
    rate, lasting_h = flow
    stops = sorted({0.0, every_h, lasting_h % every_h})
    found, y = {}, np.asarray(start, float)
    for begin, end in itertools.pairwise(stops):
        middle = 0.5 * (begin + end)
        running = sum(middle + k * every_h < lasting_h for k in range(100))
        inside = wanted[(wanted > begin) & (wanted <= end)]
        solution = solve_ivp(
            lambda _, y, now=running * rate: slopes(y, now),
            (begin, end),
            y,
            method="DOP853",
            t_eval=np.unique(np.append(inside, end)),
            rtol=1e-11,
            atol=1e-13,
        )
        found |= dict(zip(solution.t, solution.y.T, strict=True))
        y = solution.y[:, -1].copy()
    return np.array([found[t] for t in wanted]), y


def repeated(slopes, n, bolus, every_h, flow, wanted):
    """Amounts in the periodic solution; `bolus` enters at the start of a period."""
    none, no_times = (0.0, 0.0), np.array([])
    _, b = period(slopes, bolus, every_h, flow, no_times)
    columns = [period(slopes, row, every_h, none, no_times)[1] for row in np.eye(n)]
    before = np.linalg.solve(np.eye(n) - np.array(columns).T, b)
    return period(slopes, before + bolus, every_h, flow, wanted)[0]


def predicted(dose, every_h):
    """s-ketamine, s-norketamine and effect site [ng/mL] over a period."""
    events = [Given(dose=dose, steady=SteadyKind.REPLACES, every_h=every_h)]
    events += [Sample(time_h=share * every_h) for share in SHARES]
    who = Person(weight_kg=70.0, age_years=40.0)
    table = solve_history([History(id="1", covariates=who, events=tuple(events))])
    return table[["s_ketamine", "s_norketamine", "s_effect"]].to_numpy()


def vein(hours, every_h, fault=1.0):
    """Worst deviation for 20 mg of esketamine, as a share of each signal's peak."""
    dose = infusion(Molecule.ESKETAMINE, mg=20.0, hours=hours)
    bolus = np.zeros(6)
    bolus[0] = 0.0 if hours else 20.0
    flow = (20.0 / hours, hours) if hours else (0.0, 0.0)
    slopes = lambda y, rate: into_a_vein(y, rate, fault)
    amounts = repeated(slopes, 6, bolus, every_h, flow, SHARES * every_h)
    want = 1e3 * amounts[:, [0, 4, 3]] / np.array([133.0, 98.638, 133.0])
    return deviation(predicted(dose, every_h), want)


def nose(every_h, fault=1.0):
    """Worst deviation for 56 mg of spray from two devices."""
    share = 0.54 * (1 + 0.62) / 2
    bolus = np.zeros(9)
    bolus[0] = 56.0 * share
    flow = (56.0 * (1 - share) * 0.64 / SWALLOWED_H, SWALLOWED_H)
    slopes = lambda y, rate: into_the_nose(y, rate, fault)
    amounts = repeated(slopes, 9, bolus, every_h, flow, SHARES * every_h)
    want = 1e3 * amounts[:, [2, 6, 8]] / np.array([192.0, 70.0, 192.0])
    return deviation(predicted(spray(56.0), every_h), want)


def deviation(got, want):
    return np.max(np.abs(got - want) / want.max(axis=0))


@pytest.mark.parametrize(
    ("hours", "every_h"),
    [(0.0, 12.0), (2 / 3, 24.0), (9.0, 4.0), (6.0, 6.0)],
    ids=["at once", "shorter", "longer than two periods", "without a pause"],
)
def test_into_a_vein(hours, every_h):
    assert vein(hours, every_h) < LIMIT


@pytest.mark.parametrize("every_h", [24.0, 0.4], ids=["a day", "swallowed overlaps"])
def test_into_the_nose(every_h):
    assert nose(every_h) < LIMIT


def test_planted_faults_of_a_hundredth_of_a_per_cent_are_seen():
    assert vein(9.0, 4.0, fault=1.0001) > LIMIT
    assert nose(0.4, fault=1.0001) > LIMIT


def test_a_constant_infusion_is_at_rate_over_clearance():
    got = predicted(infusion(Molecule.ESKETAMINE, mg=20.0, hours=5.0), 5.0)
    np.testing.assert_allclose(got[:, 0], 1e3 * 4.0 / 95.2, rtol=1e-9)
    np.testing.assert_allclose(got[:, 1], 1e3 * 4.0 / 57.72, rtol=1e-7)
