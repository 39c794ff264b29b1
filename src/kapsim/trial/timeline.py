"""An arm of a protocol on its time grid: what happens to its patients at each node.

The grid of an arm depends on its own doses and sessions and on the visits of the trial,
so adding another arm changes nothing here. Life turns at midnights, counted from the
first dose, once the baseline has been rated.
"""

import dataclasses
import math

import jax
import jax.numpy as jnp
import numpy as np

from kapsim.drug import (
    KETAMINES,
    AbstractRoute,
    Dose,
    Molecule,
    RouteName,
    base_mg,
    breakpoints,
    drug_nodes,
)
from kapsim.engine.grid import SAME_TIME_H, build_grid, node_index
from kapsim.engine.scan import pad_schedule
from kapsim.measures import Raters
from kapsim.patient import PatientNode, build
from kapsim.trial.contacts import contacts
from kapsim.trial.protocol import Arm, Protocol, Visit
from kapsim.trial.protocol.terms import Drug, Measure, Rater, Route
from kapsim.trial.protocol.treatment import Treatment
from kapsim.trial.values import Setting, number, protocol_values
from kapsim.units import DAY_H, SaltForm

RATER_TYPES = {
    Rater.CENTRAL: "central",
    Rater.BLINDED: "site",
    Rater.UNBLINDED: "site",
    Rater.SELF: "self",
}


def doses(protocol: Protocol, arm: Arm) -> tuple[Dose, ...]:
    """Administrations of an arm as free base, placebo included."""
    device = number(protocol, Setting.DEVICE)
    return tuple(
        _dose(item, time, device) for item in arm.treatments for time in item.times_h
    )


def _dose(item: Treatment, time_h: float, device_mg: float) -> Dose:
    molecule = Molecule(item.molecule.value)
    form = item.form if item.form is not None else SaltForm.BASE
    amount = base_mg(item.amount_mg, molecule, form)
    return Dose(
        time_h=time_h,
        molecule=molecule,
        route=RouteName(item.route.value),
        mg=0.0 if item.per_kg else amount,
        mg_per_kg=amount if item.per_kg else 0.0,
        duration_h=item.over_h,
        devices=_devices(item, amount, device_mg),
    )


def uses_devices(item: Treatment) -> bool:
    """Whether a dose is a number of devices of the esketamine spray."""
    return item.molecule is Drug.ESKETAMINE and item.route is Route.NASAL


def _devices(item: Treatment, amount_mg: float, device_mg: float) -> int:
    return max(1, round(amount_mg / device_mg)) if uses_devices(item) else 1


@dataclasses.dataclass(frozen=True)
class Timeline:
    """Schedule of an arm, and the visits that its records belong to.

    Attributes
    ----------
    schedule
        Padded schedule; `slot` counts the visits.
    nodes
        Number of real nodes.
    """

    schedule: PatientNode
    nodes: int


def timeline(
    protocol: Protocol, arm: Arm, route: AbstractRoute, *, refine: int = 1
) -> Timeline:
    """Schedule of an arm.

    Parameters
    ----------
    protocol
        The trial.
    arm
        One of its arms.
    route
        Kinetics of the arm, which say where nodes are needed.
    refine
        Divides every step of the grid into this many.
    """
    given = [dose for dose in doses(protocol, arm) if dose.time_h < protocol.horizon_h]
    grid = _grid(protocol, arm, route, given, refine)
    schedule = _schedule(protocol, arm, route, given, grid)
    return Timeline(schedule=pad_schedule(schedule), nodes=len(grid))


def _grid(
    protocol: Protocol, arm: Arm, route: AbstractRoute, given: list[Dose], refine: int
) -> np.ndarray:
    end = protocol.horizon_h
    visits = [visit.time_h for visit in protocol.visits]
    stops = [*arm.session_times_h, *visits, *breakpoints(route, given)]
    stops += protocol.antidepressant_of(arm).changes_h
    start = min([0.0, *stops])
    first, last = math.ceil(start / DAY_H), math.floor(end / DAY_H)
    days = np.arange(first, last + 1) * DAY_H
    inside = [t for t in (*stops, *days) if start <= t <= end]
    return build_grid(
        start, end, [dose.time_h for dose in given], inside, refine=refine
    )


def _schedule(
    protocol: Protocol,
    arm: Arm,
    route: AbstractRoute,
    given: list[Dose],
    grid: np.ndarray,
) -> PatientNode:
    dt = np.append(np.diff(grid), 0.0)
    starts = np.array(sorted({dose.time_h for dose in given}))
    dosed = node_index(grid, starts.tolist())
    day, new_day = _days(grid, protocol.baseline_visit.time_h)
    fields = dict(
        time=grid,
        dt=dt,
        active=dt > 0,
        drug=drug_nodes(route, given, grid, dt),
        on_board=_on_board(grid, starts, number(protocol, Setting.CLEARING)),
        dosing=np.isin(np.arange(len(grid)), dosed).astype(float),
        masked=np.full(len(grid), float(arm.masked)),
        known=np.full(len(grid), float(arm.open_label)),
        new_day=new_day,
        day=day,
        minute=np.round(grid * 60).astype(np.int32),
        **contacts(protocol, arm, grid),
        **_visits(protocol, grid, given),
    )
    return PatientNode(**jax.tree.map(jnp.asarray, fields))


def _on_board(grid: np.ndarray, starts: np.ndarray, clearing: float) -> np.ndarray:
    """Whether a dose was begun less than the clearing time ago."""
    if not len(starts):
        return np.zeros(len(grid), bool)
    latest = np.searchsorted(starts, grid + SAME_TIME_H, side="right") - 1
    since = grid - starts[np.maximum(latest, 0)]
    return (latest >= 0) & (since < clearing)


def _days(grid: np.ndarray, baseline_h: float) -> tuple[np.ndarray, np.ndarray]:
    """Number of the day at each node, and whether it begins there."""
    day = np.floor((grid + SAME_TIME_H) / DAY_H).astype(np.int32)
    begins = np.append(False, np.diff(day) > 0)
    return day, begins & (grid > baseline_h + SAME_TIME_H)


def _visits(
    protocol: Protocol, grid: np.ndarray, given: list[Dose]
) -> dict[str, np.ndarray]:
    """Slots of the visits, and how each is rated."""
    raters = build(Raters, protocol_values(protocol))
    starts = np.array(sorted({dose.time_h for dose in given}))
    n, visits = len(grid), protocol.visits
    nodes = node_index(grid, [visit.time_h for visit in visits])
    slot = np.full(n, -1, np.int32)
    rated = np.zeros((n, len(protocol.measures)), bool)
    baseline, hold = np.zeros(n, bool), np.zeros(n, bool)
    rater_sd, knows, shares = np.zeros(n), np.zeros(n), np.zeros(n)
    carried = carries(protocol, starts)
    carry = np.zeros(n, bool)
    for index, (visit, node) in enumerate(zip(visits, nodes, strict=True)):
        slot[node] = index
        rated[node] = [measure in visit.scales for measure in protocol.measures]
        baseline[node] = visit.baseline
        kind, past = RATER_TYPES[visit.rater], _believed(given, visit)
        rater_sd[node] = raters.sd(kind)
        if past and visit.rater is Rater.UNBLINDED:
            told = any(dose.molecule in KETAMINES for dose in past)
            knows[node] = raters.bias if told else -raters.bias
        elif past:
            shares[node] = raters.bias * raters.share(kind)
        carry[node] = carried[index]
        madrs = Measure.MADRS in visit.scales
        hold[node] = madrs and not carried[index] and any(carried[index + 1 :])
    return {
        "slot": slot,
        "rated": rated,
        "baseline": baseline,
        "rater_sd": rater_sd,
        "carry": carry,
        "hold": hold,
        "rater_knows": knows,
        "rater_shares": shares,
    }


def _believed(given: list[Dose], visit: Visit) -> list[Dose]:
    """Doses that whoever rates a visit can have a belief about; none at baseline."""
    if visit.baseline:
        return []
    return [dose for dose in given if dose.time_h < visit.time_h - SAME_TIME_H]


def carries(protocol: Protocol, starts: np.ndarray) -> list[bool]:
    """Whether the rating of each visit carries sleep and appetite forward."""
    span = number(protocol, Setting.CARRY)
    result = []
    for visit in protocol.visits:
        since = visit.time_h - starts[starts < visit.time_h - SAME_TIME_H]
        result.append(any((since <= span + SAME_TIME_H).tolist()))
    return result
