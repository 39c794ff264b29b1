"""One antidepressant after the other, and what is left after them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.course.curves import curve
from kapsim.lab.statistics import share
from kapsim.lab.trials import Course, Design, course, persons
from kapsim.patient.person import Person

STEPS = 4
STEP_WEEKS = 14
SEEN_WEEKS = (2, 4, 6, 9, 12, 14)
"""Visits within a step, counted from its start [weeks]."""

FOLLOWED_WEEKS = tuple(range(4, 53, 4))
"""Visits after the last step, counted from its end [weeks]."""

REMISSION, RELAPSE = 5, 11
"""Highest QIDS-SR of remission, and lowest of relapse [points]."""

RESPONSE = 0.5
"""Least fall of response, as a share of the score at the start of the step."""

STRICT = 9
"""Highest MADRS at the HDRS-17 of 7 that a reanalysis asks for [points]."""

OUTPATIENTS: Mapping[str, Any] = {
    "entry": {"scale": "MADRS", "at_least": 18},
    "baseline": {"scale": "MADRS", "mean": 28, "sd": 6},
    "failures": {"mean": 0},
}
"""People without a failed treatment; HDRS-17 of 14 or more, read as a MADRS of 18."""

RESISTANT: Mapping[str, Any] = {
    "entry": {"scale": "MADRS", "at_least": 18},
    "baseline": {"scale": "MADRS", "mean": 28, "sd": 6},
    "failures": {"mean": 2, "at_least": 2},
}
"""People as a protocol draws them in whom two treatments have failed."""


def day(week: int) -> str:
    """A moment so many weeks after the first."""
    return f"day {1 + 7 * week}"


def design(last: int, **changes: Any) -> Design:
    """Visits of `last` steps and of the year after them."""
    ends = STEP_WEEKS * last
    weeks = [STEP_WEEKS * k + w for k in range(last) for w in SEEN_WEEKS]
    weeks += [ends + w for w in FOLLOWED_WEEKS]
    return Design(OUTPATIENTS, ["day 1", *map(day, weeks)], **changes)


def arm(last: int) -> dict[str, Any]:
    """One medicine after the other; the last one is taken on."""
    switches = [day(STEP_WEEKS * k) for k in range(1, last)]
    medicine = {"use": "started", "since": "day 1", "switches": switches}
    return {"antidepressant": medicine}


class Steps(NamedTuple):
    """What was seen at the end of each step.

    Attributes
    ----------
    remitted, responded, strictly
        In remission, fallen by half within the step, and in remission by the stricter
        rule.
    here
        Not in remission at the end of any earlier step.
    """

    remitted: Bool[np.ndarray, "steps n"]
    responded: Bool[np.ndarray, "steps n"]
    strictly: Bool[np.ndarray, "steps n"]
    here: Bool[np.ndarray, "steps n"]

    @property
    def rates(self) -> list[float]:
        """Share in remission among those who are still here, by step [1]."""
        pairs = zip(self.remitted, self.here, strict=True)
        return [float(yes[here].mean()) for yes, here in pairs]

    @property
    def left(self) -> Bool[np.ndarray, " n"]:
        """Who was in remission after none of the first two steps."""
        return self.here[2]


def steps(seen: Course, last: int = STEPS) -> Steps:
    """What was seen at the end of each of `last` steps."""
    ends = len(SEEN_WEEKS) * np.arange(last + 1)
    qids, madrs = seen.totals["QIDS-SR"][ends], seen.totals["MADRS"][ends]
    remitted = qids[1:] <= REMISSION
    before = np.logical_or.accumulate(remitted, axis=0)
    return Steps(
        remitted=remitted,
        responded=qids[1:] <= (1 - RESPONSE) * qids[:-1],
        strictly=madrs[1:] <= STRICT,
        here=~np.concatenate([np.zeros_like(before[:1]), before[:-1]]),
    )


def relapsed(seen: Course, last: int) -> float:
    """Share of those who remitted in the last step that relapse within a year [1]."""
    found = steps(seen, last)
    followed = seen.totals["QIDS-SR"][1 + len(SEEN_WEEKS) * last :]
    again = np.asarray((followed >= RELAPSE).any(axis=0))
    return share(again[found.remitted[-1] & found.here[-1]]).value


def run(setting: Setting) -> Outcome:
    """Four steps, the year after each, and the people who are left after two."""
    courses = [course(design(k), arm(k), setting) for k in range(1, STEPS + 1)]
    found = steps(courses[-1])
    numbers = {f"remission_{k + 1}": rate for k, rate in enumerate(found.rates)}
    numbers |= {
        f"relapse_{k}": relapsed(seen, k) for k, seen in enumerate(courses, start=1)
    }
    numbers |= {
        "cumulative": float(found.remitted.any(axis=0).mean()),
        "cumulative_strict": float(found.strictly.any(axis=0).mean()),
        "resistant": float((~found.responded[:2].any(axis=0)).mean()),
        "not_remitted_twice": float(found.left.mean()),
        "relapse_rises": numbers["relapse_4"] - numbers["relapse_1"],
    }
    numbers |= who_is_left(found, setting)
    return Outcome(numbers, _figure(numbers, found))


def who_is_left(found: Steps, setting: Setting) -> dict[str, float]:
    """Those left after two steps beside those whom a protocol draws as resistant."""
    drawn = persons(Design(RESISTANT, ["day 1"]), setting)
    real = persons(Design(OUTPATIENTS, ["day 1"]), setting)
    ours = {"life": _life(real), "treatability": np.asarray(real.treatability)}
    theirs = {"life": _life(drawn), "treatability": np.asarray(drawn.treatability)}
    numbers: dict[str, float] = {}
    for name, values in ours.items():
        left, met = float(values[found.left].mean()), float(theirs[name].mean())
        numbers |= {
            f"{name}_all": float(values.mean()),
            f"{name}_left": left,
            f"{name}_drawn": met,
            f"{name}_gap": left - met,
        }
    return numbers


def _life(person: Person) -> Float[np.ndarray, " n"]:
    """What life offers a person at rest, mean of the three domains [1]."""
    return np.asarray(person.balance.life).mean(axis=0)


def _figure(numbers: Mapping[str, float], found: Steps) -> Figure:
    places = list(map(float, range(STEPS)))
    names = tuple(str(k + 1) for k in range(STEPS))
    pairs = zip(found.remitted, found.here, strict=True)
    rates = [share(yes[here]) for yes, here in pairs]
    after = [numbers[f"relapse_{k + 1}"] for k in range(STEPS)]
    return Figure(
        caption="Each further antidepressant helps fewer of those whom none before "
        "has helped.",
        panels=(
            Panel(
                "Remission in each step",
                "step",
                "share of those still here",
                (
                    curve("model", places, rates, "bars"),
                    Series(
                        "published", places, [0.368, 0.306, 0.137, 0.13], kind="points"
                    ),
                ),
                names,
            ),
            Panel(
                "Relapse within a year of remission",
                "step of remission",
                "share of those in remission",
                (
                    Series("model", places, after, kind="bars"),
                    Series(
                        "published", places, [0.401, 0.553, 0.646, 0.711], kind="points"
                    ),
                ),
                names,
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=4096)
