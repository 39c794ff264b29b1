"""The error of a question that cannot be read."""

from kapsim.units import KapsimError


class QuestionError(KapsimError, ValueError):
    """A question that is empty, or too long to be one."""
