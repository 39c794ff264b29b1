"""Models of repeated measures: what is known without another program."""

import itertools

import numpy as np
import pytest

from kapsim.trial.analysis.covariance import Structure
from kapsim.trial.analysis.fixed_effects import visits_design
from kapsim.trial.analysis.ladder import LADDER, mmrm_ladder
from kapsim.trial.analysis.mmrm import contrast, mmrm

VISITS, PATIENTS, REPLICATES = 3, 20, 4


def drawn(missing=0.0, seed=1):
    """Scores, arms and baselines; scores are missing at random."""
    rng = np.random.default_rng(seed)
    shape = (REPLICATES, PATIENTS, VISITS)
    own = rng.normal(0, 4, shape[:2])
    baseline = 30 + own + rng.normal(0, 2, shape[:2])
    score = 22 + own[..., None] + rng.normal(0, 3, shape) * np.array([1, 1.4, 2])
    score[rng.random(shape) < missing] = np.nan
    return score, np.tile(np.arange(PATIENTS) % 2, (REPLICATES, 1)), baseline


def fit(score, arm, baseline, structure=Structure.US):
    """Fits and the differences of the arms at every visit."""
    design = visits_design(arm, baseline, 2, VISITS)
    fits = mmrm(score, design, structure)
    return fits, contrast(fits, design.differences(1))


def ordinary(y, arm, baseline):
    """Difference of arms and its standard error by least squares at one visit."""
    x = np.column_stack([np.ones(len(y)), arm, baseline])
    beta, squares, *_ = np.linalg.lstsq(x, y, rcond=None)
    variance = squares[0] / (len(y) - 3) * np.linalg.inv(x.T @ x)[1, 1]
    return beta[1], np.sqrt(variance)


def test_complete_data_give_least_squares_at_every_visit():
    score, arm, baseline = drawn()
    fits, found = fit(score, arm, baseline)
    assert fits.converged.all()
    for r in range(REPLICATES):
        for v in range(VISITS):
            value, se = ordinary(score[r, :, v], arm[r], baseline[r])
            np.testing.assert_allclose(found.value[r, v], value, rtol=1e-9, atol=1e-9)
            np.testing.assert_allclose(found.se[r, v], se, rtol=1e-6, atol=0)
    np.testing.assert_allclose(found.df, PATIENTS - 3, rtol=1e-5, atol=0)


def test_one_visit_is_analysis_of_covariance():
    score, arm, baseline = drawn()
    design = visits_design(arm, baseline, 2, 1)
    fits = mmrm_ladder(score[..., :1], design)
    found = contrast(fits, design.differences(1)[0])
    value, se = ordinary(score[0, :, 0], arm[0], baseline[0])
    np.testing.assert_allclose(found.value[0, 0], value, rtol=1e-9, atol=0)
    np.testing.assert_allclose(found.se[0, 0], se, rtol=1e-6, atol=0)
    np.testing.assert_allclose(found.df, PATIENTS - 3, rtol=1e-5, atol=0)
    with pytest.raises(ValueError, match="two visits"):
        mmrm(score[..., :1], design, Structure.CS)


@pytest.mark.parametrize("structure", Structure)
def test_units_order_and_neighbours_do_not_matter(structure):
    score, arm, baseline = drawn(missing=0.15)
    fits, found = fit(score, arm, baseline, structure)
    order = np.random.default_rng(2).permutation(PATIENTS)
    turned = (
        10 * score[:2, order] + 5,
        arm[:2, order],
        baseline[:2, order] / 7,
    )
    again, other = fit(*turned, structure)
    assert fits.converged.all()
    close = {"rtol": 1e-6, "atol": 0}
    np.testing.assert_allclose(other.value, 10 * found.value[:2], **close)
    np.testing.assert_allclose(other.se, 10 * found.se[:2], **close)
    np.testing.assert_allclose(other.df, found.df[:2], rtol=1e-5, atol=0)
    np.testing.assert_allclose(again.covariance, 100 * fits.covariance[:2], **close)


def test_patients_who_were_never_seen_change_nothing():
    score, arm, baseline = drawn(missing=0.15)
    _, found = fit(score, arm, baseline)
    more = np.full((REPLICATES, 5, VISITS), np.nan)
    none = np.full((REPLICATES, 5), np.nan)
    wide = (
        np.concatenate([score, more], axis=1),
        np.concatenate([arm, np.zeros_like(none, int)], axis=1),
        np.concatenate([baseline, none], axis=1),
    )
    _, other = fit(*wide)
    for one, two in zip(found, other, strict=True):
        np.testing.assert_allclose(two, one, rtol=1e-7, atol=0)


def test_plainer_structures_are_nested():
    score, arm, baseline = drawn(missing=0.15)
    names = (Structure.US, Structure.TOEPH, Structure.CSH, Structure.CS)
    values = [
        fit(score, arm, baseline, name)[0].log_restricted_likelihood for name in names
    ]
    for fuller, plainer in itertools.pairwise(values):
        assert (fuller > plainer).all()


def test_means_are_those_of_the_average_patient():
    score, arm, baseline = drawn()
    design = visits_design(arm, baseline, 2, VISITS)
    fits = mmrm(score, design)
    means = [contrast(fits, design.means(a)).value for a in (0, 1)]
    middle = (means[0] + means[1]) / 2
    np.testing.assert_allclose(middle, score.mean(axis=1), rtol=1e-9, atol=0)
    np.testing.assert_allclose(
        means[1] - means[0], contrast(fits, design.differences(1)).value, rtol=1e-9
    )
    with pytest.raises(ValueError, match="arm 2"):
        design.differences(2)


def broken():
    """Replicates: fit to use; a visit that copies another; one arm; nobody seen."""
    score, arm, baseline = drawn(missing=0.1)
    score[1, :, 1] = 2 * score[1, :, 0]
    arm[2] = 0
    score[3] = np.nan
    return score, arm, baseline


def test_what_does_not_converge_is_counted_and_the_rest_is_kept():
    fits, found = fit(*broken())
    np.testing.assert_array_equal(fits.converged, [True, False, False, False])
    np.testing.assert_array_equal(fits.structure, ["us", "", "", ""])
    for values in (*fits[:5], *found):
        assert np.isfinite(values[0]).all()
        assert np.isnan(values[1:]).all()
    score, arm, baseline = drawn(missing=0.1)
    alone = fit(score[:1], arm[:1], baseline[:1])[1]
    np.testing.assert_allclose(found.value[0], alone.value[0], rtol=1e-7, atol=0)


def test_the_ladder_takes_the_first_structure_that_converges():
    score, arm, baseline = broken()
    design = visits_design(arm, baseline, 2, VISITS)
    fits = mmrm_ladder(score, design)
    np.testing.assert_array_equal(fits.structure, ["us", "ar1h", "", ""])
    np.testing.assert_array_equal(fits.converged, [True, True, False, False])
    rows = design.differences(1)
    plainer = contrast(mmrm(score, design, Structure.AR1H), rows)
    for one, two in zip(contrast(fits, rows), plainer, strict=True):
        np.testing.assert_allclose(one[1], two[1], rtol=1e-7, atol=0)
    for step in LADDER[: LADDER.index(Structure.AR1H)]:
        assert not mmrm(score, design, step).converged[1]


def test_a_ladder_may_rise():
    score, arm, baseline = drawn(missing=0.1)
    design = visits_design(arm, baseline, 2, VISITS)
    ladder = (Structure.CS, Structure.US)
    fits = mmrm_ladder(score, design, ladder)
    assert (fits.structure == "cs").all()
    with pytest.raises(ValueError, match="empty"):
        mmrm_ladder(score, design, ())


def test_shapes_that_do_not_fit_are_refused():
    score, arm, baseline = drawn()
    with pytest.raises(ValueError, match="the same ones"):
        mmrm(score[:2], visits_design(arm, baseline, 2, VISITS))
    with pytest.raises(ValueError, match="the same ones"):
        mmrm(score, visits_design(arm, baseline, 2, VISITS + 1))
