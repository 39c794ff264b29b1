"""The window of plasticity over the days after a dose."""

import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.influence import Influence, influence
from kapsim.units import DAY_H

PUBLISHED = "ketamine racemate 0.5 mg/kg iv over 40 min@0h"
EARLY_D, LATE_D = 2.0, 10.0
"""Days of the two scans after the dose."""

SHOWN_D, STEP_D = 21, 0.125


def window(drug: Influence, days: float) -> float:
    """How far the window is open [1] some days after the reference event."""
    return drug.at(days * DAY_H).window


def run(setting: Setting) -> Outcome:
    """Window at the days of the scans, as a share of its widest."""
    usual = influence(PUBLISHED)
    asked = {usual.text: usual}
    if setting.drug is not None:
        asked[setting.drug.text] = setting.drug
    days = np.arange(0.0, SHOWN_D + STEP_D, STEP_D).tolist()
    courses = {text: [window(drug, d) for d in days] for text, drug in asked.items()}
    scans = [window(usual, EARLY_D), window(usual, LATE_D)]
    widest = max(courses[usual.text])
    numbers = {
        "share_day_2": scans[0] / widest,
        "share_day_10": scans[1] / widest,
    }
    lines = [Series(text, days, course) for text, course in courses.items()]
    marked = "days of the published scans"
    lines.append(Series(marked, [EARLY_D, LATE_D], scans, kind="points"))
    panel = Panel("Window of plasticity", "day", "window W", tuple(lines))
    caption = (
        "The window after one dose. Insula and default mode network were connected as "
        "in healthy people at the first marked day, and no longer at the second."
    )
    return Outcome(numbers, Figure(caption, (panel,)))


EXPERIMENT = Experiment(run=run, drug=True)
