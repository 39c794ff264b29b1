"""Who leaves: hazards go the way that they should, for the reason that they give."""

import numpy as np
import pytest

from kapsim.trial.conduct.conduct import conduct
from kapsim.trial.conduct.outcomes import Outcomes
from kapsim.trial.conduct.risk import Risk, losses, risk
from kapsim.trial.conduct.trials import Reason
from kapsim.trial.conduct.usual import usage
from kapsim.trial.protocol import Protocol
from tests.unit.trial.conduct.builders import cohort, outcomes, trial

EVERYBODY = np.ones(2000, bool)
PART = {
    "no_effect": Reason.LACK_OF_EFFECT,
    "adverse": Reason.ADVERSE_EFFECTS,
    "belief": Reason.BELIEF,
}


def planted(part: str, share: str = "20 %") -> Protocol:
    """A trial in which one part of the hazard is strong and the others are off."""
    off = {f"trial.conduct.{name}": 0.0 for name in PART}
    return trial(
        conduct={"dropout": share}, parameters={**off, f"trial.conduct.{part}": 5.0}
    )


def risks(protocol: Protocol, arms: dict[str, Outcomes]) -> Risk:
    return risk(protocol, arms, EVERYBODY, np.array([40, 40]), usage(protocol))


ARMS = {
    "no_effect": {"ketamine": outcomes(30), "saline": outcomes(0)},
    "adverse": {"ketamine": outcomes(felt=0.0), "saline": outcomes(felt=0.9)},
    "belief": {"ketamine": outcomes(guess=0.9), "saline": outcomes(guess=0.1)},
}


@pytest.mark.stochastic
@pytest.mark.parametrize("part", PART)
def test_a_planted_part_moves_the_arm_that_has_it(part: str) -> None:
    protocol = planted(part)
    sizes = {"ketamine": 40, "saline": 40}
    found = conduct(protocol, ARMS[part], sizes, range(200), 1)
    lost = found.left < 6
    assert lost.mean() == pytest.approx(0.2, abs=0.012)
    assert lost[found.arm == 1].mean() > 1.7 * lost[found.arm == 0].mean()
    reasons = np.bincount(found.reason[(found.arm == 1) & lost], minlength=6)
    assert reasons[PART[part]] > 2 * reasons[Reason.OTHER]
    others = set(PART.values()) - {PART[part]}
    assert not any(reasons[other] for other in others)


@pytest.mark.stochastic
def test_those_who_do_badly_leave() -> None:
    found = conduct(
        planted("no_effect"), cohort(), {"ketamine": 40, "saline": 40}, range(200), 1
    )
    change = found.score[:, :, 1, 0] - found.baseline[..., 0]
    lost = (found.left > 2) & (found.left < 6)
    stayed = found.left == 6
    assert np.nanmean(change[lost]) > np.nanmean(change[stayed]) + 0.3


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5, 0.9])
def test_the_base_gives_the_share_over_all_arms(share: float) -> None:
    protocol = trial(conduct={"dropout": f"{100 * share} %"})
    arms = dict(cohort())
    found = risk(protocol, arms, EVERYBODY, np.array([30, 60]), usage(protocol))
    lost = -np.expm1(-found.leaving[..., -1]).mean(axis=1)
    assert (lost[0] + 2 * lost[1]) / 3 == pytest.approx(share, abs=1e-9)


def test_half_of_those_who_leave_in_four_weeks_leave_in_the_first() -> None:
    protocol = trial(conduct={"dropout": "1 %"}, parameters=_off())
    found = risks(protocol, {name: outcomes() for name in ("ketamine", "saline")})
    week, whole = found.leaving[0, 0, 2], found.leaving[0, 0, -1]
    assert week / whole == pytest.approx(0.5, rel=1e-12)


def _off() -> dict[str, float]:
    return {f"trial.conduct.{name}": 0.0 for name in PART}


def test_missed_visits_have_their_mean_and_follow_the_same_risks() -> None:
    protocol = trial(conduct={"missed_visits": "5 %"})
    found = risks(protocol, dict(cohort()))
    assert found.missing[..., 1:].mean() == pytest.approx(0.05, rel=1e-12)
    assert (found.missing[..., 0] == 0).all()
    assert found.missing[1, :, 1:].mean() > found.missing[0, :, 1:].mean()


def test_nobody_leaves_for_good_and_then_for_a_reason_that_is_absent() -> None:
    leaving = np.array([[[0.0, 0.5, 1.0]]])
    parts = np.broadcast_to([0.0, 0.0, 0.0, 1.0], (1, 1, 3, 4))
    made = Risk(leaving, np.zeros((1, 1, 3)), np.asarray(parts))
    nobody = np.zeros((1, 3), int)
    draw = np.array([[0.2, 0.7, 1.2]])
    why = np.array([[0.0, 0.5, 0.999999]])
    found = losses(made, nobody, nobody, draw, why, np.ones((1, 3, 3)))
    assert found.left.tolist() == [[1, 2, 3]]
    expected = [Reason.OTHER, Reason.OTHER, Reason.COMPLETED]
    assert found.reason.tolist() == [expected]
    assert found.seen.tolist() == [
        [[True, False, False], [True, True, False], [True, True, True]]
    ]
