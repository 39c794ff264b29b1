"""Ketamine through the nose: the table of the esketamine spray, and the racemate.

Spray: Table 4 of Perez-Ruixo 2021, exposure by dose, age and region, all 18 rows, as
read in the transcription of the paper that is cited with the records. It was made from
the model's own parameters, so 5 % is rounding and the width of its age groups.
Racemate: geometric means of about ten people; within the geometric SD.
"""

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug import NasalEsketamine
from validation.courses import course, people, spray
from validation.exposure import dose, exposures, missed

pytestmark = pytest.mark.validation_slow

# (age, Asian, Japanese): {mg: (Cmax, AUC24, noresketamine Cmax, AUC24)}
TABLE = {
    (45, 0, 0): {
        28: (43.8, 147.3, 59.1, 274.4),
        56: (72.5, 254.7, 119.7, 516.3),
        84: (101.0, 362.2, 180.0, 758.0),
    },
    (45, 1, 0): {
        28: (44.1, 158.2, 73.4, 371.8),
        56: (73.2, 275.9, 148.5, 704.8),
        84: (102.4, 393.5, 223.5, 1037.0),
    },
    (45, 1, 1): {
        28: (57.5, 194.7, 72.1, 406.4),
        56: (94.5, 335.1, 146.3, 760.8),
        84: (131.3, 475.4, 220.4, 1114.0),
    },
    (70, 0, 0): {
        28: (44.6, 160.4, 57.3, 277.9),
        56: (73.8, 275.8, 117.2, 522.0),
        84: (102.7, 391.2, 177.0, 765.9),
    },
    (70, 1, 0): {
        28: (44.9, 171.0, 71.4, 373.9),
        56: (74.4, 296.3, 145.9, 708.0),
        84: (103.8, 421.5, 220.4, 1042.0),
    },
    (70, 1, 1): {
        28: (58.8, 212.2, 69.0, 409.2),
        56: (96.5, 363.1, 141.7, 765.3),
        84: (133.8, 513.9, 214.4, 1121.0),
    },
}
GROUPS = list(TABLE)
TIMES = np.unique(np.concatenate([np.arange(0, 6, 1 / 60), np.arange(6, 24.01, 0.1)]))
SPRAYS = (28, 56, 84)
WHAT = (
    ("peak of esketamine", "ng/mL"),
    ("area to 24 h of esketamine", "ng h/mL"),
    ("peak of noresketamine", "ng/mL"),
)
TOLERANCE = 0.05
SOURCE = "perezruixo_2021"


def measured(mg, route=None):
    """Cmax, AUC24 [ng/mL, ng h/mL] of esketamine and noresketamine, [4, groups]."""
    age, asian, japanese = np.array(GROUPS, float).T
    who = people(len(GROUPS), age=age, asian=asian, japanese=japanese)
    given = NasalEsketamine() if route is None else route
    time, levels = course(given, [spray(float(mg))], TIMES, who)
    s, n = levels.s_ketamine, levels.s_norketamine
    area = lambda c: np.trapezoid(c, time, axis=0)
    return np.array([s.max(0), area(s), n.max(0), area(n)])


def ratios(mg, route=None):
    """Obtained over published, [4, groups]."""
    published = np.array([TABLE[group][mg] for group in GROUPS]).T
    return measured(mg, route) / published


@pytest.mark.parametrize(
    ("mg", "group", "whom"),
    [
        (28, (45, 0, 0), "18 to 60 years"),
        (56, (45, 0, 0), "18 to 60 years"),
        (84, (45, 0, 0), "18 to 60 years"),
        (84, (45, 1, 1), "Japanese"),
        (84, (70, 0, 0), "above 60 years"),
    ],
)
def test_peaks_and_area(check, mg, group, whom):
    at, published = GROUPS.index(group), TABLE[group][mg][:3]
    found = measured(mg)[:3, at]
    less = measured(mg, NasalEsketamine(nasal_share=jnp.asarray(0.45)))[:2, at]
    slow = measured(mg, NasalEsketamine(kmet=jnp.asarray(2.4)))[2, at]
    faults = (
        ("a nasal share of 45 %", less[0]),
        ("a nasal share of 45 %", less[1]),
        ("kmet of 2.4 per hour", slow),
    )
    for (what, unit), value, figure, fault in zip(
        WHAT, found, published, faults, strict=True
    ):
        name = f"{what}, spray of {mg} mg, {whom}"
        limits = figure * (1 - TOLERANCE), figure * (1 + TOLERANCE)
        check(name, value, *limits, unit=unit, source=SOURCE)
        check.planted(name, *fault)


@pytest.mark.parametrize("mg", SPRAYS)
def test_all_groups(check, mg):
    name = f"greatest deviation of six groups by age and region, spray of {mg} mg"
    worst = lambda route=None: float(np.max(np.abs(ratios(mg, route)[:3] - 1)))
    check(name, worst(), high=TOLERANCE, unit="of each figure", source=SOURCE)
    one_share = NasalEsketamine(japanese_share=jnp.asarray(1.0))
    check.planted(name, "no difference of Japanese people", worst(one_share))


def test_planted_fault_in_the_device_effect_is_seen():
    faulty = ratios(84, NasalEsketamine(later_device=jnp.asarray(1.0)))[:3]
    assert np.max(np.abs(faulty - 1)) > TOLERANCE


@pytest.mark.parametrize("mg", SPRAYS)
def test_area_of_noresketamine_misses(check, mg):
    published = TABLE[GROUPS[0]][mg][3]
    missed(
        check,
        f"area to 24 h of noresketamine, spray of {mg} mg, 18 to 60 years",
        measured(mg)[3, 0],
        published,
        (published * (1 - TOLERANCE), published * (1 + TOLERANCE)),
        record="drug.nasal.noresketamine_auc",
        place=SPRAYS.index(mg),
        source=SOURCE,
        unit="ng h/mL",
    )
    got = ratios(mg)[3]
    assert got.min() > 1.37
    assert got.max() < 1.57


# mg: geometric mean of the peak, its geometric SD; area
RACEMATE = {10: (22.9, 1.97, 19.0), 30: (60.8, 1.90, 46.0), 50: (77.6, 2.29, 64.0)}
NASAL = list(RACEMATE)


def racemate(mg):
    given = dose("ketamine", "nasal", float(mg))
    return exposures([given], ("ketamine", "norketamine"))


@pytest.mark.parametrize("mg", [30, 50])
def test_peak_of_a_racemic_spray(check, mg):
    peak, spread, _ = RACEMATE[mg]
    name = f"peak after {mg} mg of racemate in the nose"
    got = racemate(mg)["ketamine"].peak
    limits = (peak / spread, peak * spread)
    check(name, got, *limits, unit="ng/mL", source="phar_2669")
    check.planted(name, "half the dose", got / 2)


def test_peak_of_the_smallest_racemic_spray(check):
    peak, spread, _ = RACEMATE[10]
    missed(
        check,
        "peak after 10 mg of racemate in the nose",
        racemate(10)["ketamine"].peak,
        peak,
        (peak / spread, peak * spread),
        record="drug.nasal_racemate.peak",
        place=0,
        source="phar_2669",
        unit="ng/mL",
    )


@pytest.mark.parametrize("mg", NASAL)
def test_area_of_a_racemic_spray_misses(check, mg):
    area = RACEMATE[mg][2]
    missed(
        check,
        f"area after {mg} mg of racemate in the nose",
        racemate(mg)["ketamine"].area,
        area,
        (area * 0.7, area * 1.3),
        record="drug.nasal_racemate.area",
        place=NASAL.index(mg),
        source="phar_2669",
        unit="ng h/mL",
    )
