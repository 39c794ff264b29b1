"""The error of a document that cannot be read."""

from kapsim.units import KapsimError


class DocumentError(KapsimError, ValueError):
    """A document that is broken, locked, empty, unsafe or of a kind not read."""
