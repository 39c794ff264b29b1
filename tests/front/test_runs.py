"""Whole runs: the same seed gives the same bits, and the directory explains itself."""

import dataclasses
import getpass
import json
import re
import shutil
import socket
from pathlib import Path
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import pandas as pd
import pytest

from kapsim.cli.main import main
from kapsim.engine.scan import simulate_shared
from kapsim.patient.rating import RatedPatient
from kapsim.report import terminal_table, write_report
from kapsim.trial import runner
from kapsim.trial.arms import simulation
from kapsim.trial.arms.given import given, read_given
from kapsim.trial.protocol.plan import Plan
from kapsim.trial.request import read_request
from kapsim.trial.runner import Run, execute, simulate_chunk, tasks_of
from tests.front import tiny

pytestmark = pytest.mark.usefixtures("compiled")

same = pd.testing.assert_frame_equal


# -- the same bits ---------------------------------------------------------------------


@pytest.mark.parametrize("chunk", [100, 2048, 3000])
def test_chunks_change_no_byte(undisturbed: Run, tmp_path: Path, chunk: int) -> None:
    done = execute(tiny.request(), tmp_path / "run", chunk=chunk)
    assert tiny.ratings(done.directory) == tiny.ratings(undisturbed.directory)


@pytest.mark.slow
def test_workers_change_no_byte(undisturbed: Run, tmp_path: Path) -> None:
    done = execute(tiny.request(), tmp_path / "run", chunk=900, workers=2)
    assert tiny.ratings(done.directory) == tiny.ratings(undisturbed.directory)


def test_another_seed_is_found_to_differ(undisturbed: Run, tmp_path: Path) -> None:
    done = execute(tiny.request(seed=tiny.SEED + 1), tmp_path / "run")
    assert tiny.ratings(done.directory) != tiny.ratings(undisturbed.directory)


@pytest.mark.parametrize("patients", [3, 300])
def test_a_small_cohort_is_the_head_of_a_large_one(
    undisturbed: Run, tmp_path: Path, patients: int
) -> None:
    small = execute(tiny.request(patients=patients), tmp_path / "run")
    for arm in ("spray", "placebo"):
        head = tiny.rows(undisturbed.directory, arm, patients)
        same(tiny.rows(small.directory, arm), head)


@pytest.mark.parametrize(
    "arms",
    [
        (tiny.PLACEBO, tiny.SPRAY),
        (tiny.SPRAY, tiny.WEAK, tiny.PLACEBO),
        (tiny.TALK, tiny.PLACEBO),
    ],
    ids=["another order", "another dose between", "sessions before"],
)
def test_other_arms_change_nothing_in_an_arm(
    undisturbed: Run, tmp_path: Path, arms: tuple[str, ...]
) -> None:
    done = execute(tiny.request(arms, patients=300), tmp_path / "run")
    for arm in {"spray", "placebo"} & set(done.request.patients):
        head = tiny.rows(undisturbed.directory, arm, 300)
        same(tiny.rows(done.directory, arm), head)


def test_a_later_visit_changes_nothing_before_it(undisturbed: Run) -> None:
    """Visits after the last leave the grid before them as it was.

    A visit in between may add a node, which shortens a step of the grid: what follows
    it may then change within the error of the grid.
    """
    longer = tiny.protocol((tiny.PLACEBO,), (*tiny.VISITS, tiny.LATER))
    payload = {
        "protocol": json.dumps(longer.model_dump(mode="json")),
        "arm": "placebo",
        "first": 0,
        "count": 300,
        "seed": tiny.SEED,
        "precision": "float32",
        "refine": 1,
    }
    table = simulate_chunk(payload).to_pandas()
    table = table[table["visit"] != longer.visits[-1].name].reset_index(drop=True)
    columns = ["patient", "visit", "score", "baseline", "change", "result"]
    head = tiny.rows(undisturbed.directory, "placebo", 300)
    same(table[columns].astype({"visit": str}), head[columns])


def test_arms_share_their_luck(undisturbed: Run, tmp_path: Path) -> None:
    twin = tiny.PLACEBO.replace("name: placebo", "name: twin")
    done = execute(tiny.request((tiny.PLACEBO, twin), patients=300), tmp_path / "run")
    one, other = (tiny.rows(done.directory, arm) for arm in ("placebo", "twin"))
    same(one[["patient", "visit", "score"]], other[["patient", "visit", "score"]])

    spray = tiny.rows(undisturbed.directory, "spray", 300)
    before = one["visit"] == "day 1"
    same(spray[before][["patient", "score"]], one[before][["patient", "score"]])
    assert (spray[~before]["score"] != one[~before]["score"]).mean() > 0.5


# -- the directory ---------------------------------------------------------------------


def test_a_run_leaves_these_files_and_names_nobody(undisturbed: Run) -> None:
    directory = undisturbed.directory
    write_report(directory)
    assert {path.name for path in directory.iterdir()} == tiny.FILES
    assert read_request(directory) == tiny.request()
    for name in ("request.json", "provenance.json"):
        text = (directory / name).read_text("utf-8")
        assert names_a_place_or_person(text) is None, name


def names_a_place_or_person(text: str) -> str | None:
    """An absolute path, or the name of this host or user, in a text."""
    people = "|".join(map(re.escape, (socket.gethostname(), getpass.getuser())))
    found = re.search(rf'"(/|~|[A-Z]:\\)[^"]|\b({people})\b', text)
    return found and found.group()


@pytest.mark.parametrize(
    "planted",
    ['{"place": "/data/run"}', '{"place": "~/run"}', f'["{socket.gethostname()}"]'],
)
def test_a_planted_place_is_found(planted: str) -> None:
    assert names_a_place_or_person(planted)


def test_a_finished_run_is_not_repeated(
    undisturbed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "run_tasks", None)  # to call it would fail
    before = tiny.ratings(undisturbed.directory)
    again = execute(tiny.request(), undisturbed.directory)
    assert tiny.ratings(again.directory) == before


def test_a_chunk_is_named_by_its_arm_and_not_by_the_others() -> None:
    alone, both = (
        {task.key for task in tasks_of(tiny.request(arms), 1000)}
        for arms in ((tiny.PLACEBO,), (tiny.SPRAY, tiny.PLACEBO))
    )
    assert alone < both
    other = tasks_of(tiny.request((tiny.PLACEBO,), seed=1), 1000)
    assert alone.isdisjoint(task.key for task in other)


@pytest.mark.slow
def test_arms_that_are_compared_have_their_difference(tmp_path: Path) -> None:
    """Its file is written with and without draws, and is that of the ratings."""
    bare = tiny.request(patients=300)
    plan = Plan(comparisons=(("spray", "placebo"),))
    study = bare.protocol.model_copy(update={"plan": plan})
    for draws in (0, 2):
        asked = dataclasses.replace(bare, protocol=study, draws=draws)
        done = execute(asked, tmp_path / f"run-{draws}", chunk=130)
        found = done.contrasts()
        assert found is not None
        both = [
            rows[rows["visit"] == "day 8"]["change"].to_numpy(float)
            for rows in (tiny.rows(done.directory, arm) for arm in ("spray", "placebo"))
        ]
        own = both[0] - both[1]
        row = found.iloc[-1]
        assert row["change"] == pytest.approx(own.mean(), rel=1e-7)
        assert row["change_se"] == pytest.approx(own.std(ddof=1) / 300**0.5, rel=1e-7)
        assert ("change_low" in found) == bool(draws)
        page = write_report(done.directory).read_text("utf-8")
        assert "Differences between arms" in page
        assert ("other people in each arm" in page) == bool(draws)
    assert row["change_low"] < row["change_expected"] < row["change_high"]
    assert execute(bare, tmp_path / "bare").contrasts() is None


# -- patients whose simulation failed --------------------------------------------------


def with_a_lost_patient(system: Any, schedule: Any, records: int) -> Any:
    """As `simulate_shared`; patient 7 is rated without a number that is needed."""
    if isinstance(system, RatedPatient):
        where = lambda system: system.patient.person.offset
        lost = jnp.where(system.patient.patients == 7, jnp.nan, where(system))
        system = eqx.tree_at(where, system, lost)
    return simulate_shared(system, schedule, records)


def test_a_failed_patient_is_counted_and_shown(
    undisturbed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulation, "simulate_shared", with_a_lost_patient)
    asked = tiny.request((tiny.PLACEBO,), patients=300)
    done = execute(asked, tmp_path / "run")

    seen = tiny.rows(done.directory, "placebo")
    lost = seen["patient"] == 7
    assert set(seen[lost]["result"]) == {1}
    assert seen[lost][["score", "change", "AVAL", "CHG"]].isna().all(axis=None)
    head = tiny.rows(undisturbed.directory, "placebo", 300)
    same(seen[~lost], head[~lost], check_dtype=False)  # missing scores make floats

    summary = done.summary()
    assert list(summary["n_failed"]) == [1, 1]
    assert list(summary["n"]) == [299, 299]
    record = json.loads((done.directory / "provenance.json").read_text())
    codes = record["outcomes"]["placebo"]
    assert {code: n for code, n in codes.items() if n} == {"ok": 299, "non_finite": 1}
    assert ">non finite<" in write_report(done.directory).read_text("utf-8")


# -- the program -----------------------------------------------------------------------


def test_json_alone_is_on_stdout(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = ["run", tiny.write(tmp_path), "-n", 20, "-o", tmp_path / "run"]
    command += ["--draws", 2]
    assert main([*map(str, command), "--format", "json"]) == 0
    out, err = capfd.readouterr()
    summary = json.loads(out)
    assert [(row["arm"], row["visit"]) for row in summary] == [
        (arm, visit) for arm in ("spray", "placebo") for visit in ("day 1", "day 8")
    ]
    assert "report.html" in err
    assert "Not medical advice" in err
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        *tiny.FILES,
        "uncertainty.csv",
    }

    drawn = read_request(tmp_path / "run").seed
    assert main([*map(str, command), "--format", "json"]) == 0
    assert json.loads(capfd.readouterr().out) == summary
    assert read_request(tmp_path / "run").seed == drawn


def test_a_pipe_gets_the_whole_table(
    undisturbed: Run, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tiny.write(tmp_path)
    command = ["run", file, "-n", tiny.PATIENTS, "-o", undisturbed.directory]
    command += ["--draws", 0]
    assert main(list(map(str, command))) == 0
    out = capfd.readouterr().out
    for row in undisturbed.summary().itertuples():
        assert f"{row.mean:.1f} (" in out
        assert f"{row.response_pct:.0f} (" in out
        assert f"{row.remission_pct:.0f} (" in out
    assert out.count("\nspray ") == out.count("\nplacebo ") == 1
    assert "remission %" in out


def test_the_table_fits_a_terminal_with_many_patients_and_failures(
    undisturbed: Run,
) -> None:
    from rich.console import Console

    crowd = undisturbed.summary().assign(n=1_000_000, n_failed=12)
    crowd = crowd.replace({"visit": {"day 8": "day 1 + 2 h"}})
    console = Console(width=100)
    with console.capture() as shown:
        console.print(terminal_table(crowd))
    assert "…" not in shown.get()
    for row in crowd.itertuples():
        assert re.search(rf"{row.remission_pct:.0f} \(\d+–\d+\)", shown.get())


def test_a_dry_run_shows_the_plan_and_leaves_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tiny.write(tmp_path)
    command = ["run", str(file), "-n", "40", "--seed", "5", "--dry-run"]
    assert main(command) == 0
    out, err = capfd.readouterr()
    words = " ".join(out.replace("│", " ").split())
    assert re.search(r"spray 1 x esketamine 84 mg .*NasalEsketamine 40 2 \d+", words)
    assert re.search(r"placebo 1 x placebo nasal NoDrug 40 2 \d+", words)
    assert "seed 5" in words
    assert re.search(r"evidence records \d+, kind published \d+", words)
    assert "NasalEsketamine measured in venous plasma." in words
    assert "Given in all, as base, at the mean weight of 80 kg" in words
    assert re.search(r"spray esketamine 1 84 84 ", words)
    assert "monitoring Label of esketamine: consider a delay" in words
    assert err == (
        "warning: arm 'spray', day 1: 84 mg of nasal esketamine; by the label the "
        "first dose is 56 mg. [label]\n"
    )

    assert main([*command, "--format", "json", "-o", str(tmp_path / "run")]) == 0
    plan = json.loads(capfd.readouterr().out)
    assert [arm["patients"] for arm in plan["arms"]] == [40, 40]
    assert len(plan["warnings"]) == 1
    amounts = {"doses": 1, "mg_in_all": 84.0, "most_mg_in_a_week": 84.0}
    assert plan["exposure"] == [{"arm": "spray", "drug": "esketamine", **amounts}]
    assert list(tmp_path.iterdir()) == [file]


def test_a_dry_run_shows_when_sessions_come_after_doses(
    capfd: pytest.CaptureFixture[str],
) -> None:
    example = Path(__file__).parents[2] / "docs/examples/after-each-dose.yaml"
    assert main(["run", str(example), "-n", "8", "--dry-run"]) == 0
    words = " ".join(capfd.readouterr().out.replace("│", " ").split())
    assert "each dose + 24 h (day 16)" in words
    assert "that end when well" in words
    assert "integration in a group, 90 3" in words


def test_rerun_repeats_to_the_bit_and_finds_a_planted_difference(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    done = execute(tiny.request(patients=30), tmp_path / "run")
    write_report(done.directory)
    assert main(["rerun", str(done.directory)]) == 0
    assert "the same to the bit" in capfd.readouterr().err
    again = tmp_path / "run-rerun"
    assert tiny.ratings(again) == tiny.ratings(done.directory)
    first, second = (
        json.loads((place / "provenance.json").read_text())["drug"]
        for place in (done.directory, again)
    )
    assert read_given(first) == given(done.request.protocol)
    assert second == first
    assert "SPRAVATO" in (again / "citations.bib").read_text("utf-8")
    assert {path.name for path in again.iterdir()} == tiny.FILES

    changed = bytearray(tiny.ratings(done.directory))
    changed[len(changed) // 2] ^= 1
    (done.directory / "visits.parquet").write_bytes(changed)
    third = str(tmp_path / "third")
    assert main(["rerun", str(done.directory), "-o", third]) == 1
    said = capfd.readouterr().err
    assert "visits.parquet differs" in said
    assert "Made with other" not in said


@pytest.mark.parametrize(
    ("part", "name", "said"),
    [
        ("software", "version", ["version of kapsim"]),
        ("software", "sources", ["source code"]),
        ("evidence", "library", ["evidence records"]),
        ("draws", "number", ["draws of parameters"]),
    ],
)
def test_results_made_with_something_else_are_not_taken_for_finished(
    undisturbed: Run, tmp_path: Path, part: str, name: str, said: list[str]
) -> None:
    copy, request = tmp_path / "copy", tiny.request()
    shutil.copytree(undisturbed.directory, copy)
    assert runner.finished(request, copy)
    record = json.loads((copy / "provenance.json").read_text())
    record[part][name] = "other"
    (copy / "provenance.json").write_text(json.dumps(record))
    assert runner.made_otherwise(request, copy) == said
    assert not runner.finished(request, copy)
