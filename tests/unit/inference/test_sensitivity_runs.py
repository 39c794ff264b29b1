"""Numbers reach the simulation, and finished parts are used again."""

import numpy as np
import pytest

from kapsim.evidence import library
from kapsim.inference.sensitivity.runs import simulate
from kapsim.trial import load_protocol


@pytest.mark.slow
def test_kinetics_mind_and_raters_all_reach_the_outcomes(tmp_path):
    protocol = load_protocol("murrough-2013-single")
    cl = float(np.asarray(library().parameter("drug.intravenous.cl").value))
    tau = float(np.asarray(library().parameter("mind.mood.tau_m").value))
    sets = [
        {},
        {},
        {"drug.intravenous.cl": 1.3 * cl},
        {"mind.mood.tau_m": 2.0 * tau},
        {"measures.rater.bias": 4.0},
    ]
    found = simulate(protocol, sets, tmp_path, persons=256, seed=1)
    assert found.shape == (5, 4)
    np.testing.assert_array_equal(found[0], found[1])
    for row in found[2:]:
        assert np.abs(row[:2] - found[0][:2]).min() > 1e-3
    told = []
    again = simulate(
        protocol,
        sets,
        tmp_path,
        persons=256,
        seed=1,
        on_progress=lambda label, n: told.append(n),
    )
    np.testing.assert_array_equal(again, found)
    assert told == [5]
