"""Entries of lists of references, and which of them describes a file."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path, PurePath, PureWindowsPath

from kapsim.answers.documents.passage import Work
from kapsim.answers.documents.recognised import levelled

_LEAST_WORDS = 4


@dataclasses.dataclass(frozen=True)
class Entry:
    """A work, and the files that its entry names.

    Attributes
    ----------
    files
        Paths as the entry gives them, relative ones made absolute by the place of the
        list.
    """

    work: Work
    files: tuple[str, ...] = ()


class Catalogue:
    """Entries, found by file, DOI or title.

    Parameters
    ----------
    entries
        Of all lists together; where two describe the same file the first counts.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_file: dict[str, Work] = {}
        self._by_tail: dict[tuple[str, ...], list[Work]] = {}
        self._by_doi: dict[str, Work] = {}
        self._by_title: dict[str, list[Work]] = {}
        for entry in entries:
            self._take(entry)

    def describing(self, path: Path, work: Work | None) -> Work | None:
        """What the entry of a file says of it; None if no entry does.

        An entry is that of a file if it names its path; else, if it alone names a file
        of that name in a folder of that name, or of that name at all; else if it has
        the file's DOI; else if it alone has the file's title, of four words or more,
        and no other year.

        Parameters
        ----------
        path
            The file.
        work
            What the file says of itself, if it has been read; it fills what the entry
            leaves out.
        """
        found = self._by_file.get(str(path)) or self._named(path)
        if found is None and work is not None:
            found = self._told(work)
        if found is None or work is None:
            return found
        said = {field: value for field, value in found if value}
        return work.model_copy(update=said)

    def _take(self, entry: Entry) -> None:
        work = entry.work
        for name in entry.files:
            path = _pure(name)
            self._by_file.setdefault(str(path), work)
            for tail in _tails(path):
                self._by_tail.setdefault(tail, []).append(work)
        if work.doi:
            self._by_doi.setdefault(work.doi, work)
        title = levelled(work.title)
        if len(title.split()) >= _LEAST_WORDS:
            self._by_title.setdefault(title, []).append(work)

    def _named(self, path: Path) -> Work | None:
        hits = (self._by_tail.get(tail, []) for tail in _tails(path))
        return next((works[0] for works in hits if len(works) == 1), None)

    def _told(self, work: Work) -> Work | None:
        if work.doi:
            return self._by_doi.get(work.doi)
        works = self._by_title.get(levelled(work.title), [])
        fit = [other for other in works if _same_year(work.year, other.year)]
        return fit[0] if len(fit) == 1 else None


def _pure(name: str) -> PurePath:
    """A path of this or of another system."""
    foreign = "\\" in name and "/" not in name
    return PureWindowsPath(name) if foreign else PurePath(name)


def _tails(path: PurePath) -> list[tuple[str, ...]]:
    """The last two parts of a path, and the last."""
    return [path.parts[-2:], path.parts[-1:]]


def _same_year(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other
