"""What other published trials found, on the scale on which they are averaged.

The scale is that of the figure for means and differences, the logarithm for ratios and
times, and the logit for shares, with half a patient more in each cell.
"""

import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator, Sequence

import scipy.special

from kapsim.trial.external.kinds import (
    Kind,
    at_baseline,
    day_bin,
    days,
    family,
    kind,
)
from kapsim.trial.external.sizes import effective, sizes
from kapsim.trial.protocol import Metric, Protocol, Published
from kapsim.trial.protocol.terms import Among
from kapsim.trial.summaries.intervals import LEVEL

_HALF = 0.5
_REACH = 2.0 * float(scipy.special.ndtri((1 + LEVEL) / 2))


@dataclasses.dataclass(frozen=True)
class Precedent:
    """One published figure of another trial.

    Attributes
    ----------
    study
        Name of its protocol.
    arms
        Name of its arm, and of that it is held against.
    kinds
        Kinds of these arms.
    days
        Days of the figure [d].
    effect
        On the scale of averaging.
    variance
        Square of its standard error; not known if none.
    size
        Effective number of patients: the variance falls with it [1].
    """

    study: str
    arms: tuple[str, ...]
    kinds: tuple[Kind, ...]
    days: float
    effect: float
    variance: float | None
    size: float


def working(metric: Metric) -> Callable[[float], float]:
    """To the scale of averaging, for all but shares."""
    logged = metric.is_ratio or metric is Metric.MEDIAN_DAYS_TO_RELAPSE
    return math.log if logged else float


def arms_of(figure: Published) -> tuple[str, ...]:
    """Arms that a figure is about."""
    return (figure.arm,) if figure.versus is None else (figure.arm, figure.versus)


def kinds_of(protocol: Protocol, figure: Published) -> tuple[Kind, ...]:
    """Kinds of the arms that a figure is about."""
    return tuple(kind(protocol.arm(name)) for name in arms_of(figure))


def precedents(
    figure: Published, library: Iterable[Protocol], metric: Metric | None = None
) -> list[Precedent]:
    """Figures of other trials of the same metric, scale, followed people and days.

    Parameters
    ----------
    figure
        The figure to be foretold.
    library
        Other trials.
    metric
        Asked for instead of that of the figure.

    Returns
    -------
    list
        At most one for each arm: the one nearest in time.
    """
    found: dict[tuple[str, tuple[str, ...]], Precedent] = {}
    for protocol in library:
        for other in _alike(figure, protocol, family(metric or figure.metric)):
            made = _precedent(protocol, other)
            key = made.study, made.arms
            if key not in found or _away(made, figure) < _away(found[key], figure):
                found[key] = made
    return list(found.values())


def _alike(
    figure: Published, protocol: Protocol, wanted: Metric
) -> Iterator[Published]:
    """Figures of a trial of a metric, and of the scale, people and days of a figure."""
    for other in protocol.published:
        same = family(other.metric) is wanted and other.measure is figure.measure
        same = same and day_bin(other) == day_bin(figure)
        same = same and followed(other) is followed(figure)
        if same and not at_baseline(protocol, other):
            yield other


def followed(figure: Published) -> Among | None:
    """Of whom relapse is counted; none for other figures."""
    return (figure.among or Among.RESPONSE) if figure.metric.is_relapse else None


def others(protocol: Protocol, library: Sequence[Protocol]) -> list[Protocol]:
    """Trials that share neither name nor a source of published figures with one."""
    sources = {figure.source for figure in protocol.published}
    return [
        other
        for other in library
        if other.name != protocol.name
        and sources.isdisjoint(figure.source for figure in other.published)
    ]


def _away(one: Precedent, figure: Published) -> float:
    return abs(one.days - days(figure))


def _precedent(protocol: Protocol, figure: Published) -> Precedent:
    known = sizes(protocol)
    own = known[figure.arm].patients
    if figure.versus is None:
        size = effective(figure.n or own, None)
    else:
        size = effective(own, known[figure.versus].patients)
    effect, variance = _effect(figure, size)
    return Precedent(
        study=protocol.name,
        arms=arms_of(figure),
        kinds=kinds_of(protocol, figure),
        days=days(figure),
        effect=effect,
        variance=variance,
        size=size,
    )


def _effect(figure: Published, size: float) -> tuple[float, float | None]:
    if figure.metric.is_share:
        hits = figure.comparable_value / 100.0 * size + _HALF
        misses = size + 2 * _HALF - hits
        return math.log(hits / misses), 1.0 / hits + 1.0 / misses
    to = working(figure.metric)
    return to(figure.value), _variance(figure, size, to)


def _variance(
    figure: Published, size: float, to: Callable[[float], float]
) -> float | None:
    """Square of the standard error on the scale of averaging, where it is known."""
    if figure.metric is Metric.COHENS_D:
        return 1.0 / size + figure.value**2 / (8.0 * size)
    if figure.interval is not None:
        low, high = (to(end) for end in figure.interval)
        return ((high - low) / _REACH) ** 2 if high > low else None
    if figure.se is not None and figure.metric is not Metric.MEDIAN_DAYS_TO_RELAPSE:
        return figure.se**2
    if figure.sd is not None and figure.versus is None:
        return figure.sd**2 / size if figure.sd > 0 else None
    return None
