"""A regimen in words to its exposure, in one call."""

from typing import Any

import xarray as xr

from kapsim.drug.exposure.dataset import Asked, Region
from kapsim.drug.exposure.exposure import ExposureError, exposure
from kapsim.drug.regimen.text import parse_regimen
from kapsim.engine import platform
from kapsim.units import QuantityKind, parse_quantity

SEXES = {"female": 1.0, "male": 0.0}


def dose(
    text: str,
    *,
    weight: str | float | int | None = None,
    age: str | float | int | None = None,
    sex: str | None = None,
    region: Region | str = Region.OTHER,
    **options: Any,
) -> xr.Dataset:
    """Concentrations and acute effects of a regimen in a simulated population.

    Parameters
    ----------
    text
        Such as ``"ketamine racemate 0.5 mg/kg iv over 40 min"``; amounts are of base
        unless it says hydrochloride.
    weight, age
        Of all people, with units: ``"70 kg"``, ``"44 yr"``; typical ones if None. A
        bare number is refused.
    sex
        ``"female"`` or ``"male"``; unknown if None.
    region
        ``"asia"`` or ``"japan"`` where kinetics were published for it, else other.
    **options
        Those of `exposure`: ``people``, ``seed``, ``hours`` [h], ``medicines``,
        ``arterial``, ``values``, ``on_progress``.

    Returns
    -------
    xr.Dataset
        As `exposure` gives it, with the text among its attributes.

    Raises
    ------
    RegimenError
        If the text cannot be read.
    UnitError
        If weight or age is not such a quantity.
    ExposureError
        If the rest of the request cannot be carried out.
    """
    platform.configure()
    if sex is not None and sex not in SEXES:
        allowed = " or ".join(SEXES)
        raise ExposureError(
            f"sex {sex!r} is not {allowed}. Correct it or leave it out."
        )
    who = Asked(
        weight_kg=_value(weight, QuantityKind.WEIGHT),
        age_years=_value(age, QuantityKind.AGE),
        female=None if sex is None else SEXES[sex],
        region=region,
    )
    found = exposure(parse_regimen(text), who, **options)
    return found.assign_attrs(regimen=" ".join(text.split()))


def _value(text: str | float | int | None, kind: QuantityKind) -> float | None:
    return None if text is None else parse_quantity(text, kind).value
