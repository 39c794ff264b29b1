"""Whether what one does makes a difference."""


def mechanisms() -> tuple:
    """Mechanisms of this part, each with a maker of example inputs (n, dtype)."""
    return ()


def learners() -> tuple:
    """Trial-by-trial learners, each with a maker of example trials (trials)."""
    return ()
