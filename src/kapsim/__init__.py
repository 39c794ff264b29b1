"""kapsim: an executable, cited model of ketamine-assisted therapy for depression.

Research software. Not medical advice, and never a dosing adviser.

`kapsim.dose` simulates a regimen in one call, see `kapsim.drug.exposure.dose`;
`kapsim.ask` answers a question from sources, see `kapsim.answers.asking.ask`;
`kapsim.differentiable` gives an arm of a protocol to `jax.grad`, see
`kapsim.trial.differentiable`. They are imported at first use, so that nobody else waits
for JAX.
"""

import importlib
from typing import Any

__version__ = "0.1.0"
_HOMES = {
    "dose": "kapsim.drug.exposure.dose",
    "ask": "kapsim.answers.asking",
    "differentiable": "kapsim.trial.differentiable",
}


def __getattr__(name: str) -> Any:
    """Import a public name from its home."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
