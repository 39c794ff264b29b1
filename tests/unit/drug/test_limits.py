"""Limits: what is told of which doses, at the edges of each rule."""

import pytest

from kapsim.drug.kinetics.schedule import Dose, Molecule, RouteName
from kapsim.drug.regimen.limits import (
    Breach,
    BreachKind,
    breaches,
    cumulative,
    pressure_rule,
)
from kapsim.drug.regimen.salt import base_mg
from kapsim.evidence import library
from kapsim.units import SaltForm

WEEK_H = 168.0
INDUCTION = [0.0, 72.0]  # twice a week
COURSE = [w * WEEK_H + t for w in range(4) for t in INDUCTION]
COURSE += [w * WEEK_H for w in range(4, 10)]
"""The label's schedule over ten weeks."""


def spray(time_h: float, mg: float = 56.0) -> Dose:
    return Dose(
        time_h=float(time_h),
        molecule=Molecule.ESKETAMINE,
        route=RouteName.NASAL,
        mg=mg,
    )


def drip(time_h: float, mg_per_kg: float = 0.5, minutes: float = 40.0) -> Dose:
    return Dose(
        time_h=float(time_h),
        molecule=Molecule.KETAMINE,
        route=RouteName.INTRAVENOUS,
        mg_per_kg=mg_per_kg,
        duration_h=minutes / 60,
    )


def rules(doses: list[Dose], weight_kg: float | None = None) -> set[str]:
    found = breaches(doses, weight_kg)
    return {one.rule.removeprefix("drug.limits.") for one in found}


def told(doses: list[Dose], rule: str) -> Breach:
    return next(one for one in breaches(doses) if one.rule == f"drug.limits.{rule}")


def test_the_labelled_course_breaks_nothing() -> None:
    first, *later = COURSE
    assert breaches([spray(first), *(spray(t, 84.0) for t in later)]) == ()


def test_the_usual_infusions_break_nothing() -> None:
    assert breaches([drip(t) for t in COURSE]) == ()


@pytest.mark.parametrize(
    ("doses", "broken"),
    [
        ([spray(0), spray(72, 84.0)], set()),
        ([spray(0), spray(72, 84.5)], {"esketamine.session"}),
        ([spray(0, 57.0)], {"esketamine.first"}),
        ([spray(0, 112.0)], {"esketamine.first", "esketamine.session"}),
        ([spray(0), spray(48), spray(96)], {"esketamine.weekly"}),
        ([spray(0), spray(72), spray(WEEK_H)], set()),
        ([spray(0), spray(WEEK_H * 4), spray(WEEK_H * 4 + 72)], {"esketamine.weekly"}),
        ([spray(0), spray(WEEK_H * 4 - 96), spray(WEEK_H * 4 - 24)], set()),
        (
            [spray(0), spray(WEEK_H * 9), spray(WEEK_H * 9 + 1.9)],
            {"esketamine.session"},
        ),
        ([spray(0), spray(WEEK_H * 9), spray(WEEK_H * 9 + 2)], {"esketamine.weekly"}),
        ([drip(0), drip(72, 0.502)], set()),
        ([drip(0, 0.51)], {"ketamine.usual"}),
        ([drip(0, minutes=39.0)], {"ketamine.over"}),
        ([drip(0, minutes=60.0)], set()),
        ([drip(0), drip(48), drip(96)], {"ketamine.weekly"}),
    ],
)
def test_each_rule_at_its_edges(doses: list[Dose], broken: set[str]) -> None:
    assert rules(doses) == broken
    assert rules(doses[::-1]) == broken


def test_devices_sprayed_one_after_another_are_one_session() -> None:
    apart = [spray(device / 12, 28.0) for device in range(4)]
    found = told([spray(0 - WEEK_H), *apart], "esketamine.session")
    assert "112 mg" in found.said
    assert "84 mg" in found.said
    assert found.times_h == (0.0,)


def test_salt_of_three_devices_is_within_the_maximum() -> None:
    mg = base_mg(96.9, Molecule.ESKETAMINE, SaltForm.HYDROCHLORIDE)
    assert mg > 84.0  # the stated salt is rounded
    assert rules([spray(0), spray(72, mg)]) == set()


def test_an_amount_per_kg_depends_on_the_weight() -> None:
    fixed = Dose(
        time_h=0.0,
        molecule=Molecule.KETAMINE,
        route=RouteName.INTRAVENOUS,
        mg=40.0,
        duration_h=1.0,
    )
    assert rules([fixed], 80.0) == set()
    assert rules([fixed]) == {"ketamine.usual"}  # 70 kg
    with pytest.raises(ValueError, match=r"weight_kg must be above 0 kg; got 0"):
        breaches([fixed], 0.0)


def test_a_breach_says_when_how_much_and_the_limit() -> None:
    found = told([spray(0), spray(72, 112.0), spray(170, 140.0)], "esketamine.session")
    assert found.said == (
        "day 4: 112 mg of nasal esketamine (first of 2); by the label the most in a "
        "session is 84 mg."
    )
    assert found.times_h == (72, 170)
    assert found.kind is BreachKind.LABEL
    assert found.sources == ("label_spravato",)


def test_practice_is_not_told_as_a_label() -> None:
    found = told([drip(0), drip(48), drip(96.5)], "ketamine.weekly")
    assert found.kind is BreachKind.PRACTICE
    assert found.sources == ("singh_2016",)
    assert "label" not in found.said
    assert found.said.startswith("day 1: 3 sessions in week 1; 2 a week is usual")


def test_placebo_and_other_routes_break_no_label() -> None:
    sham = Dose(time_h=0.0, molecule=Molecule.PLACEBO, route=RouteName.NASAL, mg=0.0)
    swallowed = Dose(
        time_h=0.0, molecule=Molecule.ESKETAMINE, route=RouteName.ORAL, mg=112.0
    )
    assert breaches([sham, swallowed]) == ()
    assert breaches([]) == ()


def test_daily_and_gram_scale_use_is_of_concern_by_any_route() -> None:
    daily = [
        Dose(
            time_h=24.0 * day,
            molecule=Molecule.ARKETAMINE,
            route=RouteName.ORAL,
            mg=150.0,
        )
        for day in range(7)
    ]
    assert rules(daily) == {"concern.weekly", "concern.mass"}
    assert rules(daily[:6]) == set()  # 900 mg
    assert told(daily, "concern.mass").kind is BreachKind.CONCERN
    assert "1050 mg" in told(daily, "concern.mass").said
    spread = [Dose(time_h=170.0 * n, molecule=Molecule.KETAMINE,
                   route=RouteName.ORAL, mg=600.0) for n in range(9)]  # fmt: skip
    assert rules(spread) == set()


def test_every_limit_comes_from_its_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another number in the record moves the rule: nothing is written twice."""
    known = library().parameters
    planted = known["drug.limits.esketamine.session"].model_copy(update={"value": 60.0})
    monkeypatch.setitem(known, planted.id, planted)
    assert rules([spray(0), spray(72, 84.0)]) == {"esketamine.session"}


def test_exposure_is_added_up_by_molecule() -> None:
    sedated = Dose(
        time_h=1.0, molecule=Molecule.MIDAZOLAM, route=RouteName.INTRAVENOUS, mg=3.0
    )
    sham = Dose(time_h=0.0, molecule=Molecule.PLACEBO, route=RouteName.NASAL)
    given = [*(drip(24.0 * day) for day in (0, 3, 6, 7)), sedated, sham]
    ketamine, midazolam = cumulative(given, 80.0)
    assert (ketamine.molecule, ketamine.doses) == (Molecule.KETAMINE, 4)
    assert (ketamine.mg, ketamine.mg_per_week) == (160.0, 120.0)
    assert (midazolam.molecule, midazolam.mg) == (Molecule.MIDAZOLAM, 3.0)
    assert cumulative([sham]) == ()


def test_the_pressure_rule_is_that_of_the_label() -> None:
    rule = pressure_rule()
    assert (rule.systolic_mmhg, rule.diastolic_mmhg, rule.monitoring_h) == (140, 90, 2)
    assert "140/90 mmHg" in rule.said
    assert rule.sources == ("label_spravato",)
