"""Who meets whom in a group, how it ends, and many encounters of many groups.

Pairs are drawn evenly. A model of a hierarchy is a trial learner: its state holds one
number for each member (strength, dominance, standing) and its trial is one encounter.

Source of the draws: counter-based, so that a group meets the same opponents and the
same luck in every condition.
"""

import enum
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, UInt32

from kapsim.engine import AbstractTrialLearner
from kapsim.engine.random import Key, Node, patient_indices, uniforms


class Kind(enum.IntEnum):
    """How an encounter ends."""

    FIGHT = 0
    RETREAT = 1
    NEITHER = 2


class Encounter(NamedTuple):
    """Indices of the two who meet, and the uniform draws that decide [1]."""

    first: Int[Array, "*batch"]
    second: Int[Array, "*batch"]
    chance: Float[Array, "*batch 2"]


class Ending(NamedTuple):
    """Indices of winner and loser (first and second if neither), and the `Kind`."""

    winner: Int[Array, "*batch"]
    loser: Int[Array, "*batch"]
    kind: Int[Array, "*batch"]


class Course(NamedTuple):
    """States at the end of each block [blocks, groups, ...]; all endings."""

    states: Any
    endings: Ending


def ending(
    inputs: Encounter, first_wins: Array, kind: Int[Array, "*batch"] | int
) -> Ending:
    """Ending of an encounter, given whether the first one wins [true or false]."""
    return Ending(
        jnp.where(first_wins, inputs.first, inputs.second),
        jnp.where(first_wins, inputs.second, inputs.first),
        jnp.broadcast_to(jnp.asarray(kind, inputs.first.dtype), inputs.first.shape),
    )


def drawn(key: Key, groups: UInt32[Array, "g"], node: Node, members: int) -> Encounter:
    """One encounter in each group.

    Parameters
    ----------
    key
        Of the stream.
    groups
        Indices of the groups.
    node
        Number of the encounter.
    members
        Size of a group.
    """
    draws = uniforms(key, groups, node, 4, dtype=jnp.float64)
    first = jnp.floor(draws[0] * members).astype(jnp.int32)
    step = 1 + jnp.floor(draws[1] * (members - 1)).astype(jnp.int32)
    return Encounter(first, (first + step) % members, draws[2:].T)


def tournament(
    learner: AbstractTrialLearner[Float[Array, "m"], Ending],
    key: Key,
    *,
    groups: int,
    blocks: int,
    length: int,
) -> Course:
    """Encounters of many groups, drawn as they go.

    Parameters
    ----------
    learner
        The model; its state has one number a member.
    key
        Of the stream of encounters.
    groups
        How many.
    blocks, length
        Blocks of encounters, and encounters in each; states are kept at their ends.
    """
    own = learner.init()
    start = jnp.broadcast_to(own, (groups, *own.shape))
    index = patient_indices(0, groups)

    def meet(state: Float[Array, "g m"], node: Int[Array, ""]) -> tuple:
        inputs = drawn(key, index, node, own.shape[-1])
        return jax.vmap(learner.trial)(state, inputs)

    def block(state: Float[Array, "g m"], nodes: Int[Array, "length"]) -> tuple:
        state, endings = jax.lax.scan(meet, state, nodes)
        return state, Course(state, endings)

    nodes = jnp.arange(blocks * length, dtype=jnp.int32).reshape(blocks, length)
    return jax.lax.scan(block, start, nodes)[1]
