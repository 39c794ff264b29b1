"""Sizes of errors and of effects that a calibration takes as known; all are assumed."""

from kapsim.evidence import library
from kapsim.evidence.posterior import Spreads

_RELAPSE = {
    "relapse_percent": "inference.relapse.percent_sd",
    "median_days_to_relapse": "inference.relapse.median_sd",
    "relapse_hazard_ratio": "inference.relapse.hazard_ratio_sd",
}


def effect_scales() -> Spreads:
    """Scales of the half-normal priors of the spreads of effects."""
    return Spreads(*(_value(f"inference.effects.{name}") for name in Spreads._fields))


def relapse_sds() -> dict[str, float]:
    """SD of what the definition of relapse does to figures, by their kind.

    Returns
    -------
    dict
        On the working scale: logit of a share, log of a time or a ratio.
    """
    return {kind: _value(name) for kind, name in _RELAPSE.items()}


def _value(record_id: str) -> float:
    return float(library().parameter(record_id).internal_value)
