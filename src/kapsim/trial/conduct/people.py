"""What is known of the people of a cohort at entry, beside their scores."""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float, UInt32

from kapsim.engine.random import patient_indices, stream_uniforms
from kapsim.engine.scan import WIDTH
from kapsim.patient import Cohort
from kapsim.patient.person import failed_treatments
from kapsim.trial.arms.simulation import Prepared


class Covariates(NamedTuple):
    """People at entry.

    Attributes
    ----------
    age_years, weight_kg
        [n] years, kg.
    female
        [n] 1 for a woman.
    failures
        [n] failed antidepressants.
    """

    age_years: Float[np.ndarray, " n"]
    weight_kg: Float[np.ndarray, " n"]
    female: Float[np.ndarray, " n"]
    failures: Float[np.ndarray, " n"]


@eqx.filter_jit
def _drawn(people: Cohort, indices: UInt32[Array, " n"]) -> Any:
    person = people.people.draw(
        people.mind, people.demography, people.entry, people.seed, indices
    )
    name = "person.failures"
    uniform = stream_uniforms(people.seed, [name], indices)[name]
    failures = failed_treatments(people.demography, uniform)
    return person.age_years, person.weight_kg, person.female, failures


def people(prepared: Prepared, count: int) -> Covariates:
    """The first people of a cohort, the same in every arm.

    Parameters
    ----------
    prepared
        Any arm.
    count
        How many.
    """
    blocks = [
        _drawn(prepared.cohort, patient_indices(start, WIDTH))
        for start in range(0, count, WIDTH)
    ]
    joined = jax.tree.map(
        lambda *parts: np.concatenate(parts, axis=-1, dtype=np.float64)[:count], *blocks
    )
    return Covariates(*joined)
