"""Sixty sessions over eighteen months, and two years after them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.course.curves import curve
from kapsim.lab.statistics import mean, pooled_odds_ratio, share
from kapsim.lab.trials import Course, Design, course

MONTHS = (0, 6, 12, 18, 24, 30, 36, 42)
END = MONTHS.index(18)
LAST = MONTHS.index(42)

_MONTH_D = 30.44
_DAYS = tuple(1 + round(months * _MONTH_D) for months in MONTHS)

RESISTANT: Mapping[str, Any] = {
    "diagnosis": "treatment-resistant depression",
    "entry": {"scale": "MADRS", "at_least": 18},
    "baseline": {"scale": "MADRS", "mean": 26, "sd": 6},
    "failures": {"mean": 3.5, "at_least": 2},
    "age": {"mean": "44 yr", "sd": "10 yr", "at_least": "18 yr", "at_most": "65 yr"},
    "female": "66 %",
    "antidepressant": "continued",
}
"""At least two failed treatments; severity and ages are from memory."""

CHRONIC: Mapping[str, Any] = {
    "diagnosis": "chronic depression",
    "baseline": {"scale": "MADRS", "mean": 31, "sd": 6},
    "failures": {"mean": 2, "at_least": 0},
}
"""A BDI of 32.1 is an HDRS-17 of 23.7, and that a MADRS of 31."""

SESSION: Mapping[str, Any] = {"modality": "psychodynamic", "minutes": 50}

USUAL_CARE: Mapping[str, Any] = {}
LONG_THERAPY: Mapping[str, Any] = {
    "sessions": [{**SESSION, "days": [2 + 7 * (13 * k // 10) for k in range(60)]}]
}
"""Sixty of the 78 weeks; the others are breaks."""

YEAR_OF_THERAPY: Mapping[str, Any] = {
    "sessions": [{**SESSION, "days": [2 + 9 * k // 2 for k in range(80)]}]
}
"""Eighty sessions in a year, from memory."""

COMPLETE = 10
"""Highest MADRS that stands for an HDRS-17 of 8 [points]."""

PARTIAL = 15
"""Highest MADRS that stands for an HDRS-17 of 12 [points]."""

DEPRESSED_PHQ9 = 10
"""Lowest PHQ-9 of what stands for a depressive episode [points]."""

NO_TRAIT: Mapping[str, Any] = {"therapy.insight.k": 0.0}

PUBLISHED_PARTIAL = {18: (0.321, 0.239), 24: (0.388, 0.192), 30: (0.347, 0.122)}
PUBLISHED_PARTIAL_LAST = (0.30, 0.04)

Arms = Mapping[str, Course]


def arms(setting: Setting, parameters: Mapping[str, Any] | None = None) -> Arms:
    """Long therapy and usual care over 42 months."""
    visits = [f"day {day}" for day in _DAYS]
    design = Design(RESISTANT, visits, parameters or {})
    return {
        "therapy": course(design, LONG_THERAPY, setting),
        "usual": course(design, USUAL_CARE, setting),
    }


def at_most(seen: Course, cut: int) -> np.ndarray:
    """Who scores at most `cut` on the MADRS at each visit [visits, n]."""
    return seen.totals["MADRS"] <= cut


def gap(both: Arms, visit: int, cut: int = PARTIAL) -> float:
    """Share in remission at a visit, therapy less usual care [1]."""
    shares = [at_most(seen, cut)[visit].mean() for seen in both.values()]
    return float(shares[0] - shares[1])


def widening(both: Arms) -> float:
    """By how much that gap is wider at 42 months than at the end of therapy [1]."""
    return gap(both, LAST) - gap(both, END)


def year_of_therapy(setting: Setting) -> Course:
    """Eighty sessions in a year of people with chronic depression."""
    design = Design(CHRONIC, ("day 1", "day 366"))
    return course(design, YEAR_OF_THERAPY, setting)


def run(setting: Setting) -> Outcome:
    """Long therapy with and without a slow trait, usual care, and a year of therapy."""
    both, without = arms(setting), arms(setting, NO_TRAIT)
    numbers: dict[str, float] = {}
    for name, seen in both.items():
        complete, partial = at_most(seen, COMPLETE), at_most(seen, PARTIAL)
        numbers |= {
            f"complete_end_{name}": complete[END].mean(),
            f"complete_42_{name}": complete[LAST].mean(),
            **{
                f"partial_{MONTHS[k]}_{name}": partial[k].mean()
                for k in range(END, LAST + 1)
                if MONTHS[k] in PUBLISHED_PARTIAL or k == LAST
            },
            f"well_42_{name}": (seen.totals["PHQ-9"][LAST] < DEPRESSED_PHQ9).mean(),
        }
    partial = [at_most(seen, PARTIAL)[1:] for seen in both.values()]
    year = year_of_therapy(setting).totals["MADRS"].mean(axis=1)
    numbers |= {
        "complete_gap_end": gap(both, END, COMPLETE),
        "gap_end": gap(both, END),
        "gap_42": gap(both, LAST),
        "widening": widening(both),
        "widening_without_trait": widening(without),
        "gap_42_without_trait": gap(without, LAST),
        "odds_ratio": pooled_odds_ratio(*partial),
        "fall_in_a_year": year[0] - year[1],
        "sessions_attended": both["therapy"].signals["sessions_attended"][-1].mean(),
        "trait_end": both["therapy"].signals["trait"][END].mean(),
    }
    plain = {name: float(value) for name, value in numbers.items()}
    return Outcome(plain, _figure(both, without))


def _figure(both: Arms, without: Arms) -> Figure:
    named = {
        "long therapy": both["therapy"],
        "the same, no slow trait": without["therapy"],
        "usual care": both["usual"],
    }
    months = [float(month) for month in MONTHS]
    published = [*PUBLISHED_PARTIAL.values(), PUBLISHED_PARTIAL_LAST]
    seen_at = [*map(float, PUBLISHED_PARTIAL), months[LAST]]
    trait = both["therapy"].signals["trait"].mean(axis=1).tolist()
    return Figure(
        caption="Sixty sessions end at 18 months. In the trial the arms were alike "
        "then, and apart two years later.",
        panels=(
            Panel(
                "Severity",
                "months",
                "MADRS (points)",
                tuple(
                    curve(name, months, [mean(row) for row in one.totals["MADRS"]])
                    for name, one in named.items()
                ),
            ),
            Panel(
                "In partial remission",
                "months",
                "share of people",
                (
                    *(_partial(name, months, one) for name, one in named.items()),
                    *_points(seen_at, published),
                ),
            ),
            Panel(
                "Slow trait",
                "months",
                "trait (1)",
                (Series("long therapy", months, trait),),
            ),
        ),
    )


def _partial(name: str, months: Sequence[float], seen: Course) -> Series:
    rows = at_most(seen, PARTIAL)[1:]
    return curve(name, months[1:], [share(row) for row in rows])


def _points(
    months: Sequence[float], published: Sequence[tuple[float, float]]
) -> tuple[Series, Series]:
    therapy, usual = zip(*published, strict=True)
    return (
        Series("long therapy, published", months, therapy, kind="points"),
        Series("usual care, published", months, usual, kind="points"),
    )


EXPERIMENT = Experiment(run=run, patients=1024)
