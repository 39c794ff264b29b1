"""The guard of a language model's sentences."""

import pytest

from kapsim.answers.prose.guard import objection

ORIGINAL = (
    "In the trial 12 of 40 people did not respond within two weeks, which the authors "
    "call “the slow third”."
)
KEYS = ("one_2001", "two_2002")
CITED = "[one_2001; two_2002]"


def other(text: str) -> str | None:
    return objection(f"{text} {CITED}.", KEYS, ORIGINAL)


def test_other_words_pass():
    assert (
        other(
            'Within two weeks, 12 of 40 people in the trial showed no response; "the '
            'slow third", as the authors call them'
        )
        is None
    )
    assert objection(f"{ORIGINAL[:-1]} [two_2002] [one_2001].", KEYS, ORIGINAL) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ORIGINAL, "citation missing: one_2001, two_2002"),
        (f"{ORIGINAL[:-1]} [one_2001].", "citation missing: two_2002"),
        (f"{ORIGINAL[:-1]} [one_2001; two_2002; x_1].", "not there: x_1"),
        (f"{ORIGINAL[:-1]} {CITED}", "full stop"),
        (f"Many did not {CITED}.", "much shorter"),
        (f"{ORIGINAL[:-1]} {'and so on ' * 20}{CITED}.", "much shorter or longer"),
    ],
)
def test_citations_and_form(text, said):
    why = objection(text, KEYS, ORIGINAL)
    assert why is not None
    assert said in why


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("12 of", "13 of", "numbers changed: 12, 13"),
        ("two weeks", "three weeks", "numbers changed: 2, 3"),
        ("12 of 40 people", "people", "numbers changed: 12, 40"),
        ("did not respond", "responded", "negation"),
        ("slow third", "late third", "quoted words changed"),
        ("“the slow third”", "the slow third", "quoted words changed"),
        ("call", "call with Freud", "name that was not there: freud"),
        ("people", "people in the USA", "name that was not there: usa"),
    ],
)
def test_what_may_not_change(old, new, said):
    assert old in ORIGINAL
    why = other(ORIGINAL[:-1].replace(old, new))
    assert why is not None
    assert said in why
