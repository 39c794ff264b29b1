"""What must not work: an inert drug, dissociation alone, an arm given twice.

Experience is masked, so that nothing is expected of what is felt.
"""

import pytest

from validation.trials import KETAMINE, ONCE, SALINE, apart, arm, totals, trial

LATE = ("day 8", "day 29", "day 85")
LEVERS = (
    "mind.belief.beta_plus",
    "mind.belief.beta_minus",
    "mind.belief.gamma_loss",
    "mind.belief.kappa",
    "therapy.modality.kappa",
    "mind.mood.b_p",
    "mind.rumination.d_rho",
    "mind.rumination.d_p",
)
CONTENT = "therapy.experience.f_x"


def difference(**changes) -> dict[str, float]:
    """Ketamine minus saline at all visits, both masked."""
    ketamine = arm("ketamine", KETAMINE, ONCE, masked=True)
    saline = arm("saline", SALINE, ONCE, masked=True)
    protocol = trial(ketamine, saline, **changes)
    pair = totals(protocol, "ketamine"), totals(protocol, "saline")
    return {visit: apart(*pair, visit)[0] for visit in pair[0]}


def largest(differences, visits) -> float:
    return max(abs(differences[visit]) for visit in visits)


def test_inert_drug(check):
    name = "largest difference at any visit, inert drug against saline"
    inert = difference(hypotheses={"H5": True})
    check(name, largest(inert, inert), 0, 0, unit="points", source="exact")
    active = difference(hypotheses={"H1": False, "H3": False})
    check.planted(name, "direct lift of mood left on", largest(active, active))


def test_relaxation_without_content(check):
    """Relaxation of beliefs alone, with nothing in it, leaves nothing behind."""
    name = "largest difference from a week on, relaxation only"
    alone = dict.fromkeys((*LEVERS, CONTENT), 0.0)
    got = difference(parameters=alone)
    check(name, largest(got, LATE), high=0.2, unit="points", source="our choice")
    quieter = alone | {"mind.rumination.d_p": 0.45, "mind.mood.b_p": 2.0}
    planted = difference(parameters=quieter)
    check.planted(name, "window lifts mood as well", largest(planted, LATE))


@pytest.mark.parametrize("visit", ["day 2", "day 85"])
def test_same_arm_twice(check, visit):
    name = f"difference of an arm given twice, {visit}"
    first, second = (arm(x, KETAMINE, ONCE) for x in ("one", "two"))
    protocol = trial(first, second)
    one, two = totals(protocol, "one"), totals(protocol, "two")
    worst = float(abs(one[visit] - two[visit]).max())
    check(name, worst, 0, 0, unit="points", source="exact")
    reseeded = totals(protocol, "two", seed=21)
    fresh = float(abs(one[visit] - reseeded[visit]).max())
    check.planted(name, "noise not shared", fresh)
