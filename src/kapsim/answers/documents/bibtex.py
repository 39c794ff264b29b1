"""Entries of a BibTeX file, LaTeX turned into characters."""

import re
from typing import TYPE_CHECKING

from kapsim.answers.documents.catalogue import Entry
from kapsim.answers.documents.errors import DocumentError
from kapsim.answers.documents.hyphenation import cleaned
from kapsim.answers.documents.identifiers import dois, year_of
from kapsim.answers.documents.names import inverted
from kapsim.answers.documents.passage import Work
from kapsim.answers.documents.quiet import quiet

if TYPE_CHECKING:
    from bibtexparser.model import Entry as BibtexEntry

_DIVIDES = re.compile(r"(?<!\\);")
_COLON = re.compile(r"(?<!\\):")
_ESCAPED = re.compile(r"\\([\\:;{}$%&_#])")
_MIME = re.compile(r"^(?:[\w.+-]+/[\w.+-]+|pdf|html|epub|docx?)$", re.IGNORECASE)
_DRIVE = re.compile(r"^[A-Za-z]$")


def bibtex_entries(text: str) -> tuple[list[Entry], list[str]]:
    """Entries of a BibTeX file, and warnings on those that cannot be read.

    Raises
    ------
    DocumentError
        If it holds no entry.
    """
    from bibtexparser.entrypoint import parse_string

    with quiet("bibtexparser"):
        library = parse_string(text)
    if not library.entries:
        raise DocumentError("it holds no BibTeX entry.")
    warnings = [
        f"the entry at line {(block.start_line or 0) + 1} could not be read"
        for block in library.failed_blocks
    ]
    entries = [_entry(entry) for entry in library.entries]
    without = sum(not entry.work.title for entry in entries)
    if without:
        warnings.append(f"{without} entries without a title were left out")
    return [entry for entry in entries if entry.work.title], warnings


def _entry(entry: "BibtexEntry") -> Entry:
    fields = {name.casefold(): str(f.value) for name, f in entry.fields_dict.items()}

    def said(*names: str) -> str:
        return next((plain(fields[name]) for name in names if fields.get(name)), "")

    work = Work(
        title=said("title"),
        authors=_people(fields.get("author") or fields.get("editor") or ""),
        year=year_of(said("year", "date")),
        container=said("journaltitle", "journal", "booktitle") or None,
        volume=said("volume") or None,
        pages=said("pages").replace("–", "-") or None,
        doi=next(iter(dois(fields.get("doi", "").replace("\\_", "_"))), None),
        url=fields.get("url") or None,
    )
    return Entry(work, tuple(files_named(fields.get("file", ""))))


def plain(text: str) -> str:
    """LaTeX as characters; as it stands if it cannot be decoded."""
    from pylatexenc.latex2text import LatexNodes2Text

    with quiet("pylatexenc"):
        return cleaned(LatexNodes2Text().latex_to_text(text))


def _people(text: str) -> tuple[str, ...]:
    from bibtexparser.middlewares.names import split_multiple_persons_names

    names = split_multiple_persons_names(" ".join(text.split()))
    return tuple(
        plain(name) if name.startswith("{") else inverted(plain(name))
        for name in names
        if name.casefold() != "others"
    )


def files_named(field: str) -> list[str]:
    """Paths in a file field: ``path``, ``name:path:type`` or several of them.

    Parameters
    ----------
    field
        As Zotero, Better BibTeX, JabRef or Mendeley writes it.
    """
    paths = []
    for part in _DIVIDES.split(field):
        pieces = [_ESCAPED.sub(r"\1", piece) for piece in _COLON.split(part.strip())]
        if len(pieces) > 2 and _MIME.match(pieces[-1]):
            pieces = pieces[1:-1]
        if len(pieces) > 1 and _DRIVE.match(pieces[0]):
            pieces = [":".join(pieces)]
        paths.append(":".join(pieces))
    return [path for path in paths if path]
