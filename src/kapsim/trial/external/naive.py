"""A naive predictor: what was found before in arms of the same kind.

It knows no drug and no patient, only the kind of the arm, the metric, the scale and the
bin of days (`kinds`). Its value is the random-effects mean (DerSimonian and Laird) of
the published figures of the bundled protocols that may be tuned to, without those that
share a name or a source with the trial at hand; each arm counts once. Its variance is

    tau² + SE(mean)² + s² / n

with the heterogeneity tau², and the sampling variance of a trial of n patients, for
which the median of the precedents' own s² stands. Shares are averaged as logits, and
foretold as a beta-binomial number of n.

Fewer than two arms of the exact kind: those of the wider kind. A contrast is that of
two published contrasts of the same kinds, else the difference of what is foretold of
its arms, else of contrasts of the wider kinds. Where none of this is known, nothing is
foretold, and nothing scored. A precedent without SD, standard error or interval has the
median spread of the others.

Source: DerSimonian and Laird (1986), Meta-analysis in clinical trials.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import scipy.special

from kapsim.trial.external.forecast import Forecast, as_ratio, beta_binomial, normal
from kapsim.trial.external.kinds import Kind, day_bin, family, kind
from kapsim.trial.external.precedents import (
    Precedent,
    kinds_of,
    others,
    precedents,
    working,
)
from kapsim.trial.external.sizes import Size, effective
from kapsim.trial.protocol import Metric, Protocol, Published

FEWEST = 2
"""Precedents from which a mean is taken."""

SAID = (
    "The naive predictor is the random-effects mean of what was published before for "
    "arms of the same kind, scale and time, of bundled trials that may be tuned to, "
    "without the trial itself; its interval holds their heterogeneity and the chance "
    "of who is enrolled in a trial of this size."
)

_ORDER = 32  # of the Gauss-Hermite rule
_OF_ARMS = {
    Metric.MEAN_DIFFERENCE: Metric.CHANGE_MEAN,
    Metric.RESPONSE_DIFFERENCE_PERCENT: Metric.RESPONSE_PERCENT,
    Metric.REMISSION_DIFFERENCE_PERCENT: Metric.REMISSION_PERCENT,
    Metric.RESPONSE_ODDS_RATIO: Metric.RESPONSE_PERCENT,
}


class Naive(NamedTuple):
    """A forecast, and what it rests on in words."""

    forecast: Forecast
    said: str


class Pool(NamedTuple):
    """Precedents of one kind together, on the scale of averaging.

    Attributes
    ----------
    mean
        Random-effects mean.
    between
        Variance of a new trial's truth: heterogeneity and that of the mean.
    unit
        Sampling variance of one effective patient.
    said
        What they are.
    """

    mean: float
    between: float
    unit: float
    said: str


def naive(
    protocol: Protocol,
    figure: Published,
    library: Sequence[Protocol],
    known: Mapping[str, Size],
    n: int,
) -> Naive | None:
    """What the naive predictor foretells of a figure; none if it knows nothing alike.

    Parameters
    ----------
    protocol, figure
        A trial and one of its published figures.
    library
        Trials that may be learnt from; the trial itself is left out.
    known
        Size of each arm.
    n
        Patients behind the figure.
    """
    left = others(protocol, library)
    found, own = precedents(figure, left), kinds_of(protocol, figure)
    exact = pool(found, own, figure, lambda one: one.exact)
    if exact is not None:
        return _of_pool(exact, figure, known, n)
    apart = _of_arms(protocol, figure, left, known)
    if apart is not None:
        return apart
    wide = pool(found, own, figure, lambda one: one.wide)
    return None if wide is None else _of_pool(wide, figure, known, n)


def pool(
    found: Sequence[Precedent],
    own: tuple[Kind, ...],
    figure: Published,
    level: Callable[[Kind], str],
) -> Pool | None:
    """Random-effects mean of the precedents of the same kinds; none of too few."""
    from statsmodels.stats.meta_analysis import combine_effects

    names = tuple(map(level, own))
    alike = [one for one in found if tuple(map(level, one.kinds)) == names]
    spreads = [one.variance * one.size for one in alike if one.variance is not None]
    if len(alike) < FEWEST or not spreads:
        return None
    unit = float(np.median(spreads))
    effects = np.array([one.effect for one in alike])
    variances = np.array(
        [unit / one.size if one.variance is None else one.variance for one in alike]
    )
    with np.errstate(all="ignore"):  # it does not keep tau² from falling below zero
        together: Any = combine_effects(effects, variances, method_re="dl")
    tau2 = float(together.tau2)
    if tau2 > 0:
        mean, error = together.mean_effect_re, together.sd_eff_w_re
    else:
        tau2, mean, error = 0.0, together.mean_effect_fe, together.sd_eff_w_fe
    trials = len({one.study for one in alike})
    what = "contrasts" if len(own) > 1 else "arms"
    said = f"{len(alike)} {what} of {trials} trials: {' against '.join(names)}"
    between = tau2 + float(error) ** 2
    return Pool(float(mean), between, unit, f"{said}, {day_bin(figure)}")


def _of_pool(held: Pool, figure: Published, known: Mapping[str, Size], n: int) -> Naive:
    observed = figure.comparable_value
    if figure.metric.is_share:
        made = beta_binomial(*_share(held), observed, n)
        return Naive(made, held.said)
    sd = math.sqrt(held.between + held.unit / _size(figure, known, n))
    return Naive(_normal(figure, held.mean, sd), held.said)


def _normal(figure: Published, mean: float, sd: float) -> Forecast:
    """Forecast that is normal on the scale of averaging."""
    to = working(figure.metric)
    made = normal(mean, sd, to(figure.value))
    return made if to is float else as_ratio(made)


def _size(figure: Published, known: Mapping[str, Size], n: int) -> float:
    if figure.versus is None:
        return effective(n, None)
    return effective(known[figure.arm].patients, known[figure.versus].patients)


def _of_arms(
    protocol: Protocol,
    figure: Published,
    left: Sequence[Protocol],
    known: Mapping[str, Size],
) -> Naive | None:
    """A contrast as the difference of what is foretold of its arms."""
    metric = _OF_ARMS.get(family(figure.metric))
    if metric is None or figure.versus is None:
        return None
    parts = []
    for name in (figure.arm, figure.versus):
        found, own = precedents(figure, left, metric), (kind(protocol.arm(name)),)
        held = pool(found, own, figure, lambda one: one.exact)
        held = held or pool(found, own, figure, lambda one: one.wide)
        if held is None:
            return None
        parts.append((_moments(held, figure, known[name].patients), held.said))
    (own_part, said), (other_part, other_said) = parts
    sd = math.sqrt(own_part[1] + other_part[1])
    made = _normal(figure, own_part[0] - other_part[0], sd)
    return Naive(made, f"difference of {said}; and {other_said}")


def _moments(held: Pool, figure: Published, n: int) -> tuple[float, float]:
    """Mean and variance of one side of a contrast, in a trial of n patients."""
    if family(figure.metric) is Metric.MEAN_DIFFERENCE:
        return held.mean, held.between + held.unit / n
    mean, between = _share(held)
    sampling = mean * (1 - mean) / n
    if figure.metric.is_ratio:
        return held.mean, held.between + sampling / (mean * (1 - mean)) ** 2
    return 100.0 * mean, 100.0**2 * (between + sampling)


def _share(held: Pool) -> tuple[float, float]:
    """Mean and variance of a share whose logit is normal [1]."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(_ORDER)
    weights = weights / weights.sum()
    shares = scipy.special.expit(held.mean + math.sqrt(held.between) * nodes)
    mean = float(weights @ shares)
    return mean, float(weights @ (shares - mean) ** 2)
