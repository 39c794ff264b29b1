"""Sensing control: streaks in which actions decide what comes next, or do not."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine import run_trials
from kapsim.engine.random import patient_indices, stream_key, uniforms
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.control.animals import Protected
from kapsim.lab.experiments.control.box import Box, Cohort
from kapsim.mind.control import ActorSpectator, ActorSpectatorTrial

SITUATIONS = 3
"""Shapes that follow one another; one of two actions is taken at each (a choice)."""

STREAKS, STREAK = 6, 40
"""Streaks, controllable and not in turn, and trials in each (a choice)."""

RELIABLE = 0.9
"""How often the rule of a streak holds (a choice)."""

SHOCKS = 64
"""Shocks before the task, with control or without (a choice)."""

FIRST = 10
"""Trials over which the after-effect of shocks is looked at."""

CONTROLLABLE = np.arange(STREAKS * STREAK) // STREAK % 2 == 0
"""Whether each trial's streak can be controlled."""


def task(setting: Setting, window: float = 0.0) -> ActorSpectatorTrial:
    """What people meet who act at random [trials, people, ...]."""
    count = STREAKS * STREAK
    key = stream_key(setting.seed, "lab.control.sensing")
    who = patient_indices(0, setting.patients)
    draws = np.asarray(uniforms(key, who, 0, 2 * count, dtype=jnp.float64))
    action = (draws[:count] < 0.5).astype(int)
    holds = draws[count:] < RELIABLE
    situation = np.zeros((count + 1, setting.patients), int)
    for k in range(count):
        step = 1 + (action[k] if CONTROLLABLE[k] else k // STREAK // 2 % 2)
        step = np.where(holds[k], step, SITUATIONS - step)
        situation[k + 1] = (situation[k] + step) % SITUATIONS
    one = lambda values, kinds: jnp.eye(kinds)[values]
    each = jnp.full((count, setting.patients), float(window))
    return ActorSpectatorTrial(
        situation=one(situation[:-1], SITUATIONS),
        action=one(action, 2),
        outcome=one(situation[1:], SITUATIONS),
        new_task=jnp.zeros_like(each),
        window=each,
    )


@eqx.filter_jit
def _sensed(
    person: ActorSpectator, seen: ActorSpectatorTrial, start: Float[Array, "people"]
) -> Float[Array, "trials people"]:
    """Control sensed before each trial, from where each person starts [1]."""

    def one(trials: ActorSpectatorTrial, control: Float[Array, ""]) -> Array:
        state = person.init()._replace(control=control)
        return run_trials(person, trials, state)[1].control

    return jax.vmap(one, in_axes=(1, 0), out_axes=1)(seen, start)


def after_shocks(setting: Setting) -> tuple[Float[Array, "people"], ...]:
    """Control sensed [1] at the end of shocks with control, and of the same without."""
    animals = Cohort(Protected(), setting.patients, setting.seed, "sensing")
    fresh = animals.fresh()
    had, escapable = animals.session(fresh, "escapable", SHOCKS)
    same = Box(imposed=escapable.ended)
    lacked, _ = animals.session(fresh, "yoked", SHOCKS, same)
    return had.sensed.control, lacked.sensed.control


def run(setting: Setting) -> Outcome:
    """Control sensed over the streaks, and after shocks."""
    person = ActorSpectator(situations=SITUATIONS, actions=2, outcomes=SITUATIONS)
    now = task(setting)
    fresh = jnp.full(setting.patients, person.omega_0)
    courses = {"nothing before": np.asarray(_sensed(person, now, fresh))}
    starts = after_shocks(setting)
    for name, start in zip(("control", "no control"), starts, strict=True):
        courses[f"shocks, {name}"] = np.asarray(_sensed(person, now, start))
    if setting.drug is not None:
        drugged = task(setting, setting.drug.at(0.0).window)
        courses[setting.drug.text] = np.asarray(_sensed(person, drugged, fresh))
    return Outcome(_numbers(person, courses), _figure(courses))


def _numbers(
    person: ActorSpectator, courses: dict[str, np.ndarray]
) -> dict[str, float]:
    late = np.arange(STREAKS * STREAK) % STREAK >= STREAK // 2
    sensed = courses["nothing before"].mean(axis=1)
    weight = 1 / (1 + np.exp(-float(person.beta) * (sensed - float(person.theta))))
    can, cannot = late & CONTROLLABLE, late & ~CONTROLLABLE
    early = {name: course[:FIRST].mean() for name, course in courses.items()}
    stress = early["shocks, no control"] - early["shocks, control"]
    return {
        "control_gap": float(sensed[can].mean() - sensed[cannot].mean()),
        "weight_gap": float(weight[can].mean() - weight[cannot].mean()),
        "stress_gap": float(stress),
    }


def _figure(courses: dict[str, np.ndarray]) -> Figure:
    times = np.arange(1.0, STREAKS * STREAK + 1)
    lines = tuple(
        Series(name, times, course.mean(axis=1)) for name, course in courses.items()
    )
    first = tuple(
        Series(one.name, times[: 2 * FIRST], one.y[: 2 * FIRST]) for one in lines
    )
    return Figure(
        caption="Control is sensed as what an actor predicts better than a spectator. "
        f"It rises and falls with every streak of {STREAK} trials, and starts lower "
        "after shocks without control than after the same shocks with it.",
        panels=(
            Panel("Streaks with control and without", "trial", "control", lines),
            Panel("After shocks", "trial", "control", first),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=500, drug=True)
