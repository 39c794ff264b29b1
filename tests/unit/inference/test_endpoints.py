"""Published figures on the scale on which they are fitted."""

import math

import numpy as np
import pytest

from kapsim.inference.targets.endpoints import (
    drawn,
    figures,
    natural,
    observed,
    pooled,
    study_of,
    targets,
)
from kapsim.trial.external.shares import Counted
from kapsim.trial.loading import load_protocol


def _figure(protocol: str, metric: str):
    own = load_protocol(protocol)
    return next(one for one in own.published if one.metric.value == metric)


def test_a_share_is_a_logit_with_half_a_patient_more_in_each_cell() -> None:
    figure = _figure("phillips-2019-single", "response_percent")
    assert observed(figure, 41) == pytest.approx(
        math.log((0.27 * 41 + 0.5) / (0.73 * 41 + 0.5))
    )


def test_shares_of_replicates_are_pooled_before_the_logit() -> None:
    figure = _figure("phillips-2019-single", "response_percent")
    made = Counted(np.array([1.0, 3.0]), np.array([4.0, 4.0]))
    assert pooled(figure, made) == pytest.approx(0.0)
    np.testing.assert_allclose(drawn(figure, made), np.log([1.5 / 3.5, 3.5 / 1.5]))


def test_a_replicate_without_people_tells_nothing() -> None:
    figure = _figure("phillips-2019-single", "response_percent")
    made = Counted(np.array([0.0, 2.0]), np.array([0.0, 4.0]))
    np.testing.assert_array_equal(np.isfinite(drawn(figure, made)), [False, True])


def test_a_time_that_is_not_reached_is_twice_the_time_followed() -> None:
    figure = _figure("sustain-1", "median_days_to_relapse")
    made = np.array([100.0, np.inf])
    np.testing.assert_allclose(np.exp(drawn(figure, made)), [100.0, 1400.0])


def test_ratios_are_logarithms_and_come_back() -> None:
    figure = _figure("sustain-1", "relapse_hazard_ratio")
    assert observed(figure, 90) == pytest.approx(math.log(0.49))
    back = natural("relapse_hazard_ratio", np.array(math.log(0.49)))
    assert float(back) == pytest.approx(0.49)
    assert float(natural("response_percent", np.array(0.0))) == pytest.approx(50.0)
    assert float(natural("change_mean", np.array(-7.0))) == -7.0


def test_figures_that_the_protocol_states_are_not_fitted() -> None:
    own = load_protocol("grunebaum-2018")
    assert own.published
    assert figures(own) == []


def test_meta_analyses_of_the_same_trials_are_one_study() -> None:
    names = ("han-2016", "wilkinson-2019")
    assert len({study_of(load_protocol(name)) for name in names}) == 1
    apart = ("han-2016", "transform-1")
    assert len({study_of(load_protocol(name)) for name in apart}) == 2


def test_targets_say_what_they_are() -> None:
    own = load_protocol("transform-1")
    made = list(targets(own, [115] * len(figures(own))))
    assert len({one.id for one in made}) == len(made)
    contrasts = [one for one in made if one.contrast]
    assert contrasts
    assert all(one.versus for one in contrasts)
    assert {one.study for one in made} == {"fedgchin_2019"}
