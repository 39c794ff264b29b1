"""People of a cohort at entry as the population of the protocol says."""

import numpy as np
import pytest

from kapsim.trial.arms.simulation import prepare_all
from kapsim.trial.conduct.people import people
from tests.unit.trial.builders import protocol


@pytest.mark.stochastic
def test_people_are_the_persons_of_every_arm() -> None:
    arms = prepare_all(protocol(), 3)
    found, other = (people(arm, 3000) for arm in arms.values())
    for one, same in zip(found, other, strict=True):
        assert one.shape == (3000,)
        np.testing.assert_array_equal(one, same)
    assert found.age_years.mean() == pytest.approx(44, abs=1)
    assert found.weight_kg.mean() == pytest.approx(80, abs=1)
    assert found.female.mean() == pytest.approx(0.6, abs=0.03)
    assert (found.failures >= 0).all()
    assert (found.failures == np.rint(found.failures)).all()
    assert found.failures.mean() == pytest.approx(2, abs=0.1)
