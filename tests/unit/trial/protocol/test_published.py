"""Published figures: what they may say, and what is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from kapsim.trial.protocol import Metric
from kapsim.trial.summaries.comparison import comparable, published_bounds
from tests.unit.trial.external.builders import entry, figure, protocol

PAIR = {"versus": "saline"}
RELAPSE = {"metric": "relapse_percent", "value": 40.0, "since": "day 8"}


def test_each_metric_can_be_written() -> None:
    for metric in Metric:
        fields: dict[str, Any] = {"metric": metric.value, "value": 5.0, "n": 20}
        fields |= PAIR if metric.is_contrast else {}
        fields |= {"since": "day 8"} if metric.is_relapse else {}
        own = protocol(entry(**fields))
        assert own.published[0].metric is metric


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"metric": "mean_difference"}, "versus"),
        ({"metric": "mean_difference", "versus": "ketamine"}, "versus"),
        ({"metric": "change_mean", **PAIR}, "versus"),
        ({"metric": "relapse_percent", "value": 40.0}, "since"),
        ({**RELAPSE, "since": "day 29"}, "since"),
        ({"metric": "change_mean", "since": "day 8"}, "since"),
        ({"metric": "change_mean", "among": "all"}, "among"),
        ({"metric": "change_mean", "relapse_at_least": 22}, "relapse_at_least"),
        ({"metric": "change_mean", "missing": "failure"}, "missing"),
        ({"metric": "response_odds_ratio", "value": 0.0, **PAIR}, "value"),
        (
            {"metric": "response_odds_ratio", "value": 2.0, "interval": [0, 3], **PAIR},
            "interval",
        ),
        ({"metric": "response_difference_percent", "value": 101.0, **PAIR}, "value"),
        ({"metric": "response_percent", "value": -1.0}, "value"),
        ({"metric": "response_count", "value": 3}, "n"),
        ({"metric": "response_count", "value": 3.5, "n": 4}, "value"),
    ],
)
def test_what_makes_no_sense_is_refused(fields: dict[str, Any], place: str) -> None:
    with pytest.raises(ValidationError) as told:
        figure(**fields)
    assert [problem["loc"][-1] for problem in told.value.errors()] == [place]


def test_arms_and_visits_must_be_those_of_the_protocol() -> None:
    with pytest.raises(ValidationError, match="Name an arm of this protocol"):
        protocol(entry(metric="mean_difference", versus="salina"))
    with pytest.raises(ValidationError, match="a visit at which MADRS is rated"):
        protocol(entry(**RELAPSE | {"since": "day 9"}))


def test_percentages_of_change_may_fall() -> None:
    assert figure(metric="percent_change_mean", value=-55.0).value == -55.0


def test_contrasts_have_bounds_but_no_place_in_a_summary() -> None:
    mean = figure(metric="mean_difference", value=-6.0, se=1.0, **PAIR)
    assert published_bounds(mean) == pytest.approx((-7.96, -4.04), abs=0.001)
    ratio = figure(metric="response_odds_ratio", value=2.0, se=0.5, **PAIR)
    assert published_bounds(ratio) == pytest.approx((0.751, 5.329), abs=0.001)
    told = entry(metric="mean_difference", **PAIR), entry()
    assert [one.metric for one in comparable(protocol(*told))] == [Metric.CHANGE_MEAN]
