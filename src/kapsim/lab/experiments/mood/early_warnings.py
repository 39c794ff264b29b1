"""Early warnings before a change of mood, and alarms where none comes."""

import dataclasses
import functools
import math
from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine.random import Key, normals, patient_indices, stream_key
from kapsim.lab.experiment import (
    Experiment,
    Figure,
    LabError,
    Outcome,
    Panel,
    Series,
    Setting,
)
from kapsim.measures.early_warning import EarlyWarning, Indicators, Warnings
from kapsim.mind.mood import EMOTIONS, EmotionInputs, Emotions

OBSERVED = 600
SERIES = 200
"""Observations that are read for warnings."""

LEAD = 40
"""Observations from the end of that series to the change, in which it is under way."""

STEPS = 10
"""Steps of the model from one observation to the next."""

CALM, HALFWAY, TIPPED = -0.5, -0.1, 0.3
"""Stress where the pleasant state is safe; short of its end; and past its end."""

RESTING = -0.2
"""Stress of a life in which nothing changes."""

LOUDER = 2.0
"""Noise at the end of a life that becomes louder, in multiples of the usual."""

KICKED = 3.5
"""Noise that throws people from one state into the other, in the same multiples."""

BENT = 0.3
"""Rise of the observed mean, with the cube of time, beside the emotions' dynamics."""

LIVES = {
    "onset": "before onset",
    "termination": "before the end",
    "kicked": "thrown over by noise",
    "approach": "stress comes nearer",
    "steady": "steady life",
    "louder": "noise doubles",
    "bent": "mean bends",
    "bent_raw": "mean bends, left in",
}
"""What happens to people, in words; only the first three end in a change."""

SURROGATES = 99
ENOUGH = 12
"""People among whom some are thrown over late enough, as good as always."""

WARNINGS = Indicators._fields
TOLD = WARNINGS[:2]
"""Indicators whose rates are told in numbers; the figure has all."""


@dataclasses.dataclass(frozen=True)
class Life:
    """What happens to people, and how it is read.

    Attributes
    ----------
    stress, loudness
        At each observation: stress [1], noise in multiples of the usual [1].
    ill
        Whether people start in the unpleasant state.
    tips
        Whether the series ends before the state changes; else at the last observation.
    bent
        Rise of the mean over the series that is added to what is observed [1].
    """

    stress: Float[np.ndarray, " times"]
    loudness: Float[np.ndarray, " times"]
    ill: bool = False
    tips: bool = False
    bent: float = 0.0


def lives() -> dict[str, Life]:
    """Two transitions that approach, one that does not, and four lives without one."""
    still, usual = np.full(OBSERVED, RESTING), np.ones(OBSERVED)
    late = np.clip((np.arange(OBSERVED) - OBSERVED + SERIES) / (SERIES - 1), 0, 1)
    ramp = np.linspace(CALM, TIPPED, OBSERVED)
    return {
        "onset": Life(ramp, usual, tips=True),
        "termination": Life(-ramp, usual, ill=True, tips=True),
        "kicked": Life(0 * still, KICKED * usual, tips=True),
        "approach": Life(CALM + (HALFWAY - CALM) * late, usual),
        "steady": Life(still, usual),
        "louder": Life(still, 1 + (LOUDER - 1) * late),
        "bent": Life(still, usual, bent=BENT),
    }


@functools.partial(jax.jit, static_argnames="people")
def observed(
    emotions: Emotions,
    start: Float[Array, "4"],
    stress: Float[Array, " times"],
    loudness: Float[Array, " times"],
    key: Key,
    people: int,
) -> Float[Array, "times people 4"]:
    """Emotions of people at each observation."""
    persons = patient_indices(0, people)

    def turn(
        state: Float[Array, "people 4"], now: tuple[Array, Array, Array]
    ) -> tuple[Float[Array, "people 4"], Float[Array, "people 4"]]:
        time, push, loud = now
        draws = normals(key, persons, time, len(EMOTIONS), dtype=push.dtype)
        trial = lambda one, z: emotions.trial(one, EmotionInputs(push, loud * z))
        return jax.vmap(trial)(state, draws.T)

    each = lambda course: jnp.repeat(course, STEPS)
    times = jnp.arange(stress.shape[0] * STEPS)
    everybody = jnp.broadcast_to(start, (people, len(EMOTIONS)))
    seen = jax.lax.scan(turn, everybody, (times, each(stress), each(loudness)))[1]
    return seen[::STEPS]


def series_of(life: Life, key: Key, people: int) -> Float[np.ndarray, "people times 4"]:
    """What is read of each person: the last observations, or those before the change.

    People whose state changes too early for a whole series, or never, are left out.

    Raises
    ------
    LabError
        If nobody is left.
    """
    emotions = Emotions()
    start = emotions.init()[::-1] if life.ill else emotions.init()
    course = jnp.asarray(life.stress), jnp.asarray(life.loudness)
    seen = np.asarray(observed(emotions, start, *course, key, people))
    ends = np.full(people, OBSERVED)
    if life.tips:
        unhappy = seen[:, :, 2:].mean(axis=2) > seen[:, :, :2].mean(axis=2)
        changed = unhappy != life.ill
        ends = np.where(changed.any(axis=0), changed.argmax(axis=0) - LEAD, 0)
    kept = [
        seen[end - SERIES : end, person]
        for person, end in enumerate(ends)
        if end >= SERIES
    ]
    if not kept:
        raise LabError(
            f"early-warnings needs people whose mood changes after {SERIES + LEAD} "
            f"observations; there is none among {people}. Ask for at least {ENOUGH} "
            "patients."
        )
    rise = life.bent * np.linspace(0, 1, SERIES) ** 3
    return np.stack(kept) + rise[None, :, None]


def alarm_rates(
    series: Mapping[str, Float[np.ndarray, "people times 4"]],
    reading: EarlyWarning,
    key: Key,
) -> dict[str, dict[str, float]]:
    """Share of people with an alarm [1], by life and by indicator."""
    draws = normals(
        key, patient_indices(0, SURROGATES), 0, SERIES * len(EMOTIONS), dtype=float
    )
    noise = draws.T.reshape(SURROGATES, SERIES, len(EMOTIONS))
    together = jnp.concatenate([jnp.asarray(each) for each in series.values()])
    alarms = reading.alarms(_read(together, noise, reading))
    ends = np.cumsum([len(each) for each in series.values()])[:-1]
    parts = {
        w: np.split(np.asarray(a), ends) for w, a in zip(WARNINGS, alarms, strict=True)
    }
    return {
        life: {w: float(parts[w][place].mean()) for w in WARNINGS}
        for place, life in enumerate(series)
    }


@functools.partial(jax.jit, static_argnames="reading")
def _read(
    series: Float[Array, "people times 4"],
    noise: Float[Array, "draws times 4"],
    reading: EarlyWarning,
) -> Warnings:
    return jax.lax.map(lambda one: reading.read(one, noise), series)


def run(setting: Setting) -> Outcome:
    """Alarm rates of each life, and how far true alarms exceed false ones."""
    key = lambda name: stream_key(setting.seed, f"lab.early-warnings.{name}")
    seen = {
        name: series_of(life, key(name), setting.patients)
        for name, life in lives().items()
    }
    alarm = alarm_rates(seen, EarlyWarning(), key("surrogates"))
    left_in = EarlyWarning(bandwidth=math.inf)
    alarm |= alarm_rates({"bent_raw": seen["bent"]}, left_in, key("surrogates"))
    numbers = {
        f"alarm_{life}_{w}": rate
        for life, of_life in alarm.items()
        for w, rate in of_life.items()
        if w in TOLD
    }
    for w in WARNINGS:
        for name in ("onset", "termination"):
            numbers[f"gain_{name}_{w}"] = alarm[name][w] - alarm["steady"][w]
    for w in TOLD:
        numbers[f"unannounced_{w}"] = alarm["onset"][w] - alarm["kicked"][w]
    panels = (_course(seen["onset"][0]), _bars(alarm))
    caption = (
        "Slowing raises variance before most transitions that are approached, and "
        "autocorrelation before fewer. Growing noise and a bending mean raise the same "
        "alarms without a transition, and few people thrown over by noise get one."
    )
    return Outcome(numbers, Figure(caption, panels))


def _course(series: Float[np.ndarray, "times 4"]) -> Panel:
    times = np.arange(len(series))
    return Panel(
        title="One person before the onset",
        x_label="observation",
        y_label="strength of the emotion",
        series=tuple(
            Series(name, times, series[:, i]) for i, name in enumerate(EMOTIONS)
        ),
    )


def _bars(alarm: dict[str, dict[str, float]]) -> Panel:
    places = [float(place) for place in range(len(alarm))]
    return Panel(
        title="Alarms",
        x_label="what happens",
        y_label="share of people with an alarm",
        series=tuple(
            Series(w, places, [rate[w] for rate in alarm.values()], kind="bars")
            for w in WARNINGS
        ),
        categories=tuple(LIVES[name] for name in alarm),
    )


EXPERIMENT = Experiment(run=run, patients=100)
