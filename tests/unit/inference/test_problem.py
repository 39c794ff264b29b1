"""Freed parameters, endpoints and their covariance, against exact answers."""

import numpy as np
import pytest

from kapsim.evidence import library
from kapsim.evidence.posterior import Spreads
from kapsim.inference.targets.freed import FREED, freed
from kapsim.inference.targets.problem import Freed, Problem
from tests.unit.inference import linear


@pytest.mark.parametrize(
    ("scale", "value", "expected"),
    [("identity", 0.8, 3.0), ("log", np.exp(0.8), 3.0), ("logit", 0.5, -1.0)],
)
def test_value_and_u_are_inverse(scale: str, value: float, expected: float) -> None:
    one = Freed("x", scale, 0.2, 0.2, -9.0, 9.0)  # type: ignore[arg-type]
    assert one.u(value) == pytest.approx(expected)
    assert float(one.value(np.array(expected))) == pytest.approx(value)


def test_value_stays_within_the_bounds() -> None:
    one = Freed("x", "identity", 0.0, 1.0, -1.0, 1.0)
    np.testing.assert_array_equal(one.value(np.array([-5.0, 0.5, 5.0])), [-1, 0.5, 1])


def test_covariance_adds_up() -> None:
    made = linear.problem()
    error = np.full(len(made.targets), 0.3)
    found = made.covariance(Spreads(2.0, 0.5, 0.4), error)
    expected = made.sampling + 4 * made.level @ made.level.T
    expected = expected + 0.25 * made.arm @ made.arm.T + 0.09 * np.eye(len(error))
    expected = expected + 0.16 * made.share @ made.share.T
    np.testing.assert_allclose(found, expected)
    contrast, level, share = 3, 0, 1
    own = made.covariance(Spreads(2.0, 0.0, 0.0), 0 * error) - made.sampling
    assert own[level, level] == pytest.approx(4.0)
    assert own[contrast, contrast] == 0.0
    own = made.covariance(Spreads(0.0, 0.0, 2.0), 0 * error) - made.sampling
    assert (own[share, share], own[level, level]) == (pytest.approx(4.0), 0.0)


def test_saved_and_loaded(tmp_path) -> None:
    made = linear.problem()
    made.save(tmp_path / "problem.npz")
    again = Problem.load(tmp_path / "problem.npz")
    assert again.freed == made.freed
    assert again.targets == made.targets
    assert again.studies == made.studies
    np.testing.assert_array_equal(again.sampling, made.sampling)
    for one, other in zip(again.effects, made.effects, strict=True):
        np.testing.assert_array_equal(one, other)


def test_every_fitted_record_has_a_prior() -> None:
    made = freed()
    assert [one.id for one in made] == list(FREED)
    for one in made:
        record = library().parameter(one.id)
        assert record.prior is not None
        middle = float(one.value(np.array(0.0)))
        assert middle == pytest.approx(record.prior.mean)


def test_couplings_of_unknown_sign_may_be_zero_or_of_the_other_sign() -> None:
    """Facts that bind the design: the sign is not decided by the prior."""
    couplings = (
        "mind.belief.beta_plus",
        "mind.belief.beta_minus",
        "mind.belief.kappa",
        "therapy.modality.kappa",
        "brain.consolidation.z_shift",
        "brain.consolidation.z_pull",
        "patient.person.ageing",
    )
    own = {one.id: one for one in freed()}
    for name in couplings:
        assert own[name].scale == "identity"
        assert own[name].low < 0 < own[name].high
        assert abs(own[name].u(0.0)) < 1.5
