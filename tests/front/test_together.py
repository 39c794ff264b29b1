"""Whole runs with drug and therapy in all four cells, and whole sweeps."""

import functools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import kapsim.trial.results
import kapsim.trial.runner
import kapsim.trial.sweep
from kapsim.engine.scan import WIDTH
from kapsim.report import write_report
from kapsim.trial.interaction import interaction
from kapsim.trial.protocol import Protocol
from kapsim.trial.runner import Run, execute
from kapsim.trial.sweep import simulate_part, sweep
from kapsim.trial.sweep_request import SweepRequest
from tests.front import tiny

pytestmark = [pytest.mark.usefixtures("compiled"), pytest.mark.slow]

TALKS = "sessions: [{modality: restructuring, minutes: 50, days: [2, 4], clock: + 3 h}]"
THERAPY = f"{tiny.SPRAY[:-1].replace('spray', 'both')}, {TALKS}}}"
TALK = f"{tiny.PLACEBO[:-1].replace('placebo,', 'therapy,', 1)}, {TALKS}}}"
ARMS = (THERAPY, tiny.SPRAY, TALK, tiny.PLACEBO)
DRAWS = 2


@pytest.fixture(scope="module")
def factorial(
    compiled: None, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Run, bytes]:
    """A run of four arms with few draws, and its interaction as written."""
    few = functools.partial(interaction, number=DRAWS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kapsim.trial.results, "interaction", few)
        place = tmp_path_factory.mktemp("factorial") / "run"
        done = execute(tiny.request(ARMS, patients=WIDTH), place)
    return done, (place / "interaction.csv").read_bytes()


def test_the_interaction_is_that_of_the_ratings(factorial: tuple[Run, bytes]) -> None:
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


def test_it_is_shown_with_its_band(factorial: tuple[Run, bytes]) -> None:
    page = write_report(factorial[0].directory).read_text("utf-8")
    assert 'id="interaction"' in page
    assert "includes zero and the other sign" in page
    assert "A narrow band is not evidence" in page


def test_a_run_that_lacks_it_is_finished_and_one_that_has_it_is_not_repeated(
    factorial: tuple[Run, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, written = factorial
    few = functools.partial(interaction, number=DRAWS)
    monkeypatch.setattr(kapsim.trial.results, "interaction", few)
    place = run.directory / "interaction.csv"
    place.unlink()
    execute(run.request, run.directory, chunk=700)
    assert place.read_bytes() == written
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
    monkeypatch.setattr(kapsim.trial.sweep, "_AT_ONCE", 1)
    whole = sweep(asked, tmp_path / "whole")
    assert list(whole["draw"]) == [0, 1, 2] * 2
    assert not (tmp_path / "whole").exists()
    done: list[str] = []

    def stopping(payload: dict) -> object:
        if len(done) == 4:
            raise KeyboardInterrupt
        done.append(payload["row"]["delay"])
        return simulate_part(payload)

    monkeypatch.setattr(kapsim.trial.sweep, "simulate_part", stopping)
    with pytest.raises(KeyboardInterrupt):
        sweep(asked, tmp_path / "chunks")
    assert len(list((tmp_path / "chunks").glob("*.parquet"))) == 4
    done.clear()
    pd.testing.assert_frame_equal(sweep(asked, tmp_path / "chunks"), whole)
    assert len(done) == 2


def test_the_effect_is_that_of_the_protocol_at_its_own_delay(
    factorial: tuple[Run, bytes], tmp_path: Path
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
