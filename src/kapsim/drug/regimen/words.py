"""The words of a regimen text, and errors that mark them."""

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from kapsim.units import (
    KapsimError,
    Quantity,
    QuantityKind,
    UnitError,
    parse_quantity,
)

EXAMPLE = "ketamine racemate 0.5 mg/kg iv over 40 min"
_WORD = re.compile(r"\d+,\d+[^\s,]*|[^\s,]+|,")
_NUMBER = re.compile(r"[+-]?[\d.]+(?:[eE][+-]?\d+)?")

Meaning = TypeVar("Meaning")


class RegimenError(KapsimError, ValueError):
    """A text that is no regimen: shown, with the word marked and what is allowed."""


class Words:
    """The words of a text with a place among them."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split())
        self.found = list(_WORD.finditer(self.text))
        self.place = 0

    def ahead(self) -> str:
        """The next word in small letters; empty at the end."""
        done = self.place == len(self.found)
        return "" if done else self.found[self.place][0].lower()

    def take(self) -> str:
        """The next word in small letters, passed over."""
        word = self.ahead()
        self.place += bool(word)
        return word

    def phrase(self, count: int) -> str:
        """The next `count` words as they are written, or as many as there are."""
        here = self.found[self.place : self.place + count]
        return " ".join(word[0] for word in here)

    def accept(self, meanings: Mapping[str, Meaning]) -> Meaning | None:
        """Meaning of the longest of these phrases that comes next, if one does."""
        for phrase in sorted(meanings, key=lambda text: -len(text.split())):
            count = len(phrase.split())
            if self.phrase(count).lower() == phrase:
                self.place += count
                return meanings[phrase]
        return None

    def quantity(self, *kinds: QuantityKind, zero: bool = False) -> Quantity:
        """The quantity that comes next, written with or without a space.

        Parameters
        ----------
        kinds
            Kinds that are allowed.
        zero
            Whether it may be zero.

        Raises
        ------
        RegimenError
            If there is none of these kinds.
        """
        alone = _NUMBER.fullmatch(self.ahead()) is not None
        count = 2 if alone else 1
        allowed = " or ".join(f"{kind.words} in {kind.unit}" for kind in kinds)
        do = f"Write for example '{kinds[0].example}'."
        problem = "A number with its unit is missing."
        try:
            found = parse_quantity(self.phrase(count), *kinds)
        except UnitError as error:
            problem = str(error) if self.ahead() else problem
            raise self.refuse(problem, allowed, do, self.next(count)) from error
        if found.value == 0 and not zero:
            problem = f"{found.text!r} is nothing."
            raise self.refuse(problem, f"{allowed}, above 0", do, self.next(count))
        self.place += count
        return found

    def next(self, count: int = 1) -> slice:
        """Where the next `count` words are."""
        return slice(self.place, self.place + count)

    def refuse(self, problem: str, allowed: str, do: str, where: slice) -> RegimenError:
        """Error that marks some words, or the end of the text.

        Parameters
        ----------
        problem
            What is wrong.
        allowed
            What may stand there.
        do
            What to do about it.
        where
            Words to mark.
        """
        here = self.found[where]
        start = here[0].start() if here else len(self.text) + 1
        mark = "^" * (here[-1].end() - start if here else 1)
        shown = f"  {self.text}\n  {' ' * start}{mark}"
        return RegimenError(f"{problem}\n{shown}\nAllowed: {allowed}.\n{do}")

    def unknown(
        self, what: str, known: Iterable[str], shown: Iterable[str]
    ) -> RegimenError:
        """Error for a next word that is none of the `known`, with the nearest one."""
        word = self.ahead()
        near = difflib.get_close_matches(word, list(known), n=1)
        do = f"Did you mean '{near[0]}'?" if near else f"Write for example '{EXAMPLE}'."
        problem = f"'{word}' is not {what}."
        return self.refuse(problem, ", ".join(shown), do, self.next())
