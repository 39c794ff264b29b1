"""Therapy added to usual care: in depression, in resistant and in residual depression.

Usual care is the antidepressant that was taken before, continued, and visits at which
ratings are made; nothing new is begun in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.therapy.weekly import weekly
from kapsim.lab.statistics import hedges_g, odds_ratio, share
from kapsim.lab.trials import Course, Design, course

DEPRESSED: Mapping[str, Any] = {
    "entry": {"scale": "MADRS", "at_least": 18},
    "baseline": {"scale": "MADRS", "mean": 26, "sd": 5},
    "failures": {"mean": 0.5, "at_least": 0},
}
"""People of trials in depression: moderately ill, hardly treated before."""

RESISTANT: Mapping[str, Any] = {
    "entry": {"scale": "MADRS", "at_least": 20},
    "baseline": {"scale": "MADRS", "mean": 30, "sd": 6},
    "failures": {"mean": 2.5, "at_least": 2},
    "antidepressant": "continued",
}
"""People of trials in resistant depression: two antidepressants have failed."""

PRIMARY_CARE: Mapping[str, Any] = {
    "entry": {"scale": "MADRS", "at_least": 14},
    "baseline": {"scale": "MADRS", "mean": 33, "sd": 6},
    "failures": {"mean": 1.5, "at_least": 1},
    "antidepressant": "continued",
}
"""As ill as those of the primary care trial, whose mean on the BDI-II was 31.8."""

BEGINNING: Mapping[str, Any] = {
    "entry": {"scale": "MADRS", "at_least": 24},
    "baseline": {"scale": "MADRS", "mean": 30, "sd": 5},
    "failures": {"mean": 0.5, "at_least": 0},
}
"""People who begin an antidepressant; some of them come to residual depression."""

MONTHS_2, MONTHS_3 = 61, 92
SESSIONS_DEPRESSED, SESSIONS_RESISTANT = 12, 16
END_RESISTANT = 113

OFFERED, MONTHS_6, MONTHS_46 = 13, 183, 1400
"""Sessions of the primary care trial, and days of its ratings."""

MEDICINE_WEEKS, PERSISTING = 16, 8
"""Weeks on the antidepressant, in the last of which depression is residual."""

RESIDUAL = (10, 21)
"""MADRS [points] of residual depression: more than remission, less than an episode."""

SESSIONS_RESIDUAL, EVERY, FOLLOWED, AT_REMISSION = 18, 4, 68, 20
"""Sessions; weeks between ratings, to the last one, and to that of remission."""

REMITTED, REMITTED_SELF, RELAPSED = 9, 5, 22
"""MADRS and PHQ-9 [points] at most in remission; MADRS at least in relapse."""

PHQ_9, BDI_II = (0, 5, 10, 15, 20, 25, 27), (0, 8, 16, 24, 34, 48, 54)
"""The same depression on two scales [points]."""


class Compared(NamedTuple):
    """Therapy beside usual care, the same people in both."""

    therapy: Course
    usual: Course


def compared(
    setting: Setting,
    people: Mapping[str, Any],
    days: Sequence[int],
    sessions: list[dict[str, Any]],
    **arm: Any,
) -> Compared:
    """Both arms, rated on those days; `arm` holds what both arms are given."""
    design = Design(people, [f"day {day}" for day in days])
    return Compared(
        course(design, {**arm, "sessions": sessions}, setting),
        course(design, arm, setting),
    )


# -- outcomes --------------------------------------------------------------------------


def responded(score: Int[np.ndarray, "visits n"], visit: int) -> Bool[np.ndarray, " n"]:
    """Whether the score at a visit is at most half of the first."""
    return np.asarray(2 * score[visit] <= score[0])


def gain(found: Compared, visit: int) -> float:
    """Standardised difference of MADRS at a visit, in favour of therapy [1]."""
    scores = [one.totals["MADRS"][visit] for one in (found.usual, found.therapy)]
    return hedges_g(*scores).value


def bdi(found: Course) -> np.ndarray:
    """BDI-II [points] that goes with each PHQ-9."""
    return np.interp(found.totals["PHQ-9"], PHQ_9, BDI_II)


def residual(found: Course) -> Bool[np.ndarray, " n"]:
    """Who is in residual depression at the second and the third visit."""
    score = found.totals["MADRS"][1:3]
    within = (score >= RESIDUAL[0]) & (score <= RESIDUAL[1])
    return np.asarray(within.all(axis=0))


def remission(found: Course) -> float:
    """Share in remission after therapy, of those in residual depression before."""
    visit = 2 + AT_REMISSION // EVERY
    well = found.totals["MADRS"][visit] <= REMITTED
    well &= found.totals["PHQ-9"][visit] <= REMITTED_SELF
    return float(well[residual(found)].mean())


def relapse(found: Course) -> float:
    """Share who relapse: an episode at two ratings on end."""
    ill = found.totals["MADRS"][3:, residual(found)] >= RELAPSED
    return float((ill[1:] & ill[:-1]).any(axis=0).mean())


# -- the experiment --------------------------------------------------------------------


def run(setting: Setting) -> Outcome:
    """The four comparisons."""
    numbers = {
        **depressed(setting),
        "resistant_g": gain(resistant(setting), -1),
        **primary_care(setting),
        **residual_depression(setting),
    }
    return Outcome(numbers, Figure(CAPTION, tuple(_panels(numbers))))


def depressed(setting: Setting) -> dict[str, float]:
    """Response at two months, and the standardised difference at three."""
    days = (1, 29, MONTHS_2, MONTHS_3)
    found = compared(setting, DEPRESSED, days, weekly(SESSIONS_DEPRESSED))
    rates = [responded(one.totals["MADRS"], 2).mean() for one in found]
    return {
        "response_therapy": float(rates[0]),
        "response_usual": float(rates[1]),
        "efficacy_g": gain(found, 3),
    }


def resistant(setting: Setting) -> Compared:
    """Sixteen sessions beside a continued antidepressant that has not helped."""
    days = (1, 57, END_RESISTANT)
    return compared(setting, RESISTANT, days, weekly(SESSIONS_RESISTANT))


def primary_care(setting: Setting) -> dict[str, float]:
    """The primary care trial, at six and at 46 months."""
    days = (1, 92, MONTHS_6, 365, MONTHS_46)
    found = compared(setting, PRIMARY_CARE, days, weekly(OFFERED))
    scores = [bdi(one) for one in found]
    halved = [2 * score[2] <= score[0] for score in scores]
    came = found.therapy.signals["sessions_attended"][-1]
    return {
        "primary_care_baseline": float(scores[0][0].mean()),
        "primary_care_sessions": float(np.median(came)),
        "primary_care_therapy": share(halved[0]).value,
        "primary_care_usual": share(halved[1]).value,
        "primary_care_odds": odds_ratio(*halved).value,
        "primary_care_late": float(scores[0][-1].mean() - scores[1][-1].mean()),
    }


def residual_depression(setting: Setting) -> dict[str, float]:
    """Who is left with symptoms by an antidepressant, with and without therapy."""
    start = 1 + 7 * MEDICINE_WEEKS
    weeks = (-PERSISTING, *range(0, FOLLOWED + 1, EVERY))
    days = (1, *(start + 7 * week for week in weeks))
    found = compared(
        setting,
        BEGINNING,
        days,
        weekly(SESSIONS_RESIDUAL, first=start),
        antidepressant={"use": "started", "since": "day 1"},
    )
    return {
        "residual_share": float(residual(found.usual).mean()),
        "remission_therapy": remission(found.therapy),
        "remission_usual": remission(found.usual),
        "relapse_therapy": relapse(found.therapy),
        "relapse_usual": relapse(found.usual),
    }


CAPTION = (
    "What therapy adds to usual care, beside the published shares: in depression, in "
    "resistant depression, and after an antidepressant has helped in part."
)

_SHARES = {
    "response": ("response at 2 months", (0.41, 0.17)),
    "primary_care": ("response at 6 months, resistant", (0.46, 0.22)),
    "remission": ("remission, residual", (0.24, 0.11)),
    "relapse": ("relapse, residual", (0.29, 0.47)),
}
"""Shares in words, and as published with therapy and with usual care."""


def _panels(numbers: Mapping[str, float]) -> Iterator[Panel]:
    places = [float(place) for place in range(len(_SHARES))]
    for turn, arm in enumerate(("therapy", "usual")):
        yield Panel(
            {"therapy": "With therapy", "usual": "Usual care"}[arm],
            "what is counted",
            "share of people",
            (
                Series(
                    "model",
                    places,
                    [numbers[f"{name}_{arm}"] for name in _SHARES],
                    kind="bars",
                ),
                Series(
                    "published",
                    places,
                    [shares[turn] for _, shares in _SHARES.values()],
                    kind="points",
                ),
            ),
            categories=tuple(words for words, _ in _SHARES.values()),
        )


EXPERIMENT = Experiment(run=run, patients=3_000)
