"""Danger to life is told from questions of research that use the same words."""

import pytest

from kapsim.answers import notices
from kapsim.answers.asking import ask
from kapsim.answers.emergency import emergency
from tests.unit.answers.small_library import small_library

DANGER = (
    "I want to die",
    "I feel hopeless and don't want to live anymore",
    "My wife wants to kill herself. Should we try ketamine?",
    "I took too much ketamine what should I do",
    "I'm suicidal, can ketamine help?",
    "my friend overdosed on ketamine",
    "My friend is unconscious after ketamine",
    "how do I kill myself with ketamine",
    "he won't wake up",
    "I swallowed the whole bottle of lozenges",
    "my son is having a seizure after a dose",
    "I think about ending my life",
    "I can't go on, I'm going to end it",
    "I'd be better off dead",
    "She has stopped breathing",
    "I cannot breathe",
    "I have suicidal thoughts, would ketamine help me?",
    "I feel suicidal",
    "my girlfriend has taken way too much k",
    "my husband is suicidal",
    "I have been suicidal for weeks",
)
RESEARCH = (
    "Does ketamine reduce suicidal thoughts?",
    "Is a ketamine overdose fatal?",
    "Does ketamine help people who want to die?",
    "What happens if a patient takes too much ketamine?",
    "What is done when patients are unconscious?",
    "Do suicidal patients respond?",
    "I plan a trial of suicidal ideation: which scale?",
    "Can one die from ketamine?",
    "I want to live",
    "I want to end the dose early in my trial",
    "my patient wants to end treatment",
    "Does the drug kill neurons?",
    "I design a study; when is too much ketamine given?",
    "How much ketamine is too much?",
    "What did Matthew Perry die of?",
    "I had too much sleep",
    "I want to know whether mice die",
    "My patients are suicidal: does esketamine help?",
    "Should I take ketamine?",
    "I am going to kill time",
    "he said that defeat is like being dead",
    "I think suicide risk matters: how does the model treat it?",
    "Is a patient unconscious at 0.5 mg/kg?",
)


@pytest.mark.parametrize("text", DANGER)
def test_help_is_named_where_a_life_may_be_in_danger(text: str) -> None:
    assert emergency(text)


@pytest.mark.parametrize("text", RESEARCH)
def test_questions_of_research_are_answered_as_such(text: str) -> None:
    assert not emergency(text)


def test_nothing_stands_beside_the_notice() -> None:
    answer = ask("I want to die. How long does ketamine last?", found=small_library())
    assert answer.notice == notices.EMERGENCY
    assert not [*answer.coverage.aspects, *answer.account, *answer.nearest]
