"""Many different people, drawn from the records by code of its own, for validations."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from kapsim.engine import records
from validation.courses import people

N = 4096


def transformed(typical, distribution, eta):
    """A typical value moved by `eta` on the scale of its distribution."""
    if distribution == "normal":
        return typical + eta
    if distribution == "lognormal":
        return typical * np.exp(eta)
    return 1 / (1 + (1 - typical) / typical * np.exp(-eta))


def drawn(mechanism, seed, n=N):
    """A mechanism with every field that has a recorded spread drawn per person."""
    rng = np.random.default_rng(seed)
    found = records(mechanism).items()
    spreads = {name: r.between for name, r in found if r.between is not None}
    names, ids = list(spreads), [r.id for _, r in found if r.between is not None]
    covariance = np.zeros((len(ids), len(ids)))
    for i, spread in enumerate(spreads.values()):
        covariance[i, i] = spread.sd**2
        for other, value in spread.covariance.items():
            covariance[i, ids.index(other)] = value
    normal = rng.multivariate_normal(np.zeros(len(ids)), covariance, n).T
    for name, eta in zip(names, normal, strict=True):
        typical = np.asarray(getattr(mechanism, name))
        value = transformed(typical, spreads[name].distribution, eta)
        field = lambda m, name=name: getattr(m, name)
        mechanism = eqx.tree_at(field, mechanism, jnp.asarray(value))
    return mechanism


def population():
    """N adults of a depression trial: weights and ages."""
    rng = np.random.default_rng(5)
    weight = np.clip(rng.normal(80.0, 16.0, N), 45.0, 140.0)
    return people(N, weight=weight, age=np.clip(rng.normal(45.0, 12.0, N), 18.0, 64.0))
