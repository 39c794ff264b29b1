"""Which way an effect speaks for the first arm, and what its test shows."""

import numpy as np
import pytest

from kapsim.trial.power.benefit import aim_of, favours_first
from kapsim.trial.protocol import EndpointKind
from tests.unit.trial.power.builders import trial

EFFECT = np.array([-1.0, 1.0, 0.0, np.nan])


@pytest.mark.parametrize("kind", list(EndpointKind))
def test_more_is_better_of_response_and_remission_alone(kind: EndpointKind) -> None:
    more = kind in (EndpointKind.RESPONSE, EndpointKind.REMISSION)
    found = favours_first(kind, EFFECT).tolist()
    assert found == [not more, more, False, False]


@pytest.mark.parametrize("objective", ["non-inferiority", "equivalence"])
def test_a_margin_is_for_points_and_percent(objective: str) -> None:
    protocol = trial(design={"objective": objective, "margin": 2.5})
    assert aim_of("points", protocol) == aim_of("percent points", protocol) == objective
    assert aim_of("log odds ratio", protocol) == "superiority"
    assert aim_of("points", trial()) == "superiority"
