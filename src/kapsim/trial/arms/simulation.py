"""Simulating patients of an arm, block by block, with what is compiled once."""

import dataclasses
import functools
import json
from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from kapsim.engine import platform
from kapsim.engine.outcome import Outcome
from kapsim.engine.random import patient_indices
from kapsim.engine.scan import WIDTH, AbstractSystem, cast, shareable, simulate_shared
from kapsim.patient import Cohort, PatientNode, Ratings
from kapsim.trial.arms.cohorts import cohort, entry, own_parts
from kapsim.trial.arms.timeline import timeline
from kapsim.trial.arms.values import protocol_values
from kapsim.trial.protocol import Measure, Protocol

WATCHED = 512
"""Patients of each arm whose inner signals are followed."""

_MOST_MOMENTS = 360
"""Moments at which inner signals are kept, beside all events."""

_CLOSE_H = 48.0
"""All nodes are kept this near to the first dose."""


@dataclasses.dataclass(frozen=True)
class Prepared:
    """An arm ready to run."""

    protocol: Protocol
    cohort: Cohort
    schedule: PatientNode
    nodes: int

    @functools.cached_property
    def shareable(self) -> PatientNode:
        """The schedule with room for any other, so that arms share compilations."""
        return shareable(self.schedule)


@functools.lru_cache(maxsize=8)
def prepare(
    protocol_json: str, arm: str, seed: int, precision: str, refine: int
) -> Prepared:
    """An arm of a protocol (as JSON text) ready to run; kept for the next chunk.

    Raises
    ------
    PrecisionError
        If JAX has no double precision, in which people are drawn at any `precision`.
    """
    platform.require_double()
    protocol = Protocol.model_validate(json.loads(protocol_json))
    chosen = protocol.arm(arm)
    people = cohort(protocol, chosen, seed=seed, precision=precision)
    line = timeline(protocol, chosen, people.route, refine=refine)
    schedule = cast(line.schedule, precision)
    return Prepared(protocol, people, schedule, line.nodes)


class _First(AbstractSystem[Any, Any]):
    """A block of which `WATCHED` patients are shown; drawn as for their ratings."""

    block: AbstractSystem[Any, Any]

    def init(self) -> Any:
        return self.block.init()

    def step(self, state: Any, node: Any) -> Any:
        return self.block.step(state, node)

    def observe(self, state: Any, node: Any) -> Any:
        seen = self.block.observe(state, node)
        return jax.tree.map(lambda leaf: leaf[..., :WATCHED], seen)


def ratings(prepared: Prepared, first: int, count: int) -> Ratings:
    """Ratings of patients `first` to `first + count`.

    Returns
    -------
    Ratings
        NumPy arrays with leading axis [visits]: totals [visits, scales, count] and
        result codes [visits, count].
    """
    visits, cohort = len(prepared.protocol.visits), prepared.cohort
    parts = []
    for start in range(first, first + count, WIDTH):
        people = cohort.rated(patient_indices(start, WIDTH))
        parts.append(simulate_shared(people, prepared.shareable, visits))
    joined = [np.concatenate(leaves, axis=-1) for leaves in zip(*parts, strict=True)]
    return Ratings(*(leaf[..., :count] for leaf in joined))


def prepare_all(
    protocol: Protocol, seed: int, precision: str = "float32", refine: int = 1
) -> dict[str, Prepared]:
    """All arms of a protocol ready to run, by name."""
    text = json.dumps(protocol.model_dump(mode="json"), sort_keys=True)
    return {
        arm.name: prepare(text, arm.name, seed, precision, refine)
        for arm in protocol.arms
    }


def scores_of(
    prepared: Prepared, measure: Measure, count: int
) -> Float[np.ndarray, "visits {count}"]:
    """Scores of the first patients of an arm, in memory.

    Returns
    -------
    Array
        Scores [point] by visit and patient; not a number where the simulation of the
        patient failed or the scale was not rated.
    """
    rated = ratings(prepared, 0, count)
    which = prepared.protocol.measures.index(measure)
    totals = rated.totals[:, which].astype(float)
    sound = (rated.outcome == Outcome.OK) & (totals >= 0)
    return np.where(sound, totals, np.nan)


def redrawn(arms: Mapping[str, Prepared], protocol: Protocol) -> dict[str, Prepared]:
    """Arms of one trial with other values of parameters, on the schedules they have.

    Parameters
    ----------
    arms
        Ready to run, by name.
    protocol
        The trial with these values.
    """
    values = protocol_values(protocol)
    first = next(iter(arms.values())).cohort.with_values(values, entry(protocol))
    cohorts = {
        name: dataclasses.replace(
            one.cohort.like(first), **own_parts(protocol, protocol.arm(name), values)
        )
        for name, one in arms.items()
    }
    return {
        name: dataclasses.replace(one, cohort=cohorts[name])
        for name, one in arms.items()
    }


def signals(prepared: Prepared, count: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Inner signals of the first patients of an arm.

    Returns
    -------
    tuple
        Times [moments], h, and each signal [moments, count].
    """
    count = min(count, WATCHED)
    kept = _moments(prepared)
    slot = np.full(len(prepared.schedule.time), -1, np.int32)
    slot[kept] = np.arange(len(kept))
    schedule = dataclasses.replace(prepared.schedule, slot=jnp.asarray(slot))
    people = _First(prepared.cohort.watched(patient_indices(0, WIDTH)))
    shown = simulate_shared(people, schedule, len(kept))
    times = np.asarray(prepared.schedule.time)[kept]
    return times, {k: v[:, :count] for k, v in shown._asdict().items()}


def _moments(prepared: Prepared) -> np.ndarray:
    """Nodes whose signals are kept: events, their neighbours, and a thinned rest."""
    schedule, real = prepared.schedule, np.arange(prepared.nodes)
    event = np.asarray(schedule.slot >= 0) | np.asarray(schedule.dosing > 0)
    event = (event | np.asarray(schedule.session).any(axis=1))[: prepared.nodes]
    early = np.abs(np.asarray(schedule.time)[: prepared.nodes]) <= _CLOSE_H
    thin = real % max(1, -(-len(real) // _MOST_MOMENTS)) == 0
    after = np.append(False, event[:-1])
    return real[event | after | early | thin]
