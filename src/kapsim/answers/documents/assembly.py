"""Blocks of any format to passages with their places, and to references."""

import re
from collections.abc import Iterator

from kapsim.answers.documents.block import Block, Parts
from kapsim.answers.documents.errors import DocumentError
from kapsim.answers.documents.hyphenation import Vocabulary, cleaned, joined
from kapsim.answers.documents.passage import Extracted, Passage, Place
from kapsim.answers.documents.recognised import reference
from kapsim.answers.documents.reference_list import split_references

LONGEST = 3000
"""Characters of a passage; a longer paragraph is divided between sentences."""

_LONGEST_SECTION = 120
_SENTENCE = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")


def assembled(parts: Parts, name: str) -> Extracted:
    """Document with its passages numbered and its references linked.

    Parameters
    ----------
    parts
        The document taken apart.
    name
        What to call it if it says no title.

    Raises
    ------
    DocumentError
        If it holds no text.
    """
    lines = (line for block in parts.blocks for line in block.lines)
    vocabulary = Vocabulary(lines)
    body, entries = split_references(parts.blocks, vocabulary)
    passages = tuple(_passages(body, vocabulary))
    if not passages and not entries:
        raise DocumentError("it holds no text.")
    work = parts.work
    return Extracted(
        work=work if work.title else work.model_copy(update={"title": name}),
        passages=passages,
        references=tuple(reference(entry) for entry in entries if entry),
        warnings=tuple(parts.warnings),
    )


def _passages(body: list[Block], vocabulary: Vocabulary) -> Iterator[Passage]:
    section = None
    paragraph = 0
    for block in body:
        text = joined(block.lines, vocabulary)
        if not any(map(str.isalnum, text)):
            continue
        if block.level:
            section = cleaned(text)[:_LONGEST_SECTION]
            continue
        paragraph += 1
        place = Place(page=block.page, section=section, paragraph=paragraph)
        for piece in pieces(text):
            yield Passage(place=place, text=piece)


def pieces(text: str) -> list[str]:
    """A paragraph, divided between sentences where it is longer than a passage.

    A single sentence that is longer still is divided between words.
    """
    if len(text) <= LONGEST:
        return [text]
    found = [""]
    ends = [end.end() for end in _SENTENCE.finditer(text)]
    for first, last in zip([0, *ends], [*ends, len(text)], strict=True):
        for part in _words(text[first:last].strip()):
            if len(found[-1]) + len(part) + 1 > LONGEST:
                found.append("")
            found[-1] = f"{found[-1]} {part}".lstrip()
    return [piece for piece in found if piece]


def _words(sentence: str) -> list[str]:
    if len(sentence) <= LONGEST:
        return [sentence]
    parts = [""]
    for word in sentence.split():
        if len(parts[-1]) + len(word) + 1 > LONGEST:
            parts.append("")
        parts[-1] = f"{parts[-1]} {word}".lstrip()
    return parts
