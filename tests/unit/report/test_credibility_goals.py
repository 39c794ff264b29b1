"""Goals of prediction on figures whose answer is known."""

import math

import numpy as np
import pytest

from kapsim.report.credibility.goals import (
    Verdict,
    figures_of,
    fit_goals,
    prediction_goals,
)
from kapsim.trial.external.widths import beside_naive
from tests.unit.report.synthetic_external import figure, report


def goals(figures):
    found = prediction_goals(figures_of(report(figures)))
    return {one.id: (one.obtained, one.verdict) for one in found}


def test_coverage_has_two_limits():
    def share(inside):
        figures = [figure(observed=0.0 if k < inside else 9.0) for k in range(20)]
        return goals(figures)["coverage"]

    assert share(19) == ("95 % (19 of 20)", Verdict.MET)
    assert share(17) == ("85 % (17 of 20)", Verdict.NOT_MET)
    assert share(20) == ("100 % (20 of 20)", Verdict.NOT_MET)


def test_figures_of_the_baseline_visit_do_not_count():
    figures = [figure(observed=0.0)] * 19 + [figure(observed=9.0)]
    counted = goals([*figures, figure(observed=9.0, scored=False)])
    assert counted["coverage"] == goals(figures)["coverage"]


def test_width_is_a_geometric_mean_of_ratios():
    figures = [
        figure(low=-1.0, high=1.0, naive_low=-4.0, naive_high=4.0),
        figure(low=-3.0, high=3.0, naive_low=-3.0, naive_high=3.0),
    ]
    assert goals(figures)["width"] == (
        "0.50 times as wide (2 figures)",
        Verdict.FEW,
    )


def test_an_end_that_is_not_reached_is_infinite_and_has_no_width():
    figures = figures_of(report([figure(low=1.0, high=None, predicted=None)]))
    assert math.isinf(figures["high"][0])
    assert math.isinf(figures["predicted"][0])
    assert not len(beside_naive(figures))


def test_what_is_not_predicted_stays_unknown():
    figures = figures_of(report([figure(low=None, high=None, predicted=None)]))
    assert np.isnan(figures["high"][0])


@pytest.mark.parametrize(
    ("name", "metric", "limit"),
    [("changes", "change_ls_mean", 3.0), ("contrasts", "mean_difference", 2.0)],
)
def test_errors_are_of_the_kind_and_scale_that_the_goal_names(name, metric, limit):
    own = [figure(metric=metric, error=error) for error in (limit, -limit) * 3]
    others = [
        figure(metric=metric, error=50.0, measure="HDRS-17"),
        figure(metric="response_percent", error=50.0),
    ]
    assert goals([*own, *others])[name][1] is Verdict.MET
    worse = figure(metric=metric, error=limit + 1.0)
    assert goals([*own, worse])[name][1] is Verdict.NOT_MET


def test_the_log_score_must_be_better_than_the_naive_one():
    better = [figure(log_score=-1.0, naive_log_score=-2.0)] * 6
    assert goals(better)["log_score"] == (
        "\N{MINUS SIGN}1.00 against \N{MINUS SIGN}2.00 (6 figures)",
        Verdict.MET,
    )
    alike = [figure(log_score=-2.0, naive_log_score=-2.0)]
    assert goals(alike)["log_score"][1] is Verdict.NOT_MET


def test_without_figures_no_goal_is_judged():
    verdicts = {verdict for _, verdict in goals([figure(scored=False)]).values()}
    assert verdicts == {Verdict.NOT_AVAILABLE}


def test_without_a_calibration_there_is_no_goal_of_fit():
    assert fit_goals(None) == ()
