"""The arc of therapy with ketamine, and the years after long therapy."""

import pytest

from kapsim.lab.catalogue import experiment
from kapsim.lab.experiment import Setting
from kapsim.lab.experiments.course import (
    ketamine_with_therapy as crossed,
    relief_seeking as relief,
    sleeper_effect as sleeper,
)
from kapsim.lab.experiments.course.infusions import ketamine, saline
from kapsim.lab.experiments.therapy import session_content as content
from kapsim.lab.statistics import correlation, pooled_odds_ratio
from validation.laboratory.checked import SEED, checked

pytestmark = pytest.mark.validation_slow


def setting(name: str) -> Setting:
    """The seed and the number of people of an experiment."""
    return Setting(SEED, experiment(name).patients)


HARM = {
    "therapy.modality.content": -3.0,
    "therapy.skill.k": 0.0,
    "therapy.insight.k": 0.0,
    "therapy.self_blame.k": 0.0,
}
"""Sessions that assert the worst and teach nothing."""


def test_sleeper_effect(check):
    names = checked(check, "sleeper-effect")
    plan = setting("sleeper-effect")
    harmful = sleeper.arms(plan, HARM)
    fault = sleeper.at_most(harmful["therapy"], sleeper.PARTIAL)
    check.planted(
        names["partial_24_therapy"],
        "sessions that assert the worst",
        fault[sleeper.MONTHS.index(24)].mean(),
    )
    both = sleeper.arms(plan)
    partial = [sleeper.at_most(one, sleeper.PARTIAL)[1:] for one in both.values()]
    check.planted(
        names["odds_ratio"], "arms exchanged", pooled_odds_ratio(*reversed(partial))
    )
    unlinked = sleeper.at_most(both["usual"], sleeper.PARTIAL // 4)
    check.planted(
        names["partial_18_usual"],
        "a cut far too low",
        unlinked[sleeper.END].mean(),
    )


def test_ketamine_with_therapy(check):
    names = checked(check, "ketamine-with-therapy")
    plan = setting("ketamine-with-therapy")
    cells = crossed.severities(plan)
    both, drug, training, _ = (cells[name] for name in crossed.CELLS)
    check.planted(
        names["both_less_drug_31"],
        "saline given in the arm of drug and training",
        crossed.month_apart(training, drug),
    )
    check.planted(
        names["both_less_training_31"],
        "the two arms exchanged",
        crossed.month_apart(training, both),
    )
    again = {"treatments": [ketamine([1, 29])]}
    check.planted(
        names["drug_lead_kept"],
        "a second infusion two days before the last rating",
        crossed.lead_kept(crossed.severity(again, plan), training),
    )
    on = {**crossed.SIX_ALONE, "treatments": [ketamine(range(1, 82, 4))]}
    check.planted(
        names["six_median"],
        "infusions that never end",
        crossed.followed(on, crossed.AFTER_SIX, plan).median - 12,
    )
    empty = {**crossed.FOUR_WITH_THERAPY, "treatments": [saline([1, 4, 8, 11])]}
    fault = crossed.followed({**empty, "open_label": False}, crossed.AFTER_FOUR, plan)
    check.planted(names["four_response"], "saline in the infusions", fault.response)


def test_session_content(check):
    names = checked(check, "session-content")
    plan = setting("session-content")
    none = content.score(content.seen(content.PREPARED, plan, content.NONE))
    good = content.score(content.seen(content.PREPARED, plan, content.content(1.0)))
    bad = content.score(content.seen(content.PREPARED, plan, content.content(-1.0)))
    for visit, day in ((content.DAY_8, 8), (content.DAY_29, 29)):
        signs = "signs of content exchanged"
        check.planted(names[f"good_{day}"], signs, (bad - none)[visit])
        check.planted(names[f"bad_{day}"], signs, (good - none)[visit])
        bare = content.score(
            content.seen(content.PREPARED, plan, content.NO_RELAXATION)
        )
        meant = {**content.content(3.0), "therapy.experience.precision": 0.3}
        carried = content.score(content.seen(content.PREPARED, plan, meant))
        check.planted(
            names[f"relaxation_alone_{day}"],
            "content in what is said to have none",
            (carried - bare)[visit],
        )


def test_dissociation_does_not_predict(check):
    names = checked(check, "session-content")
    plan = setting("session-content")
    told = content.seen(content.PREPARED, plan, content.NO_HOPE)
    felt, moved = content.peak(told), content.change(told, content.DAY_29)
    fault = correlation(felt, moved - 0.2 * felt).value
    for name in ("r_quiet_29", "r_content_29", "slope_29"):
        check.planted(names[name], "a fifth of a point for each point felt", fault)


def test_relief_seeking(check):
    names = checked(check, "relief-seeking")
    plan = setting("relief-seeking")
    engaged, seeking = (
        relief.seen(relief.WITH_THERAPY, how, plan)
        for how in (relief.BY_DEFAULT, relief.ON)
    )
    off = "the hypothesis left off"
    end = relief.DAYS.index(relief.END_OF_DOSING)
    check.planted(names["reliance_end"], off, engaged.signals["reliance"][end].mean())
    check.planted(names["engagement_end"], off, relief.engagement(engaged)[end].mean())
    for month, none in relief.costs(engaged, engaged).items():
        check.planted(names[f"cost_{month}"], off, none)
    lent = relief.scores_apart(engaged, seeking)
    check.planted(names["alone_scores"], "therapy in the arm that has none", lent)
    check.planted(names["off_scores"], "the hypothesis left on", lent)
    check.planted(
        names["off_signals"],
        "the hypothesis left on",
        relief.signals_apart(engaged, seeking),
    )
    check.planted(
        names["off_reliance"],
        "the hypothesis left on",
        seeking.signals["reliance"].max(),
    )
    gained = engaged.signals["skill"] - seeking.signals["skill"]
    check.planted(
        names["skill_lost"],
        "the two exchanged",
        gained[relief.DAYS.index(relief.MONTHS[3])].mean(),
    )
