"""Every mechanism of this room with example inputs, for the rules common to all."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from kapsim.drug.effects.antidepressant import (
    AntidepressantInputs,
    BackgroundAntidepressant,
)
from kapsim.drug.effects.cardiovascular import Cardiovascular, CardiovascularInputs
from kapsim.drug.effects.dissociation import Dissociation, DissociationInputs
from kapsim.drug.effects.drive import Drive, DriveInputs
from kapsim.drug.effects.felt import FeltEffect, FeltInputs
from kapsim.drug.effects.high import DrugHigh, DrugHighInputs
from kapsim.drug.effects.occupancy import Occupancy
from kapsim.drug.effects.response import (
    BenzodiazepineCoupling,
    NaltrexoneCoupling,
    ResponseInputs,
)
from kapsim.drug.effects.sedation import Sedation, SedationInputs
from kapsim.drug.kinetics.levels import DrugLevels
from kapsim.drug.kinetics.route import Covariates, FirstStep
from kapsim.drug.kinetics.schedule import DrugNode
from kapsim.drug.routes.arterial import ArterialKetamine, OralMucosalKetamine
from kapsim.drug.routes.enteral import (
    ExtendedReleaseKetamine,
    NasalKetamine,
    OralKetamine,
    RectalKetamine,
)
from kapsim.drug.routes.hepatic import NasalEsketamine, OralEsketamine
from kapsim.drug.routes.midazolam import IntravenousMidazolam
from kapsim.drug.routes.no_drug import NoDrug
from kapsim.drug.routes.parenteral import (
    IntramuscularKetamine,
    IntravenousKetamine,
    SubcutaneousKetamine,
)

Example = Callable[[int, Any], Any]


def mechanisms() -> tuple[tuple[type, Example], ...]:
    """Each mechanism class with a maker of example inputs (n people, dtype)."""
    return (
        (IntravenousKetamine, _first_step(1)),
        (ArterialKetamine, _first_step(1)),
        (IntramuscularKetamine, _first_step(1)),
        (SubcutaneousKetamine, _first_step(1)),
        (NasalKetamine, _first_step(2)),
        (OralMucosalKetamine, _first_step(2)),
        (OralKetamine, _first_step(1)),
        (ExtendedReleaseKetamine, _first_step(1)),
        (RectalKetamine, _first_step(1)),
        (NasalEsketamine, _first_step(4)),
        (OralEsketamine, _first_step(1)),
        (IntravenousMidazolam, _first_step(1)),
        (NoDrug, _first_step(0)),
        (Occupancy, lambda n, dtype: _levels(n, dtype)),
        (Drive, lambda n, dtype: DriveInputs(_spread(n, dtype, 0.1, 2.0))),
        (NaltrexoneCoupling, _response),
        (BenzodiazepineCoupling, _response),
        (Dissociation, _dissociation),
        (
            Cardiovascular,
            lambda n, dtype: CardiovascularInputs(_spread(n, dtype, 5.0, 120.0)),
        ),
        (DrugHigh, _drug_high),
        (Sedation, _sedation),
        (FeltEffect, _felt),
        (
            BackgroundAntidepressant,
            lambda n, dtype: AntidepressantInputs(
                jnp.asarray(1.0, dtype), _spread(n, dtype, 0.2, 1.0)
            ),
        ),
    )


def _spread(n: int, dtype: Any, low: float, high: float) -> Any:
    return jnp.asarray(np.linspace(low, high, n), dtype)


def _first_step(n_inlets: int) -> Example:
    def make(n: int, dtype: Any) -> FirstStep:
        one = jnp.asarray(1.0, dtype)
        given = jnp.tile(jnp.asarray([[20.0, 0.3]], dtype), (n_inlets, 1))
        covariates = Covariates(
            weight_kg=_spread(n, dtype, 50.0, 110.0),
            age_years=_spread(n, dtype, 20.0, 80.0),
            asian=jnp.zeros(n, dtype),
            japanese=jnp.zeros(n, dtype),
            female=_spread(n, dtype, 0.0, 1.0),
        )
        node = DrugNode(
            bolus=given,
            rate=given,
            given=one,
            dose_number=one,
            hours_since_dose=0 * one,
            nasal=one if n_inlets > 1 else 0 * one,
        )
        return FirstStep(covariates, node, one / 2)

    return make


def _levels(n: int, dtype: Any) -> DrugLevels:
    return DrugLevels(*(_spread(n, dtype, 5.0 + i, 120.0 + i) for i in range(9)))


def _response(n: int, dtype: Any) -> ResponseInputs:
    return ResponseInputs(_spread(n, dtype, 0.1, 0.9))


def _dissociation(n: int, dtype: Any) -> DissociationInputs:
    rising = _spread(n, dtype, 5.0, 120.0)
    return DissociationInputs(rising, rising, jnp.asarray(2.0, dtype))


def _drug_high(n: int, dtype: Any) -> DrugHighInputs:
    rising = _spread(n, dtype, 5.0, 120.0)
    return DrugHighInputs(rising, rising, rising / 4, jnp.asarray(2.0, dtype))


def _sedation(n: int, dtype: Any) -> SedationInputs:
    rising = _spread(n, dtype, 5.0, 120.0)
    return SedationInputs(rising, rising, rising / 4)


def _felt(n: int, dtype: Any) -> FeltInputs:
    rising, one = _spread(n, dtype, 1.0, 40.0), jnp.asarray(1.0, dtype)
    return FeltInputs(rising, rising, one, one / 2, one, one / 4)
