"""Sudden gains between two sessions: how many people have one, and how they end."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.therapy.dose_response import AT_SESSIONS
from kapsim.lab.experiments.therapy.weekly import weekly
from kapsim.lab.statistics import hedges_g
from kapsim.lab.trials import Course, Design, course

SESSIONS = 16
FOLLOWED_WEEKS = 42
"""Weeks until the follow-up, half a year after the end."""

SIDE = 3
"""Sessions before a gain and after it that are compared."""

DROP, SHARE, CRITICAL_T = 7, 0.25, 2.78
"""Least fall [points of the BDI], least share of the score before it [1], and value
that t must exceed with four degrees of freedom."""

KEPT = 0.5
"""A gain is reversed where more than this share of it is lost again."""

IDS_LOW = (
    *(0, 4, 6, 7, 9, 12, 14, 17, 19, 22, 24, 26, 29, 31),
    *(34, 37, 39, 41, 44, 46, 48, 49, 54, 56, 59, 62, 65, 68),
)
IDS_TOP = 84
"""Least IDS-SR [points] that corresponds to each QIDS total, and the greatest one."""

BDI_INTERCEPT, BDI_SLOPE = -1.75, 0.72
"""BDI [points] by IDS-SR [points]."""

_NEXT = np.array([*IDS_LOW[1:], IDS_TOP + 1])
BDI_OF_QIDS = np.maximum(
    BDI_INTERCEPT + BDI_SLOPE * (np.array(IDS_LOW) + _NEXT - 1) / 2, 0
)
"""BDI [points] for each QIDS total, through the middle of its range of the IDS-SR."""

DESIGN = Design(
    {},
    [f"day {1 + 7 * week}" for week in (*range(SESSIONS + 1), FOLLOWED_WEEKS)],
    AT_SESSIONS,
)
"""Before each session, a week after the last, and at the follow-up."""

ARMS: Mapping[str, Mapping[str, Any]] = {
    "cognitive behavioural": {"sessions": weekly(SESSIONS)},
    "psychodynamic": {"sessions": weekly(SESSIONS, ["psychodynamic"])},
    "no therapy": {},
}


class Gains(NamedTuple):
    """Gaps between sessions with a sudden gain, and their sizes.

    Attributes
    ----------
    sudden
        Whether the fall after each session is one.
    size
        Fall from each session to the next [points].
    """

    sudden: Bool[np.ndarray, "gaps n"]
    size: Float[np.ndarray, "gaps n"]

    @property
    def anyone(self) -> Bool[np.ndarray, " n"]:
        """Who has one or more."""
        return np.any(self.sudden, axis=0)


def bdi(qids: Int[np.ndarray, "sessions n"]) -> Float[np.ndarray, "sessions n"]:
    """BDI [points] that corresponds to a QIDS total."""
    return BDI_OF_QIDS[qids]


def gains(
    score: Float[np.ndarray, "sessions n"], critical_t: float = CRITICAL_T
) -> Gains:
    """Sudden gains in scores of successive sessions [points of the BDI].

    Only gaps with three sessions on either side are judged.
    """
    size = score[:-1] - score[1:]
    sudden = (size >= DROP) & (size >= SHARE * score[:-1])
    for gap in range(len(size)):
        before = score[max(gap - SIDE + 1, 0) : gap + 1]
        after = score[gap + 1 : gap + 1 + SIDE]
        if min(len(before), len(after)) < SIDE:
            sudden[gap] = False
            continue
        squares = before.var(axis=0, ddof=1) + after.var(axis=0, ddof=1)
        apart = before.mean(axis=0) - after.mean(axis=0)
        sudden[gap] &= apart > critical_t * np.sqrt(squares / SIDE)
    return Gains(sudden, size)


def session_scores(seen: Course) -> Float[np.ndarray, "sessions n"]:
    """BDI [points] before each session."""
    return bdi(seen.totals["QIDS-SR"][:SESSIONS])


def advantage(seen: Course, gained: Bool[np.ndarray, " n"], visit: int) -> float:
    """How much lower those with a sudden gain are at a visit, standardised [1]."""
    score = seen.totals["QIDS-SR"][visit]
    return hedges_g(score[~gained], score[gained]).value


def reversed_share(score: Float[np.ndarray, "sessions n"], found: Gains) -> float:
    """Share of first sudden gains of which most is lost at a later session [1]."""
    who = np.flatnonzero(found.anyone)
    first = found.sudden[:, who].argmax(axis=0)
    later = np.arange(len(score))[:, None] > first + 1
    worst = np.where(later, score[:, who], 0).max(axis=0)
    lost = worst - score[first + 1, who]
    return float((lost > KEPT * found.size[first, who]).mean())


def run(setting: Setting) -> Outcome:
    """Two therapies, and what the criteria find without any."""
    seen = {name: course(DESIGN, arm, setting) for name, arm in ARMS.items()}
    found = {name: gains(session_scores(one)) for name, one in seen.items()}
    who = {name: one.anyone for name, one in found.items()}
    cbt, other, none = ARMS
    post = {name: advantage(seen[name], who[name], SESSIONS) for name in ARMS}
    numbers = {
        "share_with_gain": float(who[cbt].mean()),
        "share_other": float(who[other].mean()),
        "share_without_therapy": float(who[none].mean()),
        "gainers_post": post[cbt],
        "gainers_follow_up": advantage(seen[cbt], who[cbt], SESSIONS + 1),
        "gainers_other": post[other],
        "cbt_less_other": post[cbt] - post[other],
        "gainers_without_therapy": post[none],
        "reversed_share": reversed_share(session_scores(seen[cbt]), found[cbt]),
    }
    return Outcome(numbers, _figure(seen, found))


def _figure(seen: Mapping[str, Course], found: Mapping[str, Gains]) -> Figure:
    weeks = np.arange(SESSIONS + 1.0)
    cbt = next(iter(ARMS))
    scores = seen[cbt].totals["QIDS-SR"][: SESSIONS + 1]
    groups = {"sudden gain": found[cbt].anyone, "none": ~found[cbt].anyone}
    places = [float(k) for k in range(len(ARMS))]
    shares = [float(one.anyone.mean()) for one in found.values()]
    return Figure(
        caption="Sudden gains by the published criteria. Without therapy they find "
        "what chance and life bring.",
        panels=(
            Panel(
                "Cognitive behavioural therapy",
                "weeks",
                "QIDS-SR (points)",
                tuple(
                    Series(name, weeks, scores[:, who].mean(axis=1))
                    for name, who in groups.items()
                ),
            ),
            Panel(
                "People with a sudden gain",
                "arm",
                "share",
                (
                    Series("model", places, shares, kind="bars"),
                    Series("published", [0.0], [0.4], kind="points"),
                ),
                categories=tuple(ARMS),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=4096)
