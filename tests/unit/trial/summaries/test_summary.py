"""Summaries of streamed visits against direct computation on a table in memory."""

import math
import pathlib

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kapsim.trial.protocol import Protocol
from kapsim.trial.summaries import tally as tally_module
from kapsim.trial.summaries.summary import summarise
from kapsim.trial.summaries.tally import TallyError, tally
from tests.unit.trial.builders import protocol

COLUMNS = (
    "arm visit day measure n n_failed mean sd mean_low mean_high change_mean change_sd "
    "change_low change_high response_pct response_low response_high remission_pct "
    "remission_low remission_high"
).split()


def visits_table(study: Protocol, patients: int = 157) -> pd.DataFrame:
    """Scores of a made-up run, in the order of a run, with some failed patients."""
    luck = np.random.default_rng(20)
    rows = []
    for arm in study.arms:
        for patient in range(patients):
            base = {scale: int(luck.integers(0, 28)) for scale in study.measures}
            failed = bool(luck.random() < 0.05)
            for visit in study.visits:
                for scale in visit.scales:
                    score = base[scale] if visit.baseline else int(luck.integers(0, 28))
                    rows.append(
                        {
                            "arm": arm.name,
                            "patient": patient,
                            "visit": visit.name,
                            "measure": scale.value,
                            "score": None if failed else score,
                            "baseline": None if failed else base[scale],
                            "result": int(failed),
                        }
                    )
    return pd.DataFrame(rows).astype({"score": "Int16", "baseline": "Int16"})


def write(
    frame: pd.DataFrame, path: pathlib.Path, rows: int = 1000, coded: bool = True
) -> pathlib.Path:
    """The table as a run writes it, or with plain texts."""
    if coded:
        frame = frame.astype(dict.fromkeys(("arm", "visit", "measure"), "category"))
    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table, path, row_group_size=rows)
    return path


def direct(frame: pd.DataFrame, arm: str, visit: str, measure: str) -> dict[str, float]:
    """The figures by plain NumPy on the chosen rows."""
    chosen = frame.query("arm == @arm and visit == @visit and measure == @measure")
    good = chosen[chosen["result"] == 0]
    score = good["score"].to_numpy(float)
    base = good["baseline"].to_numpy(float)
    cut = {"MADRS": 10, "QIDS-SR": 5}[measure]
    return {
        "n": len(good),
        "n_failed": len(chosen) - len(good),
        "mean": score.mean(),
        "sd": score.std(ddof=1),
        "change_mean": (score - base).mean(),
        "change_sd": (score - base).std(ddof=1),
        "response_pct": 100 * ((base > 0) & (score <= base / 2)).mean(),
        "remission_pct": 100 * (score <= cut).mean(),
    }


def worst_error(frame: pd.DataFrame, summary: pd.DataFrame) -> float:
    """Largest relative difference between a summary and direct computation."""
    worst = 0.0
    for row in summary.to_dict("records"):
        for name, want in direct(
            frame, row["arm"], row["visit"], row["measure"]
        ).items():
            scale = max(abs(want), 1.0)
            worst = max(worst, abs(float(row[name]) - want) / scale)
    return worst


def test_summary_agrees_with_direct_computation(tmp_path: pathlib.Path) -> None:
    study = protocol()
    frame = visits_table(study)
    summary = summarise(write(frame, tmp_path / "v.parquet"), study)
    assert list(summary.columns) == COLUMNS
    assert len(summary) == 2 * 5  # two arms; five ratings, as day 1 + 2 h is MADRS only
    assert summary["n_failed"].sum() > 0
    # float64 sums over some hundred integers on the direct side
    assert worst_error(frame, summary) < 1e-12


def test_a_changed_score_would_be_found_out(tmp_path: pathlib.Path) -> None:
    study = protocol()
    frame = visits_table(study)
    summary = summarise(write(frame, tmp_path / "v.parquet"), study)
    row = frame.index[frame["result"] == 0][-1]
    frame.loc[row, "score"] += 1
    assert worst_error(frame, summary) > 1e-6


def test_nothing_depends_on_how_rows_are_cut(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = protocol()
    frame = visits_table(study)
    whole = summarise(write(frame, tmp_path / "a.parquet"), study)
    monkeypatch.setattr(tally_module, "_ROWS_AT_ONCE", 97)
    cut = summarise(write(frame, tmp_path / "b.parquet", rows=13), study)
    mixed = frame.sample(frac=1.0, random_state=1)
    plain = summarise(write(mixed, tmp_path / "c.parquet", coded=False), study)
    pd.testing.assert_frame_equal(whole, cut, check_exact=True)
    pd.testing.assert_frame_equal(whole, plain, check_exact=True)


def test_a_scale_without_baseline_has_no_change(tmp_path: pathlib.Path) -> None:
    visits = [
        {"at": "day 1", "baseline": True, "scales": ["MADRS"]},
        {"at": "day 8", "scales": ["MADRS", "CADSS"]},
    ]
    study = protocol(visits=visits)
    frame = visits_table(study, patients=20)
    frame.loc[frame["measure"] == "CADSS", "baseline"] = pd.NA
    summary = summarise(write(frame, tmp_path / "v.parquet"), study)
    row = summary[summary["measure"] == "CADSS"].iloc[0]
    assert row["mean"] > 0
    for name in ("change_mean", "change_low", "response_pct", "remission_pct"):
        assert math.isnan(row[name])


def test_an_arm_whose_patients_all_failed_is_shown(tmp_path: pathlib.Path) -> None:
    study = protocol()
    frame = visits_table(study, patients=4)
    lost = frame["arm"] == "saline"
    frame.loc[lost, ["score", "baseline"]] = pd.NA
    frame.loc[lost, "result"] = 1
    summary = summarise(write(frame, tmp_path / "v.parquet"), study)
    row = summary[summary["arm"] == "saline"].iloc[0]
    assert (row["n"], row["n_failed"]) == (0, 4)
    assert math.isnan(row["mean"])
    assert math.isnan(row["remission_high"])


def test_one_patient_has_a_mean_and_no_interval(tmp_path: pathlib.Path) -> None:
    study = protocol()
    frame = visits_table(study, patients=1)
    frame[["score", "baseline", "result"]] = [12, 30, 0]
    row = summarise(write(frame, tmp_path / "v.parquet"), study).iloc[0]
    assert row["mean"] == 12.0
    assert math.isnan(row["sd"])
    assert math.isnan(row["mean_low"])
    assert row["response_pct"] == 100.0


def test_rows_of_another_protocol_are_refused(tmp_path: pathlib.Path) -> None:
    study = protocol()
    frame = visits_table(study, patients=2)
    frame["arm"] = frame["arm"].replace("saline", "sugar")
    with pytest.raises(TallyError, match=r"column arm holds 'sugar'.*ketamine, saline"):
        tally(write(frame, tmp_path / "v.parquet"), study)


def test_impossible_scores_are_refused(tmp_path: pathlib.Path) -> None:
    study = protocol()
    frame = visits_table(study, patients=2)
    frame.loc[0, "score"] = 127
    with pytest.raises(TallyError, match="score must lie in 0 to 126 points"):
        tally(write(frame, tmp_path / "v.parquet"), study)


def test_counts_hold_every_row(tmp_path: pathlib.Path) -> None:
    study = protocol()
    frame = visits_table(study, patients=30)
    counted = tally(write(frame, tmp_path / "v.parquet"), study)
    assert counted.counts.sum() + counted.failed.sum() == len(frame)
