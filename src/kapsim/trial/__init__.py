"""Protocols, arms, visits, endpoints; running and summarising a trial.

The names below are imported at first use, so that verbs that only read a protocol do
not wait for JAX.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kapsim.trial.loading import load_protocol as load_protocol
    from kapsim.trial.protocol import Protocol as Protocol
    from kapsim.trial.request import RunRequest as RunRequest
    from kapsim.trial.runner import Run as Run, execute as execute, run as run

_HOMES = {
    "load_protocol": "loading",
    "Protocol": "protocol",
    "RunRequest": "request",
    "Run": "runner",
    "execute": "runner",
    "run": "runner",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
