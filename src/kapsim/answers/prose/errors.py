"""The error of a language model that cannot be used."""

from kapsim.units import KapsimError


class ModelError(KapsimError):
    """The language model that was named did not answer as asked."""
