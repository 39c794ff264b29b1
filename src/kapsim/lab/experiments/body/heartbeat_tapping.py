"""Tapping along with the own heart, at rest and with the breath held."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy import stats
from scipy.special import logit

from kapsim.engine.random import normals, stream_key, uniforms
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.measures import (
    HeartbeatTapping,
    Perception,
    Tapping,
    estimated,
    interoceptive_precision,
    tapping,
)
from kapsim.mind.body import Body, BodyInputs, BodyState

BEATS = 70
"""Heartbeats in a minute of tapping, and as many stretches without; from memory."""

CONTROLS, DEPRESSION, BOTH = 52, 69, 153
"""Published numbers of healthy people, with depression, with depression and anxiety."""

ALPHA = 0.05  # of the one-sided test that a person perceives better than chance
CONDITIONS = ("at rest", "breath held")
SEVERITIES = (0.25, 0.5, 0.75)
"""Mild, moderate, severe: threat believed in, rumination, and approach given up."""


class Group(NamedTuple):
    """People who tap: whether ill, and how far the drug's window is open [1]."""

    name: str
    people: str
    deficit: float
    window: float = 0.0


class Taps(NamedTuple):
    """What taps gave in each condition, at rest first."""

    perception: Perception
    z_chance: Float[np.ndarray, "2 n"]


def precision(
    body: Body, group: Group, demand: Float[Array, "*k"]
) -> Float[Array, "*k"]:
    """Precision of interoceptive evidence [1] of a group's typical person."""
    state = BodyState(body.e0 - demand, jnp.full_like(demand, group.deficit))
    return body.precision(state, jnp.full_like(demand, group.window))


def tap(group: Group, setting: Setting) -> Taps:
    """A group of people tapping in both conditions, and what is estimated of them."""
    task, n = HeartbeatTapping(), setting.patients
    people = jnp.arange(n, dtype=jnp.uint32)
    key = stream_key(setting.seed, f"heartbeat tapping, {group.people}")
    unlike, eager = normals(key, people, 0, 2, dtype=jnp.float64)
    drawn = np.asarray(uniforms(key, people, 1, 4, dtype=jnp.float64))
    demand = jnp.stack([jnp.zeros(()), task.breath_hold])
    typical = jnp.broadcast_to(precision(Body(), group, demand)[:, None], (2, n))
    true = tapping(task.perceived(typical, unlike[None], eager[None]))
    count = lambda u, p: stats.binom.ppf(u, BEATS, np.asarray(p))
    beat, none = count(drawn[:2], true.beat), count(drawn[2:], true.none)
    beats = jnp.full((2, n), float(BEATS))
    found = estimated(Tapping(jnp.asarray(beat), jnp.asarray(none)), beats, beats)
    half = [x + 0.5 for x in (beat, BEATS - beat, none, BEATS - none)]
    error = np.sqrt(sum(1 / x for x in half))
    return Taps(found, 2 * logit(np.asarray(found.ip)) / error)


def z_rise(taps: Taps, size: int) -> float:
    """Test statistic [1] of the rise of IP that a group of that size would show."""
    rise = np.diff(np.asarray(taps.perception.ip), axis=0)[0]
    return float(rise.mean() / rise.std() * np.sqrt(size))


def z_prior(one: Taps, other: Taps) -> float:
    """Test statistic [1] of the difference in priors, at the published numbers."""
    a, b = (logit(np.asarray(taps.perception.prior[0])) for taps in (one, other))
    error = np.sqrt(a.var() / CONTROLS + b.var() / DEPRESSION)
    return float((a.mean() - b.mean()) / error)


def dip_at_moderate() -> float:
    """How much worse moderately depressed people perceive at rest than others [1]."""
    body, depth = Body(), jnp.asarray(SEVERITIES)
    calm, training = jnp.ones(3), jnp.zeros(3)
    energy = body.rest(BodyInputs(1 - depth, -depth, depth, calm, training))
    state = BodyState(energy, jnp.full(3, body.deficit0))
    ip = interoceptive_precision(body.precision(state, jnp.zeros(3)))
    return float(jnp.minimum(ip[0], ip[2]) - ip[1])


def groups(setting: Setting) -> tuple[Group, ...]:
    """The published groups, and the depressed with a drug if one is asked for."""
    deficit = float(Body().deficit0)
    ill = Group("depression", "depression", deficit)
    published = (Group("controls", "controls", 0.0), ill)
    if setting.drug is None:
        return published
    text, window = setting.drug.text, setting.drug.at(0.0).window
    return (
        *published,
        ill._replace(name=text),
        ill._replace(name=f"{text}, coupling switched on", window=window),
    )


def run(setting: Setting) -> Outcome:
    """Rise of interoceptive precision with the breath held, by group."""
    asked = groups(setting)
    found = {group.name: tap(group, setting) for group in asked}
    healthy, ill = found["controls"], found["depression"]
    chance = stats.norm.isf(ALPHA)
    numbers = {
        "z_rise_controls": z_rise(healthy, CONTROLS),
        "z_rise_depression": z_rise(ill, DEPRESSION),
        "z_rise_depression_and_anxiety": z_rise(ill, BOTH),
        "z_prior": z_prior(healthy, ill),
        "share_accurate_at_rest": float((healthy.z_chance[0] > chance).mean()),
        "dip_at_moderate": dip_at_moderate(),
    }
    for group in asked[2:]:
        numbers[f"rise, {group.name}"] = float(
            np.diff(np.asarray(found[group.name].perception.ip), axis=0).mean()
        )
    caption = (
        "Estimated interoceptive precision IP (mean and its 95 % interval): healthy "
        "people listen more closely when the breath is held, depressed people do not. "
        "The prior for a beat is the same in all."
    )
    seen = {name: taps.perception for name, taps in found.items()}
    panels = (
        means("Interoceptive precision", "IP", {k: v.ip for k, v in seen.items()}),
        means("Prior for a beat", "p_HB", {k: v.prior for k, v in seen.items()}),
    )
    return Outcome(numbers, Figure(caption, panels))


def means(title: str, label: str, values: dict[str, Float[Array, "2 n"]]) -> Panel:
    """Means over people in both conditions, group by group."""
    names = tuple(values)
    rows = np.stack([np.asarray(value) for value in values.values()])
    mean = rows.mean(axis=2)
    error = stats.norm.isf(ALPHA / 2) * rows.std(axis=2) / np.sqrt(rows.shape[2])
    series = tuple(
        Series(
            condition,
            np.arange(float(len(names))).tolist(),
            mean[:, k].tolist(),
            (mean - error)[:, k].tolist(),
            (mean + error)[:, k].tolist(),
            kind="points",
        )
        for k, condition in enumerate(CONDITIONS)
    )
    return Panel(title, "", label, series, names)


EXPERIMENT = Experiment(run=run, patients=2000, drug=True)
