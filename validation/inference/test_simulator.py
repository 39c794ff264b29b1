"""The endpoints that the model gives, against the same trial taken apart."""

import numpy as np
import pytest

from kapsim.inference.emulation.simulator import Simulator
from kapsim.inference.targets.endpoints import figures
from kapsim.trial.arms.simulation import prepare_all
from kapsim.trial.conduct.outcomes import outcomes
from kapsim.trial.loading import load_protocol

PERSONS, SEED = 2048, 5

pytestmark = pytest.mark.validation_slow


@pytest.fixture(scope="module")
def protocol():
    return load_protocol("phillips-2019-single")


@pytest.fixture(scope="module")
def simulator(protocol) -> Simulator:
    return Simulator([protocol], PERSONS, SEED)


def test_shares_are_those_of_the_simulated_people(protocol, simulator) -> None:
    """All persons respond, or not, as they do in the arm: but for who is not seen."""
    made = simulator({})
    found = dict(zip(figures(protocol), made, strict=False))
    for figure, logit in found.items():
        arm = prepare_all(protocol, SEED)[figure.arm]
        totals = outcomes(arm, 0, PERSONS).totals[:, 0].astype(float)
        responds = (totals[1] <= totals[0] / 2).mean()
        share = 1 / (1 + np.exp(-logit))
        assert share == pytest.approx(responds, abs=0.02)


def test_common_random_numbers(simulator) -> None:
    """The same parameters give the same endpoints to the bit; others do not."""
    np.testing.assert_array_equal(simulator({}), simulator({}))
    assert (simulator({}) != simulator({"mind.mood.b_p": 0.5})).any()


def test_a_point_more_lowers_the_odds_of_response(simulator) -> None:
    level, arm = simulator.slopes({})
    assert all(slope < -0.05 for slope in level[0])
    own = np.array(arm[0])
    assert own[0, 0] < -0.05
    assert own[0, 1] == 0.0
    assert own[1, 0] == 0.0
    np.testing.assert_allclose(own.sum(axis=0), level[0], rtol=0.05)


def test_a_planted_fault_is_seen(protocol) -> None:
    """Other people give other endpoints: the seed matters, a little."""
    one, two = (Simulator([protocol], PERSONS, seed)({}) for seed in (SEED, SEED + 1))
    assert (one != two).any()
    assert np.abs(one - two).max() < 1.0
