"""Block of reconsolidation: a memory is retrieved and kept from settling again."""

from collections.abc import Sequence

import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.threat.phases import Phase, follow, paired, unpaired

PAUSE, OLD = 20.0, 40.0
"""Pauses to retrieval and to test, and to retrieval of an old memory [trials]."""

LONG = 3
"""Retrieval trials of a long reminder; the block meets the last."""

STRONG = 2
"""Pairings of a strong memory."""

BLOCKED = 0.0
"""What a retrieved cause keeps under a full block [1]."""

ROWS = {
    "no_block": "no block",
    "block": "block",
    "long_reminder": "block, long reminder",
    "old_memory": "block, old memory",
    "strong_memory": "block, strong memory",
}

COMPUTED = (1.000, 0.647, 0.999, 0.927, 0.893)
"""Response at test, from the published equations."""

KEPT = tuple(np.linspace(0.0, 1.5, 16).tolist())
"""From a full block to strengthening by half [1]."""


def design(
    kept: float, *, pairings: int = 1, reminders: int = 1, pause: float = PAUSE
) -> tuple[Phase, ...]:
    """Conditioning, reminders of which the last meets the drug, and test."""
    first, last = unpaired(reminders - 1, gap=pause), unpaired(1, kept=kept)
    return (paired(pairings), first, last, unpaired(1, gap=PAUSE))


def run(setting: Setting) -> Outcome:
    """Response at test in each row, and over what the drug leaves."""
    del setting
    rows = follow(
        [
            design(1.0),
            design(BLOCKED),
            design(BLOCKED, reminders=LONG),
            design(BLOCKED, pause=OLD),
            design(BLOCKED, pairings=STRONG),
        ]
    )
    responses = [float(course.response[-1]) for course in rows]
    expected = [float(c.expected[-1]) for c in follow([design(k) for k in KEPT])]
    numbers = {
        f"response_{name}": response
        for name, response in zip(ROWS, responses, strict=True)
    }
    return Outcome(numbers, _figure(responses, expected))


def _figure(responses: Sequence[float], expected: Sequence[float]) -> Figure:
    places = np.arange(float(len(ROWS)))
    return Figure(
        caption="A drug that meets a retrieved memory weakens it where it keeps less "
        "than all and strengthens it where it keeps more. Old, strong and long "
        "retrieved memories are spared, because the reminder is given to a new cause.",
        panels=(
            Panel(
                "After a block",
                "design",
                "response at test",
                (
                    Series("model", places, responses, kind="bars"),
                    Series("published equations", places, COMPUTED, kind="points"),
                ),
                categories=tuple(ROWS.values()),
            ),
            Panel(
                "Weakened or strengthened",
                "share kept of what was retrieved",
                "expectation of shock at test",
                (Series("model", KEPT, expected),),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run)
