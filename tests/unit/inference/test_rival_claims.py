"""A protocol under each explanation: what it holds is held in the whole model."""

import json

import numpy as np
import pytest

from kapsim.evidence.explanations import Explanations
from kapsim.evidence.shipped import read_result
from kapsim.inference.rivals.claims import claim, value_sets
from kapsim.inference.rivals.explanations import fixed_values, restricted, rival
from kapsim.inference.rivals.runs import run_rivals
from kapsim.trial import load_protocol
from tests.unit.inference import linear

NO_LEVER = rival("no_asymmetry")


def test_values_are_those_of_the_draws_and_of_what_is_held():
    protocol, made = load_protocol("kap-2x2"), linear.problem()
    u = np.array([[0.5, -1.0, 2.0], [0.0, 0.0, 0.0]])
    first, second = value_sets(protocol, made, u, {})
    assert list(first) == list(linear.FREED)
    assert list(first.values()) == pytest.approx([0.275, 0.05, 0.5])
    assert set(second.values()) == {0.2}
    own, _ = restricted(made, linear.emulator(made), {0: 0.0, 1: 0.0})
    held = fixed_values(made, NO_LEVER)
    (found,) = value_sets(protocol, own, u[:1, 2:], held)
    assert found == {
        linear.FREED[0]: 0.0,
        linear.FREED[1]: 0.0,
        linear.FREED[2]: pytest.approx(0.5),
    }


@pytest.mark.thorough
@pytest.mark.stochastic
def test_explanations_differ_where_the_lever_acts(tmp_path):
    made = linear.problem()
    made.save(tmp_path / "problem.npz")
    linear.emulator(made).save(tmp_path / "emulator.npz")
    (tmp_path / "calibration.json").write_text('{"version": "7"}')
    run_rivals(tmp_path, draws=50, sampler=linear.exact)
    told = []
    path = claim(
        tmp_path,
        load_protocol("murrough-2013-single"),
        lambda label, n: told.append((label, n)),
        simulated=3,
        persons=128,
        sampler=linear.exact,
    )
    found = read_result(Explanations, json.loads(path.read_text()), path.name)
    names = [one.name for one in found.rivals]
    assert names[:2] == ["full", NO_LEVER.name]
    assert sum(n for _, n in told) == 3 * len(names)
    whole, without = found.rivals[:2]
    assert whole.difference is None
    assert found.calibration == "7"
    assert without.verdict
    first = [one.claims[0].mean for one in (whole, without)]
    assert first[0] != first[1]
    assert all(one.low <= one.mean <= one.high for one in whole.claims)
    assert len(whole.claims) == len(found.outcomes)
    assert "No direct lift of mood" in found.not_compared
    assert not (tmp_path / "chunks").exists()
