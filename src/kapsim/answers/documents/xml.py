"""XML of a file's own making, read without anything that it might refer to."""

import xml.etree.ElementTree as ElementTree
from typing import Any
from xml.parsers import expat

from kapsim.answers.documents.errors import DocumentError


def xml_root(data: bytes, name: str) -> ElementTree.Element:
    """Root of an XML part.

    Parameters
    ----------
    data
        The part.
    name
        What to call it in an error.

    Raises
    ------
    DocumentError
        If it is not XML, or declares something (`refuse_declarations`).
    """
    refuse_declarations(data, name)
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise DocumentError(
            f"{name} is not readable as XML ({error}): the file is broken."
        ) from error


def refuse_declarations(data: bytes, name: str) -> None:
    """Refuse XML with declarations of its own, in whatever encoding.

    No document needs entities, which can be made to expand without end. Those of a
    DOCTYPE that only names a definition elsewhere do no harm: it is never opened.

    Parameters
    ----------
    data
        The part. What is not XML is left to its reader to refuse.
    name
        What to call it in an error.

    Raises
    ------
    DocumentError
        If it declares anything.
    """
    reader = expat.ParserCreate()
    reader.StartElementHandler = _begun
    reader.StartDoctypeDeclHandler = _doctype
    reader.EntityDeclHandler = _declared
    try:
        reader.Parse(data, True)
    except _DeclaredError as error:
        raise DocumentError(
            f"{name} declares entities, which kapsim does not expand."
        ) from error
    except (_BegunError, expat.ExpatError, ValueError, LookupError):
        return


class _BegunError(Exception):
    """The first element was reached: nothing can be declared after it."""


class _DeclaredError(Exception):
    """Something was declared."""


def _begun(*_: Any) -> None:
    raise _BegunError


def _declared(*_: Any) -> None:
    raise _DeclaredError


def _doctype(
    name: str, system: str | None, public: str | None, declares: bool | int
) -> None:
    """The beginning of a DOCTYPE, before anything in it is read."""
    del name, system, public
    if declares:
        raise _DeclaredError
