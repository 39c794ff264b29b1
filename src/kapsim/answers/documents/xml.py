"""XML of a file's own making, read without anything that it might refer to."""

import xml.etree.ElementTree as ElementTree

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
        If it is not XML, or declares entities, which no document needs and which can
        be made to expand without end.
    """
    if b"<!ENTITY" in data:
        raise DocumentError(f"{name} declares entities, which kapsim does not expand.")
    try:
        return ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise DocumentError(
            f"{name} is not readable as XML ({error}): the file is broken."
        ) from error
