"""Predicted concentrations for histories, through the exact modes.

Each person has a grid of their own: every event in its order, and every start and end
of a flow. A reset, and a steady state that replaces what went before, empties the modes
and stops what flows. All persons are stepped together.

Assumes: typical parameters of the route, with each person's covariates.
Does not cover: variability between people, residual error.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
from jaxtyping import Array, Float

from kapsim.drug.history.history import (
    EventTableError,
    Given,
    History,
    Sample,
    clears,
)
from kapsim.drug.kinetics.levels import DrugLevels
from kapsim.drug.kinetics.route import AbstractRoute, Covariates, Kinetics
from kapsim.drug.kinetics.schedule import DrugNode, Portion
from kapsim.drug.kinetics.steady import steady_state
from kapsim.drug.routes.choice import route_for
from kapsim.engine import platform

SUMS = ("ketamine", "norketamine", "hydroxynorketamine")
"""Signals of both enantiomers together."""

_Key = tuple[float, int]
_CUT = -1  # place of a node that is no event: before the events of its time


class Nodes(NamedTuple):
    """Grid of one person, or of all with one more leading axis; arrays over nodes.

    Attributes
    ----------
    dt
        [] h until the next node.
    keeps
        [] 0 where all that went before is taken away, else 1.
    before
        [K, 1] modes that the steady state of a dose adds.
    bolus, rate
        [inlets, 2] as in `DrugNode`.
    """

    dt: Any
    keeps: Any
    before: Any
    bolus: Any
    rate: Any


class _Flow(NamedTuple):
    """A portion that flows, until its end or until all is taken away."""

    portion: Portion
    stop_h: float


class _Entering(NamedTuple):
    """All that enters one person; a key is a time and the place of an event.

    Attributes
    ----------
    flows
        Portions that flow.
    boluses
        Portions that enter at once, with the node at which they do.
    steady
        [K, 1] what earlier doses have left, by the dose that meets it.
    """

    flows: list[_Flow]
    boluses: list[tuple[_Key, Portion]]
    steady: dict[_Key, Any]

    def cuts(self) -> set[_Key]:
        """Nodes that are needed besides the events."""
        times = {flow.portion.start_h for flow in self.flows}
        times |= {flow.stop_h for flow in self.flows}
        later = {key for key, _ in self.boluses if key[1] == _CUT}
        return later | {(time, _CUT) for time in times}


def solve_history(
    histories: Sequence[History],
    *,
    route: AbstractRoute | None = None,
    observed: Mapping[int, str] | None = None,
) -> pd.DataFrame:
    """Predictions for all samples of some persons.

    Parameters
    ----------
    histories
        Persons with their events.
    route
        Kinetics that take every dose; by default those of `route_for`.
    observed
        Signal that the samples of a compartment measure, such as `{2: "ketamine"}`.

    Returns
    -------
    DataFrame
        A row per sample, in order: ID, TIME [h], EVID, CMT, DV, then each signal of
        `DrugLevels` and the sums of `SUMS` [ng/mL], and with `observed` the column
        PRED, the signal that CMT stands for.

    Raises
    ------
    EventTableError
        If a dose cannot be taken by the route, or `observed` names no signal.
    """
    platform.configure()
    names = (*DrugLevels._fields, *SUMS)
    for number, name in (observed or {}).items():
        if name not in names:
            raise EventTableError(
                f"observed: compartment {number} measures {name!r}. Signals are "
                f"{', '.join(names)}."
            )
    if not histories:
        raise EventTableError("histories: there is nobody to solve for.")
    taken = route or _route(histories)
    kinetics = jax.tree.map(np.asarray, _solved(taken, _covariates(histories)))
    grids = [
        _grid(history, taken, _modes_of(kinetics, i))
        for i, history in enumerate(histories)
    ]
    nodes = _together([nodes for nodes, _ in grids])
    levels = np.asarray(_levels(_apart(kinetics), nodes))
    rows = [
        _row(history.id, sample, levels[i, at])
        for i, (history, (_, places)) in enumerate(zip(histories, grids, strict=True))
        for sample, at in zip(history.samples, places, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["ID", "TIME", "EVID", "CMT", "DV", *names])
    table["CMT"] = table["CMT"].astype("Int64")
    table["DV"] = table["DV"].astype("float64")
    if observed is not None:
        table["PRED"] = _observed(table, observed)
    return table


def _observed(table: pd.DataFrame, observed: Mapping[int, str]) -> list[float]:
    """The signal that CMT stands for, row by row; NaN where it stands for none."""
    rows = table.to_dict("records")
    return [row.get(observed.get(row["CMT"], ""), np.nan) for row in rows]


def _route(histories: Sequence[History]) -> AbstractRoute:
    try:
        return route_for([dose for history in histories for dose in history.doses])
    except ValueError as fault:
        raise EventTableError(f"histories: {fault}") from fault


def _covariates(histories: Sequence[History]) -> Covariates:
    people = [history.covariates for history in histories]
    column = lambda name: jnp.asarray([getattr(p, name) for p in people], jnp.float64)
    return Covariates(**{name: column(name) for name in Covariates._fields})


def _row(id_: str, sample: Sample, values: np.ndarray) -> tuple[Any, ...]:
    evid = 2 if sample.other else 0
    return (id_, sample.time_h, evid, sample.cmt, sample.dv, *values)


# -- the grid of a person --------------------------------------------------------------


def _grid(
    history: History, route: AbstractRoute, kinetics: Kinetics
) -> tuple[Nodes, list[int]]:
    """Nodes of a person, and the place of each sample among them."""
    entering, events = _entering(history, route, kinetics), history.events
    last = events[-1].time_h if events else 0.0
    cuts = {cut for cut in entering.cuts() if cut[0] <= last}
    order = sorted(cuts | {(event.time_h, at) for at, event in enumerate(events)})
    where = {key: place for place, key in enumerate(order)}
    times = np.asarray([time for time, _ in order])
    shape = (len(order), route.n_inlets, 2)
    nodes = Nodes(
        dt=np.diff(times, append=times[-1:]),
        keeps=np.ones(len(order)),
        before=np.zeros((len(order), *kinetics.rate.shape)),
        bolus=np.zeros(shape),
        rate=np.zeros(shape),
    )
    for key, portion in entering.boluses:
        if key in where:
            nodes.bolus[where[key], portion.inlet] += (portion.mg, portion.mg_per_kg)
    for flow in entering.flows:
        _add_flow(nodes.rate, times, flow)
    for key, state in entering.steady.items():
        nodes.before[where[key]] = state
    places = [where[event.time_h, at] for at, event in enumerate(events)]
    for place, event in zip(places, events, strict=True):
        nodes.keeps[place] = 0.0 if clears(event) else 1.0
    samples = [p for p, e in zip(places, events, strict=True) if isinstance(e, Sample)]
    return nodes, samples


def _entering(
    history: History, route: AbstractRoute, kinetics: Kinetics
) -> "_Entering":
    """All that enters one person."""
    entering = _Entering([], [], {})
    for at, event in enumerate(history.events):
        if not isinstance(event, Given):
            continue
        own = (event.time_h, at)
        until = next((e.time_h for e in history.events[at + 1 :] if clears(e)), np.inf)
        portions = _portions(history, event, route)
        if event.steady:
            steady = steady_state(kinetics, route, event.dose, event.every_h)
            entering.steady[own] = np.asarray(steady.state)
            portions = (*portions, *steady.running)
        for portion in portions:
            if portion.end_h > portion.start_h:
                entering.flows.append(_Flow(portion, min(portion.end_h, until)))
            elif portion.start_h == event.time_h:
                entering.boluses.append((own, portion))
            elif portion.start_h < until:
                entering.boluses.append(((portion.start_h, _CUT), portion))
    return entering


def _portions(
    history: History, given: Given, route: AbstractRoute
) -> tuple[Portion, ...]:
    try:
        return route.portions(given.dose)
    except ValueError as fault:
        raise EventTableError(f"ID {history.id}: {fault}") from fault


def _add_flow(rate: np.ndarray, times: np.ndarray, flow: _Flow) -> None:
    """Add a flow to the steps that lie within it; its ends are nodes or lie outside."""
    portion = flow.portion
    within = (times[:-1] >= portion.start_h) & (times[1:] <= flow.stop_h)
    amount = np.asarray([portion.mg, portion.mg_per_kg])
    rate[:-1][within, portion.inlet] += amount / (portion.end_h - portion.start_h)


# -- all persons together --------------------------------------------------------------


def _together(grids: Sequence[Nodes]) -> Nodes:
    """Grids of one length, stacked; the nodes that fill them up change nothing."""
    longest = max(len(nodes.dt) for nodes in grids)
    length = 1 << max(longest - 1, 0).bit_length()  # few lengths, few compilations

    def filled(array: np.ndarray, value: float) -> np.ndarray:
        more = [(0, length - len(array)), *[(0, 0)] * (array.ndim - 1)]
        return np.pad(array, more, constant_values=value)

    empty = Nodes(dt=0.0, keeps=1.0, before=0.0, bolus=0.0, rate=0.0)
    return Nodes(
        *(
            np.stack([filled(array, value) for array in arrays])
            for value, *arrays in zip(empty, *grids, strict=True)
        )
    )


def _modes_of(kinetics: Kinetics, person: int) -> Kinetics:
    """One person's modes, without what is read of them."""
    own = lambda x: jnp.asarray(x[..., person : person + 1])
    return Kinetics(
        weight_kg=own(kinetics.weight_kg),
        rate=own(kinetics.rate),
        inputs=own(kinetics.inputs),
        outputs=(),
        reads=(),
        shown_in=kinetics.shown_in,
    )


def _apart(kinetics: Kinetics) -> Kinetics:
    """People along a leading axis, each alone in a block of one."""
    return jax.tree.map(lambda x: np.moveaxis(x[..., None], -2, 0), kinetics)


@eqx.filter_jit
def _solved(route: AbstractRoute, covariates: Covariates) -> Kinetics:
    return route.solve(covariates)


@eqx.filter_jit
@eqx.filter_vmap
def _levels(kinetics: Kinetics, nodes: Nodes) -> Float[Array, "nodes signals"]:
    """Signals and `SUMS` at every node, after what happens there [ng/mL]."""

    def advance(
        state: Float[Array, "K 1"], here: Nodes
    ) -> tuple[Float[Array, "K 1"], Float[Array, " signals"]]:
        zero = jnp.zeros_like(here.dt)
        node = DrugNode(here.bolus, here.rate, zero, zero, zero, zero)
        state = kinetics.give(state * here.keeps + here.before, node)
        levels = kinetics.read(state)
        row = jnp.concatenate([*levels, *(getattr(levels, name) for name in SUMS)])
        return kinetics.step(state, node, here.dt), row

    return jax.lax.scan(advance, kinetics.init(), nodes)[1]
