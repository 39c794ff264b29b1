"""The list of references of a document: where it stands and what its entries are."""

import itertools
import re
from collections.abc import Sequence

from kapsim.answers.documents.block import Block
from kapsim.answers.documents.hyphenation import Vocabulary, joined
from kapsim.answers.documents.identifiers import dois, years

_HEADING = re.compile(
    r"^(?:(?:\d{1,2}(?:\.\d{1,2})*|[ivx]{1,5}|[a-h])[.)]?\s+)?"
    r"(?:cited |list of |selected |further )?"
    r"(?:references?|bibliography|literature|works|sources|reference list|literatur|"
    r"literaturverzeichnis|références|bibliographie|bibliografía|referencias)"
    r"(?: (?:cited|list|and notes|and further reading|and recommended reading))?"
    r"\s*[:.]?$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^(?:(?:\d{1,2}|[A-H])[.)]?\s+)?(?:appendi|acknowledg|author|funding|conflict|"
    r"competing|declaration|disclos|supplement|supporting|figure legend|data avail|"
    r"abbreviations|publisher.s note|index$|about the author)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\s*(?:\[(\d{1,4})\]|\((\d{1,4})\)|(\d{1,4})[.)]?)\s+(?=\S)")
_AUTHOR = re.compile(
    r"^[^\W\d_][\w'’. -]{1,40}, ?(?:[A-Z]|&|and )|^[A-Z]\w+ [A-Z]{1,3}\b"
)
_UNDATED = re.compile(r"\b(?:in press|forthcoming|n\.d\.|submitted)", re.IGNORECASE)
_LONGEST = 900


def is_reference_heading(text: str) -> bool:
    """Whether a heading announces a list of references."""
    return bool(_HEADING.match(" ".join(text.split())))


def looks_cited(text: str) -> bool:
    """Whether a text can be an entry: dated, or with a DOI, and not too long."""
    dated = years(text) or dois(text) or _UNDATED.search(text)
    return bool(dated) and len(text) <= _LONGEST


def split_references(
    blocks: Sequence[Block], vocabulary: Vocabulary
) -> tuple[list[Block], list[str]]:
    """Blocks of the text, and the entries of the lists of references among them.

    A list is taken only if at least two in three of its entries are dated; else it
    stays in the text, so that nothing is lost. Entries of a list that do not look like
    one are joined to the entry before them if short, and stay in the text if long.
    """
    body: list[Block] = []
    entries: list[str] = []
    waiting: list[Block] = []
    for block in blocks:
        text = " ".join(block.lines)
        if waiting and _ends(block, text, waiting[0]):
            rest, found = _settled(waiting, vocabulary)
            body, entries, waiting = body + rest, entries + found, []
        begins = is_reference_heading(text) and len(block.lines) == 1
        if block.entry and not waiting:
            entries.append(joined(block.lines, vocabulary))
        elif waiting or begins:
            waiting.append(block)
        else:
            body.append(block)
    rest, found = _settled(waiting, vocabulary) if waiting else ([], [])
    return body + rest, entries + found


def _ends(block: Block, text: str, heading: Block) -> bool:
    """Whether a block is the first after the list that a heading opened."""
    if block.level:
        return block.level <= max(heading.level, 1) or bool(_AFTER.match(text))
    return len(text) < 60 and bool(_AFTER.match(text)) and not years(text)


def _settled(
    waiting: list[Block], vocabulary: Vocabulary
) -> tuple[list[Block], list[str]]:
    heading, *blocks = waiting
    kept: list[Block] = []
    entries: list[str] = []
    dated = 0
    for block in blocks:
        for lines in _entries_of(block):
            text = joined(lines, vocabulary)
            if looks_cited(text) or block.entry:
                entries.append(text)
                dated += 1
            elif len(text) > _LONGEST or block.level:
                kept.append(block)
            elif entries and len(text) < 60 and not _NUMBER.match(text):
                entries[-1] = joined([entries[-1], text], vocabulary)
            else:
                entries.append(text)
    if not dated or dated * 3 < len(entries) * 2:
        return waiting, []
    return ([heading, *kept] if kept else []), entries


def _entries_of(block: Block) -> list[list[str]]:
    """Lines of a block by entry: a file without blank lines may run them together."""
    lines = list(block.lines)
    numbers = [_NUMBER.match(line) for line in lines]
    if sum(map(bool, numbers)) > 1 and numbers[0]:
        return _cut(lines, _counting(numbers))
    indented = [line[:1].isspace() for line in lines]
    if any(indented) and not indented[0]:
        return _cut(lines, [not inside for inside in indented])
    begins = [True] + [
        _dois_end(before)
        or (before.rstrip().endswith((".", ")")) and bool(_AUTHOR.match(line)))
        for before, line in itertools.pairwise(lines)
    ]
    return _cut(lines, begins)


def _dois_end(line: str) -> bool:
    found = dois(line)
    return bool(found) and line.rstrip(". ").casefold().endswith(found[-1])


def _counting(numbers: Sequence[re.Match[str] | None]) -> list[bool]:
    """Which lines bear the next number, so that a year or a page begins no entry."""
    begins: list[bool] = []
    last = None
    for found in numbers:
        number = int(next(filter(None, found.groups()))) if found else None
        new = number is not None and (last is None or 0 < number - last <= 2)
        last = number if new else last
        begins.append(new)
    return begins


def _cut(lines: list[str], begins: Sequence[bool]) -> list[list[str]]:
    parts: list[list[str]] = []
    for line, new in zip(lines, begins, strict=True):
        if new or not parts:
            parts.append([])
        parts[-1].append(line)
    return parts
