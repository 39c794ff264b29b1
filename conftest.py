"""What tests and validations share."""

from collections.abc import Iterator

import pytest

from kapsim.engine.mappings import forget_programs

THOROUGH = "thorough"


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what only `make thorough` runs, unless its marker is asked for."""
    if THOROUGH in config.option.markexpr:
        return
    left = [item for item in items if item.get_closest_marker(THOROUGH)]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


@pytest.fixture(autouse=True, scope="module")
def forget_compilations() -> Iterator[None]:
    """Drop what a file has compiled: a process may map only so many pieces of code."""
    yield
    forget_programs()
