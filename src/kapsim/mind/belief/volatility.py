"""Volatility: the level above a belief, which learns how fast the world changes.

Before a trial that comes a time t after the last one

    x     = kappa mu_v + omega              Omega = t exp(x)
    pi^   = 1 / (1/pi + Omega)              w     = Omega pi^
    pi_v^ = 1 / (1/pi_v + t theta)

and after it, with the belief's new precision pi and the step d that the surprise calls
for,

    Delta = pi^ (1/pi + d^2) - 1
    c     = kappa^2 w (w + (2 w - 1) Delta) / 2
    pi_v  = pi_v^ + c
    mu_v  = mu_v^ + kappa w Delta / (2 (pi_v^ + h c))

These are the equations of the hierarchical Gaussian filter, where d = mu - mu^. A drug
that relaxes the belief, or weighs good news more, lets it move by another step than d.
That is a read-out, and is not taken for a sign that the world has changed: if it were,
volatility would run away under moderate relaxation.

With h = 1 they are the
original ones, where the mean is moved by the new precision; with h = 0 the enhanced
ones, where it is moved before. In both, c may be negative and take away all precision,
after which nothing is a number. Three bounds keep that from happening. They act only
where the filter would leave its domain:

    pi_v >= share pi_v^                 a trial would take away nearly all precision
    1/pi_max <= pi_v <= pi_max
    x_min <= x <= x_max                 the world stands still, or all is forgotten

and mu_v is kept where x is within its bounds, so that it returns from there at once.

Assumes: Gaussian beliefs; volatility itself drifts at a fixed rate theta.
Does not cover: several beliefs with one volatility, levels above this one.

Source: `mathys_2011`; the enhanced form in `pyhgf`.
"""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import param


class FilterState(NamedTuple):
    """Mean and precision of the belief and of its volatility [1]."""

    mu: Float[Array, ""]
    pi: Float[Array, ""]
    mu_v: Float[Array, ""]
    pi_v: Float[Array, ""]


class FilterSignals(NamedTuple):
    """What a filter thought of one trial.

    Attributes
    ----------
    expected
        Outcome that was expected [unit of the outcome].
    predicted
        Belief and volatility before the outcome.
    error
        Outcome minus what was expected.
    rate
        How far the belief moved per unit of error.
    volatility_error
        Delta: positive after a larger surprise than expected [1].
    """

    expected: Float[Array, ""]
    predicted: FilterState
    error: Float[Array, ""]
    rate: Float[Array, ""]
    volatility_error: Float[Array, ""]


class Volatility(eqx.Module):
    """Parameters of the level above a belief, and its equations."""

    kappa: Float[Array, "*batch"] = param("mind.filter.kappa")
    omega: Float[Array, "*batch"] = param("mind.filter.omega")
    theta: Float[Array, "*batch"] = param("mind.filter.theta")
    h: Float[Array, "*batch"] = param("mind.filter.h")
    share: Float[Array, "*batch"] = param("mind.filter.share")
    pi_max: Float[Array, "*batch"] = param("mind.filter.pi_max")
    x_min: Float[Array, "*batch"] = param("mind.filter.x_min")
    x_max: Float[Array, "*batch"] = param("mind.filter.x_max")

    def predict(
        self, state: FilterState, interval: Float[Array, ""]
    ) -> tuple[FilterState, Float[Array, ""]]:
        """Belief and volatility before an outcome, and the weight w [1].

        Parameters
        ----------
        state
            After the last trial.
        interval
            Time since then, in trials [1].
        """
        exponent = self.kappa * state.mu_v + self.omega
        spread = interval * jnp.exp(jnp.clip(exponent, self.x_min, self.x_max))
        pi = 1 / (1 / state.pi + spread)
        pi_v = 1 / (1 / state.pi_v + interval * self.theta)
        return FilterState(state.mu, pi, state.mu_v, pi_v), spread * pi

    def learn(
        self,
        predicted: FilterState,
        weight: Float[Array, ""],
        mu: Float[Array, ""],
        pi: Float[Array, ""],
        step: Float[Array, ""],
    ) -> tuple[FilterState, Float[Array, ""]]:
        """State after the outcome, and the prediction error Delta [1].

        Parameters
        ----------
        predicted
            Belief and volatility before the outcome.
        weight
            As from `predict` [1].
        mu
            Mean of the belief after the outcome.
        pi
            Its precision.
        step
            How far the surprise alone would have moved it.
        """
        error = predicted.pi * (1 / pi + step**2) - 1
        told = self.kappa**2 * weight * (weight + (2 * weight - 1) * error) / 2
        pi_v = self._bounded(predicted.pi_v, told)
        divisor = self._bounded(predicted.pi_v, self.h * told)
        mu_v = predicted.mu_v + self.kappa * weight * error / (2 * divisor)
        return FilterState(mu, pi, self._within(mu_v), pi_v), error

    def _bounded(
        self, predicted: Float[Array, ""], told: Float[Array, ""]
    ) -> Float[Array, ""]:
        """Precision after what a trial told, within its bounds."""
        least = jnp.maximum(self.share * predicted, 1 / self.pi_max)
        return jnp.minimum(jnp.maximum(predicted + told, least), self.pi_max)

    def _within(self, mu_v: Float[Array, ""]) -> Float[Array, ""]:
        """Volatility moved to where its exponent is within the bounds."""
        exponent = self.kappa * mu_v + self.omega
        excess = exponent - jnp.clip(exponent, self.x_min, self.x_max)
        coupled = self.kappa > 0
        return mu_v - jnp.where(coupled, excess / jnp.where(coupled, self.kappa, 1), 0)
