"""Whole runs with drug and therapy in all four cells, and whole sweeps."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kapsim.trial.runner
import kapsim.trial.variations.sweep
from kapsim.engine.scan import WIDTH
from kapsim.report import write_report
from kapsim.trial.protocol import Protocol
from kapsim.trial.runner import Run, execute
from kapsim.trial.variations.sweep import simulate_part, sweep
from kapsim.trial.variations.sweep_request import SweepRequest
from tests.front import tiny
from tests.unit.trial import posteriors

pytestmark = [pytest.mark.usefixtures("compiled"), pytest.mark.slow]

TALKS = "sessions: [{modality: restructuring, minutes: 50, days: [2, 4], clock: + 3 h}]"
THERAPY = f"{tiny.SPRAY[:-1].replace('spray', 'both')}, {TALKS}}}"
TALK = f"{tiny.PLACEBO[:-1].replace('placebo,', 'therapy,', 1)}, {TALKS}}}"
ARMS = (THERAPY, tiny.SPRAY, TALK, tiny.PLACEBO)
Factorial = tuple[Run, dict[str, bytes]]
DRAWS = 2
RARE = 1.0
"""Remission that is rare [%]."""
TOLD = ("interaction.csv", "uncertainty.csv")


@pytest.fixture(scope="module")
def factorial(compiled: None, tmp_path_factory: pytest.TempPathFactory) -> Factorial:
    """A run of four arms with few draws of a posterior, and what the draws tell."""
    place = tmp_path_factory.mktemp("factorial")
    with pytest.MonkeyPatch.context() as patch:
        posteriors.ship(patch, place)
        asked = tiny.request(ARMS, patients=WIDTH, draws=DRAWS)
        done = execute(asked, place / "run")
    return done, {name: (place / "run" / name).read_bytes() for name in TOLD}


def test_the_interaction_is_that_of_the_ratings(factorial: Factorial) -> None:
    run, _ = factorial
    last = {
        arm: rows[rows["visit"] == "day 8"]["score"].to_numpy(float)
        for arm in ("both", "spray", "therapy", "placebo")
        for rows in [tiny.rows(run.directory, arm)]
    }
    own = last["both"] - last["spray"] - (last["therapy"] - last["placebo"])
    table = run.interaction()
    assert table is not None
    assert list(table["visit"]) == ["day 1", "day 8"]
    row = table.iloc[-1]
    assert row["interaction"] == pytest.approx(own.mean(), abs=1e-9)
    assert row["se"] == pytest.approx(own.std(ddof=1) / len(own) ** 0.5, rel=1e-9)
    assert row["draws"] == DRAWS
    assert row["low"] < row["high"]


def test_it_is_shown_with_its_band(factorial: Factorial) -> None:
    run, _ = factorial
    with pytest.MonkeyPatch.context() as patch:
        posteriors.ship(patch, run.directory.parent)
        page = write_report(run.directory).read_text("utf-8")
    assert 'id="interaction"' in page
    assert "of draws below zero" in page
    assert "A narrow band is not evidence" in page
    assert "study, parameters and people" in page
    assert "2 draws of the posterior (version 7)" in page
    assert page.count('class="spread wide c0"') == 2  # in each column of the figure


def test_a_new_trial_is_less_certain_than_its_people(factorial: Factorial) -> None:
    run, _ = factorial
    new, own = run.uncertainty(), run.summary()
    assert new is not None
    both = own.merge(new, on=["arm", "visit", "measure"], suffixes=("", "_new"))
    assert len(both) == len(own) == len(new)
    both = both[both["visit"] == "day 8"]
    for name in ("mean", "change", "response", "remission"):
        width, wide = (
            both[f"{name}_high{end}"] - both[f"{name}_low{end}"] for end in ("", "_new")
        )
        assert (wide > width).all(), name
        # a share near zero cannot spread below it
        able = both["remission_pct"] >= RARE if name == "remission" else width > 0
        assert able.any(), name
        assert (wide > 2 * width)[able].all(), name
    later = new[new["visit"] == "day 8"]
    np.testing.assert_allclose(later["sd_study"], 5**0.5)
    record = json.loads((run.directory / "provenance.json").read_text())["draws"]
    assert (record["number"], record["posterior"]) == (DRAWS, "7")


def test_a_run_that_lacks_it_is_finished_and_one_that_has_it_is_not_repeated(
    factorial: Factorial, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, written = factorial
    posteriors.ship(monkeypatch, run.directory.parent)
    for name in TOLD:
        (run.directory / name).unlink()
    execute(run.request, run.directory, chunk=700)
    for name, told in written.items():
        assert (run.directory / name).read_bytes() == told
    monkeypatch.setattr(kapsim.trial.runner, "run_tasks", None)  # a call would fail
    execute(run.request, run.directory)


def test_arms_that_do_not_tell_it_leave_no_file(undisturbed: Run) -> None:
    assert undisturbed.interaction() is None
    assert 'id="interaction"' not in write_report(undisturbed.directory).read_text()


def request(protocol: Protocol) -> SweepRequest:
    """A small sweep."""
    return SweepRequest(
        protocol=protocol, delays=("1 d", "3 d"), draws=DRAWS, patients=300
    )


def test_an_interrupted_sweep_is_resumed_to_the_same_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = request(tiny.protocol((THERAPY, tiny.SPRAY)))
    monkeypatch.setattr(kapsim.trial.variations.sweep, "_AT_ONCE", 1)
    whole = sweep(asked, tmp_path / "whole")
    assert list(whole["draw"]) == [0, 1, 2] * 2
    assert not (tmp_path / "whole").exists()
    done: list[str] = []

    def stopping(payload: dict) -> object:
        if len(done) == 4:
            raise KeyboardInterrupt
        done.append(payload["row"]["delay"])
        return simulate_part(payload)

    monkeypatch.setattr(kapsim.trial.variations.sweep, "simulate_part", stopping)
    with pytest.raises(KeyboardInterrupt):
        sweep(asked, tmp_path / "chunks")
    assert len(list((tmp_path / "chunks").glob("*.parquet"))) == 4
    done.clear()
    pd.testing.assert_frame_equal(sweep(asked, tmp_path / "chunks"), whole)
    assert len(done) == 2


def test_the_effect_is_that_of_the_protocol_at_its_own_delay(
    factorial: Factorial, tmp_path: Path
) -> None:
    """Therapy of the protocol starts 27 h after the dose; so does the sweep's."""
    run, _ = factorial
    protocol = tiny.protocol((THERAPY, tiny.SPRAY))
    asked = SweepRequest(
        protocol=protocol, delays=("27 h",), draws=1, patients=300, seed=tiny.SEED
    )
    found = sweep(asked, tmp_path / "chunks").iloc[0]
    change = [
        tiny.rows(run.directory, arm, 300).query("visit == 'day 8'")["change"]
        for arm in ("both", "spray")
    ]
    own = np.asarray(change[0], float) - np.asarray(change[1], float)
    assert found["effect"] == pytest.approx(own.mean(), abs=1e-9)
