import pytest

from kapsim.answers.answer import Level
from kapsim.answers.asking import coverage_of
from kapsim.evidence.schema import Strength
from tests.unit.answers.small_library import small_library


def level(question: str) -> Level:
    return coverage_of(question, found=small_library()).level


@pytest.mark.parametrize(
    "question",
    ["What does fear extinction do?", "How does ketamine act on fear extinction?"],
)
def test_many_claims_from_people_cover_well(question: str):
    aspects = coverage_of(question, found=small_library()).aspects
    assert aspects[-1].level is Level.WELL
    assert aspects[-1].claims == 3
    assert aspects[-1].strengths == {Strength.B: 2, Strength.C: 1}


def test_one_claim_covers_in_part():
    assert level("What is interoception?") is Level.PARTLY


@pytest.mark.parametrize(
    "question",
    [
        "What is the capital of France?",
        "What are the side effects of sertraline?",
        "Does ketamine change bone density?",
        "What is the meaning of life?",
        "Why did the dinosaurs face extinction?",
        "What caused the Great Depression?",
        "How long does a football match last?",
        "Ωμέγα και άλφα",
        "Should I take ketamine?",
    ],
)
def test_what_is_outside_is_not_covered(question: str):
    assert level(question) is Level.NOT


def test_a_part_without_claims_is_named():
    aspects = coverage_of(
        "Does fear extinction under ketamine help divers?", found=small_library()
    ).aspects
    assert {one.words: one.level for one in aspects}["divers"] is Level.NOT


@pytest.mark.parametrize(
    ("question", "gap"),
    [
        ("Does ketamine help fear extinction more than hypnosis?", "hypnosis"),
        ("How do ketamine and hypnosis act on fear extinction?", "hypnosis"),
        ("Is there fear extinction under ketamine, as there is in divers?", "divers"),
    ],
)
def test_what_is_unknown_and_joined_to_what_is_known_is_a_gap(question: str, gap: str):
    aspects = coverage_of(question, found=small_library()).aspects
    assert level(question) is Level.PARTLY
    assert {one.words: one.level for one in aspects}[gap] is Level.NOT


def test_what_all_is_asked_of_must_be_known():
    assert level("Does fear extinction under ketamine help divers?") is Level.NOT
    assert level("Does hypnosis help fear extinction?") is Level.NOT


def test_general_words_are_no_gap():
    plainly = level("What does ketamine do to fear extinction?")
    assert level("Does ketamine somewhat spoil fear extinction?") is plainly
    assert level("What does ketamine do to reopen fear extinction?") is plainly


def test_parts_that_no_claim_joins_are_told():
    aspects = coverage_of(
        "What has interoception to do with fear extinction?", found=small_library()
    ).aspects
    (joint,) = [one for one in aspects if "together with" in one.words]
    assert joint.words == "interoception together with fear extinction"
    assert (joint.level, joint.claims) == (Level.NOT, 0)


def test_things_that_no_claim_joins_are_not_covered_unless_they_stand_side_by_side():
    assert level("Does interoception change fear extinction?") is Level.NOT
    assert level("What is known of interoception and fear extinction?") is Level.PARTLY
    assert level("fear extinction vs. interoception") is Level.PARTLY


def test_a_question_after_a_comma_is_a_clause():
    question = "If ketamine acts on fear extinction, what would hypnosis do in divers?"
    aspects = coverage_of(question, found=small_library()).aspects
    assert level(question) is Level.PARTLY
    assert {one.words: one.level for one in aspects}["hypnosis"] is Level.NOT


@pytest.mark.parametrize(
    "question",
    [
        "What does ketamine do to fear extinction?",
        "What is interoception, and what is fear extinction?",
    ],
)
def test_nothing_is_told_of_parts_that_are_joined_or_asked_apart(question: str):
    aspects = coverage_of(question, found=small_library()).aspects
    assert not any("together with" in one.words for one in aspects)


@pytest.mark.parametrize(
    "question",
    [
        "Who discovered ketamine?",
        "When was ketamine first approved?",
        "What does ketamine cost?",
        "Is fear extinction under ketamine legal?",
        "Where is ketamine made?",
    ],
)
def test_what_no_claim_would_hold_is_not_covered(question: str):
    assert level(question) is Level.NOT


def test_one_clause_is_answered_where_the_other_cannot_be():
    question = "What does ketamine do to fear extinction, and what does it cost?"
    aspects = coverage_of(question, found=small_library()).aspects
    assert level(question) is Level.PARTLY
    assert {one.words: one.level for one in aspects}["cost"] is Level.NOT


def test_a_clause_on_what_is_always_of_something_is_of_what_was_asked_before():
    question = "Infusions of brexanolone: who may get them, and why for 60 hours?"
    assert coverage_of(question).level is Level.NOT
    assert (
        coverage_of("Infusions of ketamine, and why for hours?").level is not Level.NOT
    )


def test_what_is_asked_of_all_needs_a_claim_about_it():
    assert coverage_of("How many therapists were depressed?").level is Level.NOT
    assert coverage_of("What is depression?").level is not Level.NOT


@pytest.mark.parametrize(
    "question",
    [
        "Is midazolam addictive?",
        "How long should one wait between two doses of psilocybin?",
        "Is it dangerous to take ketamine with psilocybin?",
        "Does psilocybin interact with ketamine?",
    ],
)
def test_what_is_asked_of_another_substance_must_be_said_of_it(question: str):
    assert coverage_of(question).level is Level.NOT


@pytest.mark.parametrize(
    "question",
    [
        "Is it dangerous to take ketamine with alcohol?",
        "Does alcohol interact with ketamine?",
        "How does midazolam act on the default mode network?",
        "What is the difference between psilocybin and ketamine?",
        "Does ketamine help alcohol use disorder?",
    ],
)
def test_what_is_said_of_another_substance_is_answered(question: str):
    assert coverage_of(question).level is not Level.NOT


def test_a_substance_of_which_nothing_is_said_is_a_gap():
    aspects = coverage_of(
        "By how much do ketamine and psilocybin raise the blood pressure?"
    ).aspects
    levels = {one.words: one.level for one in aspects}
    assert levels["psilocybin together with raise the blood pressure"] is Level.NOT


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("What is the half-life of ketamine?", "half-life"),
        ("Does music matter for ketamine?", "music"),
        ("Does microdosing ketamine work?", "microdosing"),
    ],
)
def test_of_a_part_of_a_concept_only_claims_that_say_it_are_counted(
    question: str, part: str
):
    counted = coverage_of(question)
    (aspect,) = [one for one in counted.aspects if one.words == part]
    assert (aspect.claims, aspect.level) == (1, Level.PARTLY)
    assert counted.level is Level.PARTLY


def test_a_part_of_a_concept_that_no_claim_says_is_not_covered():
    assert coverage_of("Does ketamine raise BDNF?").level is Level.NOT
