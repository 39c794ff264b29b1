"""Which files are meant when files and folders are named."""

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path

from kapsim.answers.documents import SUFFIXES

LISTS = frozenset([".bib", ".bibtex", ".ris"])
_NAMED_LISTS = LISTS | {".json"}  # JSON is much else too: only if named


@dataclasses.dataclass(frozen=True)
class Files:
    """What was found.

    Attributes
    ----------
    documents
        Files to read.
    lists
        Lists of references that describe them: BibTeX, RIS, CSL-JSON.
    others
        Files of other kinds in the folders.
    """

    documents: tuple[Path, ...]
    lists: tuple[Path, ...]
    others: tuple[Path, ...]


def find_files(paths: Iterable[Path]) -> Files:
    """Look through folders, and folders in them.

    Parameters
    ----------
    paths
        Files and folders. A file that is named is taken whatever its kind; one in a
        folder if its name ends as a document's or a list's. Hidden ones are left out.

    Returns
    -------
    Files
        Each file once, in the order named, folders by name.
    """
    documents: dict[Path, None] = {}
    lists: dict[Path, None] = {}
    others: dict[Path, None] = {}
    for path in paths:
        suffix = path.suffix.lower()
        if not path.is_dir():
            (lists if suffix in _NAMED_LISTS else documents)[path.resolve()] = None
            continue
        for found in _below(path.resolve()):
            suffix = found.suffix.lower()
            rest = lists if suffix in LISTS else others
            (documents if suffix in SUFFIXES else rest)[found] = None
    return Files(tuple(documents), tuple(lists), tuple(others))


def _below(folder: Path) -> Iterator[Path]:
    """Files of a folder and its folders; links to folders are not followed."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_file():
            yield path
        elif path.is_dir() and not path.is_symlink():
            yield from _below(path)
