"""The error of a record that cannot be used."""

from kapsim.units import KapsimError


class EvidenceError(KapsimError, ValueError):
    """A record that is missing, malformed or not grounded in a source."""
