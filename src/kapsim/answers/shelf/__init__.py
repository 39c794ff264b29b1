"""The reader's own library: documents kept in one file and searched by their words."""

from kapsim.answers.shelf.database import library_path as library_path
from kapsim.answers.shelf.errors import ShelfError as ShelfError
from kapsim.answers.shelf.files import find_files as find_files
from kapsim.answers.shelf.records import (
    Document as Document,
    Fault as Fault,
    Found as Found,
    Kind as Kind,
    Outcome as Outcome,
)
from kapsim.answers.shelf.shelf import Shelf as Shelf, open_shelf as open_shelf
