"""Films and wafers held in the mouth against published concentrations.

The model is linear, and the observed mean peak rises 1.5-fold from 50 to 100 mg: no
linear model can be nearer than 15.5 % to both. The tolerance is 20 %, which leaves 5 %
for everything else. Typical adult of 73 kg, the mean of the volunteers.
"""

import jax.numpy as jnp
import pytest

from kapsim.drug import ArterialKetamine, Molecule, OralMucosalKetamine
from validation.courses import people
from validation.exposure import dose, exposures, missed

pytestmark = pytest.mark.validation_slow

SPECIES = ("s_ketamine", "s_norketamine", "s_hydroxynorketamine")
WORDS = ("S-ketamine", "S-norketamine", "S-hydroxynorketamine")
# mg: peak [ng/mL] and area to six hours [ng min/mL] of each
TABLE = {
    50: ((96.0, 8363.0), (276.0, 38497.0), (101.0, 24087.0)),
    100: ((144.0, 13347.0), (426.0, 67959.0), (189.0, 44972.0)),
}
TOLERANCE = 0.2
S = Molecule.ESKETAMINE


def film(mg, **change):
    fields = {name: jnp.asarray(value) for name, value in change.items()}
    return exposures(
        [dose("esketamine", "sublingual", float(mg))],
        SPECIES,
        route=OralMucosalKetamine(molecule=S, **fields),
        who=people(weight=73.0),
        until_h=6.0,
    )


@pytest.mark.parametrize("mg", [50, 100])
def test_film_and_its_metabolites(check, mg):
    got, faulty = film(mg), film(mg, swallowed_share=0.7, mucosal_share=0.17)
    for name, word, published in zip(SPECIES, WORDS, TABLE[mg], strict=True):
        for what, value, fault, figure, unit in (
            ("peak", got[name].peak, faulty[name].peak, published[0], "ng/mL"),
            (
                "area to 6 h",
                60 * got[name].area,
                60 * faulty[name].area,
                published[1],
                "ng min/mL",
            ),
        ):
            line = f"{word}, {what}, film of {mg} mg"
            limits = (figure * (1 - TOLERANCE), figure * (1 + TOLERANCE))
            check(line, value, *limits, unit=unit, source="simons_2022a")
            check.planted(line, "shares of 17 and 70 %", fault)


def test_time_of_the_peak_of_a_film(check):
    name = "time of the peak of S-ketamine after a film"
    check(
        name,
        film(50)["s_ketamine"].minute,
        15,
        22,
        unit="min",
        source="simons_2022a",
        note="published 18.8 and 19.1, read at 10, 20 and 40 min",
    )
    check.planted(name, "absorbed half as fast", film(50, ka=1.2)["s_ketamine"].minute)


def test_peaks_that_do_not_rise_with_the_dose(check):
    ratio = film(100)["s_ketamine"].peak / film(50)["s_ketamine"].peak
    missed(
        check,
        "peak after a film of 100 mg over that after 50 mg",
        ratio,
        144 / 96,
        (1.4, 1.6),
        record="drug.film.proportion",
        source="simons_2022a",
    )


def test_wafer_of_racemate(check):
    wafer = [dose("ketamine", "sublingual", 25.0)]
    vein = [dose("ketamine", "intravenous", 25.0, duration_h=0.5)]
    got = exposures(wafer, ("ketamine",))["ketamine"]
    whole = exposures(vein, ("ketamine",), route=ArterialKetamine())["ketamine"].area
    name = "time of the peak after a wafer of 25 mg of racemate"
    check(name, got.minute, 15, 60, unit="min", source="rolan_2014")
    fast = OralMucosalKetamine(mucosal_h=jnp.asarray(0.02), ka=jnp.asarray(60.0))
    early = exposures(wafer, ("ketamine",), route=fast)["ketamine"].minute
    check.planted(name, "absorbed at once", early)
    missed(
        check,
        "share of a wafer of 25 mg of racemate that reaches the blood",
        got.area / whole,
        0.29,
        (0.27, 0.31),
        record="drug.film.wafer",
        source="rolan_2014",
    )
