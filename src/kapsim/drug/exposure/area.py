"""Areas under the curve and half-lives, exactly, from the modes of the kinetics.

A mode follows dz/dt = a(t) - lambda z, so that over any time

    int z dt = (what has entered the mode - z) / lambda

and the area of a signal is the sum over its modes, each by its share.

Assumes: no drug on board before the first dose.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from kapsim.drug.kinetics.levels import DrugLevels
from kapsim.drug.kinetics.route import Kinetics
from kapsim.drug.kinetics.schedule import Portion

ANALYTES: dict[str, tuple[str, ...]] = {
    "ketamine": ("s_ketamine", "r_ketamine"),
    "s_ketamine": ("s_ketamine",),
    "r_ketamine": ("r_ketamine",),
    "norketamine": ("s_norketamine", "r_norketamine"),
    "hydroxynorketamine": ("s_hydroxynorketamine", "r_hydroxynorketamine"),
    "midazolam": ("midazolam",),
}
"""What is measured in plasma, by the fields of `DrugLevels` that it adds up."""


def areas(
    kinetics: Kinetics, portions: Sequence[Portion], until_h: float
) -> Float[np.ndarray, "analytes n"]:
    """Area under each analyte's curve from the first dose on [ng*h/mL].

    Parameters
    ----------
    kinetics
        Of n people.
    portions
        All that is given.
    until_h
        End of the area [h]; may be infinite.
    """
    modes = _mode_areas(kinetics, portions, until_h)
    rows = [_parts(kinetics, modes, names)[0] for names in ANALYTES.values()]
    return np.stack([parts.sum(axis=0) for parts in rows])


def half_lives(
    kinetics: Kinetics, portions: Sequence[Portion]
) -> Float[np.ndarray, "analytes n"]:
    """Terminal half-life of each analyte [h]; not a number where there is none of it.

    That of the slowest mode with a share in the area to infinity above the square root
    of the precision.
    """
    whole = _mode_areas(kinetics, portions, np.inf)
    least = np.finfo(whole.dtype).eps ** 0.5
    rate = np.asarray(kinetics.rate)

    def slowest(parts: np.ndarray, modes: list[int]) -> np.ndarray:
        size = np.abs(parts)
        counts = size > least * size.max(axis=0, initial=0.0)
        found = np.where(counts, rate[modes], np.inf).min(axis=0, initial=np.inf)
        return np.where(np.isfinite(found), np.log(2) / found, np.nan)

    rows = [_parts(kinetics, whole, names) for names in ANALYTES.values()]
    return np.stack([slowest(parts, modes) for parts, modes in rows])


def _mode_areas(
    kinetics: Kinetics, portions: Sequence[Portion], until_h: float
) -> Float[np.ndarray, "K n"]:
    """Area of each mode [ng*h/mL before its share]."""
    rate, inputs = np.asarray(kinetics.rate), np.asarray(kinetics.inputs)
    weight = np.asarray(kinetics.weight_kg)
    total = np.zeros_like(rate)
    for portion in portions:
        if portion.start_h >= until_h:
            continue
        whole = inputs[portion.inlet] * (portion.mg + portion.mg_per_kg * weight)
        length = portion.end_h - portion.start_h
        flowing = min(until_h, portion.end_h) - portion.start_h
        after = until_h - portion.start_h - flowing
        entered = flowing / length if length > 0 else 1.0
        kept = -np.expm1(-rate * flowing) / (rate * length) if length > 0 else 1.0
        total += whole * (entered - kept * np.exp(-rate * after)) / rate
    return total


def _parts(
    kinetics: Kinetics, modes: np.ndarray, names: Sequence[str]
) -> tuple[Float[np.ndarray, "parts n"], list[int]]:
    """What each mode brings to a sum of signals, and which mode it is."""
    at = [DrugLevels._fields.index(name) for name in names]
    which = [k for i in at for k in kinetics.reads[i]]
    shares = [np.asarray(share) for i in at for share in kinetics.outputs[i]]
    empty = np.zeros((0, modes.shape[-1]))
    return (np.stack(shares) * modes[which] if which else empty), which
