"""The directory of virtual trials: what it holds, resumed, refused, and failures."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kapsim.engine.tasks import TaskError
from kapsim.trial.power import runner
from kapsim.trial.power.request import TrialRequest
from kapsim.trial.power.runner import execute
from kapsim.trial.power.worlds import DRUG, World, write_cohort
from kapsim.trial.request import RequestError
from tests.unit.trial import builders
from tests.unit.trial.conduct.builders import outcomes
from tests.unit.trial.power.builders import CHANGE, held, trial

FILES = {
    "request.json",
    "provenance.json",
    "power.csv",
    "replicates.csv",
    "arms.csv",
    "blinding.csv",
    "adsl.csv",
    "adqs.csv",
    "flow.json",
    "trial.json",
    "citations.bib",
}
ENDS = ({**CHANGE, "method": "ancova"}, {**CHANGE, "kind": "response"})


@pytest.fixture(autouse=True)
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Made-up worlds in the place of simulated ones; the names of those made."""
    names: list[str] = []

    def simulate(_: TrialRequest, made: list[World], *__: Any) -> None:
        for world in made:
            names.append(world.name)
            world.path.parent.mkdir(parents=True, exist_ok=True)
            drug = outcomes(14 if world.name == DRUG else 6, guess=0.8)
            write_cohort(world.path, held(ketamine=drug))

    monkeypatch.setattr(runner, "simulate", simulate)
    monkeypatch.setattr(runner, "BLOCK", 4)
    return names


def request(**fields: Any) -> TrialRequest:
    """Six trials of one size, in two blocks."""
    usual = {"protocol": trial(ENDS[0]), "per_arm": (20,), "replicates": 6}
    return TrialRequest(**{**usual, "cohort": 2000, **fields})


def results(directory: Path) -> dict[str, bytes]:
    """Every file but the account of the run itself."""
    files = {path.name: path for path in directory.iterdir() if path.is_file()}
    del files["provenance.json"]
    return {name: path.read_bytes() for name, path in files.items()}


def test_the_directory_holds_what_was_found(
    tmp_path: Path, simulated: list[str]
) -> None:
    done: list[int] = []
    asks = request(protocol=trial(*ENDS), per_arm=(10, 20), draws=2)
    data = execute(asks, tmp_path / "a", on_progress=lambda _, n: done.append(n))
    assert {path.name for path in (tmp_path / "a").iterdir()} == FILES
    assert simulated == ["drug", "felt only", "draw 1", "draw 2"]
    assert sum(done) == asks.trials
    power = pd.read_csv(tmp_path / "a" / "power.csv")
    assert power["per_arm"].tolist() == [10] * 3 + [20] * 3
    assert power["n_total"].tolist() == [20] * 3 + [40] * 3
    assert (power["replicates"] == 6).all()
    assert power["assurance"].notna().all()
    told = pd.read_csv(tmp_path / "a" / "replicates.csv")
    counts = told.groupby(["per_arm", "world", "endpoint"]).size()
    assert (counts == 6).all()
    assert set(told["world"]) == {"drug", "felt only", "no drug", "draw 1", "draw 2"}
    drug = told.query("world == 'drug' and per_arm == 20")
    share = drug.groupby("endpoint")["succeeded"].mean()
    by_name = power.query("per_arm == 20").set_index("endpoint")["power"]
    pd.testing.assert_series_equal(
        share.sort_index(), by_name.sort_index(), check_names=False
    )
    assert data == json.loads((tmp_path / "a" / "trial.json").read_text())
    assert [row["per_arm"] for row in data["power"]] == power["per_arm"].tolist()
    arms = pd.read_csv(tmp_path / "a" / "arms.csv")
    assert arms.groupby(["per_arm", "replicate"])["n"].size().eq(2 * 6 * 2).all()


def test_a_replicate_is_the_same_in_any_run(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    execute(request(per_arm=(10, 20)), one)
    execute(request(replicates=3), other)
    whole, part = (pd.read_csv(place / "replicates.csv") for place in (one, other))
    chosen = whole.query("per_arm == 20 and replicate < 3").reset_index(drop=True)
    columns = ["world", "endpoint", "replicate"]
    sort = lambda table: table.sort_values(columns, ignore_index=True)
    pd.testing.assert_frame_equal(sort(chosen), sort(part), check_exact=True)


def test_an_interrupted_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    execute(request(), whole)
    real, calls = runner.effect_block, []

    def until_the_third(payload: dict[str, Any]) -> Any:
        calls.append(payload["first"])
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(payload)

    monkeypatch.setattr(runner, "effect_block", until_the_third)
    with pytest.raises(KeyboardInterrupt):
        execute(request(), broken)
    assert len(list((broken / "chunks").glob("*.parquet"))) == 2
    assert not (broken / "power.csv").exists()
    execute(request(), broken)
    assert len(calls) == 3 * 2 + 1  # worlds and blocks; one was begun twice
    assert results(broken) == results(whole)


@pytest.mark.parametrize("text", ["{}", "half", '{"seed": 1}'])
def test_another_request_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "request.json").write_text(text)
    with pytest.raises(RequestError, match=r"holds another request\. Choose another"):
        execute(request(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"request.json"}


def test_trials_without_an_estimate_are_counted_and_kept(tmp_path: Path) -> None:
    execute(request(per_arm=(2,), replicates=30), tmp_path)
    power = pd.read_csv(tmp_path / "power.csv").iloc[0]
    told = pd.read_csv(tmp_path / "replicates.csv").query("world == 'drug'")
    own = told[told["endpoint"] == power["endpoint"]]
    failed = own["estimate"].isna()
    assert 0 < failed.sum() < 30
    assert (power["failed"], power["replicates"]) == (failed.sum(), 30)
    assert not own.loc[failed, "rejected"].any()
    assert own.loc[failed, "method"].isin(["too few patients", "no variance"]).any()
    assert power["power"] == pytest.approx(own["succeeded"].mean(), rel=1e-7)
    assert sum(json.loads(power["methods"]).values()) == pytest.approx(1)


def test_a_block_that_fails_is_told_and_the_others_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real: Callable[[dict[str, Any]], Any] = runner.effect_block

    def fails(payload: dict[str, Any]) -> Any:
        if payload["first"] == 4:
            raise ValueError("no good.")
        return real(payload)

    monkeypatch.setattr(runner, "effect_block", fails)
    with pytest.raises(TaskError, match=r"drug .* failed: ValueError: no good"):
        execute(request(), tmp_path)
    assert len(list((tmp_path / "chunks").glob("*.parquet"))) == 1


def test_looks_and_multiplicity_reach_the_results(tmp_path: Path) -> None:
    primary = {"role": "primary", "method": "ancova"}
    ends = [{**CHANGE, **primary}, {**CHANGE, **primary, "measure": "QIDS-SR"}]
    plan = {"looks": {"fractions": [0.5, 1]}, "multiplicity": "bonferroni"}
    data = execute(request(protocol=trial(*ends, plan=plan), replicates=20), tmp_path)
    assert [look["fraction"] for look in data["sequential"]["looks"]] == [0.5, 1]
    assert 20 <= data["sequential"]["expected_n"] <= 40
    power = pd.read_csv(tmp_path / "power.csv")
    assert (power["power_adjusted"] <= power["power"]).all()
    assert (power["power_adjusted"] < power["power"]).any()


def test_a_trial_that_is_not_blind_is_run(tmp_path: Path) -> None:
    protocol = trial(ENDS[0], plan={"comparisons": [["saline", "ketamine"]]})
    data = execute(request(protocol=protocol), tmp_path)
    assert data["blinding"] is None
    assert "names the arm without it first" in data["why_not_blind"]
    assert {path.name for path in tmp_path.iterdir()} == FILES - {"blinding.csv"}
    assert pd.read_csv(tmp_path / "power.csv")["failed_blind"].isna().all()


@pytest.mark.parametrize(
    ("end", "unit"), [(ENDS[0], "points"), (ENDS[1], "percent points")]
)
def test_the_wrong_way_round_a_trial_succeeds_never(
    tmp_path: Path, end: dict[str, Any], unit: str
) -> None:
    asks = {"per_arm": (40,), "replicates": 20}
    right = execute(request(protocol=trial(end), **asks), tmp_path / "right")
    turned = trial(end, plan={"comparisons": [["saline", "ketamine"]]})
    wrong = execute(request(protocol=turned, **asks), tmp_path / "wrong")
    one, other = right["power"][0], wrong["power"][0]
    assert one["unit"] == other["unit"] == unit
    assert one["power"] > 0.5
    assert other["power"] == one["for_comparator"] == 0
    assert other["for_comparator"] == pytest.approx(one["power"], abs=0.1)
    assert other["power_high"] > 0
    assert other["low"] is None  # percentiles of 20 trials
    assert not wrong["forest"][0]["rejected"]


def test_a_trial_with_groups_says_what_it_leaves_out(tmp_path: Path) -> None:
    arms = builders.data()["arms"]
    once = {"modality": "activation", "minutes": 50, "days": [2]}
    arms[0]["sessions"] = [{**once, "format": "group"}]
    data = execute(request(protocol=trial(ENDS[0], arms=arms)), tmp_path)
    told = " ".join(data["validity"])
    assert "this design has sessions in a group (ketamine)" in told
    assert "has neither" not in told
    record = json.loads((tmp_path / "provenance.json").read_text())
    assert [one["kind"] for one in record["warnings"]] == ["group"]
