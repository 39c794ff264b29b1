"""Checks of a calibration: data of known truth, ranks, recovery, agreement."""

import numpy as np
import pytest

from kapsim.engine import platform
from kapsim.evidence.posterior import Spreads
from kapsim.inference.checks.check import (
    agreement,
    held_out,
    names,
    quantities,
    recovered,
    recovery,
    simulation_based,
)
from kapsim.inference.checks.synthetic import (
    Truth,
    posterior_truths,
    prior_truths,
    synthetic,
)
from kapsim.inference.targets.assumed import effect_scales
from validation.inference.linear import emulator, exact, narrowed, problem, shifted

platform.configure()

U = np.array([0.5, -1.0, 0.3])


def drawn(*sds, count=200, **changes):
    """Many data sets less the mean of the model [count, K]."""
    made, fitted = problem()._replace(**changes), emulator()._replace()
    fitted = fitted._replace(error=np.zeros_like(fitted.error))
    mean = fitted.constant + fitted.linear @ U
    sets = [synthetic(made, fitted, U, Spreads(*sds), seed=k) for k in range(count)]
    return np.stack([one.observed for one in sets]) - mean


@pytest.mark.stochastic
@pytest.mark.parametrize(
    ("study_sd", "arm_sd", "share_sd", "own"),
    [(0.0, 0.0, 0.0, 1.0), (3.0, 0.0, 0.0, 0.0), (0, 2.0, 0, 0), (0, 0, 0.5, 0)],
)
def test_data_scatter_as_they_should(study_sd, arm_sd, share_sd, own):
    made = problem()
    got = drawn(study_sd, arm_sd, share_sd, sampling=own * made.sampling)
    want = own * made.sampling + study_sd**2 * made.level @ made.level.T
    want = want + arm_sd**2 * made.arm @ made.arm.T
    want = want + share_sd**2 * made.share @ made.share.T
    # 200 sets know a variance to 10 %: four standard errors
    limit = 0.4 * np.diag(want).max()
    np.testing.assert_allclose(np.cov(got.T), want, rtol=0, atol=limit)
    np.testing.assert_allclose(got.mean(axis=0), 0.0, atol=4 * np.sqrt(limit / 80))


def test_nothing_is_drawn_without_errors():
    nothing = drawn(0.0, 0.0, 0.0, count=1, sampling=np.zeros_like(problem().sampling))
    np.testing.assert_allclose(nothing, 0.0, atol=1e-12)


def test_observations_are_replaced_everywhere():
    first, again, other = (
        synthetic(problem(), emulator(), U, Spreads(2.0, 1.0, 0.5), seed=seed)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first.observed, again.observed)
    assert (first.observed != other.observed).all()
    assert [target.observed for target in first.targets] == first.observed.tolist()
    np.testing.assert_array_equal(problem().observed, 0.0)


@pytest.mark.stochastic
def test_truths_follow_the_prior_and_more_of_them_change_none():
    many = prior_truths(problem(), 300, seed=1)
    few = prior_truths(problem(), 2, seed=1)
    np.testing.assert_array_equal(many[1].quantities, few[1].quantities)
    square = np.stack([truth.quantities for truth in many]) ** 2
    scales = np.array([1.0, 1.0, 1.0, *effect_scales()])
    np.testing.assert_allclose(square.mean(axis=0), scales**2, rtol=0.35, atol=0)


def test_truths_of_a_posterior_are_its_draws():
    made = exact(problem(), emulator(), draws=30)
    chosen = posterior_truths(made, 30, seed=1)
    rows = {tuple(truth.quantities) for truth in chosen}
    assert rows == {tuple(row) for row in quantities(made)}
    with pytest.raises(ValueError, match="31 truths"):
        posterior_truths(made, 31, seed=1)


@pytest.mark.thorough
@pytest.mark.stochastic
def test_ranks_see_a_narrow_posterior():
    truths = prior_truths(problem(), 80, seed=3)

    def found(sampler):
        more = {"draws": 31, "thin": 1, "seed": 2, "sampler": sampler}
        return simulation_based(problem(), emulator(), truths, **more)

    right, wrong = found(exact), found(narrowed(exact, 0.3))
    assert right.names == (*names(problem()), "log_likelihood")
    assert right.ranks.shape == (80, 7)
    assert right.worst[1] > 0.01
    assert wrong.worst[1] < 0.001


@pytest.mark.thorough
@pytest.mark.stochastic
def test_recovery_of_a_well_known_parameter():
    truths = prior_truths(problem(), 60, seed=5)
    found = recovery(problem(), emulator(), truths, sampler=exact)
    assert found.slope[0] == pytest.approx(1.0, abs=0.1)
    assert found.correlation[0] > 0.97
    assert found.coverage.shape == (3, 6)
    assert found.coverage[:, :3].mean(axis=1) == pytest.approx(
        [0.5, 0.9, 0.95], abs=0.12
    )
    assert found.z.std() == pytest.approx(1.0, abs=0.25)
    high = recovery(problem(), emulator(), truths, sampler=shifted(exact, 1.0))
    assert high.z[:, 0].mean() > found.z[:, 0].mean() + 0.8


def test_recovery_needs_several_truths():
    with pytest.raises(ValueError, match="three truths"):
        recovery(problem(), emulator(), prior_truths(problem(), 2, seed=1))


@pytest.mark.stochastic
def test_left_out_studies_are_foretold():
    truths = prior_truths(problem(), 30, seed=7)
    inside, number = held_out(problem(), emulator(), truths, sampler=exact)
    assert number == 90
    assert inside / number == pytest.approx(0.95, abs=0.08)


def test_posteriors_agree_with_themselves_only():
    made = exact(problem(), emulator(), draws=400)
    same = agreement(problem(), made, made)
    assert same.other_seed_max_shift_sd == 0.0
    assert same.other_seed_sd_ratio_low == same.other_seed_sd_ratio_high == 1.0
    first = np.array([1.0, 0.0, 0.0])
    step = first * made.spreads.std(axis=0, ddof=1)
    moved = made._replace(spreads=made.spreads + step)
    other = agreement(problem(), made, moved)
    assert other.other_seed_max_shift_sd == pytest.approx(1.0)
    assert other.other_seed_shifted == "study_sd"
    wide = agreement(problem(), made, made._replace(spreads=made.spreads * [1, 2, 1]))
    assert wide.other_seed_sd_ratio_high == pytest.approx(2.0)
    assert same.within_one_sd == 1.0
    far = made._replace(spreads=made.spreads + 2 * step)
    found = agreement(problem(), made, far).within_one_sd
    assert found == pytest.approx(1.0 - 1.0 / len(names(problem())))


def test_agreement_leaves_out_what_one_posterior_holds_fixed():
    made = exact(problem(), emulator(), draws=400)
    held = made._replace(u=made.u * [0.0, 1.0, 1.0])
    found = agreement(problem(), made, held)
    assert found.other_seed_max_shift_sd == 0.0
    assert found.other_seed_sd_ratio_low == 1.0


def shipped():
    common = {"unit": "1", "low": 0.0, "high": 1e9, "prior_sd": 0.5}
    logs = np.linspace(-1.0, 1.0, 201) * 0.4
    rows = [[2.0 * np.exp(x), 10.0 + x] for x in logs]
    return {
        "parameters": [
            {"id": "a", "scale": "log", "prior_mean": 0.0, "mean": 2.0, "sd": 0.2}
            | common,
            {"id": "b", "scale": "identity", "prior_mean": 9.0, "mean": 10.0, "sd": 0.2}
            | common,
        ],
        "draws": {"values": rows},
    }


def test_known_parameters_are_scored_on_the_scale_of_the_prior():
    first, second = recovered({"a": 2.0 * np.exp(0.3), "b": 10.5, "c": 1.0}, shipped())
    assert (first.id, second.id) == ("a", "b")
    assert first.z == pytest.approx(-1.5)
    assert second.z == pytest.approx(-2.5)
    assert first.inside
    assert not second.inside
    assert second.low == pytest.approx(9.62)
    assert first.high == pytest.approx(2.0 * np.exp(0.38))


def test_parameters_without_a_truth_are_left_out():
    assert [row.id for row in recovered({"b": 10.0}, shipped())] == ["b"]


def test_truth_lists_the_sds_last():
    assert Truth(U, Spreads(3.0, 0.5, 0.2)).quantities.tolist() == [*U, 3.0, 0.5, 0.2]
