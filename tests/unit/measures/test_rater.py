import numpy as np
import pytest

from kapsim.engine import check_bounds
from kapsim.measures import RATERS, Madrs, Raters


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
