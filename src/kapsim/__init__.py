"""kapsim: an executable, cited model of ketamine-assisted therapy for depression.

Research software. Not medical advice, and never a dosing adviser.

`kapsim.dose` simulates a regimen in one call, see `kapsim.drug.exposure.dose`. It is
imported at first use, so that nobody else waits for JAX.
"""

import importlib
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import a public name from its home."""
    if name != "dose":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module("kapsim.drug.exposure.dose").dose
