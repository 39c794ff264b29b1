"""Did any number of a whole course change by accident?

These numbers are not right or wrong, they are what the model gives: where a change is
meant, `make golden` writes them anew, shows what moved, and the CHANGELOG says why.
"""

import numpy as np
import pandas as pd
import pytest

from kapsim.evidence import library
from tests.golden.golden import KEY, TRIALS, means, stored

SEVERITY = 1e-7
"""Machines differ in the last bits of exp and tanh. Compiled with all optimisations
instead of none the table moves by 3e-12: wide by a factor 30,000, so that even a draw
that decides (who drops out) and ties in its last bits is all that could fail it."""

MADRS = 5 / 256
"""Ratings are whole points: of 256 people five may be rounded the other way."""


def stored_of(trial: str) -> pd.DataFrame:
    table = stored()
    return table[table["trial"] == trial].reset_index(drop=True)


@pytest.fixture(scope="module", params=TRIALS)
def course(request):
    return means(request.param), stored_of(request.param)


def test_the_table_has_every_arm_and_visit(course):
    now, then = course
    pd.testing.assert_frame_equal(now[KEY], then[KEY])


def test_no_number_has_changed(course):
    now, then = course
    np.testing.assert_allclose(now["severity"], then["severity"], rtol=SEVERITY, atol=0)
    np.testing.assert_allclose(now["madrs"], then["madrs"], rtol=0, atol=MADRS)


@pytest.mark.parametrize("parameter", ["therapy.modality.kappa", "mind.body.k_i"])
def test_a_parameter_a_hundredth_larger_is_noticed(parameter):
    larger = {parameter: 1.01 * np.asarray(library().parameter(parameter).value)}
    now, then = means(TRIALS[0], larger), stored_of(TRIALS[0])
    gap = np.abs(now["severity"] / then["severity"] - 1)
    assert gap.max() > 10 * SEVERITY
