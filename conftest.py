"""What tests and validations share."""

from collections.abc import Iterator

import jax
import pytest


@pytest.fixture(autouse=True, scope="module")
def forget_compilations() -> Iterator[None]:
    """Drop what a file has compiled: a process may map only so many pieces of code."""
    yield
    jax.clear_caches()
