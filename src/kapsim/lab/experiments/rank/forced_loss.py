"""Forced loss of status: unexpected, won back, yielded to, or kept by entrapment."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.rank.defeats import (
    Suffered,
    contests,
    fresh,
    last,
    same_opponent,
)
from kapsim.lab.influence import Influence
from kapsim.mind.rank import Contest, Defeat, DefeatInputs, Elo

HOME = 60  # contests in which the order of two becomes known
LOSSES = 10
APART_H = 0.5
DAYS_AFTER = 14
HOURS = tuple(float(12 * k) for k in range(2 * DAYS_AFTER + 1))
"""When defeat is looked at, after the last loss."""


def settled(elo: Elo, defeat: Defeat) -> Suffered:
    """The order of a dominant (first) and a subordinate, without defeat."""
    home = contests(HOME, won=1.0, rest_h=APART_H, yielding=1.0)
    known = last(same_opponent(fresh(), home, elo, defeat))
    return Suffered(known.rating, jnp.zeros(()))


def remaining(
    defeat: Defeat, start: float, yielding: float, influence: Influence | None = None
) -> np.ndarray:
    """Defeat as it shows [1] at `HOURS` after the last loss."""
    none = jnp.zeros(())
    inputs = DefeatInputs(none, none, jnp.asarray(yielding))
    left = [
        float(defeat.step(jnp.asarray(start), inputs, jnp.asarray(h))) for h in HOURS
    ]
    shown = [1 - influence.at(h).window if influence else 1.0 for h in HOURS]
    return np.array(left) * np.array(shown)


class Lost(NamedTuple):
    """Course over the contests of a dominant, a subordinate, and one who wins back."""

    dominant: Suffered
    subordinate: Suffered
    regained: Suffered


def lost(elo: Elo, defeat: Defeat) -> Lost:
    """The same losses to a subordinate and to a dominant, and wins after losses."""
    order = settled(elo, defeat)
    below = Suffered(order.rating[::-1], order.defeat)
    forced, again = (
        contests(LOSSES, won=won, rest_h=APART_H, yielding=0.0) for won in (0.0, 1.0)
    )
    dominant = same_opponent(order, forced, elo, defeat)
    return Lost(
        dominant,
        same_opponent(below, forced, elo, defeat),
        same_opponent(last(dominant), again, elo, defeat),
    )


def numbers(courses: Lost, defeat: Defeat) -> dict[str, float]:
    """Defeat after each course, and after a fortnight with and without a way out."""
    ends = {name: float(one.defeat[-1]) for name, one in courses._asdict().items()}
    after = ends["dominant"]
    return {
        "unexpected": after,
        "expected": ends["subordinate"],
        "regained": ends["regained"],
        "entrapped": float(remaining(defeat, after, 0.0)[-1]),
        "yielded": float(remaining(defeat, after, 1.0)[-1]),
        "contests_given_up": _entered(0.0) - _entered(after),
    }


def run(setting: Setting) -> Outcome:
    """Unexpected and expected losses, and what ends the defeat."""
    defeat = Defeat()
    courses = lost(Elo(), defeat)
    found = numbers(courses, defeat)
    after = found["unexpected"]
    left = {
        "entrapped": remaining(defeat, after, 0.0),
        "yielding open": remaining(defeat, after, 1.0),
    }
    if setting.drug:
        shown = remaining(defeat, after, 0.0, setting.drug)
        left[f"entrapped, {setting.drug.text}"] = shown
        found["shown_after_a_day"] = float(shown[HOURS.index(24.0)])
        found["shown_after_a_week"] = float(shown[HOURS.index(168.0)])
    return Outcome(found, _figure(courses, left))


def _entered(defeat: float) -> float:
    """Share of contests entered [1] by one of middling rank."""
    return float(Contest().entered(jnp.zeros(()), jnp.asarray(defeat)))


def _figure(courses: Lost, left: dict[str, np.ndarray]) -> Figure:
    count = [float(k) for k in range(LOSSES + 1)]
    from_none = lambda course: [0.0, *course.defeat.tolist()]
    losing = from_none(courses.dominant)
    days = [h / 24 for h in HOURS]
    return Figure(
        "The same number of losses defeats a dominant, who does not expect them, and "
        "hardly a subordinate, who does. Winning back ends it, yielding lets it pass, "
        "entrapment keeps it.",
        (
            Panel(
                "Losses, then wins",
                "contests",
                "defeat D",
                (
                    Series("dominant, forced to lose", count, losing),
                    Series(
                        "subordinate, loses as usual",
                        count,
                        from_none(courses.subordinate),
                    ),
                    Series(
                        "dominant, winning back",
                        [LOSSES + k for k in count],
                        [losing[-1], *courses.regained.defeat.tolist()],
                    ),
                ),
            ),
            Panel(
                "After the last loss",
                "days",
                "defeat D as it shows",
                tuple(Series(name, days, y.tolist()) for name, y in left.items()),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, drug=True)
