"""What tests and validations share."""

from collections.abc import Iterator

import pytest

from kapsim.engine.mappings import forget_programs


@pytest.fixture(autouse=True, scope="module")
def forget_compilations() -> Iterator[None]:
    """Drop what a file has compiled: a process may map only so many pieces of code."""
    yield
    forget_programs()
