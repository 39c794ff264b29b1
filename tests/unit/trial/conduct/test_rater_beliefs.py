"""Who may believe what about an arm, and from which visit on."""

import numpy as np
import pytest

from kapsim.measures import Raters
from kapsim.trial.arms.cohorts import route
from kapsim.trial.arms.timeline import timeline
from kapsim.trial.arms.values import protocol_values
from tests.unit.trial import builders

BIAS, SHARE = float(Raters().bias), float(Raters().site_share)
TIMES = ("day 1", "day 1 + 2 h", "day 8")


def beliefs(arm, rater, arms=None):
    """What a rater knows and shares at each visit [points]; day 1 is the baseline."""
    visits = [
        {"at": at, "baseline": at == "day 1", "scales": ["MADRS"], "rater": rater}
        for at in TIMES
    ]
    changes = {} if arms is None else {"arms": arms}
    asked = builders.protocol(visits=visits, published=[], **changes)
    chosen = asked.arm(arm)
    schedule = timeline(
        asked, chosen, route(asked, chosen, protocol_values(asked))
    ).schedule
    slot = np.asarray(schedule.slot)
    at = [int(np.flatnonzero(slot == index)[0]) for index in range(len(TIMES))]
    leaves = schedule.rater_knows, schedule.rater_shares
    return tuple(np.asarray(leaf)[at].tolist() for leaf in leaves)


NOTHING = [0.0] * 3


@pytest.mark.parametrize(("arm", "sign"), [("ketamine", 1), ("saline", -1)])
def test_an_unblinded_rater_knows_once_something_was_given(arm, sign):
    assert beliefs(arm, "unblinded") == ([0, sign * BIAS, sign * BIAS], NOTHING)


@pytest.mark.parametrize("arm", ["ketamine", "saline"])
def test_a_blinded_rater_shares_a_part_of_the_guess(arm):
    part = BIAS * SHARE
    assert beliefs(arm, "blinded") == (NOTHING, [0, part, part])


@pytest.mark.parametrize("arm", ["ketamine", "saline"])
def test_a_central_rater_believes_nothing(arm):
    assert beliefs(arm, "central") == (NOTHING, NOTHING)


@pytest.mark.parametrize("rater", ["unblinded", "blinded", "central"])
def test_where_nothing_is_given_there_is_nothing_to_believe(rater):
    talk = {"modality": "support", "minutes": 50, "days": [2]}
    arms = [{"name": "talk", "sessions": [talk]}]
    assert beliefs("talk", rater, arms) == (NOTHING, NOTHING)
