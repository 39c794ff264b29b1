"""What a regimen does in a population: concentrations and acute effects over time.

People of one weight, age and sex differ by the recorded spread of kinetics and effects.
Beside them stands a typical person, who has every parameter at its typical value. The
kinetics are exact at any time; effects with a memory follow on a grid of a minute to
two after each dose.

Assumes: nothing on board before the first dose; effects as in their own mechanisms.
Does not cover: residual error of assays and ratings; spread of weight and age.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import psutil
import xarray as xr
from jaxtyping import Array

from kapsim.drug.effects.cardiovascular import Cardiovascular
from kapsim.drug.effects.dissociation import Dissociation
from kapsim.drug.effects.high import DrugHigh
from kapsim.drug.effects.occupancy import Occupancy
from kapsim.drug.effects.sedation import Sedation
from kapsim.drug.exposure.dataset import (
    SIGNALS,
    Asked,
    Region,
    Who,
    attributes,
    block,
    joined,
)
from kapsim.drug.exposure.watched import Effects, Moment, People, watch
from kapsim.drug.kinetics.route import AbstractRoute, Covariates
from kapsim.drug.kinetics.schedule import (
    Dose,
    RouteName,
    breakpoints,
    drug_nodes,
)
from kapsim.drug.regimen.interactions import Medicine, interact, recorded
from kapsim.drug.routes.choice import route_for
from kapsim.engine import WIDTH, StepRule, build, build_grid, pad_schedule
from kapsim.engine.memory import MEBIBYTE
from kapsim.engine.progress import OnProgress, silent
from kapsim.engine.random import patient_indices, seed_words
from kapsim.evidence import library
from kapsim.units import KapsimError, QuantityKind, parse_quantity, to_internal

PEOPLE = 1000
"""How many people are simulated unless another number is asked for."""

ANYBODY = Asked()
"""Typical weight and age, sex unknown."""

_BLOCK = WIDTH // 2  # people stepped at once, the typical person among them
_STEPS = (("1 h", "1 min"), ("6 h", "2 min"), ("24 h", "15 min"))
"""Until how long after a dose, and in what steps."""

_LATER = "1 h"  # steps beyond that
_COPIES = 3  # of the records, while they are put together


class ExposureError(KapsimError, ValueError):
    """A request for an exposure that cannot be carried out."""


def exposure(
    doses: Sequence[Dose],
    who: Asked = ANYBODY,
    *,
    people: int = PEOPLE,
    seed: int = 1,
    hours: float | None = None,
    medicines: Iterable[Medicine | str] = (),
    arterial: bool = False,
    values: Mapping[str, Any] | None = None,
    on_progress: OnProgress = silent,
) -> xr.Dataset:
    """Concentrations and acute effects over time in a simulated population.

    Parameters
    ----------
    doses
        What is given, as free base; `parse_regimen` reads it from a text.
    who
        Weight, age, sex and region of all people.
    people, seed
        How many beside the typical person, and which.
    hours
        End [h]; if None a day after the last dose, two after extended release.
    medicines
        Taken beside, with their published effect on kinetics.
    arterial
        Whether ketamine into a vein is read in arterial plasma.
    values
        Parameters that differ from their records, by id, in internal units.
    on_progress
        Called with a label and how many more are done.

    Returns
    -------
    xr.Dataset
        float64. Each of `SIGNALS` [person, time], those of the typical person [time]
        with the ending ``_typical``; ``area`` [person, analyte, span], ``half_life``
        [person, analyte]. At the time of a dose the values are those just after it.

    Raises
    ------
    ExposureError, ValueError
        If the request makes no sense, or memory would not do.
    """
    person, taken, words = _who(who), _medicines(medicines), _seed(seed)
    replaced = dict(values or {})
    route, effects = _mechanisms(doses, taken, arterial, replaced)
    time, schedule = _schedule(route, doses, hours)
    _check_size(people, len(time))
    portions = [part for dose in doses for part in route.portions(dose)]
    blocks = []
    for first in range(0, people, _BLOCK - 1):
        drawn = _people(person, first, words)
        solved = watch(route, effects, drawn, schedule, len(schedule.time))
        count = min(_BLOCK - 1, people - first)
        blocks.append(block(*solved, portions, time, count + 1))
        on_progress("people", count)
    rests_on = attributes(route, effects, doses, person, taken, seed, replaced)
    return joined(blocks, time).assign_attrs(rests_on)


_EFFECTS = (Occupancy, Dissociation, DrugHigh, Sedation, Cardiovascular)


# -- what is asked for ---------------------------------------------------------------


def _mechanisms(
    doses: Sequence[Dose],
    medicines: tuple[Medicine, ...],
    arterial: bool,
    values: Mapping[str, Any],
) -> tuple[AbstractRoute, Effects]:
    """Kinetics and effects at typical values."""
    if not doses:
        raise ExposureError("there is no dose: give at least one.")
    for name in values:
        library().parameter(name)  # refuses an id that is not recorded
    make = lambda kind, **fixed: build(kind, values, **fixed)
    ratio = lambda name: float(values.get(name, recorded(name)))
    route = interact(route_for(doses, make, arterial=arterial), medicines, ratio)
    return route, Effects(*map(make, _EFFECTS))


def _who(asked: Asked) -> Who:
    """The people asked for, what is not said filled in."""
    weight_kg, age_years, female, region = asked
    if region not in list(Region):
        allowed = ", ".join(Region)
        raise ExposureError(f"region {region!r} is none of {allowed}. Choose one.")
    found = Who(
        recorded("drug.allometry.reference_weight") if weight_kg is None else weight_kg,
        recorded("drug.shown.age") if age_years is None else age_years,
        0.5 if female is None else female,
        Region(region),
    )
    for name, value in zip(Who._fields[:2], found[:2], strict=True):
        if not (np.isfinite(value) and value > 0):
            raise ExposureError(f"{name} must be a number above 0; got {value}.")
    if not 0 <= found.female <= 1:
        raise ExposureError(f"female must lie between 0 and 1; got {found.female}.")
    return found


def _medicines(names: Iterable[Medicine | str]) -> tuple[Medicine, ...]:
    """Medicines by name; refuses one without a published effect."""
    given = tuple(names)
    for name in given:
        if name not in list(Medicine):
            allowed = ", ".join(Medicine)
            raise ExposureError(
                f"medicine {name!r} has no recorded interaction. Recorded: {allowed}. "
                "Leave it out: the run would show it without effect."
            )
    return tuple(Medicine(name) for name in given)


def _seed(seed: int) -> Array:
    """The two words of a seed."""
    try:
        return jnp.asarray(seed_words(seed))
    except ValueError as error:
        raise ExposureError(f"{error} Choose another seed.") from error


def _schedule(
    route: AbstractRoute, doses: Sequence[Dose], hours: float | None
) -> tuple[np.ndarray, Moment]:
    """Times of the nodes [h], and the padded schedule."""
    times = [dose.time_h for dose in doses]
    slow = any(dose.route is RouteName.ORAL_EXTENDED for dose in doses)
    after = to_internal(2.0 if slow else 1.0, "d")
    end = max(times) + after if hours is None else hours
    start = min(0.0, *times)
    if not max(times) < end < np.inf:
        raise ExposureError(
            f"hours must be a number above {max(times):g} h, the time of the last "
            f"dose; got {end:g}."
        )
    stops = [stop for stop in breakpoints(route, doses) if stop <= end]
    day = start + to_internal(1.0, "d")
    stops += [day] if day <= end else []
    time = build_grid(start, end, times, stops, rule=_steps())
    dt = np.append(np.diff(time), 0.0)
    drug = drug_nodes(route, doses, time, dt)
    schedule = Moment(
        time=jnp.asarray(time),
        dt=jnp.asarray(dt),
        active=jnp.asarray(dt > 0),
        slot=jnp.arange(len(time)),
        drug=jax.tree.map(jnp.asarray, drug),
    )
    return time, pad_schedule(schedule)


def _steps() -> StepRule:
    """Fine after each dose, where curves turn; coarser later."""
    hours = lambda text: parse_quantity(text, QuantityKind.DURATION).value
    bands = tuple((hours(until), hours(step)) for until, step in _STEPS)
    return StepRule(before_h=hours(_LATER), bands=(*bands, (np.inf, hours(_LATER))))


def _check_size(people: int, nodes: int) -> None:
    """Refuse nobody, and what would not fit."""
    if people < 1:
        raise ExposureError(f"people must be 1 or more; got {people}.")
    size = np.dtype(np.float64).itemsize
    needed = (people + _BLOCK) * nodes * len(SIGNALS) * size * _COPIES
    free = psutil.virtual_memory().available
    if needed > free:
        raise ExposureError(
            f"{people} people at {nodes} times need about {needed / MEBIBYTE:.0f} MB; "
            f"{free / MEBIBYTE:.0f} MB are free. Ask for fewer people, fewer doses or "
            "fewer hours."
        )


def _people(who: Who, first: int, seed: Array) -> People:
    """A block: the typical person, then people from the index `first` on."""
    every = lambda value: jnp.full(_BLOCK, value, jnp.float64)
    return People(
        covariates=Covariates(
            weight_kg=every(who.weight_kg),
            age_years=every(who.age_years),
            asian=every(float(who.region is not Region.OTHER)),
            japanese=every(float(who.region is Region.JAPAN)),
            female=every(who.female),
        ),
        indices=jnp.concatenate(
            [patient_indices(0, 1), patient_indices(first, _BLOCK - 1)]
        ),
        typical=jnp.arange(_BLOCK) == 0,
        seed=seed,
    )
