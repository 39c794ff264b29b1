"""Published figures beside simulated ones."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kapsim.trial.protocol import Published
from kapsim.trial.summaries.comparison import compare_published, published_bounds
from kapsim.trial.summaries.intervals import wilson_interval
from tests.unit.trial.builders import protocol

FIGURE = {
    "arm": "ketamine",
    "at": "day 1 + 168 h",
    "measure": "MADRS",
    "source": "daly_2018",
    "grade": "seen",
}


def figure(**fields: Any) -> Published:
    return Published.model_validate({**FIGURE, **fields})


def summary() -> pd.DataFrame:
    row = {"arm": "ketamine", "visit": "day 8", "measure": "MADRS", "n": 100}
    row |= {"change_mean": -12.0, "change_low": -13.0, "change_high": -11.0}
    row |= {"response_pct": 40.0, "response_low": 31.0, "response_high": 50.0}
    return pd.DataFrame([row])


def test_each_figure_meets_its_column() -> None:
    given = [
        {**FIGURE, "metric": "change_ls_mean", "value": -9.7, "se": 1.76, "n": 33},
        {**FIGURE, "metric": "response_count", "value": 3, "n": 12},
    ]
    table = compare_published(summary(), protocol(published=given))
    assert list(table["metric"]) == ["change_mean", "response_pct"]
    assert list(table["visit"]) == ["day 8", "day 8"]
    np.testing.assert_allclose(table["published"], [-9.7, 25.0], rtol=1e-15)
    # subtraction of numbers of this size, in float64
    np.testing.assert_allclose(table["difference"], [-2.3, 15.0], rtol=1e-14)
    assert list(table["simulated_low"]) == [-13.0, 31.0]


def test_nothing_published_gives_an_empty_table() -> None:
    table = compare_published(summary(), protocol(published=[]))
    assert table.empty
    assert "difference" in table.columns


def test_bounds_of_a_published_figure() -> None:
    interval = figure(metric="mean", value=20.0, interval=[18.0, 22.0])
    assert published_bounds(interval) == (18.0, 22.0)
    counted = figure(metric="response_count", value=6, n=33)
    low, high = wilson_interval(6, 33)
    np.testing.assert_allclose(
        published_bounds(counted), (100 * low, 100 * high), 1e-15
    )
    with_se = figure(metric="change_ls_mean", value=-9.7, se=1.76, n=33)
    # t(32) = 2.0369 as printed: half a unit of its last digit
    half = 2.0369 * 1.76
    np.testing.assert_allclose(
        published_bounds(with_se), (-9.7 - half, -9.7 + half), rtol=0, atol=1e-4
    )
    with_sd = figure(metric="change_mean", value=-18.9, sd=6.6, n=24)
    half = 2.0687 * 6.6 / math.sqrt(24)
    np.testing.assert_allclose(
        published_bounds(with_sd), (-18.9 - half, -18.9 + half), rtol=0, atol=1e-4
    )
    alone = figure(metric="change_mean", value=-18.4, sd=12.0)
    assert all(math.isnan(bound) for bound in published_bounds(alone))


@pytest.mark.parametrize("field", ["arm", "visit", "measure"])
def test_a_summary_of_another_run_is_refused(field: str) -> None:
    other = summary().replace({field: {summary()[field][0]: "other"}})
    with pytest.raises(KeyError):
        compare_published(other, protocol())
