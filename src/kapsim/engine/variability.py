"""Between-person differences of parameters, as their records state them.

A record's spread is normal, log-normal or logit-normal with an SD on the transformed
scale; records may covary. Every parameter has a stream of its own, keyed by its id, so
freeing another one changes no draw.
"""

import dataclasses
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, UInt32

from kapsim.engine.parameter import records
from kapsim.engine.random import Seed, stream_normals
from kapsim.evidence import Parameter, covariance_matrix

M = TypeVar("M", bound=eqx.Module)


def spread(mechanism: M, seed: Seed, patients: UInt32[Array, "n"]) -> M:
    """The mechanism with one value per patient wherever its records state a spread.

    Parameters
    ----------
    mechanism
        Parameters at their typical values (scalars), in internal units.
    seed
        Seed of the population.
    patients
        Index of each patient.
    """
    mechanism = _within(mechanism, seed, patients)
    varied = {n: r for n, r in records(mechanism).items() if r.between is not None}
    if not varied:
        return mechanism
    factor = np.linalg.cholesky(covariance_matrix(tuple(varied.values())))
    names = [f"between.{record.id}" for record in varied.values()]
    z = list(stream_normals(seed, names, patients).values())
    drawn = {}
    for row, (name, record) in zip(factor, varied.items(), strict=True):
        eta = sum(
            (w * n for w, n in zip(row, z, strict=True) if w), jnp.zeros_like(z[0])
        )
        drawn[name] = _transform(record, getattr(mechanism, name), eta)
    return dataclasses.replace(mechanism, **drawn)


def _within(mechanism: M, seed: Seed, patients: UInt32[Array, "n"]) -> M:
    """The mechanism with the spread of those that it is made of."""
    made_of = {
        field.name: tuple(spread(part, seed, patients) for part in value)
        for field in dataclasses.fields(mechanism)
        if isinstance(value := getattr(mechanism, field.name), tuple)
        and all(isinstance(part, eqx.Module) for part in value)
    }
    return dataclasses.replace(mechanism, **made_of) if made_of else mechanism


def _transform(record: Parameter, typical: Any, eta: Float[Array, "n"]) -> Any:
    assert record.between is not None
    if record.between.distribution == "normal":
        return typical + eta
    if record.between.distribution == "lognormal":
        return typical * jnp.exp(eta)
    return jax.nn.sigmoid(jnp.log(typical) - jnp.log1p(-typical) + eta)
