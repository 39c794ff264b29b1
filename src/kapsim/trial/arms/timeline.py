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
    breakpoints,
    drug_nodes,
)
from kapsim.engine.grid import SAME_TIME_H, build_grid, node_index
from kapsim.engine.scan import pad_schedule
from kapsim.measures import Raters
from kapsim.patient import PatientNode, build
from kapsim.trial.arms.contacts import contacts
from kapsim.trial.arms.doses import doses
from kapsim.trial.arms.regimens import choices, course_nodes, lanes
from kapsim.trial.arms.values import Setting, number, protocol_values
from kapsim.trial.protocol import Arm, Protocol, Visit
from kapsim.trial.protocol.terms import Measure, Rater
from kapsim.units import DAY_H

RATER_TYPES = {
    Rater.CENTRAL: "central",
    Rater.BLINDED: "site",
    Rater.UNBLINDED: "site",
    Rater.SELF: "self",
}


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
    if arm.depends:
        for lane in lanes(protocol, arm, route):
            stops += [t for own in lane.doses for t in breakpoints(route, own)]
    stops += [time for time in arm.open_changes_h if math.isfinite(time)]
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
    met = contacts(protocol, arm, grid)
    drug, chosen = drug_nodes(route, given, grid, dt), None
    if arm.depends:
        drug = course_nodes(protocol, arm, route, grid, drug)
        chosen = choices(protocol, arm, route, grid, met["new_medicine"])
    known = [float(arm.known(time + SAME_TIME_H)) for time in grid.tolist()]
    fields = dict(
        time=grid,
        dt=dt,
        active=dt > 0,
        drug=drug,
        on_board=_on_board(grid, starts, number(protocol, Setting.CLEARING)),
        begun=np.searchsorted(starts, grid - SAME_TIME_H).astype(np.int32),
        dosing=np.isin(np.arange(len(grid)), dosed).astype(float),
        masked=np.full(len(grid), float(arm.masked)),
        known=np.array(known),
        new_day=new_day,
        day=day,
        minute=np.round(grid * 60).astype(np.int32),
        choices=chosen,
        **met,
        **_visits(protocol, arm, grid, given),
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
    protocol: Protocol, arm: Arm, grid: np.ndarray, given: list[Dose]
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
        free = arm.depends or not carried[index]  # who had no dose is rated anew
        hold[node] = madrs and free and any(carried[index + 1 :])
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
