import pytest

from kapsim.answers.desk import Desk, open_desk
from kapsim.answers.together import Held, held_together
from tests.unit.answers.small_library import small_library


def desk(question: str) -> Desk:
    return open_desk(question, small_library())


def held(question: str) -> Held:
    opened = desk(question)
    return held_together(opened.question.pieces, opened)


def test_a_claim_with_all_that_is_asked_has_the_whole():
    assert held("Does fear come back in another room?").share == pytest.approx(1)


def test_a_word_that_no_claim_has_weighs_most():
    assert held("Does fear extinction help divers?").share < 0.5


def test_a_general_word_that_no_claim_has_weighs_little():
    strange = held("Does the return of fear in divers come to a room?").share
    general = held("Does the return of fear somehow come to a room?").share
    assert strange < general


def test_where_nothing_is_held_the_share_is_0():
    assert held("Are divers deaf?") == Held()


def test_words_of_several_claims_do_not_add_up():
    assert held("heartbeat room").words == 1
