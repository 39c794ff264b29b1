import numpy as np
import pytest

from kapsim.engine import check_bounds
from kapsim.measures import RATERS, Hdrs17, Madrs, Phq9, QidsSr, Raters


def test_sites_rate_with_more_error_and_inflation_than_central_raters():
    raters = Raters()
    check_bounds(raters)
    for value in (raters.sd, raters.inflation):
        assert value("self") == 0 < value("central") < value("site")


def test_unknown_rater_names_what_is_allowed():
    with pytest.raises(ValueError, match=r"one of central, site, self; got 'nurse'"):
        Raters().sd("nurse")
    assert RATERS == ("central", "site", "self")


def test_rater_error_adds_to_that_of_the_items(ratings):
    rated = ratings(Madrs(), 20_000, seed=1)
    plain = np.asarray(rated.rate(30.0).total).var()
    noisy = np.asarray(rated.rate(30.0, rater_sd=2.5).total)
    # relative standard error of a variance at 20,000: 1 %
    np.testing.assert_allclose(noisy.var(), plain + 2.5**2, rtol=0.05)
    np.testing.assert_allclose(noisy.mean(), 30.0, atol=0.15)


def test_only_a_rater_at_the_site_takes_over_part_of_a_guess():
    raters = Raters()
    assert raters.share("central") == raters.share("self") == 0
    assert 0 < raters.share("site") < 1


@pytest.mark.parametrize("scale", [Madrs, Hdrs17])
def test_a_clinician_who_favours_rates_as_if_severity_were_lower(ratings, scale):
    def rate(severity, favour=None):
        return ratings(scale(), 500, seed=2).rate(severity, favour=favour)

    lowered, lower = rate(30.0, favour=2.0), rate(28.0)
    np.testing.assert_array_equal(lowered.items, lower.items)
    assert float((rate(30.0).total - lowered.total).mean()) > 0


@pytest.mark.parametrize("scale", [QidsSr, Phq9])
def test_a_patient_answers_whatever_a_rater_favours(ratings, scale):
    plain, favoured = (
        ratings(scale(), 500, seed=3).rate(20.0, favour=favour) for favour in (None, 2)
    )
    np.testing.assert_array_equal(plain.items, favoured.items)
