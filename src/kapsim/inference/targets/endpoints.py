"""Endpoints of a calibration: published figures on the scale on which they are fitted.

A share is a logit, with half a patient more in each cell; a ratio or a time a
logarithm; the rest as published. A time that half of the people do not reach counts as
twice the time that they were followed.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from jaxtyping import Float
from scipy.special import expit

from kapsim.inference.targets.problem import Target
from kapsim.trial.external.drawn import Drawn
from kapsim.trial.external.kinds import at_baseline, days, family
from kapsim.trial.external.shares import Counted
from kapsim.trial.external.table import unit
from kapsim.trial.protocol import Metric, Protocol, Published
from kapsim.units import DAY_H

SAME_PATIENTS = (frozenset({"han_2016", "wilkinson_2019"}),)
"""Sources that hold trials of the same patients."""

_HALF = 0.5
_NEVER = 2.0  # of the time followed


def figures(protocol: Protocol) -> list[Published]:
    """Published figures that are fitted: not those that the protocol states itself."""
    return [one for one in protocol.published if not at_baseline(protocol, one)]


def study_of(protocol: Protocol) -> str:
    """The study that a protocol belongs to, with all that share its patients."""
    sources = {figure.source for figure in protocol.published}
    for together in SAME_PATIENTS:
        if sources & together:
            sources |= together
    return min(sources)


def targets(protocol: Protocol, behind: Sequence[int]) -> Iterator[Target]:
    """Endpoints of a protocol, with the number of patients behind each."""
    study = study_of(protocol)
    each = zip(figures(protocol), behind, strict=True)
    for number, (figure, n) in enumerate(each):
        versus = figure.versus or ""
        against = f" against {versus}" if versus else ""
        day = figure.time_h / DAY_H
        yield Target(
            id=f"{protocol.name}/{number}",
            study=study,
            protocol=protocol.name,
            kind=family(figure.metric).value,
            arm=figure.arm,
            versus=versus,
            measure=figure.measure.value,
            metric=figure.metric.value,
            day=day,
            unit=unit(figure.metric),
            observed=observed(figure, n),
            n=n,
            label=f"{protocol.name}: {figure.arm}{against}, {figure.measure.value} "
            f"{figure.metric.value.replace('_', ' ')}, day {day:g}",
            contrast=figure.versus is not None,
        )


def observed(figure: Published, n: int) -> float:
    """A published figure on its working scale; `n` patients are behind it."""
    value = figure.comparable_value
    if figure.metric.is_share:
        hits = value / 100.0 * n
        return math.log((hits + _HALF) / (n - hits + _HALF))
    return math.log(value) if _is_log(figure) else value


def natural(kind: str, value: Float[np.ndarray, "*n"]) -> Float[np.ndarray, "*n"]:
    """Values of a kind of figure on the scale on which it is published."""
    metric = Metric(kind)
    if metric.is_share:
        return np.asarray(100.0 * expit(value))
    logged = metric.is_ratio or metric is Metric.MEDIAN_DAYS_TO_RELAPSE
    return np.asarray(np.exp(value) if logged else value)


def drawn(figure: Published, made: Drawn) -> Float[np.ndarray, " R"]:
    """A figure of each replicate on its working scale."""
    if isinstance(made, Counted):
        known = made.of > 0
        logits = np.log((made.hits + _HALF) / (made.of - made.hits + _HALF))
        return np.where(known, logits, np.nan)
    if not _is_log(figure):
        return made
    if figure.metric is Metric.MEDIAN_DAYS_TO_RELAPSE:
        made = np.minimum(made, _NEVER * days(figure))
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(made)
    return np.where(np.isfinite(logs), logs, np.nan)


def pooled(figure: Published, made: Drawn) -> float:
    """A figure over all replicates of a large trial, on its working scale."""
    if isinstance(made, Counted):
        whole = Counted(made.hits.sum(keepdims=True), made.of.sum(keepdims=True))
        return float(drawn(figure, whole)[0])
    each = drawn(figure, made)
    return float(np.nanmean(each)) if np.isfinite(each).any() else math.nan


def _is_log(figure: Published) -> bool:
    return figure.metric.is_ratio or figure.metric is Metric.MEDIAN_DAYS_TO_RELAPSE
