"""A dosing session with good content, with bad content, and with none."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from kapsim.evidence import library
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.course.curves import curve
from kapsim.lab.experiments.course.infusions import RESISTANT, ketamine
from kapsim.lab.statistics import correlation, mean
from kapsim.lab.trials import Course, Design, course

DAYS = (2, 8, 15, 29)
ACUTE_MIN = (20, 40, 60)
VISITS = (
    "day -8",
    *(f"day 1 + {minutes} min" for minutes in ACUTE_MIN),
    *(f"day {day}" for day in DAYS),
)
ACUTE = slice(1, 1 + len(ACUTE_MIN))
DAY_2, DAY_8, DAY_29 = (VISITS.index(f"day {day}") for day in (2, 8, 29))

PREPARATION: Mapping[str, Any] = {
    "modality": "preparation",
    "minutes": 50,
    "at": ["dose 1 - 6 d", "dose 1 - 2 d"],
}
"""Two sessions in the week before the dose."""

UNPREPARED: Mapping[str, Any] = {"treatments": [ketamine([1])]}
PREPARED: Mapping[str, Any] = {
    "treatments": [{**ketamine([1]), "setting": "accompanied"}],
    "sessions": [PREPARATION],
}
MASKED: Mapping[str, Any] = {**PREPARED, "masked": True}

_SET_UP, _SETTING = "therapy.experience.set_up", "therapy.experience.setting"
_SPREAD = "therapy.experience.spread"

NONE: Mapping[str, Any] = {_SET_UP: 0.0, _SETTING: 0.0, _SPREAD: 0.0}
NO_RELAXATION: Mapping[str, Any] = {**NONE, "brain.relaxation.rho_max": 0.0}
NO_HOPE: Mapping[str, Any] = {
    "therapy.expectancy.g_f": 0.0,
    "therapy.expectancy.g_s": 0.0,
}


def content(sign: float) -> dict[str, Any]:
    """Content alike in all: as good as recorded (1), or as bad as that (-1)."""
    recorded = {
        name: float(np.asarray(library().parameter(name).value))
        for name in (_SET_UP, _SETTING)
    }
    return {**{name: sign * value for name, value in recorded.items()}, _SPREAD: 0.0}


def seen(
    arm: Mapping[str, Any],
    setting: Setting,
    parameters: Mapping[str, Any] | None = None,
) -> Course:
    """An arm from the week before the dose to four weeks after it."""
    return course(Design(RESISTANT, VISITS, parameters or {}), arm, setting)


def score(one: Course) -> np.ndarray:
    """Mean MADRS at each visit [points]."""
    return one.totals["MADRS"].mean(axis=1)


def peak(one: Course) -> np.ndarray:
    """Highest dissociation of each person in the session [points of the CADSS]."""
    return one.signals["dissociation"][ACUTE].max(axis=0)


def change(one: Course, visit: int) -> np.ndarray:
    """Change of each person's MADRS since the baseline [points]."""
    totals = one.totals["MADRS"].astype(float)
    return totals[visit] - totals[0]


def association(one: Course, visit: int) -> float:
    """Correlation of peak dissociation with the change at a visit [1]."""
    return correlation(peak(one), change(one, visit)).value


def slope(one: Course, visit: int) -> float:
    """Points of change at a visit for each point of peak dissociation [1]."""
    felt = peak(one)
    return float(np.cov(felt, change(one, visit))[0, 1] / felt.var(ddof=1))


def run(setting: Setting) -> Outcome:
    """The same dose with content good, bad, absent and as people bring it."""
    good, bad = (seen(PREPARED, setting, content(sign)) for sign in (1.0, -1.0))
    none = seen(PREPARED, setting, NONE)
    flat = seen(PREPARED, setting, NO_RELAXATION)
    usual = {
        "prepared, accompanied": seen(PREPARED, setting),
        "unprepared": seen(UNPREPARED, setting),
        "prepared, masked": seen(MASKED, setting),
    }
    prepared, unprepared, masked = (score(one) for one in usual.values())
    quiet = seen(PREPARED, setting, {**NONE, **NO_HOPE})
    bare = seen(PREPARED, setting, NO_HOPE)
    told = usual["prepared, accompanied"]
    numbers = {
        "good_8": (score(good) - score(none))[DAY_8],
        "good_29": (score(good) - score(none))[DAY_29],
        "bad_8": (score(bad) - score(none))[DAY_8],
        "bad_29": (score(bad) - score(none))[DAY_29],
        "relaxation_alone_8": (score(none) - score(flat))[DAY_8],
        "relaxation_alone_29": (score(none) - score(flat))[DAY_29],
        "prepared_8": (prepared - unprepared)[DAY_8],
        "prepared_29": (prepared - unprepared)[DAY_29],
        "masked_2": (masked - prepared)[DAY_2],
        "r_quiet_29": association(quiet, DAY_29),
        "r_content_29": association(bare, DAY_29),
        "r_hope_2": association(told, DAY_2),
        "r_hope_29": association(told, DAY_29),
        "slope_29": slope(told, DAY_29),
    }
    plain = {name: float(value) for name, value in numbers.items()}
    kinds = {"good content": good, "no content": none, "bad content": bad}
    return Outcome(plain, _figure(kinds, usual, {"no hope": quiet, "hope": told}))


def _figure(
    kinds: Mapping[str, Course],
    usual: Mapping[str, Course],
    hopes: Mapping[str, Course],
) -> Figure:
    days = [float(day) for day in DAYS]
    places = [float(k) for k in range(len(DAYS))]
    after = [VISITS.index(f"day {day}") for day in DAYS]

    def severity(name: str, one: Course) -> Series:
        rows = one.totals["MADRS"][after].astype(float)
        return curve(name, days, [mean(row) for row in rows])

    def apart(name: str) -> Series:
        none = kinds["no content"].totals["MADRS"][after]
        rows = kinds[name].totals["MADRS"][after] - none
        return curve(f"{name} less none", days, [mean(row) for row in rows])

    def associated(name: str, one: Course) -> Series:
        found = [correlation(peak(one), change(one, visit)) for visit in after]
        return curve(name, places, found, kind="points")

    return Figure(
        caption="What a session brings moves its effect both ways, by little; the "
        "relaxation alone does not. Where hope acts, those who feel more guess more, "
        "and gain a little.",
        panels=(
            Panel(
                "Content alike in all",
                "day",
                "difference of the MADRS (points)",
                (apart("good content"), apart("bad content")),
            ),
            Panel(
                "Content as people bring it",
                "day",
                "MADRS (points)",
                tuple(severity(name, one) for name, one in usual.items()),
            ),
            Panel(
                "Peak dissociation and change of the MADRS",
                "day",
                "correlation",
                (
                    associated("no content, no hope", hopes["no hope"]),
                    associated("as recorded", hopes["hope"]),
                ),
                categories=tuple(str(day) for day in DAYS),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=2048)
