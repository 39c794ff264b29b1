"""Share of people who are better by number of sessions, and by number until they stop.

Where a number of sessions is offered to all, more of them help more people. Where a
person stops when well enough, those who came most often are those whom therapy helped
least: the same people and the same therapy show both.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.therapy.weekly import weekly
from kapsim.lab.statistics import correlation, share
from kapsim.lab.trials import Course, Design, course

OUTPATIENTS: Mapping[str, Any] = {
    "entry": {"scale": "MADRS", "at_least": 16},
    "baseline": {"scale": "MADRS", "mean": 25, "sd": 5},
    "failures": {"mean": 0.5, "at_least": 0},
}
"""People of routine care: mildly to moderately ill, hardly treated before."""

AT_SESSIONS: Mapping[str, float] = {"therapy.expectancy.visit": 0.0}
"""The questionnaire is filled in at the session and raises no hope of its own."""

PLANNED, LONG, AGREED = 64, 26, 12
"""Sessions offered to all; offered until well; and agreed in the services."""

LAST = 52
"""Sessions attended by most of those to whom so many more are offered."""

RELIABLE = 6
"""Change of the PHQ-9 [points] beyond 1.96 sqrt(2) standard errors of 1.9."""

CUT = 10
"""PHQ-9 [points] from which a person counts as ill."""

TRIALS = 12.7
"""Mean sessions of the published trials."""

LENGTHS = ((3, 8), (9, 14), (15, 20), (21, 26))
"""Sessions attended in all, by which people are told apart."""

HALF = 0.5
FEWEST = 10
"""People of one length from whom a share is taken."""


class Seen(NamedTuple):
    """What is known of each person at each weekly visit, before the session.

    Attributes
    ----------
    score
        PHQ-9 [points].
    attended
        Sessions attended so far [1].
    last
        Visit at which therapy ended, or the last one [1].
    """

    score: Int[np.ndarray, "visits n"]
    attended: Float[np.ndarray, "visits n"]
    last: Int[np.ndarray, " n"]

    @property
    def improved(self) -> Bool[np.ndarray, "visits n"]:
        """Whether the change is reliable."""
        return self.score[0] - self.score >= RELIABLE

    @property
    def recovered(self) -> Bool[np.ndarray, "visits n"]:
        """Whether it is reliable and the person no longer counts as ill."""
        return self.improved & (self.score < CUT)


def arm(sessions: int, ends: str = "as planned") -> dict[str, Any]:
    """Routine sessions once a week."""
    return {"sessions": weekly(sessions), "therapy_ends": ends}


def seen(
    setting: Setting, treated: Mapping[str, Any], visits: int, **values: float
) -> Seen:
    """People who count as ill at the start, in an arm.

    Parameters
    ----------
    setting
        Seed, and number of people before those who do not count as ill are left out.
    treated
        The arm.
    visits
        Weeks until the last visit.
    values
        Other values of `therapy.attendance`.
    """
    others = {f"therapy.attendance.{name}": value for name, value in values.items()}
    design = Design(
        OUTPATIENTS,
        [f"day {1 + 7 * week}" for week in range(visits + 1)],
        {**AT_SESSIONS, **others},
    )
    return _of_the_ill(course(design, treated, setting))


def _of_the_ill(found: Course) -> Seen:
    score = found.totals["PHQ-9"]
    ill = score[0] >= CUT
    left = found.signals["in_therapy"][:, ill] == 0
    last = np.where(left.any(axis=0), left.argmax(axis=0) - 1, len(score) - 1)
    return Seen(score[:, ill], found.signals["sessions_attended"][:, ill], last)


# -- by number of sessions -------------------------------------------------------------


def by_sessions(
    found: Seen, well: Bool[np.ndarray, "visits n"], sessions: int = LAST
) -> Float[np.ndarray, " sessions"]:
    """Share who are well at the visit after 1, 2, ... sessions, of those who came."""
    shares = []
    for number in range(1, sessions + 1):
        came = found.attended >= number
        who = came.any(axis=0)
        shares.append(well[came.argmax(axis=0)[who], who].mean())
    return np.array(shares)


def first_well(found: Seen) -> Float[np.ndarray, " sessions"]:
    """Share recovered at some visit by 1, 2, ... sessions, by the product of the rest.

    Who stops without having recovered counts as long as he came.
    """
    ever = np.asarray(found.recovered.any(axis=0))
    when = found.recovered.argmax(axis=0)
    people = np.arange(ever.size)
    until = np.where(ever, found.attended[when, people], found.attended[-1])
    left = 1.0
    shares = []
    for number in range(1, LAST + 1):
        left *= 1 - (ever & (until == number)).sum() / (until >= number).sum()
        shares.append(1 - left)
    return np.array(shares)


def half_at(shares: Float[np.ndarray, " sessions"]) -> float:
    """Sessions at which a share first is one half; the last ones where it never is."""
    over = np.flatnonzero(shares >= HALF)
    if not over.size or over[0] == 0:
        return float(over[0] + 1 if over.size else len(shares))
    after = over[0]
    step = shares[after] - shares[after - 1]
    return float(after + (HALF - shares[after - 1]) / step)


# -- by number until the end -----------------------------------------------------------


def by_length(found: Seen, sessions: int = AGREED) -> Float[np.ndarray, " sessions"]:
    """Share recovered at the end, by sessions attended in all; none where few."""
    people = np.arange(len(found.last))
    well = found.recovered[found.last, people]
    came = found.attended[-1]
    return np.array(
        [
            share(well[came == number]).value
            if (came == number).sum() >= FEWEST
            else np.nan
            for number in range(1, sessions + 1)
        ]
    )


def slope_of_success(shares: Float[np.ndarray, " sessions"]) -> float:
    """Correlation of the share recovered with the number of sessions [1]."""
    number = np.arange(1, len(shares) + 1)
    known = ~np.isnan(shares)
    return correlation(number[known], shares[known]).value


class Rate(NamedTuple):
    """Fall of the PHQ-9 [points] per unit of log(1 + sessions), and its better fit.

    `advantage` is the share of a person's variance that the logarithm explains, less
    that which the number itself explains [1].
    """

    fall: float
    advantage: float


def rate(found: Seen, length: tuple[int, int]) -> Rate:
    """Rate of change of those with so many sessions in all, until they stopped."""
    came = found.attended[-1]
    who = (came >= length[0]) & (came <= length[1])
    within = np.arange(len(found.score))[:, None] <= found.last[who]
    number = found.attended[:, who]
    score = _centred(found.score[:, who].astype(float), within)
    log = _centred(np.log1p(number), within)
    line = _centred(number, within)
    explained = [
        (x * score).sum() ** 2 / ((x**2).sum() * (score**2).sum()) for x in (log, line)
    ]
    fall = -(log * score).sum() / (log**2).sum()
    return Rate(float(fall), float(explained[0] - explained[1]))


def _centred(
    values: Float[np.ndarray, "visits n"], within: Bool[np.ndarray, "visits n"]
) -> Float[np.ndarray, "visits n"]:
    """Values less each person's mean over his visits; zero at the others."""
    mean = (values * within).sum(axis=0) / within.sum(axis=0)
    return (values - mean) * within


# -- the experiment --------------------------------------------------------------------


def run(setting: Setting) -> Outcome:
    """Sessions for all, for those not yet well, and none."""
    planned = seen(setting, arm(PLANNED), PLANNED)
    agreed = seen(setting, arm(AGREED, "when well"), AGREED, dropout=0.0)
    needed = seen(setting, arm(LONG, "when well"), LONG)
    rates = [rate(needed, length) for length in LENGTHS]
    none = seen(setting, {}, LAST)
    improved = by_sessions(planned, planned.improved)
    recovered = by_sessions(planned, planned.recovered)
    reached, success = first_well(planned), by_length(agreed)
    number = np.arange(1, LAST + 1)
    numbers = {
        **{f"improved_{n}": float(improved[n - 1]) for n in (1, 4, 8, 26, 52)},
        "improved_in_trials": float(np.interp(TRIALS, number, improved)),
        "half_recovered": half_at(recovered),
        "half_reached": half_at(reached),
        "success_1": float(success[0]),
        "success_12": float(success[-1]),
        "success_slope": slope_of_success(success),
        "success_slope_as_needed": slope_of_success(by_length(needed)),
        "rate_of_long_to_short": rates[-1].fall / rates[0].fall,
        "logarithm_over_line": min(one.advantage for one in rates),
        "improved_untreated_8": float(none.improved[8].mean()),
        "improved_untreated_26": float(none.improved[26].mean()),
    }
    curves = {"improved": improved, "recovered": recovered, "reached": reached}
    untreated = none.improved[1:].mean(axis=1)
    return Outcome(
        numbers, Figure(CAPTION, tuple(_panels(curves, untreated, success, rates)))
    )


CAPTION = (
    "The more sessions are offered, the more people are better; where people stop when "
    "well enough, those who came most often did worst."
)


def _panels(
    curves: Mapping[str, Float[np.ndarray, " sessions"]],
    untreated: Float[np.ndarray, " weeks"],
    success: Float[np.ndarray, " lengths"],
    rates: list[Rate],
) -> Iterator[Panel]:
    number = np.arange(1, LAST + 1)
    words = {
        "improved": "improved",
        "recovered": "recovered",
        "reached": "recovered at some visit",
    }
    yield Panel(
        "Sessions offered to all",
        "sessions attended",
        "share of people",
        (
            *(Series(words[name], number, curve) for name, curve in curves.items()),
            Series("improved, no therapy (weeks)", number, untreated),
            Series("published, improved", [8.0, 26.0], [0.5, 0.75], kind="points"),
        ),
    )
    known = np.flatnonzero(~np.isnan(success))
    yield Panel(
        "Stopping when well",
        "sessions attended in all",
        "share recovered",
        (
            Series("model", known + 1, success[known]),
            Series("published", [1.0, 12.0], [0.88, 0.62], kind="points"),
        ),
    )
    yield Panel(
        "Rate of change by length",
        "sessions attended in all",
        "fall per log(1 + sessions) (points)",
        (
            Series(
                "model",
                [float(place) for place in range(len(rates))],
                [one.fall for one in rates],
                kind="bars",
            ),
        ),
        categories=tuple(f"{low} to {high}" for low, high in LENGTHS),
    )


EXPERIMENT = Experiment(run=run, patients=4_000)
