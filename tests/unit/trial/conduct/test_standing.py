"""Response, remission and relapse, at their limits and where a score is missing."""

import numpy as np
import pytest

from kapsim.trial.conduct.standing import NoRuleError, ill_again, stands, well
from kapsim.trial.protocol import Rule, Standing
from kapsim.trial.protocol.terms import Among

RULE = Rule(response_percent=50.0, remission_at_most=10)
BASELINE = np.array([30.0, 31.0, 30.0, 0.0, np.nan])
SCORE = np.array([15.0, 16.0, np.nan, 0.0, 10.0])


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing.RESPONSE, [True, False, False, False, False]),
        (Standing.NO_RESPONSE, [False, True, False, True, False]),
        (Standing.REMISSION, [False, False, False, True, True]),
        (Standing.NO_REMISSION, [True, True, False, False, False]),
    ],
)
def test_limits_belong_to_who_is_well_and_the_unknown_to_nobody(
    standing: Standing, expected: list[bool]
) -> None:
    assert stands(standing, SCORE, BASELINE, RULE).tolist() == expected


@pytest.mark.parametrize(
    ("among", "expected"),
    [
        (None, [True, False, False, False, False]),
        (Among.RESPONSE, [True, False, False, False, False]),
        (Among.REMISSION, [False, False, False, True, True]),
        (Among.ALL, [True, True, False, True, True]),
    ],
)
def test_followed_are_responders_unless_said(
    among: Among | None, expected: list[bool]
) -> None:
    assert well(among, SCORE, BASELINE, RULE).tolist() == expected


NONE = Rule()
LATER = np.array([[22.0, 21.0, np.nan], [15.0, 16.0, np.nan]])
START = np.array([[30.0], [30.0]])


def test_a_relapse_is_a_score_at_the_limit() -> None:
    found = ill_again(LATER, START, RULE, 22)
    assert found.tolist() == [[True, False, False], [False, False, False]]


def test_without_a_limit_a_lost_response_is_a_relapse() -> None:
    found = ill_again(LATER, START, RULE, None)
    assert found.tolist() == [[True, True, False], [False, True, False]]


@pytest.mark.parametrize(
    ("asked", "limit"),
    [
        (
            lambda: stands(Standing.RESPONSE, SCORE, BASELINE, Rule()),
            "response_percent",
        ),
        (lambda: well(Among.REMISSION, SCORE, BASELINE, NONE), "remission_at_most"),
        (lambda: ill_again(LATER, START, NONE, None), "response_percent"),
    ],
)
def test_a_scale_without_the_rule_is_told(asked, limit) -> None:
    with pytest.raises(NoRuleError, match=f"no rule {limit} is known.*under rules"):
        asked()
