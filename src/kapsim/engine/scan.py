"""Stepping a system through a schedule: one loop for every arm of every trial.

A **system** knows how to start, how to step and what to show. A **schedule** is what
happens at each node of a time grid, one slice per node. At a node the system is
observed first, if the node has a slot for a record, and then stepped, if the node is
active: a visit placed at the time of a dose shows what was before it.
"""

import abc
import dataclasses
from typing import Any, Generic, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PyTree

WIDTH = 2048
"""Patients that the kernel steps at once. Shorter blocks are padded to it, so that all
blocks run the same compiled code and give the same bits."""

PADDING = 64
"""Schedules are padded to multiples of this many nodes, so that arms of like length
share a compilation."""

_NODES = 9216  # `simulate_shared` pads schedules to a multiple of it
_RECORDS = 64  # and records to this, to its double, and so on

State = TypeVar("State")
Observation = TypeVar("Observation")
Schedule = TypeVar("Schedule", bound="AbstractSchedule")


class AbstractSchedule(eqx.Module):
    """What happens at each node; subclasses add leaves with the same leading axis.

    Attributes
    ----------
    time
        Time of the node [nodes], h.
    dt
        Length of the step that starts there [nodes], h.
    active
        Whether there is such a step [nodes].
    slot
        Record that the node fills [nodes]; -1 for none.
    """

    time: eqx.AbstractVar[Float[Array, "*nodes"]]
    dt: eqx.AbstractVar[Float[Array, "*nodes"]]
    active: eqx.AbstractVar[Bool[Array, "*nodes"]]
    slot: eqx.AbstractVar[Int[Array, "*nodes"]]


class AbstractSystem(eqx.Module, Generic[State, Observation]):
    """Something that is stepped through a schedule, for n patients at once."""

    @abc.abstractmethod
    def init(self) -> State:
        """State at the first node."""

    @abc.abstractmethod
    def step(self, state: State, node: Any) -> State:
        """Apply what happens at the node, then advance by `node.dt` [h]."""

    @abc.abstractmethod
    def observe(self, state: State, node: Any) -> Observation:
        """Observation that a record at this node holds: arrays [n] or [k, n]."""


def _simulate(
    system: AbstractSystem,
    schedule: AbstractSchedule,
    n_records: int,
    nodes: Int[Array, ""] | None = None,
) -> tuple[Any, Any]:
    start = system.init()
    first = jax.tree.map(lambda leaf: leaf[0], schedule)
    shown = jax.eval_shape(system.observe, start, first)
    records = jax.tree.map(
        lambda leaf: jnp.zeros((n_records, *leaf.shape), leaf.dtype), shown
    )

    def write(state: Any, records: Any, node: Any) -> Any:
        return jax.tree.map(
            lambda buffer, leaf: jax.lax.dynamic_update_index_in_dim(
                buffer, leaf, node.slot, 0
            ),
            records,
            system.observe(state, node),
        )

    def visit(carry: tuple[Any, Any], node: Any) -> tuple[tuple[Any, Any], None]:
        state, records = carry
        records = jax.lax.cond(
            node.slot >= 0,
            write,
            lambda state, records, node: records,
            state,
            records,
            node,
        )
        state = jax.lax.cond(
            node.active,
            lambda state, node: system.step(state, node),
            lambda state, node: state,
            state,
            node,
        )
        return (state, records), None

    def visit_next(index: Int[Array, ""], carry: tuple[Any, Any]) -> tuple[Any, Any]:
        at = lambda leaf: jax.lax.dynamic_index_in_dim(leaf, index, keepdims=False)
        return visit(carry, jax.tree.map(at, schedule))[0]

    if nodes is None:
        return jax.lax.scan(visit, (start, records), schedule)[0]
    return jax.lax.fori_loop(0, nodes, visit_next, (start, records))


_counted = eqx.debug.assert_max_traces(_simulate, max_traces=None)
_compiled = eqx.filter_jit(_counted)


def simulate(
    system: AbstractSystem[State, Observation],
    schedule: AbstractSchedule,
    n_records: int,
) -> tuple[State, Observation]:
    """Step a system through a schedule; compiled once per structure and shapes.

    Parameters
    ----------
    system
        What is stepped; its arrays may change between calls without a new compilation.
    schedule
        What happens at each node, all leaves with leading axis [nodes].
    n_records
        Number of records; `schedule.slot` points into them.

    Returns
    -------
    tuple
        The final state, and the records: an observation with leading axis
        [n_records]; a record that no node fills stays zero.
    """
    return _compiled(system, schedule, n_records)


def simulate_shared(
    system: AbstractSystem[State, Observation],
    schedule: AbstractSchedule,
    n_records: int,
) -> Observation:
    """Records of `simulate`, by a compilation that schedules of any length share.

    How many nodes and records there are is data: the schedule is padded to a great
    length, of which only what is needed is passed through, and the records to one of
    few numbers. Gives the same bits. Has no derivative, and cannot be part of another
    compiled function.

    Parameters
    ----------
    system, schedule, n_records
        As in `simulate`.

    Returns
    -------
    Observation
        The records as NumPy arrays with leading axis [n_records].
    """
    wanted = np.asarray(schedule.active) | (np.asarray(schedule.slot) >= 0)
    nodes = int(wanted.nonzero()[0].max(initial=-1)) + 1
    held = _RECORDS << max(-(-n_records // _RECORDS) - 1, 0).bit_length()
    padded, count = shareable(schedule), jnp.asarray(nodes)
    records = _compiled(system, padded, held, count)[1]
    return jax.tree.map(lambda leaf: np.asarray(leaf)[:n_records], records)


def trace_count() -> int:
    """How often `simulate` has been traced in this process."""
    return eqx.debug.get_num_traces(_counted)


def pad_schedule(schedule: Schedule, multiple: int = PADDING) -> Schedule:
    """Schedule with inactive nodes appended, up to a multiple of `multiple` nodes.

    The padding repeats the last node, without a step and without a record, and depends
    on this schedule only.
    """
    extra = -len(schedule.time) % multiple
    if not extra:
        return jax.tree.map(jnp.asarray, schedule)
    # in NumPy: an arm of another length compiles nothing

    def filled(leaf: Any, value: Any = None) -> Array:
        last = leaf[-1:] if value is None else np.full_like(leaf[-1:], value)
        return jnp.asarray(np.concatenate([leaf, np.repeat(last, extra, axis=0)]))

    host: Schedule = jax.tree.map(np.asarray, schedule)
    return dataclasses.replace(
        jax.tree.map(filled, host),
        dt=filled(host.dt, 0),
        active=filled(host.active, False),
        slot=filled(host.slot, -1),
    )


def shareable(schedule: Schedule) -> Schedule:
    """Schedule as `simulate_shared` pads it, for those who use it more than once."""
    return pad_schedule(schedule, _NODES)


def cast(tree: PyTree, dtype: Any) -> PyTree:
    """Tree with its floating-point arrays in another precision; the rest as it was."""
    return jax.tree.map(
        lambda leaf: leaf.astype(dtype) if eqx.is_inexact_array(leaf) else leaf,
        tree,
    )
