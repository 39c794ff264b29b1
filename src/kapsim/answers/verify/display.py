"""What is displayed, put together as the parts of an answer."""

import dataclasses
import re
from collections.abc import Iterator

from kapsim.answers.formats import words
from kapsim.answers.formats.outline import MARK
from kapsim.answers.verify.errors import UncheckableError
from kapsim.answers.verify.seen import Seen

_REMARK = "|".join(map(re.escape, words.REMARKS))
_GROUP = re.compile(
    rf" \(((?:{MARK.pattern})(?:; {MARK.pattern})*)((?:; (?:{_REMARK}))*)\)\."
)
_ATTRIBUTION = re.compile(
    r"— (?P<label>.+?), (?P<place>(?:p\. \d+, )?(?:section “.*”, )?paragraph \d+) "
    r"\{(?P<document>[^{}]*)\}"
)
_ENTRY = re.compile(r"(?P<label>[^\[\]]+) \[(?P<key>[^\[\]]+)\] (?P<reference>.*)")
_SHOWN = re.compile(r"(?:Experiment|Run) (?P<name>\S+): (?P<verdict>.*)")
_PUBLISHED, _REPEAT = "Published numbers", "Repeat: "
_DOWNLOAD = "All entries"


@dataclasses.dataclass(frozen=True)
class Cite:
    """A citation: what is read, and where it leads; no key where it leads nowhere."""

    label: str
    key: str


@dataclasses.dataclass(frozen=True)
class Said:
    """A sentence with its citations and the remarks on its evidence."""

    text: str
    cites: tuple[Cite, ...]
    remarks: tuple[str, ...]

    @property
    def keys(self) -> frozenset[str]:
        """Keys that it cites."""
        return frozenset(cite.key for cite in self.cites)


@dataclasses.dataclass(frozen=True)
class Quoted:
    """A quotation with the place where it is said to stand."""

    text: str
    cite: Cite
    place: str
    document: str


@dataclasses.dataclass
class Exhibit:
    """What the model is said to show."""

    title: str
    name: str = ""
    verdict: str = ""
    captions: list[str] = dataclasses.field(default_factory=list)
    rows: list[tuple[str, ...]] = dataclasses.field(default_factory=list)
    cites: list[Cite] = dataclasses.field(default_factory=list)
    command: str = ""
    drawing: str | None = None


@dataclasses.dataclass(frozen=True)
class Listed:
    """An entry of the list of sources."""

    label: str
    key: str
    reference: str


@dataclasses.dataclass
class Display:
    """All parts that were found; `strays` are texts that belong to none."""

    question: str = ""
    opening: list[str] = dataclasses.field(default_factory=list)
    level: str = ""
    aspects: list[tuple[str, ...]] = dataclasses.field(default_factory=list)
    account: list[Said] = dataclasses.field(default_factory=list)
    claimed: list[Said] = dataclasses.field(default_factory=list)
    against: list[tuple[Said | None, Said]] = dataclasses.field(default_factory=list)
    nearest: list[str] = dataclasses.field(default_factory=list)
    quotations: list[Quoted] = dataclasses.field(default_factory=list)
    exhibits: list[Exhibit] = dataclasses.field(default_factory=list)
    pages: list[tuple[str, list[str]]] = dataclasses.field(default_factory=list)
    listed: list[Listed] = dataclasses.field(default_factory=list)
    bibtex: list[str] = dataclasses.field(default_factory=list)
    commands: list[str] = dataclasses.field(default_factory=list)
    strays: list[str] = dataclasses.field(default_factory=list)

    @property
    def cites(self) -> Iterator[Cite]:
        """Every citation, in the order of the parts."""
        for said in (*self.account, *self.claimed, *(one for _, one in self.against)):
            yield from said.cites
        yield from (one.cite for one in self.quotations)
        for exhibit in self.exhibits:
            yield from exhibit.cites
        for _, texts in self.pages:
            yield from (cite for text in texts for cite in cites_in(text))


def cites_in(text: str) -> list[Cite]:
    """Citations in a text, in order."""
    return [Cite(found[1], found[2]) for found in MARK.finditer(text)]


def unmarked(text: str) -> str:
    """Text with the label in the place of each citation."""
    return MARK.sub(lambda found: found[1], text)


def display(pieces: list[Seen]) -> Display:
    """Parts of an answer among what is displayed.

    Raises
    ------
    UncheckableError
        If it is no answer.
    """
    found = Display()
    section = ""
    for piece in pieces:
        if piece.kind == "heading" and piece.level == 2:
            section = piece.text
            if section not in _TAKERS:
                found.strays.append(section)
        else:
            _TAKERS.get(section, _stray)(found, piece)
    if not found.question or not found.level:
        raise UncheckableError(
            "it has no question and no statement of coverage, so it is no answer of "
            "kapsim. Check what `kapsim ask` wrote."
        )
    return found


def _stray(found: Display, piece: Seen) -> None:
    found.strays.append(unmarked(piece.text or " ".join(piece.cells)))


def _take_opening(found: Display, piece: Seen) -> None:
    if piece.kind == "heading" and piece.level == 1 and not found.question:
        found.question = piece.text
    elif piece.kind == "paragraph":
        found.opening.append(unmarked(piece.text))
    else:
        _stray(found, piece)


def _take_coverage(found: Display, piece: Seen) -> None:
    if piece.kind == "row" and len(piece.cells) == len(words.ASPECT_HEAD):
        found.aspects.append(piece.cells)
    elif piece.text in words.LEVELS.values() and not found.level:
        found.level = piece.text
    elif piece.text != words.GRADES:
        _stray(found, piece)


def _take_account(found: Display, piece: Seen) -> None:
    if piece.kind == "paragraph":
        found.account += _sentences(found, piece.text)
    elif piece.kind != "heading":
        _stray(found, piece)


def _sentences(found: Display, text: str) -> list[Said]:
    """Sentences of a paragraph; what follows the last citation is a stray."""
    said, at = [], 0
    for group in _GROUP.finditer(text):
        before = text[at : group.start()].strip()
        remarks = tuple(filter(None, group.groups()[-1].split("; ")))
        said.append(Said(unmarked(f"{before}."), tuple(cites_in(group[0])), remarks))
        at = group.end()
    if text[at:].strip():
        found.strays.append(unmarked(text[at:].strip()))
    return said


def _take_contested(found: Display, piece: Seen) -> None:
    for start in (words.FOR, words.AGAINST):
        if piece.kind == "item" and piece.text.startswith(start):
            said = _sentences(found, piece.text.removeprefix(start))
            if start == words.FOR:
                found.claimed += said
            else:
                claim = found.claimed[-1] if found.claimed else None
                found.against += [(claim, one) for one in said]
            return
    _stray(found, piece)


def _take_nearest(found: Display, piece: Seen) -> None:
    if piece.kind == "item":
        found.nearest.append(piece.text)
    else:
        _stray(found, piece)


def _take_quotation(found: Display, piece: Seen) -> None:
    where = _ATTRIBUTION.fullmatch(unmarked(piece.cells[-1])) if piece.cells else None
    if where is None or len(piece.cells) != 2:
        _stray(found, piece)
        return
    marks = cites_in(piece.cells[-1])
    cite = marks[0] if marks else Cite(where["label"], where["document"])
    text = unmarked(piece.cells[0]).removeprefix("“").removesuffix("”")
    found.quotations.append(Quoted(text, cite, where["place"], where["document"]))


def _take_shown(found: Display, piece: Seen) -> None:
    if piece.kind == "heading":
        found.exhibits.append(Exhibit(piece.text))
        return
    if not found.exhibits:
        _stray(found, piece)
        return
    exhibit = found.exhibits[-1]
    named = _SHOWN.fullmatch(piece.text)
    if piece.kind == "row":
        exhibit.rows.append(piece.cells)
    elif piece.kind == "drawing":
        exhibit.drawing = piece.text
    elif named and not exhibit.name:
        exhibit.name, exhibit.verdict = named["name"], named["verdict"]
    elif piece.text.startswith(_REPEAT):
        exhibit.command = piece.text.removeprefix(_REPEAT)
    elif piece.text.startswith(_PUBLISHED) and cites_in(piece.text):
        exhibit.cites += cites_in(piece.text)
    elif piece.kind == "paragraph":
        exhibit.captions.append(unmarked(piece.text))
    else:
        _stray(found, piece)


def _take_page(found: Display, piece: Seen) -> None:
    if piece.kind == "heading":
        found.pages.append((piece.text, []))
    elif piece.kind == "paragraph" and found.pages:
        found.pages[-1][1].append(piece.text)
    else:
        _stray(found, piece)


def _take_source(found: Display, piece: Seen) -> None:
    entry = _ENTRY.fullmatch(piece.text) if piece.kind == "item" else None
    if entry:
        found.listed.append(Listed(**entry.groupdict()))
    elif piece.text != words.OWN_SOURCES:
        _stray(found, piece)


def _take_bibtex(found: Display, piece: Seen) -> None:
    if piece.kind == "code":
        found.bibtex.append(piece.text)
    elif piece.kind == "paragraph":
        found.commands.append(piece.text)
    elif piece.text != _DOWNLOAD:
        _stray(found, piece)


def _take_dropped(found: Display, piece: Seen) -> None:
    """Reasons why sentences were not taken: nothing that rests on records."""


_TAKERS = {
    "": _take_opening,
    words.COVERAGE: _take_coverage,
    words.ACCOUNT: _take_account,
    words.CONTESTED: _take_contested,
    words.NEAREST: _take_nearest,
    words.QUOTATIONS: _take_quotation,
    words.SHOWN: _take_shown,
    words.LINKED: _take_page,
    words.SOURCES: _take_source,
    words.BIBTEX: _take_bibtex,
    words.DROPPED: _take_dropped,
}
