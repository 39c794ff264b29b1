"""Kinetics whose poles meet: partial fractions cancel there, and must not break.

References: closed forms, and the matrix exponential of the same compartments, which
knows no poles.
"""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.linalg import expm

from kapsim.drug import IntravenousKetamine, Molecule
from kapsim.drug.kinetics.mammillary import star
from kapsim.drug.kinetics.modal import cascade, first_order
from validation.courses import course, infusion, people
from validation.routes import ROUTES

DOUBLE = float(np.finfo(np.float64).eps)
TIMES = np.linspace(0.0, 12.0, 49)


def column(*values):
    return jnp.asarray(values, jnp.float64)[:, None]


def respond(modes, output):
    """Response of an output to one unit at the first input, at TIMES."""
    decay = np.exp(-np.asarray(modes.rate)[:, 0] * TIMES[:, None])
    amplitude = (
        np.asarray(modes.inputs)[0, :, 0] * np.asarray(modes.outputs)[output, :, 0]
    )
    return decay @ amplitude


@pytest.mark.parametrize("gap", [0.0, 1e-12, 1e-9, 1e-7, 1e-4])
def test_absorption_as_fast_as_elimination(gap):
    k, ka = column(0.7), column(0.7 * (1 + gap))
    whole = cascade(first_order(ka[0]), first_order(k[0]), {(0, 0): ka[0]}, DOUBLE)
    # closed form that does not cancel; SciPy's expm loses digits here on 2 x 2 matrices
    d = float(ka[0, 0]) - 0.7
    mean = -np.expm1(-d * TIMES) / d if d else TIMES
    want = float(ka[0, 0]) * np.exp(-0.7 * TIMES) * mean
    np.testing.assert_allclose(respond(whole, 1), want, rtol=0, atol=1e-6 * want.max())


def test_planted_unseparated_poles_are_seen():
    k = column(0.7)
    whole = cascade(first_order(k[0]), first_order(k[0]), {(0, 0): k[0]}, 0.0)
    assert not np.isfinite(respond(whole, 1)).all()


@pytest.mark.parametrize("gap", [0.0, 1e-12, 1e-9, 1e-7])
@pytest.mark.parametrize("exchange", [0.0, 1e-13, 1e-6, 1.0])
def test_peripherals_that_empty_equally_fast(gap, exchange):
    forward = column(exchange, 0.4)
    back = column(0.3, 0.3 * (1 + gap))
    centre = jnp.sum(forward, axis=0) + 0.5
    modes = star(centre, forward, back, back)
    a = np.zeros((3, 3))
    a[0, 0] = -float(centre[0])
    for j in (1, 2):
        a[j, 0], a[0, j] = float(forward[j - 1, 0]), float(back[j - 1, 0])
        a[j, j] = -a[0, j]
    want = np.array([expm(a * t)[:, 0] for t in TIMES])
    for output in range(3):
        np.testing.assert_allclose(
            respond(modes, output), want[:, output], rtol=0, atol=1e-6
        )


def test_effect_site_as_fast_as_a_phase_of_the_plasma():
    dose = infusion("esketamine", mg=40.0, hours=0.5)
    plain = IntravenousKetamine(molecule=Molecule.ESKETAMINE)
    poles = np.asarray(plain.solve(people()).rate)[:3, 0]
    # people alike but for ke0: on each pole, and 1e-4 beside it
    ke0 = jnp.asarray(np.concatenate([poles, poles * (1 + 1e-4)]))
    _, levels = course(
        IntravenousKetamine(molecule=Molecule.ESKETAMINE, ke0=ke0),
        [dose],
        TIMES,
        people(6),
    )
    on, beside = levels.s_effect[:, :3], levels.s_effect[:, 3:]
    # the effect sites truly differ by up to 1e-4 of the peak
    np.testing.assert_allclose(on, beside, rtol=0, atol=1e-4 * float(on.max()))


# Films: five rates of the chain to the metabolites lie close together, and partial
# fractions of close rates cancel.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("ketamine, intravenous", 1e-4),
        ("esketamine, nasal", 1e-4),
        ("ketamine, oral", 1e-4),
        ("ketamine, sublingual", 2e-3),
    ],
)
def test_single_precision_of_trials(check, name, limit):
    route, doses = ROUTES[name]
    weights = np.linspace(45.0, 130.0, 64)
    fine = np.unique(np.concatenate([np.arange(0, 6, 1 / 12), np.arange(6, 48.1, 0.5)]))
    _, double = course(route, doses, fine, people(64, weight=weights))
    single_people = people(64, weight=weights, dtype=jnp.float32)
    _, single = course(route, doses, fine, single_people)
    worst = max(
        float(np.max(np.max(np.abs(one - two), axis=0) / np.max(two, axis=0)))
        for one, two in zip(single, double, strict=True)
        if two.any()
    )
    what = f"{name}: single against double precision, as trials step"
    check(what, worst, high=limit, unit="of the peak", source="our choice")
