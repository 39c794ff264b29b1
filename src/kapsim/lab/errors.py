"""Errors of the laboratory."""

from kapsim.units import KapsimError


class LabError(KapsimError, ValueError):
    """A request that the laboratory cannot carry out."""
