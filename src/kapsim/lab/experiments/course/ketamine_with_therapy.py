"""Ketamine with training or therapy, and without."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.course.curves import curve
from kapsim.lab.experiments.course.infusions import RESISTANT, ketamine, saline
from kapsim.lab.experiments.course.relapses import Relapses, relapses
from kapsim.lab.statistics import mean
from kapsim.lab.trials import Design, course
from kapsim.trial.parameters.uncertainty import draws
from kapsim.trial.summaries.intervals import ENDS

# -- one infusion and training ---------------------------------------------------------

DAYS = (1, 2, 3, 5, 8, 11, 15, 22, 31)
DAY_2, DAY_31 = DAYS.index(2), DAYS.index(31)

TRAINING: Mapping[str, Any] = {
    "modality": "self_association",
    "minutes": 20,
    "remote": True,
    "at": [f"dose 1 + {24 * day + hour} h" for day in (1, 2, 3, 4) for hour in (0, 6)],
}
"""Eight automated sessions, twice daily; their length is from memory."""

CELLS: Mapping[str, Mapping[str, Any]] = {
    "drug and training": {"treatments": [ketamine([1])], "sessions": [TRAINING]},
    "drug alone": {"treatments": [ketamine([1])]},
    "saline and training": {"treatments": [saline([1])], "sessions": [TRAINING]},
    "saline alone": {"treatments": [saline([1])]},
}
"""Sham training has no content and nobody to meet: here, no session."""

GAINS = ("therapy.modality.kappa", "mind.belief.kappa", "mind.belief.beta_plus")
"""What the window adds to therapy and to learning from good news: priors with zero."""

DRAWS = 48


def severity(
    arm: Mapping[str, Any],
    setting: Setting,
    parameters: Mapping[str, Any] | None = None,
) -> np.ndarray:
    """MADRS of an arm [visits, n]."""
    design = Design(RESISTANT, [f"day {day}" for day in DAYS], parameters or {})
    return course(design, arm, setting).totals["MADRS"].astype(float)


def severities(
    setting: Setting, parameters: Mapping[str, Any] | None = None
) -> dict[str, np.ndarray]:
    """MADRS of the four cells, the same people in each [visits, n]."""
    return {name: severity(arm, setting, parameters) for name, arm in CELLS.items()}


def interaction(cells: Mapping[str, np.ndarray]) -> np.ndarray:
    """Effect of training beside the drug less that beside saline [visits], points."""
    both, drug, training, neither = (cells[name].mean(axis=1) for name in CELLS)
    return both - drug - (training - neither)


def interaction_error(cells: Mapping[str, np.ndarray]) -> float:
    """Standard error over people of the interaction on the last day [points]."""
    both, drug, training, neither = (cells[name][DAY_31] for name in CELLS)
    apart = both - drug - (training - neither)
    return float(apart.std(ddof=1) / np.sqrt(len(apart)))


def interactions(setting: Setting) -> np.ndarray:
    """Interaction under the recorded gains, then under draws [draws, visits]."""
    values = draws(GAINS, DRAWS, setting.seed)
    return np.stack([interaction(severities(setting, one)) for one in values])


def month_apart(one: np.ndarray, other: np.ndarray) -> float:
    """Mean MADRS after a month, one arm less the other [points]."""
    return float(one[DAY_31].mean() - other[DAY_31].mean())


def lead_kept(arm: np.ndarray, saline_arm: np.ndarray) -> float:
    """Share of an arm's lead over saline on day 2 that is left after a month [1]."""
    lead = (saline_arm - arm).mean(axis=1)
    return float(lead[DAY_31] / lead[DAY_2])


def directions(cells: Mapping[str, np.ndarray]) -> dict[str, float]:
    """What lasts and what drifts back, in points of the MADRS or as a share."""
    both, drug, training, _ = (cells[name] for name in CELLS)
    return {
        "both_less_training_31": month_apart(both, training),
        "both_less_drug_31": month_apart(both, drug),
        "drug_lead_kept": lead_kept(drug, training),
        "both_lead_kept": lead_kept(both, training),
    }


# -- repeated infusions ----------------------------------------------------------------

SESSION: Mapping[str, Any] = {
    "modality": "restructuring",
    "minutes": 50,
    "homework": True,
}

FOUR_ALONE: Mapping[str, Any] = {
    "open_label": True,
    "antidepressant": "continued",
    "treatments": [ketamine([1, 4, 8, 11])],
}

FOUR_WITH_THERAPY: Mapping[str, Any] = {
    **FOUR_ALONE,
    "sessions": [{**SESSION, "days": [2, 5, 9, 12, *range(19, 75, 7)]}],
}
"""Four infusions in two weeks; twelve sessions in ten, twice weekly at first."""


SIX_ALONE: Mapping[str, Any] = {
    "open_label": True,
    "treatments": [ketamine([1, 3, 5, 8, 10, 12])],
}

AFTER_FOUR = tuple(range(15, 15 + 7 * 18, 7))
EIGHT_WEEKS = 11 + 56
"""Day, eight weeks after the last of four infusions."""

AFTER_SIX = tuple(sorted([*range(13, 96, 7), *range(16, 96, 7)]))


def followed(arm: Mapping[str, Any], days: Sequence[int], setting: Setting) -> Relapses:
    """Response at the first of the days after the baseline, and relapses after it."""
    design = Design(RESISTANT, [f"day {day}" for day in (1, *days)])
    return relapses(course(design, arm, setting), days)


def run(setting: Setting) -> Outcome:
    """Training and infusion crossed, and infusions with and without therapy."""
    cells = severities(setting)
    drawn = interactions(setting)
    low, high = np.quantile(drawn[1:, DAY_31], ENDS)
    four = followed(FOUR_WITH_THERAPY, AFTER_FOUR, setting)
    bare = followed(FOUR_ALONE, AFTER_FOUR, setting)
    six = followed(SIX_ALONE, AFTER_SIX, setting)
    numbers = {
        **directions(cells),
        "interaction": drawn[0, DAY_31],
        "interaction_low": low,
        "interaction_high": high,
        "interaction_error": interaction_error(cells),
        "interaction_no_gain": interaction(
            severities(setting, dict.fromkeys(GAINS, 0.0))
        )[DAY_31],
        "four_response": four.response,
        "four_remission": four.remission,
        "four_relapse": four.relapsed_by(EIGHT_WEEKS),
        "four_alone_relapse": bare.relapsed_by(EIGHT_WEEKS),
        "four_median": four.median - 11,
        "six_response": six.response,
        "six_median": six.median - 12,
    }
    plain = {name: float(value) for name, value in numbers.items()}
    return Outcome(plain, _figure(cells, drawn, {"four": four, "six": six}))


def _figure(
    cells: Mapping[str, np.ndarray],
    drawn: np.ndarray,
    groups: Mapping[str, Relapses],
) -> Figure:
    days = [float(day) for day in DAYS]
    low, high = np.quantile(drawn[1:], ENDS, axis=0)
    return Figure(
        caption="Whether training does more beside the drug than beside saline is not "
        "established; the band holds what the priors of the gains allow, and nothing "
        "of what the equations take for granted.",
        panels=(
            Panel(
                "One infusion",
                "day",
                "MADRS (points)",
                tuple(
                    curve(name, days, [mean(row) for row in rows])
                    for name, rows in cells.items()
                ),
            ),
            Panel(
                "Interaction: below zero, more beside the drug",
                "day",
                "points of the MADRS",
                (
                    Series(
                        "recorded gains, band over their priors",
                        days,
                        drawn[0].tolist(),
                        low.tolist(),
                        high.tolist(),
                    ),
                ),
            ),
            Panel(
                "Responders not yet relapsed",
                "days after the first infusion",
                "share of responders",
                (
                    groups["four"].line("four infusions and therapy"),
                    groups["six"].line("six infusions alone"),
                ),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=1024)
