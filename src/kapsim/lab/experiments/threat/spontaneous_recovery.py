"""Spontaneous recovery: extinguished fear returns with time alone."""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.threat.phases import Phase, follow, paired, unpaired
from kapsim.mind.threat import MemoryModification
from kapsim.units import DAY_H

PAIRINGS, EXTINCTION = 3, 19
"""Trials with and without the shock in the published simulation."""

TO_EXTINCTION, TO_TEST = 20.0, 200.0
"""Pauses before extinction and before the test [trials]."""

GAPS = (1.0, 5.0, 20.0, 50.0, 200.0, 1000.0)
"""Pauses between extinction and test [trials]."""

COMPUTED_GAPS = (0.298, 0.602, 0.947, 0.994, 0.991, 0.523)
"""Response after each pause, from the published equations."""

COMPUTED_COURSE = (
    *(0.02, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.98, 0.93, 0.83, 0.73, 0.62),
    *(0.54, 0.47, 0.41, 0.36, 0.32, 0.29, 0.26, 0.24, 0.22, 0.20, 0.99),
)
"""Response on every trial, from the published equations."""

RAT_PAIRINGS, RAT_EXTINCTION = 7, 20
"""Trials of the rats."""

RAT_PAUSE_H, LATER_H = 1.0, 24.0
"""From conditioning to extinction in the rats, and in the published simulation."""

DAYS = (0.0, 1.0, 2.0, 4.0, 6.0, 10.0, 14.0)
"""Days from extinction to test, one group of rats each."""

RECOVERED_DAY = 10.0
"""Day by which the rats' fear was back in full."""


def simulated(gap: float) -> tuple[Phase, ...]:
    """The published simulation with one pause before the test [trials]."""
    extinction = unpaired(EXTINCTION, gap=TO_EXTINCTION)
    return (paired(PAIRINGS), extinction, unpaired(1, gap=gap))


def rats(
    pairings: int, pause_h: float, learner: MemoryModification
) -> list[tuple[Phase, ...]]:
    """The rats' design by day of the test, which is a second extinction."""
    units = lambda hours: float(learner.units(jnp.asarray(hours)))
    return [
        (
            paired(pairings),
            unpaired(RAT_EXTINCTION, gap=units(pause_h)),
            unpaired(RAT_EXTINCTION, gap=units(day * DAY_H)),
        )
        for day in DAYS
    ]


def run(setting: Setting) -> Outcome:
    """Response over pauses, over trials, and over days; nothing is drawn."""
    del setting
    capped = MemoryModification(capped=True)
    designs = [simulated(gap) for gap in (*GAPS, TO_TEST)]
    published = follow(designs)
    responses = [float(course.response[-1]) for course in published[:-1]]
    course = published[-1].response
    flat = [float(one.response[-1]) for one in follow(designs, capped)[:-1]]
    first, again, recovered = _days(RAT_PAIRINGS, RAT_PAUSE_H, capped)
    weaker = _days(PAIRINGS, LATER_H, capped)[2]
    numbers = {
        f"response_gap_{gap:g}": response
        for gap, response in zip(GAPS, responses, strict=True)
    }
    numbers["course_error"] = float(np.abs(course - np.array(COMPUTED_COURSE)).max())
    numbers["least_step_capped"] = float(np.diff(flat).min())
    back = DAYS.index(RECOVERED_DAY)
    numbers["least_step_days"] = float(np.diff(recovered).min())
    numbers["recovered_day_10"] = recovered[back]
    numbers["savings"] = float(np.mean(first - again[back]))
    numbers["recovered_day_10_weak_late"] = weaker[back]
    shown = {
        "seven pairings, extinction an hour later": recovered,
        "three pairings, extinction a day later": weaker,
    }
    return Outcome(numbers, _figure(course, responses, flat, shown))


def _days(
    pairings: int, pause_h: float, learner: MemoryModification
) -> tuple[np.ndarray, list[np.ndarray], list[float]]:
    """Response in the first extinction, in each second one, and share that is back."""
    found = follow(rats(pairings, pause_h, learner), learner)
    first = found[0].response[pairings : pairings + RAT_EXTINCTION]
    again = [course.response[pairings + RAT_EXTINCTION :] for course in found]
    return first, again, [float(second[0] / first[0]) for second in again]


def _figure(
    course: np.ndarray,
    responses: Sequence[float],
    flat: Sequence[float],
    days: dict[str, list[float]],
) -> Figure:
    trials = np.arange(1.0, len(course) + 1)
    places = np.arange(float(len(GAPS)))
    by_day = [Series(name, DAYS, shares) for name, shares in days.items()]
    return Figure(
        caption="Fear is learned, extinguished, and met again after a pause. It comes "
        "back; with a memory of time without end it would fade once more.",
        panels=(
            Panel(
                "Over trials",
                "trial",
                "response",
                (
                    Series("model", trials, course.tolist()),
                    Series(
                        "published equations", trials, COMPUTED_COURSE, kind="points"
                    ),
                ),
            ),
            Panel(
                "Over the pause before the test",
                "pause (trials)",
                "response",
                (
                    Series("model", places, responses),
                    Series("model, memory of time capped", places, flat),
                    Series("published equations", places, COMPUTED_GAPS, kind="points"),
                ),
                categories=tuple(f"{gap:g}" for gap in GAPS),
            ),
            Panel(
                "Over days",
                "days after extinction",
                "share of the fear before extinction",
                (
                    *by_day,
                    Series("published, rats", [RECOVERED_DAY], [1.0], kind="points"),
                ),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run)
