"""Rival explanations: what they hold, and whether they are told apart when they can."""

import json
import math

import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.evidence import library
from kapsim.evidence.explanations import ALIKE, WORSE
from kapsim.inference.emulation.emulator import Emulator
from kapsim.inference.emulation.ensemble import Ensemble
from kapsim.inference.rivals.brief import alike, first
from kapsim.inference.rivals.explanations import (
    FULL,
    RIVALS,
    command,
    held,
    missing,
    restricted,
    rival,
    says_nothing,
)
from kapsim.inference.rivals.runs import run_rivals
from kapsim.inference.rivals.scores import (
    compared,
    counterparts,
    difference,
    score,
    verdict,
)
from kapsim.patient.hypotheses import parameter_values
from kapsim.trial.request import RequestError
from tests.unit.inference import linear

DRAWS = 200
NO_LEVER = rival("no_asymmetry")
pytestmark = pytest.mark.stochastic


def compare(made, sampler=linear.exact):
    """Entries of the whole model and of the rival without the lever."""
    emulator = linear.emulator(made)
    full = score(made, emulator, draws=DRAWS, sampler=sampler)
    without = restricted(made, emulator, held(made, NO_LEVER))
    own = score(*without, draws=DRAWS, sampler=sampler)
    both = {FULL: (rival(FULL), full), NO_LEVER.name: (NO_LEVER, own)}
    return compared(both, counterparts(both))


@pytest.mark.parametrize("one", RIVALS, ids=lambda one: one.name)
def test_every_parameter_that_is_held_has_a_record_that_may_be_there(one):
    for record, value in {**one.fixed, **one.if_freed}.items():
        low, high = library().parameter(record).bounds
        assert low <= value <= high


def test_expectancy_alone_leaves_the_drug_only_felt():
    of_protocol = parameter_values({"expectancy_only": True}, {})
    values = parameter_values({}, rival("expectancy_only").fixed)
    assert values == of_protocol


def test_a_held_parameter_is_where_the_rival_has_it():
    made = linear.problem()
    at = held(made, NO_LEVER)
    assert sorted(at) == [0, 1]
    for index, u in at.items():
        assert made.freed[index].value(np.array([u]))[0] == pytest.approx(0.0)


def test_a_scale_that_does_not_reach_zero_is_seen():
    made = linear.problem()
    freed = made.freed[0]._replace(scale="log")
    at = held(made._replace(freed=(freed, *made.freed[1:])), NO_LEVER)
    assert at[0] == -math.inf


def test_what_was_not_freed_is_missed():
    made = linear.problem()
    assert not missing(made, NO_LEVER)
    assert "mind.mood.b_p" in missing(made, rival("no_lift"))
    assert missing(made, rival("no_consolidation"))


def test_simulations_of_its_own_stand_for_a_rival(tmp_path):
    made = linear.problem()
    made.save(tmp_path / "problem.npz")
    linear.emulator(made).save(tmp_path / "emulator.npz")
    own = tmp_path / "rivals" / "no_lift"
    own.mkdir(parents=True)
    lift = made.freed[0]._replace(id="mind.mood.b_p", scale="log")
    alone = made._replace(freed=(lift, *made.freed[1:]))
    alone.save(own / "problem.npz")
    linear.emulator(alone).save(own / "emulator.npz")
    path = run_rivals(tmp_path, draws=100, sampler=linear.exact)
    found = {one["name"]: one for one in json.loads(path.read_text())["rivals"]}
    assert found["no_lift"]["resimulated"]
    assert not found["no_asymmetry"]["resimulated"]
    assert math.isfinite(found["no_lift"]["log_score"])


def test_what_was_not_simulated_comes_with_its_command():
    said = command(rival("no_lift"), "calibration/rivals/no_lift")
    assert "-o calibration/rivals/no_lift --fix mind.mood.b_p=0" in said


def test_a_rival_without_a_lever_that_is_off_is_the_whole_model():
    made = linear.problem()
    assert says_nothing(made, rival("no_loss_valuation"))
    assert not says_nothing(made, NO_LEVER)
    assert not says_nothing(made, rival(FULL))


def test_a_restricted_emulator_is_the_whole_one_there():
    rng = np.random.default_rng(3)
    made = linear.problem()
    size = len(made.targets)
    whole = Emulator(
        constant=rng.normal(size=size),
        linear=rng.normal(size=(size, 3)),
        quadratic=rng.normal(size=(size, 3, 3)),
        error=np.ones(size),
    )
    kept, part = restricted(made, whole, {1: 0.7})
    u = rng.normal(size=(5, 3))
    u[:, 1] = 0.7
    expected = whole(jnp.asarray(u))
    assert part(jnp.asarray(u[:, [0, 2]])) == pytest.approx(np.asarray(expected))
    assert [one.id for one in kept.freed] == [linear.FREED[0], linear.FREED[2]]


def test_a_difference_has_the_error_of_paired_scores():
    found = difference([1.0, 2.0, math.nan, 4.0], [0.0, 3.0, 1.0, 1.0])
    assert found.sum == pytest.approx(3.0)
    assert found.se == pytest.approx(math.sqrt(3) * 2.0)
    assert verdict(found) == "not told apart"
    assert not difference([1.0], [0.0]).told_apart


def test_a_lever_that_acts_is_missed_by_the_rival_without_it():
    full, own = compare(linear.problem(studies=12, lever=1.0))
    assert full["difference"] == 0
    assert own["difference"] < 0
    assert own["verdict"] == "foretells worse"
    assert full["contrast_verdict"] == ""
    assert own["contrast_verdict"] in (WORSE, ALIKE)
    assert own["misfit"] > full["misfit"]


def test_a_lever_that_does_nothing_is_not_missed():
    _, own = compare(linear.problem(studies=12, lever=0.0))
    assert own["verdict"] != "foretells worse"


def test_a_rival_that_has_seen_the_studies_seems_to_foretell_better():
    def peeking(problem, emulator, *, keep=None, **rest):
        return linear.exact(problem, emulator, **rest)

    made = linear.problem(lever=0.0)
    honest, seen = compare(made)[0], compare(made, peeking)[0]
    error = math.hypot(seen["log_score_se"], honest["log_score_se"])
    assert seen["log_score"] > honest["log_score"] + 5 * error


def test_a_calibration_is_compared_and_goes_on_where_it_was(tmp_path):
    made = linear.problem()
    made.save(tmp_path / "problem.npz")
    linear.emulator(made).save(tmp_path / "emulator.npz")
    asked = {"draws": 200, "sampler": linear.exact}
    path = run_rivals(tmp_path, **asked)
    found = json.loads(path.read_text(encoding="utf-8"))
    names = [one["name"] for one in found["rivals"]]
    assert names == [FULL, "no_asymmetry"]
    absent = {one["name"] for one in found["left_out"]}
    assert absent == {one.name for one in RIVALS} - set(names)
    assert found["apart"][0]["most"][0]["label"]
    left_out = json.loads((tmp_path / "left_out.json").read_text(encoding="utf-8"))
    assert left_out["sums"]["endpoints"] == len(made.targets)
    assert len((tmp_path / "left_out.csv").read_text().splitlines()) == 25

    def never(*_, **__):
        raise AssertionError("sampled again")

    before = path.read_bytes()
    assert run_rivals(tmp_path, draws=200, sampler=never).read_bytes() == before


def test_rivals_of_few_simulations_are_compared_with_the_whole_model_from_as_few(
    tmp_path,
):
    made = linear.problem()
    made.save(tmp_path / "problem.npz")
    linear.emulator(made).save(tmp_path / "emulator.npz")
    rng = np.random.default_rng(8)
    u = rng.normal(size=(60, len(made.freed)))
    outputs = np.asarray(linear.emulator(made)(jnp.asarray(u)))
    coarse = outputs + rng.normal(size=outputs.shape)
    rounds = np.repeat([0, 1, 2], 20)
    Ensemble(u, coarse, rounds, np.ones(60, int)).save(tmp_path / "ensemble.npz")
    own = tmp_path / "rivals" / NO_LEVER.name
    own.mkdir(parents=True)
    (own / "request.json").write_text('{"points": [16, 14]}')
    made.save(own / "problem.npz")
    fine = linear.emulator(made)
    fine._replace(error=0.01 * fine.error).save(own / "emulator.npz")
    found = json.loads(
        run_rivals(tmp_path, draws=100, sampler=linear.exact).read_text()
    )
    full, few, rival_entry = found["rivals"]
    assert (few["name"], few["verdict"]) == ("brief", "")
    assert few["log_score"] != full["log_score"]
    assert few["difference"] == pytest.approx(few["log_score"] - full["log_score"])
    apart = rival_entry["log_score"] - few["log_score"]
    assert rival_entry["difference"] == pytest.approx(apart)
    assert sum(rival_entry["differences_by_study"].values()) == pytest.approx(apart)


def test_a_rival_fitted_to_other_endpoints_is_refused(tmp_path):
    made = linear.problem()
    made.save(tmp_path / "problem.npz")
    linear.emulator(made).save(tmp_path / "emulator.npz")
    own = tmp_path / "rivals" / NO_LEVER.name
    own.mkdir(parents=True)
    linear.emulator(made).save(own / "emulator.npz")
    changed = made.targets[0]._replace(id="a figure corrected since")
    made._replace(targets=(changed, *made.targets[1:])).save(own / "problem.npz")
    with pytest.raises(RequestError, match="other endpoints") as caught:
        run_rivals(tmp_path, draws=50, sampler=linear.exact)
    for words in (str(own), changed.id, "Delete it"):
        assert words in str(caught.value)


def test_own_simulations_are_given_the_largest_error_of_the_emulator():
    made = linear.problem()
    plain = linear.emulator(made)
    low, high = (
        plain._replace(error=np.where(np.arange(len(plain.error)) % 2, a, b))
        for a, b in ((1.0, 2.0), (3.0, 0.5))
    )
    own = NO_LEVER._replace(resimulate=True)
    found = alike(
        {
            "a": (own, (made, low)),
            "b": (own, (made, high)),
            "c": (NO_LEVER, (made, plain)),
        }
    )
    expected = np.where(np.arange(len(plain.error)) % 2, 3.0, 2.0)
    for name in "ab":
        np.testing.assert_array_equal(found[name][1][1].error, expected)
    np.testing.assert_array_equal(found["c"][1][1].error, plain.error)


def test_the_first_points_of_each_round_are_taken_where_there_are_enough():
    made = Ensemble(
        np.arange(10.0)[:, None], np.zeros((10, 1)), np.repeat([0, 1], 5), np.ones(10)
    )
    chosen = first(made, (3, 2))
    assert chosen is not None
    assert chosen.u[:, 0].tolist() == [0, 1, 2, 5, 6]
    assert first(made, (3, 6)) is None
    assert first(made, (3, 2, 1)) is None
