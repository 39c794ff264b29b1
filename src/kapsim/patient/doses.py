"""Doses that begin for those whose regimen says so, and the node as they meet it."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from kapsim.patient.regimen import SAME_H, Dosing, Regimen, chosen, since
from kapsim.patient.schedule import Choices, PatientNode
from kapsim.patient.state import Acute


def given(
    dosing: Dosing, regimen: Regimen, node: PatientNode
) -> tuple[Regimen, PatientNode]:
    """After the doses that begin at a node, and the node as each person meets it.

    Parameters
    ----------
    dosing
        What there is to choose from.
    regimen
        After the rules of the node.
    node
        The node of the arm.
    """
    choices, kind = chosen(node), regimen.given.dtype
    none = jnp.zeros_like(regimen.on)
    regimen, due = jax.lax.cond(
        choices.starts.any(),
        lambda regimen: _begin(dosing, regimen, choices),
        lambda regimen: (regimen, none),
        regimen,
    )
    company = (due & (dosing.accompanied[:, None] > 0)).any(axis=0)
    new = jnp.where(regimen.medicine > 0, regimen.rescue, node.new_medicine)
    node = eqx.tree_at(
        lambda node: (node.dosing, node.setting, node.new_medicine),
        met(dosing, regimen, node),
        (due.any(axis=0).astype(kind), company.astype(kind), new),
    )
    return regimen._replace(rescue=jnp.zeros_like(regimen.rescue)), node


def _begin(
    dosing: Dosing, regimen: Regimen, choices: Choices
) -> tuple[Regimen, Bool[Array, "T n"]]:
    waited = choices.since[jnp.maximum(regimen.latest, 0)]
    least = _picked(dosing.intervals, regimen.interval)
    ready = (regimen.latest < 0) | (waited + SAME_H >= least)
    planned = [
        jnp.stack([choices.starts[lane] for lane in own]).any()
        for own in _lanes_of(dosing)
    ]
    due = regimen.on & ready & jnp.stack(planned)[:, None]
    running = [
        jnp.where(
            choices.starts[lane],
            due[dosing.lanes[lane]] & (regimen.level[dosing.lanes[lane]] == level),
            regimen.running[course],
        )
        for course, (lane, level) in enumerate(dosing.courses)
    ]
    some, kind = due.any(axis=0), regimen.given.dtype
    ketamine = (due & (dosing.ketamine[:, None] > 0)).any(axis=0)
    factors = _picked(dosing.factors, regimen.level)
    nasal, factor = regimen.nasal, regimen.factor
    for t in range(len(due)):  # of treatments begun together, the last one counts
        nasal = jnp.where(due[t], dosing.nasal[t], nasal)
        factor = jnp.where(due[t], factors[t], factor)
    after = regimen._replace(
        latest=jnp.where(due, choices.moment, regimen.latest),
        running=jnp.stack(running),
        last=jnp.where(some, choices.moment, regimen.last),
        given=regimen.given + some.astype(kind),
        ketamine=regimen.ketamine + ketamine.astype(kind),
        nasal=nasal,
        factor=factor,
    )
    return after, due


def _lanes_of(dosing: Dosing) -> list[list[int]]:
    """Lanes of each treatment."""
    return [
        [lane for lane, own in enumerate(dosing.lanes) if own == t]
        for t in range(len(dosing.level))
    ]


def _picked(
    table: Float[Array, "T K"], index: Int[Array, "T n"]
) -> Float[Array, "T n"]:
    """Entry of each treatment's row for each person."""
    return jnp.take_along_axis(table, index, axis=1)


def met(dosing: Dosing, regimen: Regimen, node: PatientNode) -> PatientNode:
    """A node as each person meets it: leaves that tell of doses have an axis [n].

    Parameters
    ----------
    dosing
        What there is to choose from.
    regimen
        What each person is given.
    node
        The node of the arm.
    """
    choices, kind = chosen(node), regimen.given.dtype
    had, hours = regimen.given > 0, since(regimen, choices)
    told = jnp.where(regimen.ketamine > 0, 1, -1) * jnp.abs(node.rater_knows)
    rescued = regimen.medicine > 0
    return eqx.tree_at(
        lambda node: (
            node.drug,
            node.antidepressant,
            node.medicine,
            node.carry,
            node.rater_knows,
            node.rater_shares,
        ),
        node,
        (
            node.drug._replace(
                given=had.astype(kind),
                dose_number=regimen.ketamine,
                hours_since_dose=hours,
                nasal=regimen.nasal,
            ),
            jnp.where(rescued, 1, node.antidepressant),
            jnp.where(rescued, regimen.medicine, node.medicine),
            had & (hours <= dosing.carry + SAME_H) & node.carry,
            jnp.where(had, told, 0),
            jnp.where(had, node.rater_shares, 0),
        ),
    )


def cleared(dosing: Dosing, acute: Acute, node: PatientNode) -> Acute:
    """Nothing is left of the drug in those whose own last dose is too long ago.

    Parameters
    ----------
    dosing
        What there is to choose from.
    acute
        Drug part of the step.
    node
        The node as each person meets it.
    """
    left = (node.drug.given > 0) & (node.drug.hours_since_dose < dosing.clearing)
    return jax.tree.map(
        lambda leaf: jnp.where(jnp.broadcast_to(left, leaf.shape), leaf, 0), acute
    )
