"""What tests and validations share."""

from collections.abc import Iterator

import pytest

from kapsim.engine.mappings import forget_programs

LEFT_OUT = ("thorough", "validation_slow")
"""Markers of tests that run only where a mark expression names the marker."""


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave out what was not asked for; a report of validations asks for slow ones."""
    asked = [config.option.markexpr]
    if config.getoption("write_report", default=False):
        asked.append("validation_slow")
    closed = [name for name in LEFT_OUT if not any(name in one for one in asked)]
    kept, left = list[pytest.Item](), list[pytest.Item]()
    for item in items:
        shut = any(item.get_closest_marker(name) for name in closed)
        (left if shut else kept).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


@pytest.fixture(autouse=True, scope="module")
def forget_compilations() -> Iterator[None]:
    """Drop what a file has compiled: a process may map only so many pieces of code."""
    yield
    forget_programs()
