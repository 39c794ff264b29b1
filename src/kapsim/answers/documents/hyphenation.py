"""Lines to running text: line-end hyphens, ligatures and odd spaces.

A hyphen at the end of a line either divides a word or belongs to it. Which of the two
is decided by the words of the document itself: if the undivided word or the hyphenated
one stands elsewhere in it, that form is taken.
"""

import re
from collections import Counter
from collections.abc import Iterable

_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\u00ad": "",
        "\u200b": "",
        "\u2060": "",
        "\ufeff": "",
        "\u2010": "-",
        "\u2011": "-",
    }
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_DIVIDED = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
_BEGINS = re.compile(r"[^\W\d_]+")
_HEADS = frozenset(
    "self well long short double single open treatment placebo ketamine low high "
    "cross follow evidence mid post pre half".split()
)
_TAILS = frozenset(
    "assisted based related induced resistant like up term dose blind controlled free "
    "rated report week day hour month year treated associated dependent specific "
    "mediated evoked".split()
)


def cleaned(text: str) -> str:
    """Text without ligatures, soft hyphens, control characters or repeated spaces."""
    return " ".join(_CONTROL.sub(" ", text.translate(_LIGATURES)).split())


class Vocabulary:
    """The words of a document, with how often each stands inside a line."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._count: Counter[str] = Counter()
        for line in lines:
            words = _WORD.findall(line.translate(_LIGATURES).casefold())
            self._count.update(words)
            parts = (part for word in words if "-" in word for part in word.split("-"))
            self._count.update(parts)

    def __getitem__(self, word: str) -> int:
        return self._count[word.casefold()]


def joined(lines: Iterable[str], vocabulary: Vocabulary) -> str:
    """Running text of lines, words divided at line ends made whole.

    Parameters
    ----------
    lines
        Lines of one paragraph.
    vocabulary
        Words of the document.
    """
    text = ""
    for line in lines:
        soft = line.rstrip().endswith("\u00ad")
        piece = cleaned(line)
        if not piece:
            continue
        if soft:
            piece += "\u00ad"
        text = _with(text, piece, vocabulary)
    return text.removesuffix("\u00ad")


def _with(text: str, line: str, vocabulary: Vocabulary) -> str:
    if text.endswith("\u00ad"):
        return text[:-1] + line
    head, tail = _DIVIDED.search(text), _BEGINS.match(line)
    if head is None:
        return f"{text} {line}".lstrip()
    if tail is None or tail[0] in ("and", "or", "to"):
        # "5-" and a digit belong together; "pre- and" does not.
        return text + ("" if tail is None else " ") + line
    return (text if _keeps(head[1], tail[0], vocabulary) else text[:-1]) + line


def _keeps(head: str, tail: str, vocabulary: Vocabulary) -> bool:
    """Whether a hyphen between these two belongs to the word."""
    if tail[0].isupper():
        return True
    last = head.rsplit("-", 1)[-1]
    whole, hyphenated = vocabulary[last + tail], vocabulary[f"{last}-{tail}"]
    if whole or hyphenated:
        return hyphenated > whole
    if last.casefold() in _HEADS or tail.casefold() in _TAILS:
        return True
    return len(tail) > 3 and vocabulary[last] > 1 and vocabulary[tail] > 0
