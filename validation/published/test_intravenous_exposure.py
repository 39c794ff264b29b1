"""Ketamine into a vein or a muscle against published concentrations.

Venous: the mean peak of depression trials within 15 %, which is their spread between
studies. After 5 mg within the published SD. Arterial: within the published confidence
interval of the mean. A typical adult of 70 kg unless said otherwise.
"""

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug import (
    ArterialKetamine,
    IntramuscularKetamine,
    IntravenousKetamine,
    Mixture,
    Molecule,
    OralMucosalKetamine,
)
from kapsim.evidence import library
from validation.courses import course, infusion, people
from validation.exposure import dose, exposures, missed

# 35 mg over 40 min, 70 kg, at 40, 80, 110 and 230 min: worked out before with another
# program from the same published set, rounded to whole ng/mL.
MINUTES = np.array([40.0, 80.0, 110.0, 230.0])
DERIVED = np.array([158.0, 79.0, 60.0, 27.0])
# Mean peak of a depression trial, 0.5 mg/kg over 40 min (Zanos 2018, Table 1).
OBSERVED_PEAK, TOLERANCE = 185.0, 0.15
PEAK = "peak after 0.5 mg/kg of racemate over 40 min"
OLDER = "the same, range of studies of dissociation"
SMALL_AREA = "area after 5 mg of racemate"
SMALL_RATIO = "area of norketamine over that of ketamine, 5 mg of racemate"
SPECIES = ("ketamine", "norketamine", "hydroxynorketamine")
S = Molecule.ESKETAMINE


def sampled(route):
    given = infusion("esketamine", mg=35.0, hours=2 / 3)
    time, levels = course(route, [given], MINUTES / 60)
    return levels.s_ketamine[np.searchsorted(time, MINUTES / 60), 0]


def racemate(mg=0.0, route=None, **rest):
    given = dose("ketamine", "intravenous", mg, **rest)
    return exposures([given], SPECIES, route=route)


def test_concentrations_of_the_published_set(check):
    name = "four concentrations of the published set, greatest deviation"
    worst = lambda route: float(np.max(np.abs(sampled(route) / DERIVED - 1)))
    plain, faulty = (
        IntravenousKetamine(molecule=S),
        IntravenousKetamine(cl=jnp.asarray(104.7), molecule=S),
    )
    check(name, worst(plain), high=0.02, unit="of each", source="otto_2021")
    check.planted(name, "clearance 10 % higher", worst(faulty))


def test_peak_of_the_racemate(check):
    got = racemate(mg_per_kg=0.5, duration_h=2 / 3)["ketamine"].peak
    low, high = OBSERVED_PEAK * (1 - TOLERANCE), OBSERVED_PEAK * (1 + TOLERANCE)
    check(PEAK, got, low, high, unit="ng/mL", source="zarate_2006")
    faulty = racemate(mg_per_kg=0.45, duration_h=2 / 3)["ketamine"].peak
    check.planted(PEAK, "0.45 mg/kg", faulty)
    check(OLDER, got, 100.0, 250.0, unit="ng/mL", source="krystal_1994")
    check.planted(OLDER, "0.9 mg/kg", got * 0.9 / 0.5)
    # 0.910 on record: within the tolerance, and still not hidden
    recorded = library().discrepancies["drug.intravenous.racemate_peak"].ratio
    assert isinstance(recorded, float)
    np.testing.assert_allclose(got / OBSERVED_PEAK, recorded, rtol=0.002)


def test_small_dose(check):
    got = racemate(5.0, duration_h=0.5)
    k, n, h = (got[name].area for name in SPECIES)
    # the time of infusion is not known, so the peak is not compared
    limits = (52.3 - 12.2, 52.3 + 12.2)
    check(SMALL_AREA, k, *limits, unit="ng h/mL", source="hasan_2021")
    check.planted(SMALL_AREA, "7 mg", k * 7 / 5)
    check(SMALL_RATIO, n / k, 1.79 - 0.56, 1.79 + 0.56, source="hasan_2021")
    slow = IntravenousKetamine(cln=jnp.asarray(57.72 * 0.6))
    slower = racemate(5.0, route=slow, duration_h=0.5)
    check.planted(
        SMALL_RATIO,
        "norketamine cleared at 60 %",
        slower["norketamine"].area / slower["ketamine"].area,
    )
    missed(
        check,
        "area of hydroxynorketamine over that of ketamine, 5 mg of racemate",
        h / k,
        0.33,
        (0.33 - 0.13, 0.33 + 0.13),
        record="drug.hydroxynorketamine.after_a_vein",
        source="hasan_2021",
    )


def test_bolus(check):
    missed(
        check,
        "peak after 0.3 mg/kg of racemate at once",
        racemate(mg_per_kg=0.3)["ketamine"].peak,
        120.0,
        (120.0 * (1 - TOLERANCE), 120.0 * (1 + TOLERANCE)),
        record="drug.intravenous.bolus_peak",
        place=0,
        source="zanos_2018",
        unit="ng/mL",
    )
    missed(
        check,
        "peak after 10 mg of racemate pushed into a vein",
        racemate(10.0)["ketamine"].peak,
        296.0,
        (296.0 / 1.71, 296.0 * 1.71),  # geometric SD
        record="drug.intravenous.bolus_peak",
        place=1,
        source="phar_2669",
        unit="ng/mL",
    )


# 73 kg is the mean of the volunteers, each of whom had taken a film six hours before.
@pytest.mark.parametrize(("film", "low", "high"), [(50.0, 259, 287), (100.0, 251, 269)])
def test_arterial_peak_after_20_mg_of_s_ketamine(check, film, low, high):
    route = Mixture((OralMucosalKetamine(molecule=S), ArterialKetamine(molecule=S)))
    name = (
        f"arterial peak after 20 mg of S-ketamine over 20 min, {film:g} mg film before"
    )

    def peak(mg):
        given = [
            dose("esketamine", "sublingual", film),
            dose("esketamine", "intravenous", mg, time_h=6.0, duration_h=1 / 3),
        ]
        times = np.arange(6.0, 8.0, 1 / 120)
        _, levels = course(route, given, times, people(weight=73.0))
        return float(np.asarray(levels.s_ketamine).max())

    check(name, peak(20.0), low, high, unit="ng/mL", source="simons_2022a")
    check.planted(name, "18 mg", peak(18.0))


def test_muscle(check):
    given = [dose("ketamine", "intramuscular", mg_per_kg=0.5)]
    got = exposures(given, ("ketamine",))["ketamine"]
    name = "time of the peak after an injection into a muscle"
    check(name, got.minute, 5, 22, unit="min", source="grant_1981", note="as quoted")
    slow = IntramuscularKetamine(ka=jnp.asarray(3.0))
    slower = exposures(given, ("ketamine",), route=slow)["ketamine"]
    check.planted(name, "absorbed at 3 per hour", slower.minute)
    share = "area after a muscle over that after a vein"
    vein = racemate(mg_per_kg=0.5)["ketamine"].area
    check(share, got.area / vein, 0.929, 0.931, source="grant_1981", note="as quoted")
    lost = IntramuscularKetamine(available=jnp.asarray(0.9))
    less = exposures(given, ("ketamine",), route=lost)["ketamine"].area
    check.planted(share, "a share of 90 %", less / vein)
    missed(
        check,
        "peak after 0.5 mg/kg of racemate into a muscle, as remembered",
        got.peak,
        240.0,
        (240.0 * 0.8, 240.0 * 1.2),
        record="drug.intramuscular.peak",
        source="grant_1981",
        unit="ng/mL",
    )
