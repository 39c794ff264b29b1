"""Lists of references as programs export them: BibTeX, RIS and CSL-JSON."""

import itertools
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from kapsim.answers.documents.bibtex import bibtex_entries
from kapsim.answers.documents.catalogue import Entry
from kapsim.answers.documents.decoding import decode
from kapsim.answers.documents.errors import DocumentError
from kapsim.answers.documents.hyphenation import cleaned
from kapsim.answers.documents.identifiers import dois, year_of
from kapsim.answers.documents.names import inverted
from kapsim.answers.documents.passage import Work

_LIST = re.compile(r"^[ \t\ufeff]*TY  -", re.MULTILINE)


def read_metadata(path: Path) -> tuple[list[Entry], list[str]]:
    """Entries of a list of references, and warnings on those that cannot be read.

    Parameters
    ----------
    path
        A BibTeX (.bib), RIS (.ris) or CSL-JSON (.json) file, such as Zotero exports.

    Raises
    ------
    DocumentError
        If it cannot be opened or is not such a list. The message names the file.
    """
    readers: dict[str, Callable[[str], tuple[list[Entry], list[str]]]] = {
        ".bib": bibtex_entries,
        ".bibtex": bibtex_entries,
        ".ris": ris_entries,
        ".json": csl_entries,
    }
    try:
        reader = readers.get(path.suffix.casefold())
        if reader is None:
            raise DocumentError(
                "it is not a list of references: kapsim reads BibTeX (.bib), RIS "
                "(.ris) and CSL-JSON (.json)."
            )
        entries, warnings = reader(_text(path))
    except DocumentError as error:
        raise DocumentError(f"{path.name}: {error}") from error.__cause__
    return [_placed(entry, path.absolute().parent) for entry in entries], warnings


def _text(path: Path) -> str:
    try:
        return decode(path.read_bytes())[0]
    except OSError as error:
        told = error.strerror or str(error)
        raise DocumentError(f"it cannot be opened ({told}).") from error


def _placed(entry: Entry, folder: Path) -> Entry:
    """Entry with its relative paths made absolute; those of Windows are left."""
    files = (
        name if "\\" in name or name.startswith("/") else str(folder / name)
        for name in entry.files
    )
    return Entry(entry.work, tuple(files))


def ris_entries(text: str) -> tuple[list[Entry], list[str]]:
    """Entries of a RIS file; raises `DocumentError` if it is none."""
    import rispy

    if not _LIST.search(text):
        raise DocumentError("it is not RIS: no line begins with 'TY  -'.")
    try:
        records = rispy.loads(text)
    except Exception as error:  # rispy passes on what its parsing raises
        raise DocumentError(f"it is not readable as RIS ({error}).") from error
    return _titled([_ris(record) for record in records])


def _ris(record: dict[str, Any]) -> Entry:
    def first(*names: str) -> str:
        found = (record[name] for name in names if record.get(name))
        value = next(found, "")
        return cleaned(" ".join(value) if isinstance(value, list) else str(value))

    pages = "-".join(filter(None, (first("start_page"), first("end_page"))))
    files = (
        record.get(name) or [] for name in ("file_attachments1", "file_attachments2")
    )
    listed = ([name] if isinstance(name, str) else name for name in files)
    names = record.get("authors") or record.get("first_authors") or []
    work = Work(
        title=first("title", "primary_title"),
        authors=tuple(inverted(name) for name in names),
        year=year_of(first("year", "publication_year", "date")),
        container=first("secondary_title", "journal_name", "alternate_title3") or None,
        volume=first("volume") or None,
        pages=pages or None,
        doi=next(iter(dois(first("doi"))), None),
        url=next(iter(record.get("urls") or []), None),
    )
    paths = (name.removeprefix("file://") for name in itertools.chain(*listed))
    return Entry(work, tuple(paths))


def csl_entries(text: str) -> tuple[list[Entry], list[str]]:
    """Entries of a CSL-JSON file; raises `DocumentError` if it is none."""
    try:
        items = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise DocumentError(f"it is not readable as JSON ({error}).") from error
    items = items.get("items", [items]) if isinstance(items, dict) else items
    if not isinstance(items, list) or not all(map(_is_csl, items)) or not items:
        raise DocumentError(
            "it is JSON, but not a list of CSL items with id or type. Export the "
            "references as CSL-JSON."
        )
    return _titled([_csl(item) for item in items])


def _is_csl(item: object) -> bool:
    return isinstance(item, dict) and bool({"id", "type"} & item.keys())


def _csl(item: dict[str, Any]) -> Entry:
    def said(name: str) -> str:
        value = item.get(name)
        return cleaned(str(value)) if isinstance(value, str | int) else ""

    people = item.get("author") or item.get("editor") or []
    files = item.get("file")
    work = Work(
        title=said("title"),
        authors=tuple(filter(None, map(_csl_name, people))),
        year=_csl_year(item.get("issued")),
        container=said("container-title") or None,
        volume=said("volume") or None,
        pages=said("page") or None,
        doi=next(iter(dois(said("DOI"))), None),
        url=said("URL") or None,
    )
    return Entry(work, (files,) if isinstance(files, str) else ())


def _csl_name(person: object) -> str:
    if not isinstance(person, dict):
        return ""
    if person.get("literal"):
        return cleaned(str(person["literal"]))
    particle = person.get("non-dropping-particle", "")
    family = cleaned(f"{particle} {person.get('family', '')}")
    return ", ".join(filter(None, (family, cleaned(str(person.get("given", ""))))))


def _csl_year(issued: object) -> int | None:
    if not isinstance(issued, dict):
        return None
    parts = issued.get("date-parts")
    dated = str(parts[0][0]) if parts and parts[0] else ""
    return year_of(dated or str(issued.get("raw") or issued.get("literal") or ""))


def _titled(entries: Iterable[Entry]) -> tuple[list[Entry], list[str]]:
    """Entries with a title, and a warning on how many have none."""
    entries = list(entries)
    kept = [entry for entry in entries if entry.work.title]
    without = len(entries) - len(kept)
    return kept, [f"{without} entries without a title were left out"] if without else []
