"""The periodic steady state of a dose that has been repeated for ever, exactly.

A portion enters one inlet from s to e hours after its dose. Repeated every T hours, the
one of k doses ago entered from s - kT to e - kT, seen from the dose at hand at zero.
With w the amplitude of a mode per mg, A the amount and L = e - s:

    all of it has entered (e <= kT)    z_k = w A M(lambda L) exp(-lambda (kT - e))
    still entering (s < kT < e)        z_k = w A (kT - s)/L M(lambda (kT - s))
    yet to enter (kT <= s)             z_k = 0

    M(x) = (1 - exp(-x))/x, 1 at zero

The first kind begins at some k = m and sums as a geometric series, z_m / (1 - exp(-
lambda T)). What the others have yet to give is returned as portions, to be placed
beside those of the dose at hand: an infusion longer than T overlaps itself.

Assumes: every mode decays (lambda > 0); the same people and doses for all past time.
Does not cover: a series that began a known number of doses ago (give those doses).
"""

import dataclasses
import math
from collections.abc import Iterator
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug.kinetics.route import Kinetics
from kapsim.drug.kinetics.schedule import Dose, Portion, Splitter
from kapsim.engine.exponential import mean_decay


class Steady(NamedTuple):
    """What all earlier doses have left when the dose at hand begins.

    Attributes
    ----------
    state
        [K, n] modes just before the dose at hand.
    running
        What earlier doses have yet to give, from the time of the dose at hand on.
    """

    state: Float[Array, "K n"]
    running: tuple[Portion, ...]


def steady_state(
    kinetics: Kinetics, route: Splitter, dose: Dose, every_h: float
) -> Steady:
    """State in which a dose meets people who have had it every `every_h` hours.

    Parameters
    ----------
    kinetics
        Of the people, from `route`.
    route
        Splits the dose into portions.
    dose
        The dose at hand; it is not part of the result.
    every_h
        Time between two doses [h].

    Raises
    ------
    ValueError
        If `every_h` is not positive and finite, or the route cannot take the dose.
    """
    if not 0 < every_h < math.inf:
        raise ValueError(
            "steady_state: every_h (time between doses) must be positive and finite "
            f"[h]; got {every_h:g}."
        )
    state, running = kinetics.init(), list[Portion]()
    for portion in route.portions(dose):
        weight = kinetics.inputs[portion.inlet] * _given(kinetics, portion)[None]
        past = _past(portion, dose.time_h, every_h)
        state = state + weight * _series(kinetics.rate, portion, past, every_h)
        for earlier in _unfinished(portion, past, every_h):
            part, rest = _split(earlier, dose.time_h)
            state = state + weight * part * mean_decay(
                kinetics.rate * max(dose.time_h - earlier.start_h, 0.0)
            )
            running.append(rest)
    return Steady(state, tuple(running))


class _Past(NamedTuple):
    """First of the earlier doses that has entered wholly, and how long ago [h]."""

    first: int
    ago_h: float


def _past(portion: Portion, at_h: float, every_h: float) -> _Past:
    ends_h = portion.end_h - at_h
    first = max(1, math.ceil(ends_h / every_h))
    return _Past(first, max(first * every_h - ends_h, 0.0))


def _given(kinetics: Kinetics, portion: Portion) -> Float[Array, " n"]:
    """Amount of a portion [n], mg."""
    return portion.mg + portion.mg_per_kg * kinetics.weight_kg


def _series(
    rate: Float[Array, "K n"], portion: Portion, past: _Past, every_h: float
) -> Float[Array, "K n"]:
    """Sum of all earlier doses that have entered wholly, per amplitude [1]."""
    length = portion.end_h - portion.start_h
    latest = mean_decay(rate * length) * jnp.exp(-rate * past.ago_h)
    return latest / -jnp.expm1(-rate * every_h)


def _unfinished(portion: Portion, past: _Past, every_h: float) -> Iterator[Portion]:
    """The portion of each earlier dose that has not entered wholly."""
    for k in range(1, past.first):
        shift = k * every_h
        yield dataclasses.replace(
            portion, start_h=portion.start_h - shift, end_h=portion.end_h - shift
        )


def _split(portion: Portion, at_h: float) -> tuple[float, Portion]:
    """Share of a portion that has entered by a time, and the portion of the rest."""
    entered = max(at_h - portion.start_h, 0.0)
    share = entered / (portion.end_h - portion.start_h) if entered else 0.0
    rest = dataclasses.replace(
        portion,
        start_h=max(portion.start_h, at_h),
        mg=portion.mg * (1 - share),
        mg_per_kg=portion.mg_per_kg * (1 - share),
    )
    return share, rest
