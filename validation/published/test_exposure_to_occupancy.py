"""Occupancy at published concentrations, as worked out before from the constants."""

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.drug import DrugLevels, Occupancy
from validation.courses import people


def occupancy(readout, s=0.0, r=0.0, sn=0.0):
    one = jnp.ones_like(people().weight_kg)
    zero = 0 * one
    plasma = (s * one, r * one, sn * one, zero)
    levels = DrugLevels(*plasma, s * one, r * one, zero, zero, zero)
    return float(readout.read(levels).occupancy[0])


CASES = [
    ({"s": 92.5, "r": 92.5}, 0.45),  # 185 ng/mL of racemate
    ({"s": 101.0}, 0.43),  # 84 mg nasal
    ({"s": 101.0, "sn": 180.0}, 0.50),  # with noresketamine
]


@pytest.mark.parametrize(("levels", "published"), CASES)
def test_within_a_point(levels, published):
    assert abs(occupancy(Occupancy(), **levels) - published) < 0.01


def test_planted_total_for_free_concentration_is_seen():
    # with total concentrations the first case gives 0.61, also stated
    assert (
        abs(occupancy(Occupancy(unbound=jnp.asarray(1.0)), **CASES[0][0]) - 0.61) < 0.01
    )


def test_monotone_and_bounded():
    values = [occupancy(Occupancy(), s=float(c)) for c in np.geomspace(0.1, 1e5, 13)]
    assert np.all(np.diff(values) > 0)
    assert 0 < values[0] < values[-1] < 1
