"""The root of every error that kapsim raises about what it was given."""


class KapsimError(Exception):
    """Something that the reader can put right: the message says what and how.

    All errors about input, records, files and resources derive from it. Whatever else
    reaches the command line is a fault of kapsim's own.
    """


class UnitError(KapsimError, ValueError):
    """A quantity or unit that cannot be read, or that is of the wrong kind."""
