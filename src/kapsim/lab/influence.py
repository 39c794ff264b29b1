"""A drug in the laboratory: a regimen and when it is given, to what it does when.

    ketamine racemate 0.5 mg/kg iv over 40 min@-24h

is given 24 h before the event that an experiment counts from. The same kinetics,
occupancy and brain mechanisms as in the patients carry it to the drive, the relaxation
of beliefs and the window of plasticity, in a typical adult.

Assumes: a typical adult; nothing on board before.
Does not cover: animals, whose doses are of another kind: experiments on animals have
the drug's timing from a kernel, and this in its place where it is asked for.
"""

import functools
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.drug import (
    ACTING,
    Covariates,
    Drive,
    DriveInputs,
    Kinetics,
    Occupancy,
)
from kapsim.drug.kinetics.schedule import DrugNode, breakpoints, drug_nodes
from kapsim.drug.regimen.interactions import recorded
from kapsim.drug.regimen.text import parse_regimen
from kapsim.drug.routes.choice import route_for
from kapsim.engine import StepRule, build_grid, platform
from kapsim.patient.rooms import Brain
from kapsim.patient.window import opened
from kapsim.units import KapsimError, QuantityKind, UnitError, parse_quantity

_STEPS_H = ((1.0, 1 / 30), (6.0, 1 / 12), (24.0, 0.5), (72.0, 2.0), (np.inf, 12.0))
"""Until how long after a dose, and in what steps."""

_AFTER_H = 70 * 24.0  # how long after the last dose is looked at


class TimingError(KapsimError, ValueError):
    """A drug whose time cannot be read."""


class Effect(NamedTuple):
    """What the drug does at one time: all between 0 and 1 [1]."""

    drive: float
    relaxation: float
    surge: float
    window: float
    induced: float


class Influence(NamedTuple):
    """A drug over time.

    Attributes
    ----------
    text
        The regimen and its time, as asked for.
    time_h
        Hours after the experiment's reference event, mid-step [times].
    course
        Each field of `Effect` at these times [times].
    """

    text: str
    time_h: Float[np.ndarray, "times"]
    course: tuple[Float[np.ndarray, "times"], ...]

    def at(self, hours: float) -> Effect:
        """What the drug does `hours` after the reference event; nothing before it."""
        if hours < self.time_h[0]:
            return Effect(*(0.0 for _ in self.course))
        return Effect(*(float(np.interp(hours, self.time_h, y)) for y in self.course))


@functools.cache
def influence(text: str) -> Influence:
    """Influence of a regimen such as ``ketamine 0.5 mg/kg iv over 40 min@-24h``.

    Raises
    ------
    TimingError
        If there is no time after an ``@``, or it is no time.
    RegimenError
        If the regimen cannot be read.
    """
    regimen, start_h = _split(text)
    platform.configure()
    doses = parse_regimen(regimen)
    route = route_for(doses, lambda kind, **fixed: kind(**fixed))
    times = [dose.time_h for dose in doses]
    stops = list(breakpoints(route, doses))
    rule = StepRule(before_h=_STEPS_H[-1][1], bands=_STEPS_H)
    time = build_grid(0.0, max(times) + _AFTER_H, times, stops, rule=rule)
    dt = np.append(np.diff(time), 0.0)
    given = jax.tree.map(jnp.asarray, drug_nodes(route, doses, time, dt))
    course = _course(route.solve(_typical(), ACTING), given, jnp.asarray(dt))
    return Influence(
        " ".join(text.split()),
        start_h + time[:-1] + dt[:-1] / 2,
        tuple(np.asarray(y)[:-1] for y in course),
    )


def _split(text: str) -> tuple[str, float]:
    """The regimen, and when its first dose is given [h]."""
    regimen, at, when = text.rpartition("@")
    if not at:
        raise TimingError(
            f"The drug {text!r} must end in '@' and its time relative to the "
            "experiment's reference event, such as '@-24h' (a day before) or '@+2h'."
        )
    when = when.strip()
    try:
        hours = parse_quantity(when.lstrip("+-"), QuantityKind.DURATION).value
    except UnitError as error:
        raise TimingError(f"The time after '@' in {text!r}: {error}") from error
    return regimen.strip(), -hours if when.startswith("-") else hours


def _typical() -> Covariates:
    """A typical adult, as an array of one."""
    one = lambda value: jnp.full(1, value, jnp.float64)
    return Covariates(
        weight_kg=one(recorded("drug.allometry.reference_weight")),
        age_years=one(recorded("drug.shown.age")),
        asian=one(0.0),
        japanese=one(0.0),
        female=one(0.5),
    )


@eqx.filter_jit
def _course(
    kinetics: Kinetics, given: DrugNode, dt: Float[Array, "times"]
) -> tuple[Float[Array, "times"], ...]:
    """Each field of `Effect` as its mean over every step."""
    occupancy, drive = Occupancy(), Drive()
    brain = Brain(**{name: kind() for name, kind in Brain.__annotations__.items()})

    def driven(z: Float[Array, "K n"]) -> Float[Array, " n"]:
        levels = kinetics.read(z)
        return drive.read(DriveInputs(occupancy.read(levels).potential))

    def advance(state: tuple, node: tuple) -> tuple:
        z, surge, store = state
        what, length = node
        z = kinetics.give(z, what)
        after = kinetics.step(z, what, length)
        mean = (driven(z) + driven(after)) / 2
        now = opened(brain, surge, store, mean, length)
        mean_surge = (surge + now.surge) / 2
        shown = (mean, now.relaxation, mean_surge, now.window, now.induced)
        return (after, now.surge, now.store), tuple(row[0] for row in shown)

    zero = jnp.zeros(1, jnp.float64)
    start = (kinetics.init(), zero, zero)
    return jax.lax.scan(advance, start, (given, dt))[1]
