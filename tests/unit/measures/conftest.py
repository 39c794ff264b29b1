"""Draws for the scale tests: seeded, so that nothing here fails by luck."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.measures import AbstractScale, Context, Draws


@eqx.filter_jit
def _score(instrument, severity, draws, context):
    return instrument.score(severity, draws, context)


@eqx.filter_jit
def _profile(instrument, persistent):
    return instrument.profile(persistent)


class Ratings:
    """Repeated ratings of the same people on one scale."""

    def __init__(self, instrument: AbstractScale, n: int, seed: int) -> None:
        self.instrument = instrument
        self.rng = np.random.default_rng(seed)
        self.n = n
        self.profile = _profile(instrument, self.normals(instrument.n_persistent))

    def normals(self, rows: int):
        return jnp.asarray(self.rng.standard_normal((rows, self.n)))

    def draws(self) -> Draws:
        return Draws(self.profile, self.normals(self.instrument.n_fresh))

    def rate(self, severity, rater_sd: float = 0.0, favour: float | None = None):
        severity = jnp.broadcast_to(jnp.asarray(severity, dtype=float), (self.n,))
        believed = None if favour is None else jnp.asarray(favour, dtype=float)
        context = Context(rater_sd=jnp.asarray(rater_sd), favour=believed)
        return _score(self.instrument, severity, self.draws(), context)


@pytest.fixture
def ratings():
    return Ratings
