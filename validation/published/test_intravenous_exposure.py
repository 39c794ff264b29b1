"""Intravenous ketamine against published and previously derived concentrations."""

import jax.numpy as jnp
import numpy as np

from kapsim.drug import IntravenousKetamine
from kapsim.evidence import library
from validation.courses import course, infusion

# 35 mg over 40 min, 70 kg, at 40, 80, 110 and 230 min: worked out before with another
# program from the same published set, rounded to whole ng/mL.
MINUTES = np.array([40.0, 80.0, 110.0, 230.0])
DERIVED = np.array([158.0, 79.0, 60.0, 27.0])
# Mean peak of a depression trial, 0.5 mg/kg over 40 min (Zanos 2018, Table 1).
OBSERVED_PEAK, TOLERANCE = 185.0, 0.15


def sampled(route):
    dose = infusion("esketamine", mg=35.0, hours=2 / 3)
    time, levels = course(route, [dose], MINUTES / 60)
    return levels.s_ketamine[np.searchsorted(time, MINUTES / 60), 0]


def peak(mg_per_kg=0.5):
    dose = infusion("ketamine", mg_per_kg=mg_per_kg, hours=2 / 3)
    _, levels = course(IntravenousKetamine(), [dose], np.linspace(0.0, 2.0, 121))
    return (levels.s_ketamine + levels.r_ketamine).max()


def test_concentrations_of_the_published_set():
    np.testing.assert_allclose(
        sampled(IntravenousKetamine(racemic=False)), DERIVED, rtol=0.02
    )


def test_planted_fault_in_clearance_is_seen():
    faulty = sampled(IntravenousKetamine(racemic=False, cl=jnp.asarray(95.2 * 1.1)))
    assert np.max(np.abs(faulty / DERIVED - 1)) > 0.02


def test_peak_of_the_racemate_misses_by_the_recorded_ratio():
    record = library().discrepancies["drug.intravenous.racemate_peak"]
    got = peak() / OBSERVED_PEAK
    assert isinstance(record.ratio, float)
    np.testing.assert_allclose(got, record.ratio, rtol=0.002)
    assert abs(got - 1) < TOLERANCE


def test_a_planted_dose_error_leaves_the_tolerance():
    assert abs(peak(mg_per_kg=0.45) / OBSERVED_PEAK - 1) > TOLERANCE


def test_area_after_a_small_dose():
    # Hasan 2021: 52.3 (SD 12.2) ng h/mL after 5 mg; the infusion time is not known, so
    # the peak cannot be compared and the area can: within one SD.
    dose = infusion("ketamine", mg=5.0, hours=0.5)
    times = np.linspace(0.0, 120.0, 7201)
    time, levels = course(IntravenousKetamine(), [dose], times)
    area = np.trapezoid((levels.s_ketamine + levels.r_ketamine)[:, 0], time)
    assert abs(area - 52.3) < 12.2
