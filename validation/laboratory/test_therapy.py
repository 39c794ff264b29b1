"""Dose and response of therapy, and what it adds to usual care, on whole patients."""

import pytest

from kapsim.engine import platform
from kapsim.lab.experiment import Setting
from kapsim.lab.experiments.therapy import (
    add_on_therapy as added,
    dose_response as dose,
)
from validation.laboratory.checked import SEED, checked

pytestmark = pytest.mark.validation_slow

platform.configure()

PEOPLE = Setting(SEED, 2_048)


def test_dose_response(check):
    names = checked(check, "dose-response")
    none = dose.seen(PEOPLE, {}, dose.LONG)
    for number in (8, 26):
        untreated = float(none.improved[number].mean())
        check.planted(names[f"improved_{number}"], "no therapy", untreated)
    chance = dose.seen(PEOPLE, dose.arm(dose.AGREED), dose.AGREED, dropout=0.1)
    success = dose.by_length(chance)
    check.planted(
        names["success_slope"],
        "people stop by chance, not when well",
        dose.slope_of_success(success),
    )
    check.planted(
        names["success_1"], "people stop by chance, not when well", float(success[0])
    )
    gradual = dose.seen(PEOPLE, dose.arm(dose.LONG), dose.LONG)
    fallen = gradual.score[0] - gradual.attended.astype(int)
    check.planted(
        names["logarithm_over_line"],
        "a point is lost at every session",
        dose.rate(gradual._replace(score=fallen), dose.LENGTHS[-1]).advantage,
    )


def test_add_on_therapy(check):
    names = checked(check, "add-on-therapy")
    both = added.resistant(PEOPLE)
    check.planted(
        names["resistant_g"],
        "usual care in both arms",
        added.gain(added.Compared(both.usual, both.usual), -1),
    )
