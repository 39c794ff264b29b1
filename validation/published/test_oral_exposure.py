"""Swallowed ketamine against published concentrations.

Prolonged-release tablets: peaks within one published SD; areas within 30 %, since the
share that reaches the blood has an SD of half its size; ratios of areas within 25 %.
"""

import jax.numpy as jnp
import pytest

from kapsim.drug import ExtendedReleaseKetamine
from validation.exposure import dose, exposures, missed

SPECIES = ("ketamine", "norketamine")
# mg: peak, its SD [ng/mL], area [ng h/mL], area of norketamine over that of ketamine
TABLETS = {
    10: (1.63, 1.33, 13.4, 21.6),
    20: (3.70, 3.93, 33.5, 16.9),
    40: (6.66, 4.25, 63.5, 14.9),
    80: (11.8, 6.6, 124.0, 14.0),
}
DOSES = list(TABLETS)
SOURCE = "hasan_2021"


def tablet(mg, route=None, names=SPECIES):
    given = dose("ketamine", "oral extended release", float(mg))
    return exposures([given], names, route=route)


def near(value, share):
    return value * (1 - share), value * (1 + share)


@pytest.mark.parametrize("mg", [10, 20, 40])
def test_peak_of_tablets(check, mg):
    peak, sd, _, _ = TABLETS[mg]
    name = f"peak after {mg} mg of prolonged-release racemate"
    got = tablet(mg)["ketamine"].peak
    check(name, got, max(0, peak - sd), peak + sd, unit="ng/mL", source=SOURCE)
    check.planted(name, "two and a half doses", got * 2.5)


def test_peak_of_the_largest_tablets_misses(check):
    peak, sd, _, _ = TABLETS[80]
    missed(
        check,
        "peak after 80 mg of prolonged-release racemate",
        tablet(80)["ketamine"].peak,
        peak,
        (peak - sd, peak + sd),
        record="drug.extended.peak",
        place=DOSES.index(80),
        source=SOURCE,
        unit="ng/mL",
    )


@pytest.mark.parametrize("mg", [20, 40, 80])
def test_area_of_tablets(check, mg):
    name = f"area after {mg} mg of prolonged-release racemate"
    got = tablet(mg)["ketamine"].area
    limits = near(TABLETS[mg][2], 0.3)
    check(name, got, *limits, unit="ng h/mL", source=SOURCE)
    more = ExtendedReleaseKetamine(
        available_s=jnp.asarray(0.25), available_r=jnp.asarray(0.25)
    )
    check.planted(name, "a share of 25 %", tablet(mg, more)["ketamine"].area)


def test_area_of_the_smallest_tablet_misses(check):
    missed(
        check,
        "area after 10 mg of prolonged-release racemate",
        tablet(10)["ketamine"].area,
        TABLETS[10][2],
        near(TABLETS[10][2], 0.3),
        record="drug.extended.area",
        place=0,
        source=SOURCE,
        unit="ng h/mL",
    )


@pytest.mark.parametrize("mg", DOSES)
def test_norketamine_of_tablets_misses(check, mg):
    got = tablet(mg)
    missed(
        check,
        f"area of norketamine over that of ketamine, {mg} mg prolonged release",
        got["norketamine"].area / got["ketamine"].area,
        TABLETS[mg][3],
        near(TABLETS[mg][3], 0.25),
        record="drug.extended.norketamine",
        place=DOSES.index(mg),
        source=SOURCE,
    )


def hydroxynorketamine(x, route=None):
    names = (f"{x}_ketamine", f"{x}_hydroxynorketamine")
    got = tablet(40, route, names)
    return got[names[1]].area / got[names[0]].area


def test_s_hydroxynorketamine_of_tablets(check):
    name = "area of S-hydroxynorketamine over S-ketamine, 40 mg prolonged release"
    check(name, hydroxynorketamine("s"), 18 - 11, 18 + 11, source=SOURCE)
    less = ExtendedReleaseKetamine(hnk_share=jnp.asarray(0.5))
    check.planted(name, "formed by half", hydroxynorketamine("s", less))


def test_r_hydroxynorketamine_of_tablets_misses(check):
    missed(
        check,
        "area of R-hydroxynorketamine over R-ketamine, 40 mg prolonged release",
        hydroxynorketamine("r"),
        30.0,
        (30.0 - 16, 30.0 + 16),
        record="drug.extended.hydroxynorketamine",
        source=SOURCE,
    )


def test_time_of_the_peak_of_tablets(check):
    name = "time of the peak after prolonged-release racemate"
    minute = tablet(40)["ketamine"].minute
    check(name, minute / 60, 5.4, 6.4, unit="h", source=SOURCE, note="published 5.9")
    slow = ExtendedReleaseKetamine(release_h=jnp.asarray(10.0))
    later = tablet(40, slow)["ketamine"].minute
    check.planted(name, "released over ten hours", later / 60)


def test_share_of_norketamine_after_controlled_release(check):
    # Glue 2020: about 90 % of what circulates is norketamine
    got = tablet(60)
    n, k = got["norketamine"].area, got["ketamine"].area
    name = "norketamine of ketamine and norketamine, prolonged release, area"
    check(name, n / (n + k), 0.85, 0.95, source="glue_2020")
    poor = ExtendedReleaseKetamine(
        available_s=jnp.asarray(0.4), available_r=jnp.asarray(0.4)
    )
    other = tablet(60, poor)
    n, k = other["norketamine"].area, other["ketamine"].area
    check.planted(name, "a share of 40 %", n / (n + k))


def test_observed_oral_peak_is_far_above_what_its_share_allows(check):
    given = dose("ketamine", "oral", mg_per_kg=0.5)
    missed(
        check,
        "peak after 0.5 mg/kg of swallowed racemate",
        exposures([given], ("ketamine",))["ketamine"].peak,
        45.0,
        (35.0, 55.0),
        record="drug.oral.peak",
        source="zanos_2018",
        unit="ng/mL",
    )
