"""Early warnings: whether a time series slows down before it tips.

A system near the end of a stable state returns from pushes ever more slowly. In a
series of observations that shows as a rise of

    autocorrelation at lag 1,   variance,   correlation between the signals,

each in a window that rolls along the series. The reading takes out slow changes of the
mean with a Gaussian kernel, ranks the rise by Kendall's

    tau = mean over pairs of windows i < j of sign(value_j - value_i),

and compares tau with that of surrogates: series of the same length from the first-order
autoregression, with the correlation of its residuals, that fits the observed series.
p is the share of surrogates, the series itself included, with a tau as large.

Assumes: observations at equal intervals, none missing.
Does not cover: which transition, or when. An alarm is no prediction: noise that grows,
or a mean that bends and is left in, raise alarms without any transition, and a push
that carries a system over gives none. The laboratory's experiment on early warnings
measures how often.
"""

import dataclasses
import functools
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from kapsim.evidence import library


def _recorded(name: str) -> Any:
    return dataclasses.field(
        default_factory=functools.partial(_value, f"measures.early_warning.{name}")
    )


def _value(record: str) -> float:
    return float(library().parameter(record).internal_value)


class Indicators(NamedTuple):
    """One number or row for each indicator of slowing [1]."""

    autocorrelation: Float[Array, "..."]
    variance: Float[Array, "..."]
    correlation: Float[Array, "..."]


class Warnings(NamedTuple):
    """Kendall's tau of each indicator [1], and its p against surrogates [1]."""

    trend: Indicators
    p: Indicators


def without_mean(
    series: Float[Array, "times signals"], bandwidth: float | Float[Array, ""]
) -> Float[Array, "times signals"]:
    """Series less its mean under a Gaussian kernel.

    Parameters
    ----------
    series
        Observations at equal intervals, in any unit.
    bandwidth
        SD of the kernel as a share of the series [1]; infinite for one mean over all.
    """
    place = jnp.linspace(0, 1, series.shape[0], dtype=series.dtype)
    apart = (place[:, None] - place[None, :]) / bandwidth
    weight = jnp.exp(-(apart**2) / 2)
    return series - (weight @ series) / weight.sum(axis=1)[:, None]


def rolling(series: Float[Array, "times signals"], width: int) -> Indicators:
    """Indicators in every window of a series.

    Parameters
    ----------
    series
        Observations at equal intervals, centred, in units of about their SD.
    width
        Observations in a window.

    Returns
    -------
    Indicators
        Each of length times - width + 1: autocorrelation at lag 1 and variance, means
        over the signals; correlation, the mean size over pairs of signals (not a number
        for one signal).
    """
    first, second = jnp.triu_indices(series.shape[1], 1)
    one, other = series[:, first], series[:, second]
    total = lambda x: _window_sum(x, width) / width
    variance = total(series**2) - total(series) ** 2
    joint = total(one * other) - total(one) * total(other)
    size = jnp.sqrt(variance[:, first] * variance[:, second])
    return Indicators(
        _autocorrelation(series, width).mean(axis=1),
        variance.mean(axis=1),
        jnp.abs(joint / size).mean(axis=1),
    )


def _autocorrelation(
    series: Float[Array, "times signals"], width: int
) -> Float[Array, "windows signals"]:
    """Correlation of each observation of a window with the one before it."""
    before, after, count = series[:-1], series[1:], width - 1
    total = lambda x: _window_sum(x, count) / count
    joint = total(before * after) - total(before) * total(after)
    spread = [total(x**2) - total(x) ** 2 for x in (before, after)]
    return joint / jnp.sqrt(spread[0] * spread[1])


def _window_sum(
    values: Float[Array, "times ..."], width: int
) -> Float[Array, "windows ..."]:
    total = jnp.cumsum(values, axis=0)
    start = jnp.concatenate([jnp.zeros_like(total[:1]), total[:-width]])
    return total[width - 1 :] - start


def kendall(values: Float[Array, "*batch windows"]) -> Float[Array, "*batch"]:
    """Kendall's tau of a row of values with their order [1]; ties count for nothing."""
    first, second = jnp.triu_indices(values.shape[-1], 1)
    return jnp.sign(values[..., second] - values[..., first]).mean(axis=-1)


def surrogates(
    series: Float[Array, "times signals"],
    noise: Float[Array, "draws times signals"],
) -> Float[Array, "draws times signals"]:
    """Series of the first-order autoregression that fits a centred one.

    Parameters
    ----------
    series
        Observations, centred.
    noise
        Standard normal draws.
    """
    before, after = series[:-1], series[1:]
    memory = (before * after).sum(axis=0) / (before**2).sum(axis=0)
    memory = memory[None]
    left = after - memory * before
    factor = jnp.linalg.cholesky(left.T @ left / left.shape[0])
    push = noise @ factor.T
    start = push[:, 0] / jnp.sqrt(jnp.maximum(1 - memory**2, 1 / series.shape[0]))

    def turn(
        state: Float[Array, "draws signals"], push: Float[Array, "draws signals"]
    ) -> tuple[Float[Array, "draws signals"], Float[Array, "draws signals"]]:
        return memory * state + push, state

    return jax.lax.scan(turn, start, push.swapaxes(0, 1))[1].swapaxes(0, 1)


@dataclasses.dataclass(frozen=True)
class EarlyWarning:
    """How a series is read for early warnings.

    Attributes
    ----------
    window
        Width of the rolling window as a share of the series [1].
    bandwidth
        SD of the kernel that takes out the mean, as a share of the series [1].
    alarm
        Largest p that is an alarm [1].
    """

    window: float = _recorded("window")
    bandwidth: float = _recorded("bandwidth")
    alarm: float = _recorded("alarm")

    def read(
        self,
        series: Float[Array, "times signals"],
        noise: Float[Array, "draws times signals"],
    ) -> Warnings:
        """Trends of the indicators, and their p.

        Parameters
        ----------
        series
            Observations at equal intervals, in any unit.
        noise
            Standard normal draws for the surrogates.
        """
        width = round(self.window * series.shape[0])
        left = without_mean(series, self.bandwidth)
        left = left / left.std(axis=0, keepdims=True)
        tau = lambda one: jax.tree.map(kendall, rolling(one, width))
        trend, chance = tau(left), jax.vmap(tau)(surrogates(left, noise))
        share = lambda own, others: (1 + (others >= own).sum()) / (1 + others.size)
        return Warnings(trend, jax.tree.map(share, trend, chance))

    def alarms(self, warnings: Warnings) -> tuple[Bool[Array, "..."], ...]:
        """Whether autocorrelation, variance and correlation raise an alarm."""
        return tuple(p <= self.alarm for p in warnings.p)
