"""How a long computation tells its caller that it gets on."""

from collections.abc import Callable

OnProgress = Callable[[str, int], None]
"""Called in the main process with a label and how many more of its patients are done.

Chunks that an earlier, interrupted run has left count as well, at the start.
"""


def silent(label: str, patients: int) -> None:
    """Take no note."""
