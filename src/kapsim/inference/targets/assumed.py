"""Sizes of errors and of effects that a calibration takes as known; all are assumed."""

from kapsim.evidence import library

_RELAPSE = {
    "relapse_percent": "inference.relapse.percent_sd",
    "median_days_to_relapse": "inference.relapse.median_sd",
    "relapse_hazard_ratio": "inference.relapse.hazard_ratio_sd",
}


def effect_scales() -> tuple[float, float]:
    """Scales of the half-normal priors of study_sd and arm_sd [MADRS point]."""
    return _value("inference.effects.study_sd"), _value("inference.effects.arm_sd")


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
