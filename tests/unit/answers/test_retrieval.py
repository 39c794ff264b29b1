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


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Does ketamine work in older adults with depression?", "response.older"),
        ("Can ketamine make depression worse?", "relief.in_clinics"),
        ("Does ketamine work without therapy?", "setting.plain_rooms"),
        ("Does psychotherapy work for depression?", "therapy.better_than_none"),
        ("Does body weight change the effect?", "dose.who_absorbs_more"),
        ("Is ECT better than ketamine?", "relief.against_electroconvulsive"),
        ("Does ketamine beat ECT?", "relief.against_electroconvulsive"),
        ("Who should not get ketamine?", "concerns.who_should_not"),
        ("How long must patients be watched after a dose?", "concerns.observation"),
        ("Does ketamine help bipolar depression?", "relief.within_hours"),
        (
            "Does CBT extend the benefit of ketamine?",
            "therapy.cbt_after_ketamine_open",
        ),
        (
            "Does ketamine impair memory or cognition?",
            "loosening.confidence_steadies_less",
        ),
        ("Is there withdrawal from ketamine?", "concerns.dependence_unknown"),
    ],
)
def test_the_claim_that_decides_is_found_in_the_shipped_records(
    question: str, first: str
):
    assert retrieve(question, 1)[0][0] == first
