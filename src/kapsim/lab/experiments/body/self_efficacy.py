"""Chronic demand on the body: fatigue, and the helplessness that follows it."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine.random import stream_key, uniforms
from kapsim.evidence import library
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.mind.body import (
    Body,
    BodyInputs,
    BodyState,
    SelfEfficacy,
    SelfEfficacyInputs,
    dyshomeostasis,
)
from kapsim.units import to_internal

STEP_H, DAY_H = 6.0, 24.0
DAYS, BRIEF_D = 360, 7
"""Days looked at, and days of demand where it is brief."""

BEFORE = (0.8, 0.3, 0.2)
UNDER = (0.3, -0.7, 0.6)
"""Approach, belief about threat and rumination, before and under demand."""


def courses(
    body: Body, efficacy: SelfEfficacy, demanded: Float[Array, " steps"]
) -> Float[Array, "2 steps n"]:
    """Fatigue and helplessness [1] before each step."""
    like = jnp.zeros_like(body.tau_e)

    def lived(share: Float[Array, ""]) -> BodyInputs:
        mixed = [a + share * (b - a) + like for a, b in zip(BEFORE, UNDER, strict=True)]
        return BodyInputs(*mixed, calm=like + 1, training=like)

    believed = body.rest(lived(jnp.zeros(())))

    def step(state: tuple, share: Float[Array, ""]) -> tuple:
        felt, power = state
        precision = body.precision(felt, like)
        surprise = dyshomeostasis(precision, felt.energy, believed)
        told = SelfEfficacyInputs(surprise, usual=like)
        dt = jnp.asarray(STEP_H)
        after = body.step(felt, lived(share), dt), efficacy.step(power, told, dt)
        return after, jnp.stack([believed - felt.energy, -power])

    start = BodyState(believed, body.deficit0 + like), efficacy.init() + like
    shown = jax.lax.scan(step, start, demanded)[1]
    return jnp.moveaxis(shown, 1, 0)


compiled = eqx.filter_jit(courses)


def somewhere(record: str, drawn: Float[Array, " n"]) -> Float[Array, " n"]:
    """Values of a parameter anywhere in its range, even in the logarithm."""
    known = library().parameter(record)
    assert known.range is not None
    low, high = (to_internal(end, known.unit) for end in known.range)
    return low * (high / low) ** drawn


def half_times(course: Float[np.ndarray, "steps n"]) -> Float[np.ndarray, " n"]:
    """Day [d] on which each person's course has come half its way."""
    reached = course >= course[-1] / 2
    return reached.argmax(axis=0) * STEP_H / DAY_H


def run(setting: Setting) -> Outcome:
    """Order of fatigue and helplessness, in people with rates all over their ranges."""
    people = jnp.arange(setting.patients, dtype=jnp.uint32)
    key = stream_key(setting.seed, "self-efficacy")
    drawn = uniforms(key, people, 0, 2, dtype=jnp.float64)
    body = Body(tau_e=somewhere("mind.body.tau_e", drawn[0]))
    efficacy = SelfEfficacy(tau=somewhere("mind.self_efficacy.tau", drawn[1]))
    steps = round(DAYS * DAY_H / STEP_H)
    day = np.arange(steps) * STEP_H / DAY_H
    chronic = np.asarray(compiled(body, efficacy, jnp.ones(steps)))
    pushed = jnp.asarray(np.where(day < BRIEF_D, 1.0, 0.0))
    brief = np.asarray(compiled(body, efficacy, pushed))
    fatigue, helpless = (half_times(course) for course in chronic)
    numbers = {
        "fatigue_first": float((fatigue < helpless).mean()),
        "delay_days": float(np.median(helpless - fatigue)),
        "brief_helplessness": float((brief[1].max(0) / chronic[1].max(0)).mean()),
    }
    panels = tuple(
        Panel(
            title=f"{what} demand",
            x_label="day",
            y_label="share of the level under chronic demand",
            series=tuple(
                spread(name, day, course / whole[-1])
                for name, course, whole in zip(
                    ("fatigue", "helplessness"), shown, chronic, strict=True
                )
            ),
        )
        for what, shown in (("Chronic", chronic), ("Brief", brief))
    )
    caption = (
        "Median person and the middle nine tenths. A body that stays otherwise than "
        "believed tires first; only surprise that lasts becomes helplessness."
    )
    return Outcome(numbers, Figure(caption, panels))


def spread(
    name: str, day: Float[np.ndarray, " steps"], course: Float[np.ndarray, "steps n"]
) -> Series:
    """Median and middle nine tenths of a course, day by day."""
    each = round(DAY_H / STEP_H)
    low, middle, high = np.quantile(course[::each], (0.05, 0.5, 0.95), axis=1)
    return Series(
        name, day[::each].tolist(), middle.tolist(), low.tolist(), high.tolist()
    )


EXPERIMENT = Experiment(run=run, patients=500)
