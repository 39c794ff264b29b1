"""Words that say nothing of what a question is about, by their stems."""

import dataclasses
import functools
import importlib.resources
import re

import yaml

from kapsim.answers.terms import spelled, stems, words

_STEMMED = ("light", "stop", "plain", "helpers", "field")
_VERB = re.compile(r".{3,}(ated|ating|ized|izing|ify|ifies|ified|ed)")
_ADVERB = re.compile(r".*(al|ic|iv|ous|ent|ant|ful|less|ing|ed|ate|ar)ly")


@dataclasses.dataclass(frozen=True)
class PlainWords:
    """Words and their stems, by how little they say.

    Attributes
    ----------
    light, stop, plain, helpers, field
        Stems of articles and prepositions; of grammar; of words that any question may
        have; of grammar that may be left out of a name; of words that say only that a
        question is of this field.
    everyday
        Words, as written, that people also use for other things than concepts.
    attributes
        Ids of concepts that are always of something.
    frames, elsewhere
        Phrases in which people speak of themselves and ask nothing for themselves;
        phrases in which a word of this field means something else.
    """

    light: frozenset[str]
    stop: frozenset[str]
    plain: frozenset[str]
    helpers: frozenset[str]
    field: frozenset[str]
    everyday: frozenset[str]
    attributes: frozenset[str]
    frames: re.Pattern[str]
    elsewhere: re.Pattern[str]

    def says_something(self, word: str, stem: str) -> bool:
        """Whether a word may be what a question is about."""
        if word.isdecimal() or len(word) == 1 or _ADVERB.fullmatch(word):
            return False
        return stem not in self.light | self.stop | self.plain | self.field

    def may_be_passed_over(self, word: str) -> bool:
        """Whether a word that no claim has looks like a verb, and not like a matter."""
        return _VERB.fullmatch(word) is not None

    def searched(self, word: str, stem: str) -> bool:
        """Whether a word is worth looking for among the claims."""
        return len(word) > 1 and stem not in self.light | self.stop


@functools.cache
def plain_words() -> PlainWords:
    """The lists that ship with kapsim."""
    file = importlib.resources.files("kapsim.answers") / "words.yaml"
    lists: dict[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))
    named = dict(zip(_STEMMED, stems([lists[n] for n in _STEMMED]), strict=True))
    written = " ".join(lists[name] for name in ("light", "stop", "plain", "everyday"))
    return PlainWords(
        **{name: frozenset(terms) for name, terms in named.items()},
        everyday=frozenset(words(spelled(written))),
        attributes=frozenset(lists["attributes"].split()),
        frames=_phrases(lists["frames"]),
        elsewhere=_phrases(lists["elsewhere"]),
    )


def _phrases(listed: str) -> re.Pattern[str]:
    """A pattern for any of the phrases, the longest first."""
    phrases = [plainly(phrase) for phrase in listed.split("|")]
    phrases.sort(key=lambda text: (-len(text), text))
    return re.compile(rf"\b({'|'.join(phrases)})\b")


def plainly(text: str) -> str:
    """The words of a text in one spelling, without apostrophes."""
    return " ".join(words(spelled(text).replace("'", "")))
