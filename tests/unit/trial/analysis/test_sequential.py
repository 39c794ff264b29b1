"""Group-sequential designs: tables, limits, simulated paths, refusals.

Beside rpact they stand in validation/cross/test_sequential.py.
"""

import numpy as np
import pytest
from scipy.special import ndtri

from kapsim.trial.analysis.sequential import (
    Futility,
    bounds,
    cross,
    operating,
)
from kapsim.trial.analysis.spending import (
    OBRIEN_FLEMING,
    POCOCK,
    BoundaryShape,
    GammaSpending,
    OBrienFlemingSpending,
    PocockSpending,
    PowerSpending,
    SequentialError,
)
from kapsim.trial.analysis.stagewise import stagewise_p

EARLY, LATE = PocockSpending(), OBrienFlemingSpending()
LOOKS = [0.3, 0.7, 1.0]
ALPHA, BETA = 0.025, 0.2
SPENDINGS = [EARLY, LATE, PowerSpending(2.0), GammaSpending(-4.0), GammaSpending(0.0)]


def close(one, other):
    """Roots to 1e-13 and integrals to rounding."""
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


def paths(drift, replicates, looks=LOOKS):
    """Simulated statistics [replicates, looks]."""
    t = np.asarray(looks)
    steps = np.diff(t, prepend=0)
    drawn = np.random.default_rng(11).standard_normal((replicates, len(t)))
    return np.cumsum(drift * steps + np.sqrt(steps) * drawn, axis=1) / np.sqrt(t)


def test_classical_tables():
    # Jennison and Turnbull (2000), tables 2.1 and 2.3: two-sided 5 %, three decimals
    pocock = {2: 2.178, 3: 2.289, 4: 2.361, 5: 2.413}
    obrien_fleming = {2: 1.977, 3: 2.004, 4: 2.024, 5: 2.040}
    for looks in range(2, 6):
        flat = bounds(range(1, looks + 1), POCOCK, 0.05, 2).z
        steep = bounds(range(1, looks + 1), OBRIEN_FLEMING, 0.05, 2).z
        assert np.ptp(flat) == 0
        assert abs(flat[0] - pocock[looks]) < 6e-4
        assert abs(steep[-1] - obrien_fleming[looks]) < 6e-4
        close(steep[0], steep[-1] * np.sqrt(looks))


@pytest.mark.parametrize("spending", [*SPENDINGS, POCOCK, BoundaryShape(0.25)])
@pytest.mark.parametrize("sided", [1, 2])
def test_one_look_is_the_plain_test(spending, sided):
    design = bounds([120], spending, 0.05, sided)
    close(design.z, [-ndtri(0.05 / sided)])
    close(design.nominal_p, [0.05])
    close(operating(design, 0.0).power, 0.05)
    if sided == 1:
        close(operating(design, ndtri(0.95) + ndtri(0.8)).power, 0.8)


@pytest.mark.parametrize("spending", SPENDINGS)
@pytest.mark.parametrize("sided", [1, 2])
def test_all_of_alpha_is_spent_and_not_more(spending, sided):
    design = bounds(LOOKS, spending, 0.05, sided)
    nothing = operating(design, 0.0)
    close(np.cumsum(nothing.up) * sided, design.alpha_spent)
    close(design.alpha_spent[-1], 0.05)
    assert (np.diff(design.alpha_spent) > 0).all()


def test_units_of_information_do_not_matter():
    patients, shares = bounds([36, 84, 120], LATE, ALPHA), bounds(LOOKS, LATE, ALPHA)
    close(patients.z, shares.z)
    close(patients.fraction, LOOKS)


def test_an_early_look_that_may_spend_nothing():
    design = bounds([0.0001, 1.0], LATE, ALPHA)
    assert design.z[0] == np.inf
    close(design.z[1], -ndtri(ALPHA))


@pytest.mark.stochastic
@pytest.mark.parametrize("sided", [1, 2])
def test_simulated_trials_stop_where_they_should(sided):
    plan = Futility(LATE, BETA) if sided == 1 else None
    design = bounds(LOOKS, EARLY, ALPHA * sided, sided, futility=plan)
    z = paths(2.0, 100_000)
    stopped = cross(z, design)
    does = operating(design, 2.0)
    here = [stopped.look == k for k in range(3)]
    up = [(own & stopped.rejected & (z[:, k] > 0)).mean() for k, own in enumerate(here)]
    # four standard errors of a share are below 0.0064
    np.testing.assert_allclose(up, does.up, rtol=0, atol=0.0064)
    assert abs(stopped.rejected.mean() - does.power) < 0.0064
    futile = [(own & stopped.futile).mean() for own in here]
    expected = does.down * [1, 1, 0] if sided == 1 else np.zeros(3)
    np.testing.assert_allclose(futile, expected, rtol=0, atol=0.0064)
    information = np.asarray(LOOKS)[stopped.look].mean()
    assert abs(information - does.information) < 0.004


def test_futility_spends_beta_at_its_drift():
    design = bounds(LOOKS, EARLY, ALPHA, futility=Futility(LATE, BETA))
    does = operating(design, design.drift)
    close(np.cumsum(does.down), design.beta_spent)
    close(does.power, 1 - BETA)
    assert design.futility[-1] == design.z[-1]
    # obeyed or not, the error of the first kind is kept: the bound is not binding
    assert operating(design, 0.0).power < ALPHA
    close(operating(design, 0.0, futility=False).power, ALPHA)
    assert operating(design, design.drift, futility=False).power > 1 - BETA
    close(design.z, bounds(LOOKS, EARLY, ALPHA).z)


def test_where_replicates_stop():
    design = bounds(LOOKS, POCOCK, ALPHA, futility=Futility(EARLY, BETA))
    c, low = design.z[0], design.futility
    nothing = np.nan
    z = np.array(
        [
            [c, 0.0, 0.0],
            [1.0, c + 0.1, 0.0],
            [low[0], 9.0, 9.0],
            [1.0, c - 0.1, c - 0.1],
            [-9.0, 9.0, c],
            [nothing, 1.9, c],
            [nothing, nothing, nothing],
        ]
    )
    stopped = cross(z, design)
    assert stopped.look.tolist() == [0, 1, 0, 2, 0, 2, 2]
    assert stopped.rejected.tolist() == [True, True, False, False, False, True, False]
    assert stopped.futile.tolist() == [False, False, True, False, True, False, False]
    ignored = cross(z, design, futility=False)
    assert ignored.look.tolist() == [0, 1, 1, 2, 1, 2, 2]
    assert not ignored.futile.any()
    both = cross(-z, bounds(LOOKS, POCOCK, 0.05, 2))
    assert both.rejected.tolist() == [True, True, True, False, True, True, False]


@pytest.mark.parametrize("sided", [1, 2])
def test_p_on_stopping_is_alpha_at_the_bounds(sided):
    design = bounds(LOOKS, LATE, 0.05, sided)
    for sign in (1, -1)[:sided]:
        p = stagewise_p(sign * design.z, np.arange(3), design)
        close(p, design.alpha_spent)


@pytest.mark.stochastic
@pytest.mark.parametrize("sided", [1, 2])
def test_p_on_stopping_is_even_without_an_effect(sided):
    design = bounds(LOOKS, EARLY, 0.05, sided)
    z = paths(0.0, 40_000)
    stopped = cross(z, design)
    p = stagewise_p(z[np.arange(len(z)), stopped.look], stopped.look, design)
    np.testing.assert_array_equal(p <= 0.05, stopped.rejected)
    gap = np.abs(np.sort(p) - np.arange(1, len(p) + 1) / len(p)).max()
    # Kolmogorov: passed once in 1,000
    assert gap < 1.95 / np.sqrt(len(p))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([], EARLY, 0.05), "at least one look"),
        (([0.7, 0.3, 1.0], EARLY, 0.05), "rise from look to look"),
        (([0.0, 1.0], EARLY, 0.05), "must be positive"),
        (([0.5, 0.501, 1.0], EARLY, 0.05), "0.5 % of the information apart"),
        ((LOOKS, EARLY, 0.0), r"alpha must lie in \(0, 1\); got 0.0"),
        ((LOOKS, EARLY, 0.05, 3), "1 or 2 sides; got 3"),
    ],
)
def test_what_is_no_design_is_refused(arguments, words):
    with pytest.raises(SequentialError, match=words):
        bounds(*arguments)


def test_what_is_no_futility_is_refused():
    with pytest.raises(SequentialError, match="give sided=1 and half of alpha"):
        bounds(LOOKS, EARLY, 0.05, 2, futility=Futility(LATE, BETA))
    with pytest.raises(SequentialError, match=r"beta must lie in \(0, 1\)"):
        bounds(LOOKS, EARLY, 0.05, futility=Futility(LATE, 1.0))
    with pytest.raises(SequentialError, match="beta must lie below 1 - alpha"):
        bounds(LOOKS, EARLY, 0.05, futility=Futility(LATE, 0.96))
    with pytest.raises(SequentialError, match=r"PowerSpending.rho .* above 0"):
        PowerSpending(0.0)
