"""Numbers of a text, in digits or words."""

from collections import Counter

import pytest

from kapsim.answers.verify.numbers import numbers
from kapsim.answers.verify.signs import even


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("0.50 mg/kg and 1,200 people", ["0.5", "1200"]),
        ("−3.5 points, -2 or 3-5 and 4–6", ["-3.5", "-2", "3", "5", "4", "6"]),
        ("Twelve of twenty, twice", ["12", "20", "2"]),
        ("half, a third and ½", ["0.5", "1/3", "0.5"]),
        ("12 and 12", ["12", "12"]),
        ("2013a, HDRS-17, 95 % CI", ["2013", "17", "95"]),
        ("007 and 1.0", ["7", "1"]),
        ("often and someone", []),
    ],
)
def test_numbers(text, found):
    assert numbers(text) == Counter(found)


def test_signs_are_evened():
    assert even("“su\ufb03cient” — it’s\u00a0fine") == '"sufficient" - it\'s fine'
    assert even("exam-\n  ple of well-\u00adknown") == "example of well-known"
    assert even("extinc\u00adtion") == "extinction"
