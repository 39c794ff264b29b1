"""The reader's own documents: their text in passages, each with its place."""

from kapsim.answers.documents.catalogue import Catalogue as Catalogue, Entry as Entry
from kapsim.answers.documents.errors import DocumentError as DocumentError
from kapsim.answers.documents.extraction import extract as extract
from kapsim.answers.documents.kinds import SUFFIXES as SUFFIXES
from kapsim.answers.documents.metadata import read_metadata as read_metadata
from kapsim.answers.documents.passage import (
    Extracted as Extracted,
    Passage as Passage,
    Place as Place,
    Reference as Reference,
    Work as Work,
)
