"""Endpoints, intervals and published values as the report states them."""

import math

import pytest

from kapsim.report.results import (
    Endpoint,
    Estimate,
    endpoints,
    published_scores,
    published_values,
)
from kapsim.report.run_directory import RunDirectoryError, read_run_directory
from tests.unit.report.synthetic import TWO_ARMS, protocol, write_run


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return read_run_directory(write_run(tmp_path_factory.mktemp("run")))


def test_estimate_in_words():
    assert Estimate(-3.14, -4.0, -2.26).text() == "−3.1 (−4.0 to −2.3)"
    assert Estimate(41.7).text(0) == "42"
    assert Estimate(math.nan).text() == "–"


def test_endpoints_come_from_the_protocol_each_once(tmp_path):
    kinds = ("change", "response", "remission")
    asked = [{"measure": "MADRS", "kind": kind, "at": "day 8"} for kind in kinds]
    asked.append({"measure": "MADRS", "kind": "change", "at": "day 29"})
    found = endpoints(
        read_run_directory(write_run(tmp_path, protocol(endpoints=asked)))
    )
    assert found == [Endpoint("MADRS", "day 8"), Endpoint("MADRS", "day 29")]


def test_without_endpoints_the_last_visit_is_shown_and_said_to_be_that(tmp_path):
    run = read_run_directory(write_run(tmp_path, protocol(endpoints=[])))
    assert endpoints(run) == [Endpoint("MADRS", "day 29", stated=False)]


def test_published_beside_simulated(run):
    change, _, share = published_values(run)
    assert (change.kind, change.visit, change.is_share) == ("change", "day 2", False)
    assert change.published.value == -14.8
    assert change.difference == pytest.approx(change.simulated.value + 14.8, rel=1e-12)
    # Wilson's interval of 5 of 12
    assert share.published.text(0) == "42 (19 to 68)"
    assert share.is_share


def test_published_change_is_put_on_the_baseline(tmp_path, run):
    (score,) = published_scores(run, TWO_ARMS[0], "MADRS")
    assert score.published.value == pytest.approx(33.0 - 14.8, rel=1e-12)
    document = protocol()
    baseline = {**document["published"][0], "metric": "mean", "value": 35.0}
    baseline |= {"at": "day 1", "se": None, "sd": 4.0}
    document["published"].append(baseline)
    again = read_run_directory(write_run(tmp_path, document))
    score, start = published_scores(again, TWO_ARMS[0], "MADRS")
    assert start.published.value == 35.0
    assert score.published.value == pytest.approx(35.0 - 14.8, rel=1e-12)


def test_an_unfinished_run_is_refused_by_name(tmp_path):
    write_run(tmp_path)
    (tmp_path / "summary.csv").unlink()
    with pytest.raises(RunDirectoryError, match=r"lacks summary\.csv.*resume"):
        read_run_directory(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("request.json", "{", "Expecting"),
        ("request.json", "{}", "protocol"),
        ("provenance.json", "[]", "JSON object"),
        ("summary.csv", "arm,visit\na,b\n", "lacks day, measure"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, name, content, told):
    write_run(tmp_path)
    (tmp_path / name).write_text(content)
    with pytest.raises(RunDirectoryError, match=told):
        read_run_directory(tmp_path)
