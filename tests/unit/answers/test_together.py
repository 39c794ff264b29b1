import dataclasses

import pytest

from kapsim.answers.desk import Desk, open_desk
from kapsim.answers.together import Held, held_together, weight_of_a_rarity
from kapsim.evidence import knowledge
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


def test_how_telling_words_are_hangs_less_on_how_many_claims_there_are():
    few = knowledge()
    other = few.claims["concerns.children"]
    copies = {
        name: other.model_copy(update={"id": name})
        for name in (f"concerns.other_{k}" for k in range(100))
    }
    many = dataclasses.replace(few, claims=few.claims | copies, digest="with others")
    weights, telling = [], []
    for found in (few, many):
        opened = open_desk("Does fear come back in another room?", found)
        weights.append(held_together(opened.question.pieces, opened).weight)
        telling.append(weights[-1] / weight_of_a_rarity(opened))
    assert weights[1] > 1.05 * weights[0]
    assert telling[1] == pytest.approx(telling[0], rel=0.05)
