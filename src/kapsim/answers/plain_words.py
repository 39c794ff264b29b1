"""Words that say nothing of what a question is about, by their stems."""

import dataclasses
import functools
import importlib.resources
import re
from collections.abc import Iterable, Iterator

import yaml

from kapsim.answers.terms import spelled, stems, words

_STEMMED = ("light", "stop", "plain", "helpers", "field", "outside", "substances")
_VERB = re.compile(r".{3,}(ated|ating|ized|izing|ify|ifies|ified|ed)")
_PREFIX = re.compile(r"^(re|un|over|mis)(?=.{4})")
_GRADED = re.compile(r"(.{3,}?)i?e(?:r|st)")
_ADVERB = re.compile(r".*(al|ic|iv|ous|ent|ant|ful|less|ing|ed|ate|ar)ly")


@dataclasses.dataclass(frozen=True)
class PlainWords:
    """Words and their stems, by how little they say.

    Attributes
    ----------
    light, stop, plain, helpers, field, outside, substances
        Stems of articles and prepositions; of grammar; of words that any question may
        have; of grammar that may be left out of a name; of words that say only that a
        question is of this field; of words that ask for what no claim would hold; of
        drugs other than ketamine.
    general
        Words of general English, as written, in all their forms.
    telling, no_slip
        Words, as written, that say something although their stems say nothing; words
        that are no slip for another one that differs by a letter.
    turns
        Words, as written, that say something where nothing but what is broad is named.
    narrower
        Words, as written, that name only a part of a concept.
    everyday
        Words, as written, that people also use for other things than concepts.
    degrees
        Words, as written, that name a concept, but not after `how`.
    attributes
        Ids of concepts that are always of something.
    frames, elsewhere, of_whom
        Phrases in which people speak of themselves and ask nothing for themselves;
        phrases in which a word of this field means something else; beginnings of
        questions that ask for a person, a place or a date.
    """

    light: frozenset[str]
    stop: frozenset[str]
    plain: frozenset[str]
    helpers: frozenset[str]
    field: frozenset[str]
    outside: frozenset[str]
    substances: frozenset[str]
    general: frozenset[str]
    telling: frozenset[str]
    no_slip: frozenset[str]
    turns: frozenset[str]
    narrower: frozenset[str]
    everyday: frozenset[str]
    degrees: frozenset[str]
    attributes: frozenset[str]
    frames: re.Pattern[str]
    elsewhere: re.Pattern[str]
    of_whom: re.Pattern[str]

    def says_something(self, word: str, stem: str) -> bool:
        """Whether a word may be what a question is about."""
        if stem in self.outside or word in self.telling:
            return True
        if word.isdecimal() or len(word) == 1 or _ADVERB.fullmatch(word):
            return False
        said_by_all = self.light | self.stop | self.plain | self.field
        return stem not in said_by_all and not self._compares(word)

    def _compares(self, word: str) -> bool:
        """Whether it is the comparative or superlative of a word that says nothing."""
        graded = _GRADED.fullmatch(word)
        if graded is None:
            return False
        base = graded[1]
        return not self.plain.isdisjoint({base, f"{base}e", f"{base}i", base[:-1]})

    def may_be_passed_over(self, word: str) -> bool:
        """Whether a word that no claim has is general, or looks like a verb."""
        if word in self.narrower:
            return False
        bare = _PREFIX.sub("", word)
        return not self.general.isdisjoint({word, bare}) or bool(_VERB.fullmatch(word))

    def searched(self, word: str, stem: str) -> bool:
        """Whether a word is worth looking for among the claims."""
        return len(word) > 1 and stem not in self.light | self.stop


@functools.cache
def plain_words() -> PlainWords:
    """The lists that ship with kapsim."""
    file = importlib.resources.files("kapsim.answers") / "words.yaml"
    lists: dict[str, str] = yaml.safe_load(file.read_text(encoding="utf-8"))
    named = dict(zip(_STEMMED, stems([lists[n] for n in _STEMMED]), strict=True))
    said_by_all = " ".join(lists[name] for name in ("light", "stop", "plain"))
    written = frozenset(words(spelled(said_by_all)))
    return PlainWords(
        **{name: frozenset(terms) for name, terms in named.items()},
        general=frozenset(_forms({*written, *words(spelled(lists["general"]))})),
        telling=frozenset(words(spelled(lists["telling"]))),
        no_slip=frozenset(words(spelled(lists["no_slip"]))),
        turns=frozenset(words(spelled(lists["turns"]))),
        narrower=frozenset(words(spelled(lists["narrower"]))),
        everyday=written.union(words(spelled(lists["everyday"]))),
        degrees=frozenset(words(spelled(lists["degrees"]))),
        attributes=frozenset(lists["attributes"].split()),
        frames=_phrases(lists["frames"]),
        elsewhere=_phrases(lists["elsewhere"]),
        of_whom=_phrases(lists["of_whom"]),
    )


def _forms(listed: Iterable[str]) -> Iterator[str]:
    """Words with their regular endings; a stem would also take in other words."""
    for word in listed:
        short = word.removesuffix("e")
        yield from (word, f"{word}s", f"{word}es", f"{word}ly")
        yield from (f"{short}ed", f"{short}ing")
        yield from (f"{word}{word[-1]}ed", f"{word}{word[-1]}ing")
        if word.endswith("y"):
            yield from (f"{word[:-1]}ies", f"{word[:-1]}ied", f"{word[:-1]}ily")


def _phrases(listed: str) -> re.Pattern[str]:
    """A pattern for any of the phrases, the longest first."""
    phrases = [plainly(phrase) for phrase in listed.split("|")]
    phrases.sort(key=lambda text: (-len(text), text))
    return re.compile(rf"\b({'|'.join(phrases)})\b")


def plainly(text: str) -> str:
    """The words of a text in one spelling, without apostrophes."""
    return " ".join(words(spelled(text).replace("'", "")))
