"""Drawn values of every room reach the patients, those of an arm's route too."""

import itertools

import equinox as eqx
import jax
import numpy as np
import pytest

from kapsim.trial import load_protocol
from kapsim.trial.arms.simulation import Prepared, prepare_all, redrawn
from kapsim.trial.parameters.uncertainty import drawn_records, draws, with_values


def leaves(arms: dict[str, Prepared]) -> list[np.ndarray]:
    """Numbers of all cohorts, in order."""
    cohorts = [one.cohort for one in arms.values()]
    found = jax.tree.leaves(eqx.filter(cohorts, eqx.is_array_like))
    return [np.asarray(leaf) for leaf in found]


def same(one: dict[str, Prepared], other: dict[str, Prepared]) -> bool:
    pairs = zip(leaves(one), leaves(other), strict=True)
    return all(np.array_equal(left, right) for left, right in pairs)


@pytest.mark.parametrize("name", ["kap-2x2", "transform-1"])
def test_drawn_values_of_every_room_change_the_cohort(name: str) -> None:
    protocol = load_protocol(name)
    ids = drawn_records(protocol)
    arms = dict(itertools.islice(prepare_all(protocol, 1).items(), 1))
    recorded, drawn = draws(ids, 1, 1)
    before = redrawn(arms, with_values(protocol, recorded))
    assert same(before, arms)
    of_rooms = {one.rpartition(".")[0]: one for one in ids}.values()
    idle = [
        one
        for one in of_rooms
        if same(before, redrawn(arms, with_values(protocol, {one: drawn[one]})))
    ]
    assert not idle, "drawn, and read by nobody"
