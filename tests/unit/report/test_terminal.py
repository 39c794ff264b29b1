"""The table that a run prints."""

import io

import pandas as pd
import pytest
from rich.console import Console

from kapsim.report import terminal_table
from tests.unit.report.synthetic import TWO_ARMS, write_run


@pytest.fixture(scope="module")
def summary(tmp_path_factory):
    return pd.read_csv(write_run(tmp_path_factory.mktemp("run")) / "summary.csv")


def printed(summary, width=100, warnings=(), new_trial=None):
    stream = io.StringIO()
    Console(file=stream, width=width).print(
        terminal_table(summary, warnings, new_trial)
    )
    return stream.getvalue()


def test_table_has_a_row_per_arm_and_visit_and_fits_a_hundred_columns(summary):
    text = printed(summary)
    assert max(len(row) for row in text.splitlines()) <= 100
    for at in ("day 1", "day 2", "day 8", "day 15", "day 29"):
        assert text.count(f" {at} ") == len(TWO_ARMS)
    first = summary[(summary["measure"] == "MADRS") & (summary["visit"] == "day 8")]
    assert f"{first['mean'].iloc[0]:.1f} (" in text


def test_the_change_from_baseline_has_a_column_with_its_interval(summary):
    text = printed(summary)
    head = next(row for row in text.splitlines() if "MADRS " in row and "n " in row)
    assert head.split()[-6:] == ["MADRS", "change", "response", "%", "remission", "%"]
    chosen = summary[summary["measure"] == "MADRS"]
    for row in chosen.itertuples():
        told = [row.change_mean, row.change_low, row.change_high]
        mean, low, high = (
            f"{part:.1f}".replace("-", "\N{MINUS SIGN}") for part in told
        )
        at_baseline = row.change_low == row.change_high == 0
        assert at_baseline or f" {mean} ({low}, {high}) " in text
    assert "0.0 (0.0, 0.0)" not in text


def test_intervals_are_those_of_a_new_trial_where_there_are_any(summary):
    assert "(95 % interval of the simulated sample)" in printed(summary)
    rows = summary.sample(frac=1.0, random_state=1)
    wide = rows.assign(mean_low=rows["mean"] - 7.0, mean_high=rows["mean"] + 8.0)
    text = printed(summary, new_trial=wide.assign(mean=0.0))
    assert "(95 % interval of a new trial of this size)" in text
    for row in summary[summary["measure"] == "MADRS"].itertuples():
        ends = f"{row.mean - 7:.1f}\N{EN DASH}{row.mean + 8:.1f}"
        assert f"{row.mean:.1f} ({ends})".replace("-", "\N{MINUS SIGN}") in text


def test_a_narrow_terminal_cuts_nothing_off(summary):
    text = printed(summary, width=80)
    assert max(len(row) for row in text.splitlines()) <= 80
    assert "\N{HORIZONTAL ELLIPSIS}" not in text
    assert " ".join(text.split()).count("remission") == 1


def test_failed_patients_have_a_column_only_where_there_are_any(summary):
    assert "failed" in printed(summary)
    assert "failed" not in printed(summary.assign(n_failed=0))


def test_names_are_text_and_not_markup(summary):
    named = summary.replace({"arm": {TWO_ARMS[0]: "[red]a[/red]"}})
    assert "[red]a[/red]" in printed(named)


def test_warnings_stand_below_the_table_as_text(summary):
    told = ("arm '[b]a', day 1: 112 mg of nasal esketamine. [label]", "another")
    text = " ".join(printed(summary, warnings=told).split())
    assert f"Warning: {told[0]} Warning: another Research software." in text
    assert "Warning" not in printed(summary)


def test_a_long_name_runs_down_its_rows(summary):
    long = "a long name of an arm that needs several lines of the table"
    text = printed(summary.replace({"arm": {TWO_ARMS[0]: long}}))
    assert text.count(" day 1 ") == 2
    assert all(word in text for word in long.split())


def test_a_summary_without_a_scale_is_refused(summary):
    with pytest.raises(ValueError, match=r"none of MADRS.*it has CADSS"):
        terminal_table(summary.assign(measure="CADSS"))
