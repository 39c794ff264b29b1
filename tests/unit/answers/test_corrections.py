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
