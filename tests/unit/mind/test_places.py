"""The therapy room and life as two places: what is ascribed to which."""

import jax.numpy as jnp
import numpy as np

from kapsim.mind import Places, PlacesInputs, PlacesState

PLACES = Places(n_life=jnp.asarray(4.0), alpha=jnp.asarray(1.0))


def after(rate, content, hours):
    state = PlacesState(jnp.asarray(0.0), jnp.asarray(0.0))
    given = PlacesInputs(jnp.asarray(rate), jnp.asarray(content))
    return PLACES.step(state, given, jnp.asarray(hours))


def test_a_new_room_is_mostly_life():
    np.testing.assert_allclose(PLACES.ascribed(PLACES.init()), 0.8, rtol=1e-15, atol=0)
    met = after(2.0, 0.5, 10.0)
    np.testing.assert_allclose(met.events, 20 * 0.2, rtol=1e-14, atol=0)
    np.testing.assert_allclose(met.room, 0.5 * 4 / 5, rtol=1e-14, atol=0)
    np.testing.assert_allclose(PLACES.ascribed(met), 4 / 9, rtol=1e-14, atol=0)


def test_nothing_happens_between_sessions():
    met = after(0.0, 0.5, 100.0)
    assert float(met.room) == float(met.events) == 0.0
