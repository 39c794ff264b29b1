"""Renewal: fear that was extinguished in one room returns in another."""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.threat.contexts import follow

ACQUISITION, EXTINCTION = 20, 50
"""Trials with and without the shock; one trial of test follows."""

DESIGNS = ("AAA", "AAB", "ABA", "ABB", "ABC")
"""Rooms of acquisition, extinction and test."""

ORDER = ("ABA", "ABC", "AAB", "AAA", "ABB")
"""From most to least fear at test."""

AT = {"acquisition": ACQUISITION - 1, "extinction": -2, "test": -1}
"""Trial at which each expectation is read."""

PUBLISHED_TEST = {"AAA": 0.29, "AAB": 0.36, "ABA": 0.95, "ABB": 0.02, "ABC": 0.64}


def phases(design: str) -> tuple[tuple[int, str, int], ...]:
    """Phases of one design."""
    acquired, extinguished, tested = design
    return (1, acquired, ACQUISITION), (0, extinguished, EXTINCTION), (0, tested, 1)


def run(setting: Setting) -> Outcome:
    """Expectation of shock over the five designs; nothing is drawn."""
    expected = np.asarray(follow([phases(design) for design in DESIGNS]).expected)[0]
    course: dict[str, np.ndarray] = dict(zip(DESIGNS, expected, strict=True))
    numbers = {
        f"v_{when}_{design.lower()}": float(course[design][trial])
        for design in DESIGNS
        for when, trial in AT.items()
    }
    for more, less in pairwise(ORDER):
        gap = course[more][-1] - course[less][-1]
        numbers[f"order_{more}_{less}".lower()] = float(gap)
    return Outcome(numbers, _figure(course))


def _figure(course: Mapping[str, np.ndarray]) -> Figure:
    trials = np.arange(1.0, len(course[DESIGNS[0]]) + 1).tolist()
    places = np.arange(float(len(DESIGNS))).tolist()
    lines = tuple(Series(design, trials, course[design].tolist()) for design in DESIGNS)
    at_test = [float(course[design][-1]) for design in DESIGNS]
    points = [PUBLISHED_TEST[design] for design in DESIGNS]
    return Figure(
        caption="Fear that was learned in room A and extinguished in A or B, tested in "
        "A, B or C. It returns wherever the room of test is not that of extinction.",
        panels=(
            Panel("Expectation over trials", "trial", "expectation of shock", lines),
            Panel(
                "At test",
                "rooms of acquisition, extinction, test",
                "expectation of shock",
                (
                    Series("model", places, at_test, kind="bars"),
                    Series("published", places, points, kind="points"),
                ),
                categories=DESIGNS,
            ),
        ),
    )


EXPERIMENT = Experiment(run=run)
