"""Experiments run once, long ones first; one that fails stops none of the others."""

import json
import pathlib

import pytest

import kapsim.lab.runner
from kapsim.lab.errors import LabError
from kapsim.lab.experiment import Experiment, Figure, Outcome
from kapsim.lab.files import Finding
from kapsim.lab.request import LabRequest
from kapsim.lab.runner import Done, conduct, run_experiments
from tests.unit.lab import fakes

ASKED = [LabRequest(name) for name in ("a", "b", "c")]


def names(findings: list[Finding]) -> list[str]:
    return [one.published.name for one in findings]


def test_findings_come_in_the_order_asked_for(tmp_path: pathlib.Path) -> None:
    asked = [LabRequest(name) for name in ("c", "a", "b")]
    found, failed = run_experiments(asked, tmp_path, work=fakes.finding)
    assert (names(found), failed) == (["c", "a", "b"], [])


def test_what_is_finished_is_not_run_again(tmp_path: pathlib.Path) -> None:
    run_experiments(ASKED[:2], tmp_path, work=fakes.finding)
    ran, ended = [], []

    def work(request: LabRequest) -> Finding:
        ran.append(request.name)
        return fakes.finding(request)

    run_experiments(ASKED, tmp_path, work=work, on_done=ended.append)
    assert ran == ["c"]
    assert [done.name for done in ended] == ["a", "b", "c"]
    assert [done.seconds == 0 for done in ended] == [True, True, False]


def test_another_request_is_run_again(tmp_path: pathlib.Path) -> None:
    run_experiments([LabRequest("a")], tmp_path, work=fakes.finding)
    found, _ = run_experiments([LabRequest("a", 2)], tmp_path, work=fakes.finding)
    assert found[0].request["seed"] == 2


def test_a_failure_is_told_and_the_others_go_on(tmp_path: pathlib.Path) -> None:
    run_experiments([LabRequest("b", 9)], tmp_path, work=fakes.finding)
    found, failed = run_experiments(ASKED, tmp_path, work=fakes.fails_on_b)
    assert names(found) == ["a", "c"]
    (only,) = failed
    assert only.name == "b"
    assert "ZeroDivisionError: planted in b (runner.py, line" in only.error
    assert not (tmp_path / "b.json").exists()


def test_processes_change_nothing(tmp_path: pathlib.Path) -> None:
    places = tmp_path / "one", tmp_path / "two"
    for workers, place in enumerate(places, start=1):
        found, failed = run_experiments(
            ASKED, place, workers=workers, work=fakes.fails_on_b
        )
        assert names(found) == ["a", "c"]
        assert [done.name for done in failed] == ["b"]
    one, two = ({p.name: p.read_bytes() for p in place.iterdir()} for place in places)
    assert set(one) == {"a.csv", "a.json", "c.csv", "c.json"}
    assert one == two


def test_a_worker_that_dies_is_told(tmp_path: pathlib.Path) -> None:
    with pytest.raises(LabError, match="A worker process died"):
        run_experiments(ASKED, tmp_path, workers=2, work=fakes.dies)


def test_an_interruption_keeps_what_is_finished(tmp_path: pathlib.Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run_experiments(ASKED, tmp_path, work=fakes.interrupts_on("c"))
    assert sorted(path.stem for path in tmp_path.glob("*.json")) == ["a", "b"]


def test_long_ones_and_unknown_ones_start_first(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kapsim.lab.runner, "_durations", lambda: {"a": 1.0, "b": 20.0})
    ended: list[Done] = []
    run_experiments(ASKED, tmp_path, work=fakes.finding, on_done=ended.append)
    assert [done.name for done in ended] == ["c", "b", "a"]


def test_no_workers_are_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(LabError, match="must be 1 or more; got 0"):
        run_experiments(ASKED, tmp_path, workers=0)


def test_the_number_of_subjects_is_the_experiments_unless_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fakes.install(monkeypatch, "drawn", "exact")
    assert conduct(LabRequest("drawn")).patients == 40
    assert conduct(LabRequest("drawn", patients=7)).patients == 7
    assert conduct(LabRequest("exact", patients=7)).patients == 1


def test_each_drug_adds_an_arm(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes.install(monkeypatch, "drawn")
    drugs = (fakes.DRUG, fakes.LATER)
    finding = conduct(LabRequest("drawn", drugs=drugs))
    course = finding.outcome.figure.panels[0]
    assert [one.name for one in course.series][2:] == list(drugs)
    window = {name: finding.outcome.numbers[f"with_drug: {name}"] for name in drugs}
    assert window[fakes.DRUG] > 0.5
    assert window[fakes.LATER] == 0  # given after the event


def test_a_lacking_number_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes.install(monkeypatch, "exact")
    empty = Experiment(run=lambda setting: Outcome({}, Figure("", ())))
    monkeypatch.setattr(kapsim.lab.runner, "experiment", lambda name: empty)
    with pytest.raises(LabError, match="exact gave no number 'height'"):
        conduct(LabRequest("exact"))


def test_provenance_names_versions_and_no_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fakes.install(monkeypatch, "exact")
    made = conduct(LabRequest("exact")).provenance
    assert set(made) == {"software", "request_sha256", "evidence", "environment"}
    assert {"python", "jax", "jaxlib"} <= set(made["environment"])
    assert not {"cores", "memory_mb"} & set(made["environment"])
    json.dumps(made)
