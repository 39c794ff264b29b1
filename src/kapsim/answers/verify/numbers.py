"""Numbers of a text, in digits or words, so that two texts can be compared."""

import re
from collections import Counter

_DIGITS = re.compile(
    r"(?P<sign>(?<![\w.)\]%])-)?(?P<whole>\d{1,3}(?:,\d{3})+(?!\d)|\d+)"
    r"(?P<fraction>\.\d+)?"
)
_LETTERS = re.compile(r"[a-z]+")
_DASHES = str.maketrans(
    {"\N{MINUS SIGN}": "-", "\N{EN DASH}": " to ", "\N{NO-BREAK SPACE}": " "}
)
_WORDS = {
    "half": "0.5",
    "zero": "0",
    "once": "1",
    "one": "1",
    "twice": "2",
    "two": "2",
    "double": "2",
    "doubles": "2",
    "doubled": "2",
    "three": "3",
    "thrice": "3",
    "triple": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "dozen": "12",
    "thirteen": "13",
    "fourteen": "14",
    "fifteen": "15",
    "sixteen": "16",
    "seventeen": "17",
    "eighteen": "18",
    "nineteen": "19",
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
    "hundred": "100",
    "thousand": "1000",
    "million": "1000000",
    "third": "1/3",
    "thirds": "1/3",
    "quarter": "1/4",
    "quarters": "1/4",
    "½": "0.5",
    "¼": "1/4",
    "¾": "3/4",
}
_SIGNS = re.compile("[½¼¾]")


def numbers(text: str) -> Counter[str]:
    """How often each number stands in a text, written in digits or in words.

    ``1,200`` is 1200, ``0.50`` is 0.5, ``twelve`` is 12, and each word of a number
    made of several counts for itself.
    """
    plain = text.translate(_DASHES)
    found = Counter(_value(match) for match in _DIGITS.finditer(plain))
    found.update(_WORDS[sign] for sign in _SIGNS.findall(plain))
    words = _LETTERS.findall(plain.casefold())
    found.update(_WORDS[word] for word in words if word in _WORDS)
    return found


def _value(match: re.Match[str]) -> str:
    whole = match["whole"].replace(",", "").lstrip("0") or "0"
    fraction = (match["fraction"] or "").rstrip("0").rstrip(".")
    return f"{match['sign'] or ''}{whole}{fraction}"
