"""Nasal esketamine against its differential equations, solved by SciPy.

Written out compartment by compartment, from the equations of the paper; the solver is
good to 1e-11 and the limit is 1e-6 of the peak. Two doses overlap.
"""

import itertools

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from kapsim.drug import NasalEsketamine
from validation.courses import course, people, spray

LIMIT = 1e-6
TIMES = np.linspace(0.0, 48.0, 193)
DOSES = [(0.0, 84.0), (1.0, 28.0), (24.0, 56.0)]
SWALLOWED_H = 0.53


def nasal_share(mg, share):
    """Mean share absorbed through the nose over the devices of a dose."""
    devices = mg / 28.0
    return share * (1 + (devices - 1) * 0.62) / devices


def slopes(t, y, person):
    """Nose, gut, plasma, two peripherals, liver, noresketamine twice, effect site."""
    nose, gut, a, p1, p2, liver, n, m, e = y
    years = max(0.0, person["age"] - 60.0)
    qh = 151.0 - 2.19 * years
    kel = 1.11 * (0.36 if person["asian"] else 1.0)
    cln = 38.0 * (0.81 if person["asian"] else 1.0)
    kmet = 2.77 * person.get("fault", 1.0)
    swallowing = sum(
        mg * (1 - nasal_share(mg, person["share"])) * 0.64 / SWALLOWED_H
        for at, mg in DOSES
        if at <= t < at + SWALLOWED_H
    )
    to_p1 = 84.3 * (a / 192.0 - p1 / 143.0)
    to_p2 = 37.6 * (a / 192.0 - p2 / 417.0)
    to_liver = qh * (a / 192.0 - liver / 101.0)
    to_m = 26.1 * (n / 70.0 - m / 115.0)
    return [
        -2.93 * nose,
        swallowing - 1.45 * gut,
        2.93 * nose - to_p1 - to_p2 - to_liver,
        to_p1,
        to_p2,
        1.45 * gut + to_liver - (kel + kmet) * liver,
        kmet * liver - cln / 70.0 * n - to_m,
        to_m,
        0.3 * 60 * (a - e),
    ]


def reference(person):
    """Esketamine, noresketamine and effect site [ng/mL] at TIMES."""
    stops = {0.0, TIMES[-1]} | {at for at, _ in DOSES}
    stops = sorted(stops | {at + SWALLOWED_H for at, _ in DOSES})
    y, found = np.zeros(9), {}
    for start, end in itertools.pairwise(stops):
        y[0] += sum(
            mg * nasal_share(mg, person["share"]) for at, mg in DOSES if at == start
        )
        inside = TIMES[(TIMES >= start) & (TIMES <= end)]
        middle = 0.5 * (start + end)
        solution = solve_ivp(
            lambda _, y, now=middle: slopes(now, y, person),
            (start, end),
            y,
            method="DOP853",
            t_eval=np.unique(np.append(inside, [start, end])),
            rtol=1e-11,
            atol=1e-12,
        )
        found |= dict(zip(solution.t, solution.y.T, strict=True))
        y = solution.y[:, -1].copy()
    amounts = np.array([found[t] for t in TIMES]).T
    return 1e3 * amounts[2] / 192.0, 1e3 * amounts[6] / 70.0, 1e3 * amounts[8] / 192.0


def worst(person):
    who = people(age=person["age"], asian=person["asian"], japanese=person["japanese"])
    doses = [spray(mg, at=at) for at, mg in DOSES]
    time, levels = course(NasalEsketamine(), doses, TIMES, who)
    keep = np.isin(time, TIMES)
    got = (levels.s_ketamine, levels.s_norketamine, levels.s_effect)
    return max(
        np.max(np.abs(signal[keep, 0] - want)) / want.max()
        for signal, want in zip(got, reference(person), strict=True)
    )


TYPICAL = {"age": 40.0, "asian": 0.0, "japanese": 0.0, "share": 0.54}
OLD_JAPANESE = {"age": 72.0, "asian": 1.0, "japanese": 1.0, "share": 0.54 * 1.34}


@pytest.mark.parametrize("person", [TYPICAL, OLD_JAPANESE], ids=["typical", "other"])
def test_against_the_differential_equations(person):
    assert worst(person) < LIMIT


def test_planted_fault_of_a_hundredth_of_a_per_cent_is_seen():
    assert worst(TYPICAL | {"fault": 1.0001}) > LIMIT


def test_area_is_bioavailable_dose_over_clearance():
    kinetics = NasalEsketamine().solve(people())
    extraction = 101.0 * 3.88 / (151.0 + 101.0 * 3.88)
    signal = 0  # s_ketamine
    per_mg = [
        sum(
            float(share[0] * kinetics.inputs[inlet, k, 0] / kinetics.rate[k, 0])
            for share, k in zip(
                kinetics.outputs[signal], kinetics.reads[signal], strict=True
            )
        )
        for inlet in range(4)
    ]
    clearance = 151.0 * extraction
    nose = np.array([0.54, 0.54 * 0.62])
    gut = (1 - nose) * 0.64 * (1 - extraction)
    want = 1e3 * np.concatenate([nose, gut]) / clearance
    np.testing.assert_allclose(per_mg, want, rtol=1e-10)
