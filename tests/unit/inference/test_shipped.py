"""The shipped posterior on the scales of a problem."""

import numpy as np

from kapsim.evidence.posterior import posterior
from kapsim.inference.posterior import shipped
from kapsim.inference.targets.freed import freed
from validation.inference.linear import problem


def test_draws_are_the_shipped_ones_in_sds_of_their_priors():
    known = posterior()
    made = problem()._replace(freed=freed())
    found = shipped.shipped_draws(made)
    assert found is not None
    assert known is not None
    for one, column in zip(made.freed, found.u.T, strict=True):
        drawn = known.values[:, known.ids.index(one.id)]
        np.testing.assert_allclose(one.value(column), drawn, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(found.spreads, known.spreads)


def test_parameters_that_were_not_fitted_then_are_zero():
    found = shipped.shipped_draws(problem())
    assert found is not None
    np.testing.assert_array_equal(found.u, 0.0)


def test_there_may_be_none(monkeypatch):
    monkeypatch.setattr(shipped, "posterior", lambda: None)
    assert shipped.shipped_draws(problem()) is None
