import pytest

from kapsim.answers.corrections import corrections
from kapsim.answers.desk import open_desk
from tests.unit.answers.small_library import small_library


def corrected(question: str) -> list[str]:
    desk = open_desk(question, small_library())
    return [one.claim.id for one in corrections(desk)]


@pytest.mark.parametrize(
    "question",
    [
        "Why does extinction erase fear?",
        "Since fear is erased by extinction, why does it come back?",
        "Extinction erases fear, doesn't it?",
    ],
)
def test_what_is_wrongly_taken_for_granted_is_seen(question: str):
    assert corrected(question) == ["danger.adds"]


@pytest.mark.parametrize(
    "question",
    [
        "Why does extinction not erase fear?",
        "What does extinction do to fear?",
        "Does ketamine erase memories of war?",
        "How long does relief last?",
        "What is fear extinction?",
    ],
)
def test_other_questions_are_left_alone(question: str):
    assert corrected(question) == []


def stated(question: str) -> list[str]:
    return [one.statement for one in corrections(open_desk(question))]


@pytest.mark.parametrize(
    "question",
    [
        "Doesn't ketamine relieve depression in patients who know what they got?",
        "Does ketamine work better with a trained therapist in the room?",
        "How does one use k w/o a bad trip?",
    ],
)
def test_a_denial_in_the_statement_must_be_in_the_question(question: str):
    assert stated(question) == []


@pytest.mark.parametrize(
    ("question", "statement"),
    [
        (
            "Doesn't ketamine relieve depression only because patients know they got "
            "it?",
            "ketamine relieves depression only because patients know they got it",
        ),
        (
            "Why does psychotherapy within 24 hours of ketamine work best?",
            "therapy within 24 hours of ketamine works best",
        ),
        (
            "Given that ketamine permanently cures depression after one dose, why is "
            "therapy needed?",
            "ketamine cures depression permanently",
        ),
        (
            "Why is ketamine-assisted therapy more effective than ketamine alone?",
            "ketamine-assisted therapy is more effective than ketamine alone",
        ),
        (
            "Why does ketamine not work without therapy?",
            "ketamine does not work without therapy",
        ),
    ],
)
def test_the_statement_is_the_one_that_was_made(question: str, statement: str):
    assert stated(question) == [statement]


def test_what_must_be_is_only_denied_where_it_is_said():
    assert not stated("How does ketamine-assisted therapy work for depression?")
    asked = "Why must therapy be combined with ketamine for it to work?"
    assert stated(asked) == ["therapy must be combined with ketamine for it to work"]


@pytest.mark.parametrize(
    "question",
    [
        "How long does the plasticity window last after a single ketamine infusion?",
        "How reliable are kapsim's predictions?",
        "What is the number of psychotherapy sessions that the average patient needs?",
    ],
)
def test_who_asks_for_an_amount_states_nothing(question: str):
    assert not stated(question)
    assert stated("How reliable is it, given that kapsim is validated for prediction?")
