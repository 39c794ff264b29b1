"""Doses, and what each node of the time grid must know of them.

A route splits a dose into **portions**: an amount that enters at one of the route's
inlets, at once or at a constant rate over a while. On the grid these become, per node,
the amounts given at the node and the mean rates until the next one, as scalars shared
by all patients of an arm; what part of an inlet's amount reaches the blood of whom is
in the kinetics.

Amounts are free base; `kapsim.drug.regimen.salt.base_mg` converts salts.
"""

import dataclasses
import enum
from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Array, Float

_TOLERANCE_H = 1e-6


class Molecule(enum.StrEnum):
    """What is given."""

    KETAMINE = "ketamine"  # the racemate
    ESKETAMINE = "esketamine"  # S
    ARKETAMINE = "arketamine"  # R
    MIDAZOLAM = "midazolam"
    PLACEBO = "placebo"


KETAMINES = (Molecule.KETAMINE, Molecule.ESKETAMINE, Molecule.ARKETAMINE)
"""The racemate and its two halves."""


class RouteName(enum.StrEnum):
    """How it is given."""

    INTRAVENOUS = "intravenous"
    INTRAMUSCULAR = "intramuscular"
    SUBCUTANEOUS = "subcutaneous"
    NASAL = "nasal"
    SUBLINGUAL = "sublingual"
    BUCCAL = "buccal"
    ORAL = "oral"
    ORAL_EXTENDED = "oral extended release"
    RECTAL = "rectal"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Dose:
    """One administration.

    Attributes
    ----------
    time_h
        Start [h].
    molecule, route
        What, and how.
    mg, mg_per_kg
        Amount of base [mg] plus amount per body weight [mg/kg].
    duration_h
        Length of an infusion [h]; 0 for a bolus or a spray.
    devices
        Spray devices that the amount is spread over.
    """

    time_h: float
    molecule: Molecule
    route: RouteName
    mg: float = 0.0
    mg_per_kg: float = 0.0
    duration_h: float = 0.0
    devices: int = 1

    def __post_init__(self) -> None:
        """Refuse a dose that means nothing."""
        numbers = (self.time_h, self.mg, self.mg_per_kg, self.duration_h)
        if not np.isfinite(numbers).all() or min(numbers[1:]) < 0:
            raise ValueError(
                "Dose: time_h [h] must be finite; mg [mg], mg_per_kg [mg/kg] and "
                f"duration_h [h] finite and not negative; got {numbers}."
            )
        if 0 < self.duration_h < _TOLERANCE_H:
            raise ValueError(
                f"Dose: duration_h must be 0, or at least {_TOLERANCE_H:g} h; got "
                f"{self.duration_h:g}."
            )
        if self.devices < 1:
            raise ValueError(f"Dose: devices must be at least 1; got {self.devices}.")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Portion:
    """Part of a dose that enters at one inlet, at once if `end_h` is `start_h`."""

    inlet: int
    start_h: float
    end_h: float
    mg: float
    mg_per_kg: float


class DrugNode(NamedTuple):
    """What is given at a node and until the next one; arrays over nodes, or one slice.

    Where people of an arm are given different courses, amounts have one more axis
    [courses] before that of the inlets, and the rest is for each person [n].

    Attributes
    ----------
    bolus
        [inlets, 2] amount given at the node: mg, and mg/kg.
    rate
        [inlets, 2] mean rate from here to the next node: mg/h, and mg/h/kg.
    given
        [] 1 once anything has been administered, placebo included, else 0.
    dose_number
        [] times at which a ketamine has been given so far, this node's included.
    hours_since_dose
        [] h since the latest administration began; 0 before the first.
    nasal
        [] 1 if the latest administration was a spray, else 0.
    """

    bolus: Float[Array | np.ndarray, "*nodes inlets 2"]
    rate: Float[Array | np.ndarray, "*nodes inlets 2"]
    given: Float[Array | np.ndarray, "*nodes"]
    dose_number: Float[Array | np.ndarray, "*nodes"]
    hours_since_dose: Float[Array | np.ndarray, "*nodes"]
    nasal: Float[Array | np.ndarray, "*nodes"]


@runtime_checkable
class Splitter(Protocol):
    """What scheduling needs of a route."""

    @property
    def n_inlets(self) -> int:
        """Number of inlets."""
        ...

    def portions(self, dose: Dose) -> tuple[Portion, ...]:
        """Portions of a dose."""
        ...


def breakpoints(route: Splitter, doses: Sequence[Dose]) -> tuple[float, ...]:
    """Times [h], ascending, at which an input starts or ends: grid nodes are needed."""
    times = {dose.time_h for dose in doses}
    for dose in doses:
        for portion in route.portions(dose):
            times |= {portion.start_h, portion.end_h}
    return tuple(sorted(times))


def drug_nodes(
    route: Splitter,
    doses: Sequence[Dose],
    time_h: Float[np.ndarray, " m"],
    dt_h: Float[np.ndarray, " m"],
) -> DrugNode:
    """Inputs at every node of a grid, float64.

    Parameters
    ----------
    route
        Route of the arm; one that takes every dose.
    doses
        Administrations, in any order.
    time_h
        Node times [h].
    dt_h
        Step from each node to the next [h]; 0 at the last.

    Raises
    ------
    ValueError
        If something is given at once at a time that is not a node, or outside the grid.
    """
    time, dt = np.asarray(time_h, np.float64), np.asarray(dt_h, np.float64)
    shape = (len(time), route.n_inlets, 2)
    bolus, rate = np.zeros(shape), np.zeros(shape)
    for dose in doses:
        for portion in route.portions(dose):
            amount = np.array([portion.mg, portion.mg_per_kg])
            if portion.end_h > portion.start_h:
                share = _overlap(time, dt, portion)
                span = portion.end_h - portion.start_h
                rate[:, portion.inlet] += share[:, None] * amount / span
            elif amount.any():
                bolus[_node_at(time, portion.start_h), portion.inlet] += amount
    by_start = sorted(doses, key=lambda dose: dose.time_h)
    number = _begun([dose.time_h for dose in by_start], time)
    latest = np.array([0.0, *(dose.time_h for dose in by_start)])[number]
    nasal = [0.0, *(float(dose.route is RouteName.NASAL) for dose in by_start)]
    ketamine = {dose.time_h for dose in doses if dose.molecule in KETAMINES}
    return DrugNode(
        bolus=bolus,
        rate=rate,
        given=np.minimum(number, 1).astype(np.float64),
        dose_number=_begun(sorted(ketamine), time).astype(np.float64),
        hours_since_dose=np.where(number > 0, np.maximum(time - latest, 0.0), 0.0),
        nasal=np.asarray(nasal)[number],
    )


def _begun(starts: Sequence[float], time: np.ndarray) -> np.ndarray:
    """How many of the ascending times have come, at each node."""
    return np.searchsorted(np.asarray(starts), time + _TOLERANCE_H, side="right")


def _overlap(time: np.ndarray, dt: np.ndarray, portion: Portion) -> np.ndarray:
    """Share of each step during which the portion flows [1]."""
    start = np.maximum(time, portion.start_h)
    end = np.minimum(time + dt, portion.end_h)
    shared = end - start
    flows = shared > 2 * np.spacing(time + dt)  # no leftovers of rounding
    return np.where(flows, shared, 0.0) / np.where(dt > 0, dt, 1.0)


def _node_at(time: np.ndarray, at_h: float) -> int:
    index = int(np.argmin(np.abs(time - at_h)))
    if abs(time[index] - at_h) > _TOLERANCE_H:
        raise ValueError(
            f"a dose at {at_h:g} h needs a grid node at that time; the nearest is at "
            f"{time[index]:g} h. Build the grid with the times of `breakpoints`."
        )
    return index
