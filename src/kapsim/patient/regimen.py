"""Dosing that depends on what visits show: what a person is given, and what is not.

At a visit, rules are applied one after the other: where the rated score is such, the
level of a treatment rises or falls, its doses are spaced out or brought closer, doses
stop or resume, or a new antidepressant is started as rescue. Where a dose is planned it
is then begun for those

    whose treatment is on,  and  whose last dose of it was begun an interval ago,

at their level. A dose begun is given to its end, whatever is decided meanwhile; one
that is not begun is no dose in any sense.

A **treatment** (T of them) is given in **lanes**, so that doses that overlap in the
body's inlets keep apart; a lane at a level is a **course** (C of them), which a person
is given or not. **Moments** (D) are the times at which doses are planned. Everything
here is in whole numbers and in looked-up times, so that a person who happens to be
given what another arm plans has that arm's doses to the bit.

Assumes: rules are followed; a person is rescued once.
Does not cover: doses that a person or a clinician omits for other reasons.
"""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from kapsim.patient.schedule import Choices, PatientNode
from kapsim.units import to_internal

SAME_H = to_internal(1.0, "min")
"""Times of a person's doses count as the same up to this [h]."""
_NEVER = -1


class Rules(eqx.Module):
    """What is done at visits, one entry for each of R rules in their order.

    Attributes
    ----------
    scales
        Index of the scale that each reads.
    least, most
        Scores with which it is done [point].
    response
        1 where it is done on response, -1 on no response, 0 where limits decide.
    percent
        Least fall from baseline for response [percent].
    level, interval
        Steps along levels and intervals: 1, 0 or -1.
    stops, resumes, rescues
        Whether it does.
    """

    scales: tuple[int, ...] = eqx.field(static=True)
    least: Int[Array, " R"]
    most: Int[Array, " R"]
    response: Int[Array, " R"]
    percent: Float[Array, " R"]
    level: Int[Array, " R"]
    interval: Int[Array, " R"]
    stops: Bool[Array, " R"]
    resumes: Bool[Array, " R"]
    rescues: Bool[Array, " R"]

    @property
    def rated(self) -> tuple[int, ...]:
        """Scales that are read, each once."""
        return tuple(sorted(set(self.scales)))


class Dosing(eqx.Module):
    """What there is to choose from in an arm, and the rules by which it is chosen.

    Attributes
    ----------
    rules
        What is done at visits.
    lanes
        Treatment of each lane.
    courses
        Lane and level of each course.
    level, interval
        Where each treatment starts, as indices.
    top, longest
        Highest index of the levels and intervals of each treatment.
    factors
        Multiples of the written amount, ascending [1].
    intervals
        Least times between doses, ascending [h].
    on
        Whether each treatment is given from the start.
    ketamine, nasal, accompanied
        1 where a treatment is a ketamine, a spray, accompanied; else 0.
    clearing
        Time after a dose from which nothing is left of it [h].
    carry
        Time after a dose within which sleep and appetite cannot be rated [h].
    """

    rules: Rules
    lanes: tuple[int, ...] = eqx.field(static=True)
    courses: tuple[tuple[int, int], ...] = eqx.field(static=True)
    level: Int[Array, " T"]
    interval: Int[Array, " T"]
    top: Int[Array, " T"]
    longest: Int[Array, " T"]
    factors: Float[Array, "T K"]
    intervals: Float[Array, "T I"]
    on: Bool[Array, " T"]
    ketamine: Float[Array, " T"]
    nasal: Float[Array, " T"]
    accompanied: Float[Array, " T"]
    clearing: Float[Array, ""]
    carry: Float[Array, ""]


class Regimen(NamedTuple):
    """What a person is given; moments count from 0, and -1 is never.

    Attributes
    ----------
    level, interval
        Index among the levels and intervals of each treatment.
    on
        Whether doses of it are begun where planned.
    latest
        Moment of its last dose.
    running
        Whether each course is what its lane is giving.
    last
        Moment of the last dose of any treatment.
    given, ketamine
        Moments with a dose so far, and with one of a ketamine [1].
    nasal, factor
        Whether the last dose was a spray; its multiple of the written amount [1].
    medicine
        Number of the antidepressant started as rescue; 0 for none.
    rescue
        Whether it is started at the node that comes next.
    stopped
        Whether doses have been stopped, and not resumed.
    baseline
        Scores at baseline of the scales that rules read [point].
    """

    level: Int[Array, "T n"]
    interval: Int[Array, "T n"]
    on: Bool[Array, "T n"]
    latest: Int[Array, "T n"]
    running: Bool[Array, "C n"]
    last: Int[Array, " n"]
    given: Float[Array, " n"]
    ketamine: Float[Array, " n"]
    nasal: Float[Array, " n"]
    factor: Float[Array, " n"]
    medicine: Int[Array, " n"]
    rescue: Bool[Array, " n"]
    stopped: Bool[Array, " n"]
    baseline: Int[Array, "S n"]


def start(dosing: Dosing, like: Float[Array, " n"]) -> Regimen:
    """Before anything is given."""
    wide = lambda value: jnp.broadcast_to(value[:, None], (len(value), len(like)))
    zero, none = jnp.zeros_like(like), jnp.zeros(like.shape, jnp.int32)
    off = jnp.zeros((len(dosing.courses), len(like)), bool)
    rated = (len(dosing.rules.rated), len(like))
    return Regimen(
        level=wide(dosing.level),
        interval=wide(dosing.interval),
        on=wide(dosing.on),
        latest=wide(jnp.full_like(dosing.level, _NEVER)),
        running=off,
        last=none + _NEVER,
        given=zero,
        ketamine=zero,
        nasal=zero,
        factor=zero,
        medicine=none,
        rescue=zero > 0,
        stopped=zero > 0,
        baseline=jnp.zeros(rated, jnp.int32),
    )


def since(regimen: Regimen, choices: Choices) -> Float[Array, " n"]:
    """Time since the last dose was begun [h]; 0 before the first."""
    hours = choices.since[jnp.maximum(regimen.last, 0)]
    return jnp.where(regimen.last < 0, 0, hours)


def chosen(node: PatientNode) -> Choices:
    """What there is to choose at a node of an arm whose doses depend on its people."""
    if node.choices is None:
        raise ValueError("the schedule of this arm has no choices: make it with them.")
    return node.choices
