"""Where each modality acts: the places that it moves, and what comes of it."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.body.interoceptive_training import deficits, weights
from kapsim.lab.experiments.therapy.weekly import weekly
from kapsim.lab.statistics import correlation, hedges_g
from kapsim.lab.trials import Course, Design, course
from kapsim.measures import HeartbeatTapping
from kapsim.therapy import MODALITIES, Modality, SessionInputs
from kapsim.units import DAY_H

SESSIONS = 16
MARGIN_DAY = 365
"""Day at which behavioural activation is compared with cognitive therapy."""

DESIGN = Design({}, ["day 1", f"day {2 + 7 * (SESSIONS - 1)}", f"day {MARGIN_DAY}"])
"""Before the first session, the day after the last, and a year after entry."""

END, YEAR = 1, 2

COMPARED = (
    "support",
    "restructuring",
    "activation",
    "exposure",
    "interoceptive",
    "self_association",
    "psychodynamic",
)

OWN: Mapping[str, str] = {
    "effort": "activation",
    "self_blame": "restructuring",
    "belief_threat": "exposure",
    "belief_body": "interoceptive",
    "belief_rank": "self_association",
    "trait": "psychodynamic",
}
"""Signal of each place, and the modality whose place it is."""

BELIEFS = ("belief_threat", "belief_body", "belief_rank")


def arm(modality: str, **more: Any) -> dict[str, Any]:
    """Weekly sessions of one modality with homework."""
    return {"sessions": [{**one, **more} for one in weekly(SESSIONS, [modality])]}


OTHERS: Mapping[str, Mapping[str, Any]] = {
    "both": {"sessions": weekly(SESSIONS)},
    "restructuring in a group": arm("restructuring", format="group"),
    "restructuring, remote": arm("restructuring", remote=True),
}
"""Cognitive behavioural therapy, which is restructuring and activation by turns; and
other ways to hold a session."""


def effect(seen: Course, none: Course, place: str) -> float:
    """How far a place has moved at the end against no therapy, standardised [1].

    A place that nobody moves has moved by 0.
    """
    moved, still = seen.signals[place][END], none.signals[place][END]
    if np.array_equal(moved, still):
        return 0.0
    return hedges_g(moved, still).value


def lead(effects: Mapping[str, Mapping[str, float]], place: str) -> float:
    """By how much a place is moved more by its own modality than by any other [1]."""
    own = OWN[place]
    others = (found[place] for name, found in effects.items() if name != own)
    return effects[own][place] - max(others)


def selectivity(effects: Mapping[str, Mapping[str, float]], belief: str) -> float:
    """By how much a belief's own modality moves it more than the other beliefs [1].

    Other places have no spread before therapy: however little moves them, it is much.
    """
    found = effects[OWN[belief]]
    return found[belief] - max(found[other] for other in BELIEFS if other != belief)


def training(modality: str) -> Float[Array, " days"]:
    """Interoceptive training [1] per day of weekly sessions, at an effect of 1."""
    room = Modality()
    once = (jnp.arange(len(MODALITIES)) == MODALITIES.index(modality)).astype(float)
    day = jnp.asarray(DAY_H)

    def pass_day(state: Any, begins: Float[Array, ""]) -> tuple:
        arriving = SessionInputs(begins * once, begins * once)
        met = room.attend(state, arriving)
        return room.step(state, arriving, day), room.signals(met, day).training

    days = jnp.arange(7 * SESSIONS)
    return jax.lax.scan(pass_day, room.init(), (days % 7 == 0).astype(float))[1]


def precision_rise(modality: str) -> float:
    """Rise of the weight of what is felt while the breath is held [1]."""
    found = weights(deficits(training(modality)), HeartbeatTapping().breath_hold)
    return float(found[-1] - found[0])


def run(setting: Setting) -> Outcome:
    """Seven modalities, three ways to hold a session, and none."""
    none = course(DESIGN, {}, setting)
    seen = {name: course(DESIGN, arm(name), setting) for name in COMPARED}
    other = {name: course(DESIGN, one, setting) for name, one in OTHERS.items()}
    effects = {
        name: {place: effect(one, none, place) for place in OWN}
        for name, one in seen.items()
    }
    learned = {
        (name, place): float(seen[name].signals[place][END].mean())
        for name in ("activation", "restructuring")
        for place in ("effort", "self_blame")
    }
    year = [one.totals["PHQ-9"][YEAR] for one in (seen["activation"], other["both"])]
    rises = {name: precision_rise(name) for name in COMPARED}
    others = (rise for name, rise in rises.items() if name != "interoceptive")
    numbers = {
        "restructuring_on_effort": learned["restructuring", "effort"]
        / learned["activation", "effort"],
        "activation_on_self_blame": learned["activation", "self_blame"]
        / learned["restructuring", "self_blame"],
        **{f"own_{place}": lead(effects, place) for place in OWN},
        **{
            belief.replace("belief", "selective"): selectivity(effects, belief)
            for belief in BELIEFS
        },
        "own_precision": rises["interoceptive"] - max(others),
        "amotivation": amotivation(seen["activation"], none),
        "activation_less_cognitive": float(np.subtract(*year).mean()),
    }
    return Outcome(numbers, _figure(effects, seen | other, none))


def amotivation(activated: Course, none: Course) -> float:
    """Correlation of approach at entry with what activation adds to it at the end."""
    added = activated.signals["approach"][END] - none.signals["approach"][END]
    return correlation(none.signals["approach"][0], added).value


def _figure(
    effects: Mapping[str, Mapping[str, float]], seen: Mapping[str, Course], none: Course
) -> Figure:
    places = [float(k) for k in range(len(OWN))]
    most = {place: max(found[place] for found in effects.values()) for place in OWN}
    falls = [
        hedges_g(none.totals["QIDS-SR"][END], one.totals["QIDS-SR"][END]).value
        for one in seen.values()
    ]
    return Figure(
        caption="Sixteen weekly sessions of one modality. Left: how far each place has "
        "moved, as a share of the most that any modality moves it. Both: restructuring "
        "and activation by turns.",
        panels=(
            Panel(
                "Places",
                "place",
                "effect (share of the greatest)",
                tuple(
                    Series(
                        name.replace("_", "-"),
                        places,
                        [found[place] / most[place] for place in OWN],
                        kind="bars",
                    )
                    for name, found in effects.items()
                ),
                categories=tuple(place.replace("_", " ") for place in OWN),
            ),
            Panel(
                "Self-report at the end",
                "modality",
                "effect against no therapy (standardised)",
                (
                    Series(
                        "model",
                        [float(k) for k in range(len(seen))],
                        falls,
                        kind="bars",
                    ),
                ),
                categories=tuple(name.replace("_", "-") for name in seen),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=2048)
