"""Sweeps: a test over many cases, of which only some are run every time."""

from collections.abc import Container, Iterable
from typing import Any

import pytest


def swept(cases: Iterable[Any], usual: Container[Any]) -> list[Any]:
    """Cases of a sweep; those that are not usual are left to `make thorough`."""
    return [
        case if case in usual else pytest.param(case, marks=pytest.mark.thorough)
        for case in cases
    ]
