"""Retrieval and extinction: one reminder, a pause, then extinction."""

from collections.abc import Sequence

import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.threat.phases import Course, Phase, follow, paired, unpaired
from kapsim.mind.threat import MemoryModification

PAIRINGS, EXTINCTION = 3, 18
"""Trials with the shock, and without it after the retrieval."""

TO_RETRIEVAL, TO_TEST = 20.0, 200.0
"""Pauses before the retrieval and before the test [trials]."""

GAPS = (0.0, 1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)
"""Pauses between the retrieval and extinction [trials]."""

COMPUTED_RESPONSE = (
    *(0.991, 0.078, 0.068, 0.067, 0.066),
    *(0.065, 0.063, 0.890, 0.847, 0.698),
)
COMPUTED_POSTERIOR = (0.07, 0.87, 0.85, 0.82, 0.77, 0.69, 0.59, 0.42, 0.29, 0.18)
"""At test; of the cause of acquisition on the first extinction trial."""

PROTOCOLS = {"none": 0.0, "short": 3.0, "long": 100.0}
"""Pause after the retrieval [trials]; with none it is part of extinction."""

MOMENTS = {
    "acquisition": PAIRINGS - 1,
    "retrieval": PAIRINGS,
    "extinction": PAIRINGS + EXTINCTION,
    "test": PAIRINGS + EXTINCTION + 1,
}
"""Trial at which the cause of acquisition is looked at."""

FINE = tuple(float(gap) for gap in range(1, 101))
"""Pauses among which the end of the window is looked for [trials]."""

HALF = 0.5
"""Response at test from which fear counts as back."""


def design(gap: float) -> tuple[Phase, ...]:
    """Conditioning, retrieval, extinction after some pause [trials], and test."""
    retrieval, test = unpaired(1, gap=TO_RETRIEVAL), unpaired(1, gap=TO_TEST)
    return (paired(PAIRINGS), retrieval, unpaired(EXTINCTION, gap=gap), test)


def at_test(courses: Sequence[Course]) -> list[float]:
    """Response at the test of each design."""
    return [float(course.response[-1]) for course in courses]


def run(setting: Setting) -> Outcome:
    """The sweep of the pause, with the mechanism on and off; nothing is drawn."""
    del setting
    swept = follow([design(gap) for gap in GAPS])
    responses = at_test(swept)
    posterior = [float(course.after[PAIRINGS + 1, 0]) for course in swept]
    off = at_test(
        follow([design(gap) for gap in GAPS], MemoryModification(iterations=1))
    )
    numbers: dict[str, float] = {}
    for gap, response, share in zip(GAPS, responses, posterior, strict=True):
        numbers[f"response_gap_{gap:g}"] = response
        numbers[f"posterior_gap_{gap:g}"] = share
    for name, gap in PROTOCOLS.items():
        course = swept[GAPS.index(gap)]
        for moment, trial in MOMENTS.items():
            numbers[f"cause_{name}_{moment}"] = float(course.after[trial, 0])
    numbers["window_end"] = _window_end()
    none, short = GAPS.index(PROTOCOLS["none"]), GAPS.index(PROTOCOLS["short"])
    numbers["benefit"] = responses[none] - responses[short]
    numbers["benefit_switched_off"] = off[none] - off[short]
    return Outcome(numbers, _figure(responses, posterior, off))


def _window_end() -> float:
    """Longest pause [h] after which fear stays away."""
    fine = at_test(follow([design(gap) for gap in FINE]))
    safe = [gap for gap, response in zip(FINE, fine, strict=True) if response < HALF]
    return max(safe) * float(MemoryModification().trial_unit)


def _figure(
    responses: Sequence[float], posterior: Sequence[float], off: Sequence[float]
) -> Figure:
    places = np.arange(float(len(GAPS)))
    pauses = tuple(f"{gap:g}" for gap in GAPS)
    computed = lambda values: Series(
        "published equations", places, values, kind="points"
    )
    return Figure(
        caption="One reminder opens the old memory; extinction that follows soon "
        "changes it, extinction that follows late is learned as something else. With "
        "one round of inference between trials the reminder does nothing.",
        panels=(
            Panel(
                "Fear at test",
                "pause from reminder to extinction (trials)",
                "response",
                (
                    Series("model", places, responses),
                    Series("mechanism switched off", places, off),
                    computed(COMPUTED_RESPONSE),
                ),
                categories=pauses,
            ),
            Panel(
                "Whose extinction it is",
                "pause from reminder to extinction (trials)",
                "probability of the old cause, first extinction trial",
                (Series("model", places, posterior), computed(COMPUTED_POSTERIOR)),
                categories=pauses,
            ),
        ),
    )


EXPERIMENT = Experiment(run=run)
