"""The error of an answer that cannot be checked."""

from kapsim.units import KapsimError


class UncheckableError(KapsimError, ValueError):
    """A file that is no answer of kapsim, or that cannot be read."""
