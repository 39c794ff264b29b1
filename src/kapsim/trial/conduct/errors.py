"""Errors of trials that cannot be conducted."""

from kapsim.units import KapsimError


class ConductError(KapsimError, ValueError):
    """A trial that cannot be conducted as asked; the message says what to do."""
