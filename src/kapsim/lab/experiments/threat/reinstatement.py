"""Reinstatement: a shock out of the blue brings extinguished fear back."""

import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.threat.phases import Course, Phase, follow, paired, unpaired

PAIRINGS, EXTINCTION = 3, 18
"""Trials with the shock, and without it after the retrieval."""

BEFORE, AFTER = 5, 15
"""Extinction trials before and after the retrieval, where some come first."""

PAUSE, SHORT = 20.0, 3.0
"""Pauses between phases, and from retrieval to extinction [trials]."""

LONE_SHOCK = Phase((1.0,), PAUSE, cues=(0.0,))

COMPUTED = {"ret_ext": 0.035, "ext_ret_ext": 0.750}
"""Response at test, from the published equations."""

NAMES = {
    "ret_ext": "retrieval, extinction",
    "ext_ret_ext": "extinction, retrieval, extinction",
}


def designs() -> dict[str, tuple[Phase, ...]]:
    """Phases of both designs, each with a lone shock and a test at the end."""
    retrieval = unpaired(1, gap=PAUSE)
    end = (LONE_SHOCK, unpaired(1, gap=PAUSE))
    return {
        "ret_ext": (
            *(paired(PAIRINGS), retrieval),
            *(unpaired(EXTINCTION, gap=SHORT), *end),
        ),
        "ext_ret_ext": (
            *(paired(PAIRINGS), unpaired(BEFORE, gap=PAUSE), retrieval),
            *(unpaired(AFTER, gap=SHORT), *end),
        ),
    }


def run(setting: Setting) -> Outcome:
    """Response at test, and how many causes the trials were given to."""
    del setting
    plans = designs()
    found = dict(zip(plans, follow(list(plans.values())), strict=True))
    numbers: dict[str, float] = {}
    for name, course in found.items():
        numbers[f"response_{name}"] = float(course.response[-1])
        numbers[f"causes_{name}"] = float(course.causes)
    difference = numbers["response_ext_ret_ext"] - numbers["response_ret_ext"]
    numbers["protected"] = difference
    return Outcome(numbers, _figure(found))


def _figure(found: dict[str, Course]) -> Figure:
    lines = tuple(
        Series(NAMES[name], np.arange(1.0, len(c.time) + 1), c.response)
        for name, c in found.items()
    )
    places = np.arange(float(len(found)))
    at_test = [float(course.response[-1]) for course in found.values()]
    return Figure(
        caption="A memory that is retrieved just before its extinction is changed "
        "itself; one that was extinguished before has a cause of its own for safety, "
        "and the old fear is there for a shock to bring back.",
        panels=(
            Panel("Over trials", "trial", "response", lines),
            Panel(
                "After a lone shock",
                "design",
                "response at test",
                (
                    Series("model", places, at_test, kind="bars"),
                    Series(
                        "published equations",
                        places,
                        [COMPUTED[name] for name in found],
                        kind="points",
                    ),
                ),
                categories=tuple(NAMES[name] for name in found),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run)
