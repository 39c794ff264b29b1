"""The course of depression: untreated, through steps of treatment, and after it."""

import pytest

from kapsim.engine import platform
from kapsim.lab.experiment import Setting
from kapsim.lab.experiments.course import (
    natural_course as natural,
    relapse_after_therapy as relapse,
    sequential_treatment as sequential,
)
from kapsim.lab.statistics import hazard_ratio, odds_ratio
from kapsim.lab.trials import course
from validation.laboratory.checked import SEED, checked

platform.configure()
pytestmark = pytest.mark.validation_slow

SETTING = Setting(SEED, 2048)
MEDICINE = {"antidepressant": {"use": "started", "since": "day 1"}}


def test_natural_course(check):
    names = checked(check, "natural-course")
    waited = course(natural.WAIT_LIST, MEDICINE, SETTING).totals["MADRS"].mean(axis=1)
    check.planted(
        names["wait_list_fall"],
        "a medicine for those who wait",
        1 - waited[-1] / waited[0],
    )
    after = course(natural.PRIMARY_CARE, natural.UNTREATED, SETTING).totals["MADRS"][1]
    check.planted(
        names["remitted_3"], "mild depression counts as remission", (after < 20).mean()
    )


def test_sequential_treatment(check):
    names = checked(check, "sequential-treatment")
    four = course(sequential.design(4), sequential.arm(4), SETTING)
    found = sequential.steps(four)
    check.planted(
        names["cumulative"],
        "only those count who are in remission after every step",
        found.remitted.all(axis=0).mean(),
    )
    check.planted(
        names["resistant"],
        "one treatment without remission is enough",
        1 - found.remitted[0].mean(),
    )
    one = course(sequential.design(1), sequential.arm(1), SETTING)
    followed = one.totals["QIDS-SR"][1 + len(sequential.SEEN_WEEKS) :]
    check.planted(
        names["relapse_1"],
        "those who never were in remission are followed too",
        (followed >= sequential.RELAPSE).any(axis=0).mean(),
    )


def test_relapse_after_therapy(check):
    names = checked(check, "relapse-after-therapy")
    therapy, continued, withdrawn = (
        relapse.followed(course(relapse.DESIGN, relapse.ARMS[name], SETTING))
        for name in ("therapy", "continued", "withdrawn")
    )
    check.planted(
        names["hazard_continued"],
        "the medicine is never withdrawn",
        hazard_ratio(continued, continued).value,
    )
    check.planted(
        names["odds_no_relapse"],
        "odds of relapse instead of no relapse",
        odds_ratio(therapy.happened, withdrawn.happened).value,
    )
    bad = course(relapse.DESIGN, relapse.ARMS["therapy"], SETTING).totals["MADRS"]
    check.planted(
        names["relapse_therapy"],
        "the scores before treatment count as relapse",
        (bad >= relapse.RELAPSE).any(axis=0).mean(),
    )
