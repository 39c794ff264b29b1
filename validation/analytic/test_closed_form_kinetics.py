"""Kinetics against closed forms: areas, total distribution, and one compartment."""

import jax.numpy as jnp
import numpy as np

from kapsim.drug import (
    IntravenousKetamine,
    IntravenousMidazolam,
    Kinetics,
    Molecule,
    NasalEsketamine,
)
from kapsim.drug.kinetics.route import SIGNALS
from validation.courses import course, infusion, people

# closed forms, so only the rounding of the residues is allowed for
ROUNDING = 1e-10


def area(kinetics: Kinetics, signal: str, inlet: int = 0) -> float:
    """Area under a signal [ng h/mL] per mg at an inlet."""
    at = SIGNALS.index(signal)
    return sum(
        float(share[0] * kinetics.inputs[inlet, k, 0] / kinetics.rate[k, 0])
        for share, k in zip(kinetics.outputs[at], kinetics.reads[at], strict=True)
    )


def test_area_is_dose_over_clearance(check):
    kinetics = IntravenousKetamine(molecule=Molecule.ESKETAMINE).solve(people())
    for signal, clearance in (
        ("s_ketamine", 95.2),
        ("s_effect", 95.2),
        ("s_norketamine", 57.72),
    ):
        error = abs(area(kinetics, signal) * clearance / 1e3 - 1)
        name = f"area of {signal} after a vein against dose over clearance"
        check(name, error, high=ROUNDING, source="exact")


def test_area_is_bioavailable_dose_over_clearance(check):
    kinetics = NasalEsketamine().solve(people())
    extraction = 101.0 * 3.88 / (151.0 + 101.0 * 3.88)
    clearance = 151.0 * extraction
    nose = np.array([0.54, 0.54 * 0.62])
    gut = (1 - nose) * 0.64 * (1 - extraction)
    want = 1e3 * np.concatenate([nose, gut]) / clearance
    got = np.array([area(kinetics, "s_ketamine", inlet) for inlet in range(4)])
    name = "area after a spray against what is absorbed over clearance"
    check(name, np.max(np.abs(got / want - 1)), high=ROUNDING, source="exact")
    whole = 1e3 * np.concatenate([nose, (1 - nose) * 0.64]) / clearance
    fault = float(np.max(np.abs(got / whole - 1)))
    check.planted(name, "no first pass through the liver", fault)


def test_nothing_is_lost_without_elimination():
    closed = IntravenousKetamine(molecule=Molecule.ESKETAMINE, cl=jnp.asarray(1e-9))
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
