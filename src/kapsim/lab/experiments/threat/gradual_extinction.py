"""Gradual extinction: shocks that become rare in place of shocks that stop."""

from collections.abc import Mapping

import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.threat.phases import Course, Phase, follow, paired, unpaired
from kapsim.mind.threat import MemoryModification

PAIRINGS, EXTINCTION = 3, 24
"""Trials of conditioning and of extinction (from memory)."""

SHOCKS = (1, 3, 6, 10, 15)
"""Extinction trials with a shock (from memory)."""

TO_EXTINCTION, DAY, MONTH = 20.0, 20.0, 600.0
"""Pauses [trials]: a day stands between conditioning and extinction."""

ARMS: tuple[str, ...] = ("standard", "gradual", "reverse")


def extinctions() -> dict[str, tuple[float, ...]]:
    """Shocks on the extinction trials of each arm."""
    gradual = [float(trial in SHOCKS) for trial in range(1, EXTINCTION + 1)]
    last = max(SHOCKS)
    reverse = gradual[:last][::-1] + gradual[last:]
    return {
        "standard": (0.0,) * EXTINCTION,
        "gradual": tuple(gradual),
        "reverse": tuple(reverse),
    }


def designs(*end: Phase) -> list[tuple[Phase, ...]]:
    """Phases of every arm with some end."""
    return [
        (paired(PAIRINGS), Phase(shocks, TO_EXTINCTION), *end)
        for shocks in extinctions().values()
    ]


def run(setting: Setting) -> Outcome:
    """Fear after a day, after a month, and after a lone shock; nothing is drawn."""
    del setting
    shock = Phase((1.0,), DAY, cues=(0.0,))
    ends = {
        "day": (unpaired(1, gap=DAY),),
        "month": (unpaired(1, gap=MONTH),),
        "shock": (shock, unpaired(1, gap=DAY)),
    }
    learner = MemoryModification(capped=True)
    found = {
        name: dict(zip(ARMS, follow(designs(*end), learner), strict=True))
        for name, end in ends.items()
    }
    fear = {
        name: {arm: float(course.response[-1]) for arm, course in arms.items()}
        for name, arms in found.items()
    }
    numbers = {
        f"gradual_{name}": v["gradual"] - v["standard"] for name, v in fear.items()
    }
    numbers["reverse_day"] = fear["day"]["reverse"] - fear["day"]["gradual"]
    return Outcome(numbers, _figure(found["day"], fear))


def _figure(
    courses: Mapping[str, Course], fear: Mapping[str, Mapping[str, float]]
) -> Figure:
    trials = np.arange(1.0, PAIRINGS + EXTINCTION + 1)
    lines = tuple(
        Series(arm, trials, course.response[:-1]) for arm, course in courses.items()
    )
    bars = tuple(
        Series(
            arm,
            np.arange(float(len(fear))),
            [at[arm] for at in fear.values()],
            kind="bars",
        )
        for arm in ARMS
    )
    return Figure(
        caption="Where shocks become rare, extinction never looks like something new: "
        "the old memory itself is unlearned, and less comes back.",
        panels=(
            Panel("Conditioning and extinction", "trial", "response", lines),
            Panel(
                "Return of fear",
                "test",
                "response at test",
                bars,
                categories=("after a day", "after a month", "after a lone shock"),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run)
