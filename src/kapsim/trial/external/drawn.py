"""A published figure in every replicate, and the forecast that it makes."""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float

from kapsim.trial.conduct.trials import Trials
from kapsim.trial.external import means, relapse, shares
from kapsim.trial.external.forecast import (
    Forecast,
    of_counts,
    of_numbers,
    of_ratios,
    of_times,
)
from kapsim.trial.external.shares import Counted
from kapsim.trial.external.sight import Sight
from kapsim.trial.protocol import Metric, Protocol, Published

Drawn = Counted | Float[np.ndarray, " _"]

_COMPUTED: dict[Metric, Callable[[Sight], Drawn]] = {
    Metric.MEAN: means.score_mean,
    Metric.CHANGE_MEAN: means.change_mean,
    Metric.CHANGE_LS_MEAN: means.ls_change_mean,
    Metric.PERCENT_CHANGE_MEAN: means.percent_change_mean,
    Metric.RESPONSE_PERCENT: shares.response,
    Metric.RESPONSE_COUNT: shares.response,
    Metric.REMISSION_PERCENT: shares.remission,
    Metric.REMISSION_COUNT: shares.remission,
    Metric.RELAPSE_PERCENT: relapse.relapse,
    Metric.MEDIAN_DAYS_TO_RELAPSE: relapse.median_days,
    Metric.MEAN_DIFFERENCE: means.mean_difference,
    Metric.LS_MEAN_DIFFERENCE: means.ls_mean_difference,
    Metric.COHENS_D: means.cohens_d,
    Metric.RESPONSE_DIFFERENCE_PERCENT: shares.response_difference,
    Metric.REMISSION_DIFFERENCE_PERCENT: shares.remission_difference,
    Metric.RESPONSE_ODDS_RATIO: shares.response_odds_ratio,
    Metric.RELAPSE_HAZARD_RATIO: relapse.hazard_ratio,
}


def in_trials(
    protocol: Protocol,
    trials: Trials,
    figure: Published,
    counting: Float[np.ndarray, " R"] | float = 0.0,
) -> Drawn:
    """A figure as each replicate would have published it.

    Parameters
    ----------
    protocol, trials
        The trial, and replicates of it.
    figure
        One of its published figures.
    counting
        Shift of the logits of shares that respond or remit, of each replicate.

    Returns
    -------
    Counted or Array
        Numbers of patients for shares, else the figure [its unit]; not a number in
        replicates that cannot tell it.

    Raises
    ------
    NoRuleError
        If the figure needs a rule that the scale does not have.
    """
    return _COMPUTED[figure.metric](Sight(protocol, trials, figure, counting))


def joined(parts: Sequence[Drawn]) -> Drawn:
    """One figure in the replicates of several blocks, one after another.

    Raises
    ------
    ValueError
        If there is no block.
    """
    counted = [part for part in parts if isinstance(part, Counted)]
    if counted:
        return Counted(*(np.concatenate(held) for held in zip(*counted, strict=True)))
    return np.concatenate([part for part in parts if not isinstance(part, Counted)])


def forecast(figure: Published, drawn: Drawn, n: int) -> Forecast | None:
    """What the replicates foretell of a figure; none if they cannot tell it.

    Parameters
    ----------
    figure
        What was published.
    drawn
        It, in every replicate.
    n
        Patients behind the published figure, which matter for shares.
    """
    observed = figure.comparable_value
    if isinstance(drawn, Counted):
        return of_counts(drawn, observed, n)
    if figure.metric is Metric.MEDIAN_DAYS_TO_RELAPSE:
        return of_times(drawn, observed)
    return (of_ratios if figure.metric.is_ratio else of_numbers)(drawn, observed)
