import dataclasses
from concurrent.futures import ThreadPoolExecutor

import pytest

from kapsim.answers.desk import open_desk
from kapsim.answers.errors import QuestionError
from kapsim.answers.nearly import corrected
from kapsim.answers.question import LONGEST, Question
from kapsim.answers.terms import spelled, stems, words
from tests.unit.answers.small_library import small_library


def read(text: str) -> Question:
    return open_desk(text, small_library()).question


def named(text: str) -> dict[str, tuple[str, ...]]:
    return {piece.words: piece.pages for piece in read(text).pieces}


def test_two_spellings_are_one():
    british = "normalisation of behaviour by randomised programmes, paediatric"
    american = "normalization of behavior by randomized programs, pediatric"
    assert stems([british]) == stems([american])


def test_short_words_keep_their_spelling():
    assert spelled("four hours, a rise, our noise") == "four hours, a rise, our noise"


def test_a_genitive_is_no_word():
    assert words(spelled("Seligman’s dogs’ fear")) == ["seligman", "dogs", "fear"]


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("What does ketamine do to fear extinction?", "fear extinction"),
        ("Is the extinction of fears lasting?", "extinction of fears"),
        ("And fear-extinction?", "fear-extinction"),
    ],
)
def test_a_name_is_recognised_in_any_order_number_and_hyphenation(text: str, part: str):
    assert named(text)[part] == ("fear_extinction",)


def test_the_longest_name_is_taken():
    assert "extinction" not in named("How does fear extinction work?")


def test_words_may_stand_among_those_of_a_name():
    assert "How long does … last" in named("How long does the whole effect last?")


def test_a_word_mistyped_by_one_letter_is_put_right():
    assert named("What is interocepton?")["interocepton"] == ("interoception",)


@pytest.mark.parametrize("word", ["arketamine", "memantine", "gardens", "meditation"])
def test_another_word_is_not_put_right(word: str):
    known = {"ketamine": 3, "esketamine": 2, "harden": 1, "medication": 4}
    assert corrected(word, known) == word


def test_what_no_claim_has_is_unknown():
    asked = read("Does ketamine help against seasickness?")
    assert [piece.words for piece in asked.unknown] == ["seasickness"]
    assert [piece.words for piece in asked.broad] == ["ketamine"]


@pytest.mark.parametrize("word", ["serotinin", "seratonin", "serotonim"])
def test_a_vowel_may_be_another_one(word: str):
    right = word[-1] == "n"
    assert corrected(word, {"serotonin": 1}) == ("serotonin" if right else word)


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("Does hypnosis or ketamine help?", ["hypnosis"]),
        ("Is ketamine better than hypnosis?", ["hypnosis"]),
        ("Is ketamine a drug for divers and pilots?", []),
        ("Does hypnosis help depressed divers?", []),
    ],
)
def test_what_is_joined_to_something_known_is_marked(text: str, gaps: list[str]):
    assert [piece.words for piece in read(text).pieces if piece.joined] == gaps


def test_words_of_a_claim_are_known():
    assert [p.words for p in read("Which rats were asked?").known] == ["rats"]


def test_an_author_is_known():
    (piece,) = read("What did Fava find?").known
    assert piece.author
    assert len(piece.claims) == len(small_library().claims)


@pytest.mark.parametrize(
    "text",
    [
        "Should I take ketamine?",
        "What dose should my mother get?",
        "How much ketamine for a man of 70 kg?",
        "Would you recommend ketamine?",
        "I'm depressed, will ketamine help me?",
        "My trial is over. What dose should I take for my depression?",
        "How much should I give my patients?",
    ],
)
def test_advice_is_recognised(text: str):
    assert read(text).personal


@pytest.mark.parametrize(
    "text",
    [
        "Tell me how ketamine works",
        "I'd like to know whether ketamine is safe",
        "Is 0.5 mg/kg of ketamine safe?",
        "What happened in phase I?",
        "Can I trust the model?",
        "Should I take saline as the control arm of my trial?",
        "What would it do to the effect size of my study?",
        "I am thinking of drugs that act on the liver",
        "Why does fear come back in my patients?",
        "Does an IM injection of ketamine work?",
    ],
)
def test_a_general_question_asks_no_advice(text: str):
    assert not read(text).personal


@pytest.mark.parametrize("text", ["", " ?! ", "\n", "…"])
def test_a_question_without_words_is_refused(text: str):
    with pytest.raises(QuestionError, match="no words"):
        read(text)


def test_a_question_of_many_pages_is_refused():
    with pytest.raises(QuestionError, match=f"at most {LONGEST}"):
        read("fear " * LONGEST)


@pytest.mark.parametrize("text", ['fear" OR "x', "fear AND NOT (", "fear*", "a:b^2"])
def test_signs_of_the_query_language_do_no_harm(text: str):
    assert read(text).text


def test_index_and_vocabulary_are_built_once_for_the_same_records():
    one, two = (open_desk(text, small_library()) for text in ("fear", "heartbeat"))
    assert one.index is two.index
    assert one.names is two.names


def test_other_records_get_an_index_of_their_own():
    small = small_library()
    other = dataclasses.replace(small, digest="other", claims={})
    assert open_desk("fear", small).index.holding(["fear"])
    assert not open_desk("fear", other).index.holding(["fear"])


def test_an_index_serves_several_threads():
    index = open_desk("fear", small_library()).index
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: index.holding(["fear"]), range(40)))
    assert found == [index.holding(["fear"])] * 40


def test_comparatives_of_plain_words_say_nothing():
    assert read("Which is the largest, and which is stronger?").pieces == ()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Does ketamine work in older patients?", "older"),
        ("Does mindfulness help in depression?", "mindfulness"),
        ("Does meditation help in depression?", "meditation"),
        ("Does kindness help in depression?", "kindness"),
        ("Can ketamine make some patients worse?", "worse"),
        ("Does ketamine work without therapy?", "without therapy"),
        ("Does ketamine help bipolar depression?", "bipolar depression"),
        ("Does K help bipolar depression?", "bipolar depression"),
        ("Who should not get ketamine?", "Who should not get ketamine"),
    ],
)
def test_a_word_or_keyword_that_decides_is_a_part(text: str, part: str):
    pieces = {piece.words: piece for piece in open_desk(text).question.pieces}
    assert not pieces[part].pages
    assert bool(pieces[part].keyed) is (part not in {"meditation", "kindness"})


def test_mindfulness_is_no_mind():
    assert stems(["mindfulness"]) == stems(["mindful"]) != stems(["mind"])


def test_two_letters_of_a_short_word_may_have_changed_places():
    assert corrected("wroks", {"works": 1}) == "works"
    assert corrected("werks", {"works": 1}) == "werks"


def test_grammar_beside_an_author_is_no_gap():
    question = open_desk("What did Wilkinson et al. find?").question
    assert [(piece.words, piece.author) for piece in question.pieces] == [
        ("Wilkinson", True)
    ]


def test_how_something_works_is_asked_of_the_whole():
    assert not open_desk("How does psychotherapy work?").question.narrow
    assert open_desk("Does psychotherapy work?").question.narrow


def test_how_effective_something_is_asks_whether_it_works():
    for text in ("How effective is ketamine?", "How well does psychotherapy work?"):
        assert open_desk(text).question.narrow, text


def test_how_high_asks_for_a_degree():
    asked, named = "How high is the response rate?", "Is the high needed for relief?"
    words = [
        {piece.words for piece in open_desk(text).question.pieces}
        for text in (asked, named)
    ]
    assert "high" not in words[0]
    assert "high" in words[1]


def test_that_something_works_is_no_part_beside_something_else():
    for text in ("Does ketamine work in the elderly?", "Does ketamine work with ECT?"):
        pieces = open_desk(text).question.pieces
        assert "Does ketamine work" not in {piece.words for piece in pieces}
    (piece, _) = open_desk("Does ketamine work?").question.pieces
    assert piece.words == "Does ketamine work"


def test_a_keyword_of_what_the_model_leaves_out_is_none():
    pieces = open_desk("Is ketamine psychotic?").question.pieces
    assert not any(piece.keyed for piece in pieces)


def test_whether_kapsim_can_tell_of_oneself_is_no_request_for_advice():
    assert not read("Can kapsim predict whether I will respond?").personal
    assert read("Can kapsim predict whether I should take ketamine?").personal


def test_who_says_what_they_are_by_trade_asks_no_advice_by_that():
    assert not read("I'm a GP trainee. Why does relief outlast ketamine?").personal
    assert not read("My supervisor says ketamine is a psychedelic. Is it?").personal
    assert not read("I am a student. Why does relief outlast ketamine?").personal
    assert read("I'm a nurse and depressed. What dose should I take?").personal
    assert read("I am a bipolar teacher. Is ketamine safe?").personal
    assert read("I am a patient of a doctor. Is ketamine safe?").personal


def test_a_year_to_come_is_no_other_field():
    assert not read("Who relapses within the next year after therapy?").elsewhere
    assert read("What will the ongoing trial of ketamine show?").elsewhere
