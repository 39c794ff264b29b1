"""What each arm shows at each visit."""

import numpy as np

from kapsim.trial.power.arms import arm_rows
from tests.unit.trial.conduct.builders import visits
from tests.unit.trial.power.builders import drawn, trial


def test_rows_are_as_by_hand() -> None:
    of = drawn()
    of.score[1, 12:15, 5, 0] = np.nan
    table = arm_rows(of, trial())
    assert len(table) == 3 * 2 * 6 * 2
    chosen = "replicate == 1 and arm == 'saline' and day == 28 and measure == 'MADRS'"
    (row,) = table.query(chosen).to_dict("records")
    score, base = of.score[1, 15:, 5, 0], of.baseline[1, 15:, 0]
    assert (row["n"], row["missing"]) == (9, 3)
    np.testing.assert_allclose(
        [row[k] for k in ("mean", "sd", "change_mean", "change_sd")],
        [
            score.mean(),
            score.std(ddof=1),
            (score - base).mean(),
            (score - base).std(ddof=1),
        ],
    )
    assert row["response_pct"] == 100 * np.mean(score <= base / 2)
    assert row["remission_pct"] == 100 * np.mean(score <= 10)


def test_scales_that_are_not_rated_have_no_row() -> None:
    rated = visits()
    rated[2] = {**rated[2], "scales": ["MADRS"]}
    table = arm_rows(drawn(), trial(visits=rated))
    assert set(table.query("day == 7")["measure"]) == {"MADRS"}


def test_where_nobody_is_seen_nothing_is_known() -> None:
    of = drawn()
    of.score[0, :12, 3] = np.nan
    row = arm_rows(of, trial()).query("replicate == 0 and arm == 'ketamine'")
    third = row[row["day"] == 14].iloc[0]
    assert (third["n"], third["missing"]) == (0, 12)
    assert third[["mean", "sd", "response_pct", "remission_pct"]].isna().all()
