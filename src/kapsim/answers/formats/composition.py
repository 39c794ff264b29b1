"""From an answer to its blocks."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping

from kapsim.answers.answer import Answer, Contested, Quotation, Section, Sentence, Shown
from kapsim.answers.formats import words
from kapsim.answers.formats.outline import (
    Block,
    Code,
    Entries,
    Entry,
    Figure,
    Folded,
    Heading,
    Items,
    Paragraph,
    Quote,
    Table,
    group,
    mark,
    plain,
)
from kapsim.evidence.knowledge_schema import CITED

Draw = Callable[[str], str | None]
_SENTENCES = 4  # at most, in a paragraph


def outline(answer: Answer, names: Mapping[str, str], draw: Draw) -> list[Block]:
    """Blocks of an answer, in the order they are read.

    Parameters
    ----------
    names
        Name of each concept and portrait by its id.
    draw
        Gives the figure of an experiment or a run as SVG, None where it has none.
    """
    labels = {one.key: one.label for one in answer.sources}
    writer = _Writer(labels)
    parts = (
        _beginning(answer, names),
        writer.account(answer.account),
        writer.contested(answer.contested),
        _nearest(answer),
        writer.quotations(answer.quotations),
        writer.shown(answer.shown, draw),
        writer.linked(answer),
        _dropped(answer),
        _sources(answer),
    )
    return list(itertools.chain.from_iterable(parts))


def _beginning(answer: Answer, names: Mapping[str, str]) -> Iterator[Block]:
    yield Heading(1, plain(answer.question))
    yield Paragraph(words.BANNER, "banner")
    if answer.notice:
        yield Paragraph(plain(answer.notice), "notice")
    yield Heading(2, words.COVERAGE, "coverage")
    yield Paragraph(words.LEVELS[answer.coverage.level], "statement")
    if answer.coverage.aspects:
        rows = tuple(
            tuple(
                plain(cell)
                for cell in words.aspect_cells(
                    one, names.get(one.concept or "", one.concept)
                )
            )
            for one in answer.coverage.aspects
        )
        yield Table(words.COVERAGE, words.ASPECT_HEAD, rows)
        yield Paragraph(words.GRADES, "note")


def _nearest(answer: Answer) -> Iterator[Block]:
    if answer.nearest:
        yield Heading(2, words.NEAREST, "nearest")
        yield Items(tuple(f"{one.name}: {one.claims} claims" for one in answer.nearest))


def _sources(answer: Answer) -> Iterator[Block]:
    shipped = [one for one in answer.sources if not one.own]
    own = [one for one in answer.sources if one.own]
    if not answer.sources:
        return
    yield Heading(2, words.SOURCES, "sources")
    if shipped:
        yield Entries(tuple(Entry(s.key, s.label, plain(s.reference)) for s in shipped))
    if own:
        yield Heading(3, words.OWN_SOURCES, "own-sources")
        yield Entries(tuple(Entry(s.key, s.label, plain(s.reference)) for s in own))
    entries = "".join(f"{one.bibtex.strip()}\n" for one in answer.sources if one.bibtex)
    if entries:
        yield Heading(2, words.BIBTEX, "bibtex")
        command = words.entries_command(one.key for one in shipped)
        yield Code(entries, "bibtex", command)


def _dropped(answer: Answer) -> Iterator[Block]:
    if answer.dropped:
        yield Heading(2, words.DROPPED, "dropped")
        yield Items(tuple(plain(why) for why in answer.dropped))


class _Writer:
    """Writes the parts of an answer that cite sources."""

    def __init__(self, labels: dict[str, str]) -> None:
        self._labels = labels

    def _marks(self, keys: Iterable[str]) -> list[str]:
        return [mark(self._labels.get(key, key), key) for key in keys]

    def sentence(self, one: Sentence, *remarks: str) -> str:
        """The sentence with its citations, and remarks, before the full stop."""
        cites = group(self._marks(one.sources), remarks)
        return f"{plain(one.text).removesuffix('.')} {cites}."

    def account(self, sections: Iterable[Section]) -> Iterator[Block]:
        """The account, headed by steps."""
        for place, section in enumerate(sections):
            if not place:
                yield Heading(2, words.ACCOUNT, "account")
            yield Heading(3, plain(section.heading), f"account-{place + 1}")
            said = [self.sentence(one, *words.grades(one)) for one in section.sentences]
            for first in range(0, len(said), _SENTENCES):
                yield Paragraph(" ".join(said[first : first + _SENTENCES]))

    def contested(self, found: Iterable[Contested]) -> Iterator[Block]:
        """Claims with what speaks for them and against them."""
        for place, one in enumerate(found):
            if not place:
                yield Heading(2, words.CONTESTED, "contested")
            said = (self.sentence(says, *words.grades(says)) for says in one.against)
            claim = self.sentence(one.claim, *words.grades(one.claim))
            against = (f"{words.AGAINST}{sentence}" for sentence in said)
            yield Items((f"{words.FOR}{claim}", *against))

    def quotations(self, quotations: Iterable[Quotation]) -> Iterator[Block]:
        """Words of the reader's documents, with their places."""
        for place, one in enumerate(quotations):
            if not place:
                yield Heading(2, words.QUOTATIONS, "quotations")
            label = self._marks([one.document])[0]
            where = f"— {label}, {plain(one.place.words)} {{{one.document}}}"
            yield Quote(plain(one.text), where)

    def shown(self, found: Iterable[Shown], draw: Draw) -> Iterator[Block]:
        """What the model shows: figure, numbers, and the command that repeats it."""
        for place, one in enumerate(found):
            if not place:
                yield Heading(2, words.SHOWN, "model")
            yield Heading(3, plain(one.title), f"shown-{one.name}")
            yield Paragraph(plain(words.verdict_line(one)))
            yield Figure(draw(one.name), plain(one.caption))
            if one.numbers:
                rows = [
                    tuple(plain(cell) for cell in words.number_cells(number))
                    for number in one.numbers
                ]
                yield Table(plain(one.title), words.NUMBER_HEAD, tuple(rows))
            if one.sources:
                cites = group(self._marks(one.sources))
                yield Paragraph(f"Published numbers: {cites}.", "note")
            yield Paragraph(words.command_line(one), "command")

    def linked(self, answer: Answer) -> Iterator[Block]:
        """Concepts and portraits, each a short page."""
        if answer.linked:
            yield Heading(2, words.LINKED, "concepts")
        for one in answer.linked:
            pages = (self._page(text) for text in words.paragraphs(one.page))
            yield Folded(one.name, tuple(pages))

    def _page(self, text: str) -> str:
        return CITED.sub(
            lambda found: " " + group(self._marks(found[1].split("; "))), plain(text)
        )
