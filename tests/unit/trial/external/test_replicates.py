"""Replicates of the published size; no patient is simulated."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kapsim.trial.conduct.conduct import conduct
from kapsim.trial.conduct.standing import NoRuleError
from kapsim.trial.external import replicates, validation
from kapsim.trial.external.drawn import in_trials
from kapsim.trial.external.replicates import (
    Replicated,
    exactly,
    replicated,
    steps,
)
from kapsim.trial.external.request import ValidationRequest
from kapsim.trial.external.shares import Counted
from kapsim.trial.external.sizes import sizes
from kapsim.trial.external.studies import Failure, Studies, Study
from kapsim.trial.external.table import table_of
from kapsim.trial.parameters.draws_from import DrawsFrom
from kapsim.trial.protocol import Protocol
from kapsim.trial.request import RequestError
from tests.unit.trial import posteriors
from tests.unit.trial.builders import data
from tests.unit.trial.conduct.builders import cohort, outcomes, trial

PAST = {"measure": "MADRS", "source": "daly_2018", "grade": "seen", "n": 20}
CHANGE = {**PAST, "arm": "ketamine", "at": "day 29", "metric": "change_mean"}
STATED = {**CHANGE, "at": "day 1", "metric": "mean", "value": 33.0}
SHARE = {**CHANGE, "metric": "response_count", "value": 8}


def study(**changes: Any) -> Study:
    """Eleven against twenty-three patients."""
    arms = data()["arms"]
    arms[0]["patients"], arms[1]["patients"] = 11, 23
    told = [{**CHANGE, "value": -12.0, "sd": 9.0}, SHARE, STATED]
    own = trial(**{"arms": arms, "published": told, "conduct": "ideal", **changes})
    return Study(own.name, own)


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Made-up people in the place of simulated ones; how many were asked for."""
    asked: list[int] = []
    people = dict(cohort())

    def made(arm: Any, first: int, count: int) -> Any:
        asked.append(count)
        return people[arm]

    def ready(protocol: Protocol, seed: int) -> dict[str, str]:
        return {arm.name: arm.name for arm in protocol.arms}

    monkeypatch.setattr(replicates, "outcomes", made)
    monkeypatch.setattr(replicates, "prepare_all", ready)
    monkeypatch.setattr(replicates, "redrawn", lambda arms, values: arms)
    monkeypatch.setattr(validation, "prepare_all", lambda protocol, seed: {})
    return asked


def test_every_replicate_has_the_published_sizes() -> None:
    own = study(design={"blocks": [4], "strata": ["severity"]}).protocol
    per_arm = {"ketamine": 11, "saline": 23}
    made = conduct(exactly(own, per_arm), cohort(), per_arm, range(20), 1)
    assert (made.arm == 0).sum(axis=1).tolist() == [11] * 20
    assert (made.arm == 1).sum(axis=1).tolist() == [23] * 20


def test_replicates_come_in_blocks_and_the_steps_are_counted(
    simulated: list[int],
) -> None:
    asked = ValidationRequest(given=("x",), replicates=250, persons=1, draws=0)
    told: list[int] = []
    own = study()
    made = replicated(own, sizes(own.protocol), asked, lambda _, n: told.append(n))
    assert sum(told) == steps(own, sizes(own.protocol), asked) == 2 + 3
    change, share, _ = made.drawn
    assert isinstance(change, np.ndarray)
    assert isinstance(share, Counted)
    assert (len(change), len(share.hits)) == (250, 250)
    assert not np.array_equal(change[:100], change[100:200])
    assert simulated == [
        2048,
        2048,
    ]  # a block of the kernel
    assert made.persons == 2048


def refused(monkeypatch: pytest.MonkeyPatch, error: ValueError) -> Replicated:
    """Twenty replicates of a study whose share ends in an error."""

    def told(protocol: Any, trials: Any, figure: Any, counting: Any) -> Any:
        if figure.metric.is_share:
            raise error
        return in_trials(protocol, trials, figure, counting)

    monkeypatch.setattr(replicates, "in_trials", told)
    asked = ValidationRequest(given=("x",), replicates=20, draws=0)
    own = study()
    return replicated(own, sizes(own.protocol), asked, lambda *_: None)


def test_a_figure_that_cannot_be_scored_has_the_reason_in_its_place(
    simulated: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = refused(monkeypatch, NoRuleError("response_percent"))
    assert str(made.drawn[1]).startswith("MADRS: no rule response_percent is known")
    assert len(np.asarray(made.drawn[0])) == 20


def test_a_fault_of_the_code_is_no_reason(
    simulated: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="planted"):
        refused(monkeypatch, ValueError("planted"))


def test_the_spread_is_that_of_a_trial_of_this_size(simulated: list[int]) -> None:
    own = study()
    asked = ValidationRequest(given=("x",), replicates=1000, draws=0)
    made = replicated(own, sizes(own.protocol), asked, lambda *_: None)
    people = outcomes(14, guess=0.8, felt=0.8).totals[:, 0].astype(float)
    sd = (people[-1] - people[0]).std() / np.sqrt(11)
    # the SE of an SD of 1,000 replicates is 2 %; without replacement takes 1 %
    assert np.std(np.asarray(made.drawn[0])) == pytest.approx(sd, rel=0.08)


def test_draws_share_the_replicates(
    simulated: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ValidationRequest(given=("x",), replicates=100, draws=3)
    numbers: list[list[int]] = []

    def noted(protocol: Any, people: Any, size: Any, which: range, seed: int) -> Any:
        numbers.append(list(which))
        return conduct(protocol, people, size, which, seed)

    monkeypatch.setattr(replicates, "conduct", noted)
    own = study()
    told: list[int] = []
    made = replicated(own, sizes(own.protocol), asked, lambda _, n: told.append(n))
    assert [len(one) for one in numbers] == [33, 33, 34]
    assert [number for one in numbers for number in one] == list(range(100))
    assert sum(told) == steps(own, sizes(own.protocol), asked)
    assert len(np.asarray(made.drawn[0])) == 100


SPREAD = 4.0


@pytest.mark.stochastic
def test_studies_add_their_variance(
    simulated: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """False alarms: the variance of 2,000 replicates has an SE of 3 %."""
    spreads = {"study_sd": [SPREAD] * 200, "arm_sd": [3.0] * 200}
    drawn = {**posteriors.content()["draws"], **spreads}
    posteriors.ship(monkeypatch, tmp_path, draws=drawn)
    own, found = study(), {}
    for name, fields in {
        "people": {"draws": 0},
        "studies": {"draws": 4},
        "assumptions": {"draws": 4, "draws_from": DrawsFrom.ASSUMPTIONS},
    }.items():
        asked = ValidationRequest(given=("x",), replicates=2000, **fields)
        made = replicated(own, sizes(own.protocol), asked, lambda *_: None)
        found[name] = np.asarray(made.drawn[0])
    np.testing.assert_array_equal(found["people"], found["assumptions"])
    grown = found["studies"].var() - found["people"].var()
    assert grown == pytest.approx(SPREAD**2 + 3.0**2, rel=0.15)
    # less than the sum of squares where scores reach the ends of the scale


def test_rows_say_what_is_scored_and_why_not() -> None:
    own = study()
    luck = np.random.default_rng(1)
    counted = Counted(luck.binomial(11, 0.5, 100) * 1.0, np.full(100, 11.0))
    drawn = (luck.normal(-10, 2, 100), counted, luck.normal(33, 1, 100))
    rows = table_of(own, sizes(own.protocol), Replicated(drawn, 2048), [])
    assert rows["scored"].tolist() == [True, True, False]
    assert "stated by the protocol" in rows["note"][2]
    assert rows["inside"].tolist()[:2] == [True, True]
    assert rows["error"][0] == pytest.approx(rows["predicted"][0] + 12.0)
    assert rows["observed"][1] == pytest.approx(40.0)
    assert rows["naive"].isna().all()
    untold = Replicated(("no rule is known", drawn[1], drawn[2]), 2048)
    row = table_of(own, sizes(own.protocol), untold, []).iloc[0]
    assert (row["scored"], row["note"]) == (False, "no rule is known")


def test_one_protocol_that_fails_does_not_stop_the_others(
    simulated: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = study(), study(name="bad")
    found = Studies((bad, good), (Failure("c.yaml", "not YAML"),), ())
    monkeypatch.setattr(validation, "read_studies", lambda given, role: found)

    def made(one: Study, *rest: Any) -> Replicated:
        if one.name == "bad":
            raise ValueError("planted")
        return replicated(one, *rest)

    monkeypatch.setattr(validation, "replicated", made)
    asked = ValidationRequest(given=("x",), replicates=20, draws=0)
    totals: list[int] = []
    result = validation.validate(asked, on_start=totals.append)
    assert set(result.table["study"]) == {"small"}
    assert [one.name for one in result.failures] == ["c.yaml", "bad"]
    assert "planted" in result.failures[1].error
    assert totals == [2 * (2 + 1)]
    (own,) = result.sums
    assert (own["figures"], own["scored"]) == (3, 2)
    assert [part["what"] for part in own["errors"]] == ["mean change, MADRS", "share"]


def test_nothing_to_validate_is_refused_with_the_reasons() -> None:
    asked = ValidationRequest(given=("no-such-name", "kap-2x2"))
    with pytest.raises(RequestError, match="kap-2x2: it has no published figures"):
        validation.validate(asked)
