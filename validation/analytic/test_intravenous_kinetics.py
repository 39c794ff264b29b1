"""Intravenous ketamine against its differential equations, solved by SciPy.

The equations are written out here compartment by compartment and share no code with the
modal form. Solver tolerance 1e-11; the limit is 1e-6 of the peak.
"""

import itertools

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from kapsim.drug import IntravenousKetamine, IntravenousMidazolam
from validation.courses import course, infusion, people

LIMIT = 1e-6
TIMES = np.linspace(0.0, 60.0, 241)
KE0 = 0.3 * 60
DOSES = [
    infusion("ketamine", at=0.0, mg_per_kg=0.5, hours=2 / 3),
    infusion("ketamine", at=0.5, mg=20.0, hours=1.0),  # overlaps the first
    infusion("ketamine", at=6.0, mg=10.0),  # at once
    infusion("ketamine", at=24.0, mg_per_kg=0.5, hours=2 / 3),
]


def rates_of(t, y, weight, ratio, flow_scale=1.0):
    """One enantiomer: central, two peripherals, effect site, norketamine twice."""
    size = weight / 70.0
    v, vp1, vp2 = 133.0 * size, 187.0, 98.8
    cl, q1, q2 = 95.2 * size**0.75 * ratio, 23.2 * flow_scale, 157.0
    vn, cln, vpn, qn = 98.638 * size, 57.72 * size**0.75, 160.04, 42.778
    a, p1, p2, e, n, m = y
    rate = sum(
        0.5 * (d.mg + d.mg_per_kg * weight) / d.duration_h
        for d in DOSES
        if d.duration_h > 0 and d.time_h <= t < d.time_h + d.duration_h
    )
    out1, out2, back1, back2 = q1 / v * a, q2 / v * a, q1 / vp1 * p1, q2 / vp2 * p2
    return [
        rate - cl / v * a - out1 - out2 + back1 + back2,
        out1 - back1,
        out2 - back2,
        KE0 * (a - e),
        cl / v * a - (cln + qn) / vn * n + qn / vpn * m,
        qn / vn * n - qn / vpn * m,
    ]


def reference(times, weight, ratio, **fault):
    """Concentrations [ng/mL] of ketamine, norketamine and effect site at `times`."""
    stops = sorted({0.0, times[-1]} | {d.time_h for d in DOSES})
    stops = sorted(set(stops) | {d.time_h + d.duration_h for d in DOSES})
    y, found = np.zeros(6), {}
    for start, end in itertools.pairwise(stops):
        y[0] += sum(
            0.5 * (d.mg + d.mg_per_kg * weight)
            for d in DOSES
            if d.duration_h == 0 and d.time_h == start
        )
        inside = times[(times >= start) & (times <= end)]
        middle = 0.5 * (start + end)
        solution = solve_ivp(
            lambda _, y, now=middle: rates_of(now, y, weight, ratio, **fault),
            (start, end),
            y,
            method="LSODA",
            t_eval=np.unique(np.append(inside, [start, end])),
            rtol=1e-11,
            atol=1e-13,
        )
        found |= dict(zip(solution.t, solution.y.T, strict=True))
        y = solution.y[:, -1].copy()
    amounts = np.array([found[t] for t in times]).T
    v, vn = 133.0 * weight / 70.0, 98.638 * weight / 70.0
    return 1e3 * amounts[0] / v, 1e3 * amounts[4] / vn, 1e3 * amounts[3] / v


def worst(weight, ratio, signals, **fault):
    """Largest deviation of three signals, as a share of each one's peak."""
    # the reference holds the state before a bolus at its own node, kapsim that after it
    keep = TIMES != 6.0
    wanted = reference(TIMES, weight, ratio, **fault)
    return max(
        np.max(np.abs(got[keep] - want[keep])) / want.max()
        for got, want in zip(signals, wanted, strict=True)
    )


@pytest.fixture(scope="module")
def levels():
    time, levels = course(
        IntravenousKetamine(), DOSES, TIMES, people(2, weight=[70.0, 104.0])
    )
    keep = np.isin(time, TIMES)
    return [signal[keep] for signal in levels]


@pytest.mark.parametrize(("person", "weight"), [(0, 70.0), (1, 104.0)])
def test_s_ketamine(levels, person, weight):
    s, _, sn, _, effect, _, _ = (signal[:, person] for signal in levels)
    assert worst(weight, 1.0, (s, sn, effect)) < LIMIT


def test_r_ketamine_with_its_lower_clearance(levels):
    _, r, _, rn, _, effect, _ = (signal[:, 0] for signal in levels)
    assert worst(70.0, 0.9, (r, rn, effect)) < LIMIT


def test_planted_fault_of_a_hundredth_of_a_per_cent_is_seen(levels):
    s, _, sn, _, effect, _, _ = (signal[:, 0] for signal in levels)
    assert worst(70.0, 1.0, (s, sn, effect), flow_scale=1.0001) > LIMIT


def test_area_is_dose_over_clearance():
    route = IntravenousKetamine(racemic=False)
    kinetics = route.solve(people(weight=70.0))
    area = lambda signal: sum(
        float(share[0] * kinetics.inputs[0, k, 0] / kinetics.rate[k, 0])
        for share, k in zip(
            kinetics.outputs[signal], kinetics.reads[signal], strict=True
        )
    )
    # closed forms, so only the rounding of the residues is allowed for
    np.testing.assert_allclose(area(0), 1e3 / 95.2, rtol=1e-10)
    np.testing.assert_allclose(area(4), 1e3 / 95.2, rtol=1e-10)
    np.testing.assert_allclose(area(2), 1e3 / 57.72, rtol=1e-10)


def test_nothing_is_lost_without_elimination():
    closed = IntravenousKetamine(racemic=False, cl=jnp.asarray(1e-9))
    dose = infusion("esketamine", mg=35.0, hours=1.0)
    _, levels = course(closed, [dose], np.array([0.0, 1.0, 500.0]))
    spread = 1e3 * 35.0 / (133.0 + 187.0 + 98.8)
    # 500 h * 1e-9 / 418.8 L is lost, far below the tolerance
    np.testing.assert_allclose(levels.s_ketamine[-1], spread, rtol=1e-8)


def test_midazolam_against_its_closed_form():
    dose = infusion("midazolam", mg_per_kg=0.045, hours=2 / 3)
    time, levels = course(IntravenousMidazolam(), [dose], np.linspace(0.0, 8.0, 33))
    k, end = 0.4 / 1.2, 2 / 3
    during = 45.0 / 1.2 / end / k * (1 - np.exp(-k * np.minimum(time, end)))
    want = during * np.exp(-k * np.maximum(time - end, 0.0))
    np.testing.assert_allclose(levels.midazolam[:, 0], want, rtol=1e-10, atol=1e-12)
