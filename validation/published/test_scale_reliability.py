"""Retest differences, links and correlations of the scales against published figures.

Samples are normal on the clinician's trait with the spread that the published samples
have on the MADRS: SD near 5 at entry and near 11 after ten weeks or a year.
"""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine import platform
from kapsim.measures import Cadss, Context, Draws, Hdrs17, Madrs, Phq9, QidsSr
from kapsim.measures.self_report import SelfView
from kapsim.measures.severity import points_from_theta

platform.configure()

N = 40_000
CURVE = SelfView().clinician_curve(jnp.zeros(1))


@eqx.filter_jit
def score(instrument, severity, draws, context):
    return instrument.score(severity, draws, context).total


@eqx.filter_jit
def profile(instrument, persistent):
    return instrument.profile(persistent)


class People:
    """Ratings of the same people on one scale at several severities."""

    def __init__(self, instrument, seed):
        self.instrument = instrument
        self.rng = np.random.default_rng(seed)
        self.profile = profile(instrument, self.normals(instrument.n_persistent))

    def normals(self, rows):
        return jnp.asarray(self.rng.standard_normal((rows, N)))

    def rate(self, severity, rater_sd=1.6):
        draws = Draws(self.profile, self.normals(self.instrument.n_fresh))
        context = Context(rater_sd=jnp.asarray(rater_sd))
        return np.asarray(score(self.instrument, severity, draws, context), float)


def severity(theta):
    return points_from_theta(jnp.asarray(theta), CURVE)


def correlation(x, y):
    return float(np.corrcoef(x, y)[0, 1])


def course():
    """Severities at entry and after ten weeks."""
    first, second = np.random.default_rng(23).standard_normal((2, N))
    entry = 0.9 + 0.45 * first
    later = 0.0 + 1.0 * (0.35 * first + np.sqrt(1 - 0.35**2) * second)
    return severity(entry), severity(later)


def retest_sd(instrument) -> float:
    people = People(instrument, seed=1)
    state = severity(0.9 + 0.45 * people.rng.standard_normal(N))
    return float(np.std(people.rate(state) - people.rate(state)))


def test_retest_difference_of_madrs(check):
    name = "SD of the difference of two MADRS ratings of one state"
    got = retest_sd(Madrs())
    check(name, got, 2.0, 4.0, unit="points", source="williams_2008")
    afresh = eqx.tree_at(lambda m: m.persistence, Madrs(), jnp.asarray(0.0))
    check.planted(name, "residuals drawn afresh", retest_sd(afresh))


def test_reliability_of_independent_interviews(check):
    """Intraclass correlation .93 in a mixed sample of depressed patients."""
    people = People(Madrs(), seed=2)
    state = severity(people.rng.standard_normal(N))
    pair = people.rate(state, rater_sd=2.5), people.rate(state, rater_sd=2.5)
    name = "correlation of two independent MADRS interviews"
    check(name, correlation(*pair), 0.90, 0.96, source="williams_2008")


def self_report_correlations(instrument) -> tuple[float, float]:
    """MADRS with a self-report: after ten weeks, and change until then."""
    entry, later = course()
    clinician, self_report = People(Madrs(), seed=3), People(instrument, seed=4)
    madrs = clinician.rate(entry), clinician.rate(later)
    other = self_report.rate(entry), self_report.rate(later)
    return (
        correlation(madrs[1], other[1]),
        correlation(madrs[1] - madrs[0], other[1] - other[0]),
    )


def check_self_report(instrument):
    scores, change = self_report_correlations(instrument)
    np.testing.assert_allclose(scores, 0.76, atol=0.1)
    np.testing.assert_allclose(change, 0.66, atol=0.1)


def test_phq9_correlates_with_madrs_as_published():
    check_self_report(Phq9())


@pytest.mark.parametrize(("weight", "persistence"), [(0.999, 0.6), (0.8, 0.97)])
def test_a_crosswalk_and_an_unchanging_view_are_seen(weight, persistence):
    planted = eqx.tree_at(
        lambda s: (s.view.weight, s.view.persistence),
        Phq9(),
        (jnp.asarray(weight), jnp.asarray(persistence)),
    )
    with pytest.raises(AssertionError):
        check_self_report(planted)


def test_hdrs_correlates_with_madrs_as_published(check):
    """Above .85 in a sample with MADRS 23.4, SD 13.2."""
    state = severity(1.2 * np.random.default_rng(5).standard_normal(N))
    pair = People(Madrs(), 6).rate(state), People(Hdrs17(), 7).rate(state)
    name = "correlation of HDRS-17 with MADRS"
    check(name, correlation(*pair), 0.85, 1.0, source="muller_2003")


def linked_moments(instrument, mean, sd):
    state = severity(mean + sd * np.random.default_rng(8).standard_normal(N))
    total = People(instrument, 9).rate(state)
    return total.mean(), total.std()


def test_qids_in_resistant_depression():
    """QIDS-SR 17.6 (SD 3.6) beside MADRS 31.9 (6.7); 12.5 (5.8) beside 21.9 (11.0)."""
    baseline = linked_moments(QidsSr(), 0.82, 0.55)
    later = linked_moments(QidsSr(), -0.08, 1.0)
    np.testing.assert_allclose(baseline[0], 17.6, atol=1.0)
    np.testing.assert_allclose(later[0], 12.5, atol=0.7)
    np.testing.assert_allclose(later[1], 5.8, atol=0.6)


@pytest.mark.parametrize(
    ("kind", "madrs", "other"),
    [
        (Hdrs17, [13, 26, 39], [10, 20, 30]),
        (Phq9, [24], [15]),
        (QidsSr, [7.7, 17.2, 26.6, 36.1], [5, 10, 15, 20]),
    ],
)
def test_equal_ranks_correspond_as_published(kind, madrs, other):
    """The links are equipercentile: quantiles in a mixed sample must correspond."""
    state = severity(np.random.default_rng(10).standard_normal(N))
    clinician = People(Madrs(), 11).rate(state)
    ranks = [
        np.mean(clinician < cut) + 0.5 * np.mean(clinician == cut) for cut in madrs
    ]
    got = np.quantile(People(kind(), 12).rate(state), ranks)
    # whole points, and spread that measurement error adds to both
    np.testing.assert_allclose(got, other, atol=1.6)


def test_cadss_background_passes_four_in_one_of_ten():
    total = People(Cadss(), 13).rate(jnp.zeros(N))
    # standard error .0015
    np.testing.assert_allclose(np.mean(total > 4), 0.10, atol=0.008)


def test_cadss_after_half_a_milligram_per_kilogram():
    """7.7 (SD 9.2), from three in four with a gamma effect of mean 10.3."""
    rng = np.random.default_rng(14)
    effect = rng.gamma(1.2, 10.3 / 1.2, N) * (rng.random(N) < 0.75)
    total = People(Cadss(), 15).rate(jnp.asarray(effect))
    np.testing.assert_allclose(total.mean(), 7.7, atol=0.9)
    np.testing.assert_allclose(total.std(), 9.2, atol=0.5)
