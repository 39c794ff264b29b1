import pytest

from kapsim.answers.retrieval import retrieve
from tests.unit.answers.small_library import small_library


def found(question: str, limit: int = 10) -> list[str]:
    ranked = retrieve(question, limit, found=small_library())
    return [name for name, _ in ranked]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What did rats keep after ketamine and extinction?", "danger.before"),
        ("What does the extinction of fear leave in place?", "danger.adds"),
        ("Do patients feel their heartbeat?", "body.tapping"),
        ("How long does it last?", "relief.week"),
    ],
)
def test_the_claim_that_is_asked_for_comes_first(question: str, first: str):
    assert found(question)[0] == first


def test_a_synonym_finds_claims_that_lack_the_word():
    assert found("sense of the body")[0] == "body.tapping"


def test_each_part_of_a_question_is_served():
    both = found("fear extinction and interoception", limit=3)
    assert {"body.tapping", "danger.adds"} <= {*both}


def test_no_more_than_the_limit():
    assert len(found("ketamine", limit=2)) == 2


def test_the_order_is_always_the_same():
    assert found("ketamine and fear") == found("ketamine and fear")


def test_each_claim_is_found_once():
    names = found("ketamine, fear extinction, side effects")
    assert len(set(names)) == len(names)


def test_nothing_is_found_for_nothing_known():
    assert found("tiramisu") == []
