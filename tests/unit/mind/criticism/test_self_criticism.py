"""Self-criticism and its credibility."""

import jax.numpy as jnp
import numpy as np

from kapsim.mind.criticism import (
    Credibility,
    CredibilityInputs,
    SelfCriticism,
    SelfCriticismInputs,
)

OUTCOME = jnp.asarray([-1.0, 0.25, 0.5, 2.0])


def test_criticism_is_the_shortfall_and_silence_is_no_evidence():
    critic = SelfCriticism(c_s=jnp.asarray(2.0), standard=jnp.asarray(0.5))
    said = critic.read(SelfCriticismInputs(OUTCOME, jnp.full(4, 0.1), jnp.full(4, 3.0)))
    np.testing.assert_allclose(said.shift, [-3.0, -0.5, 0.0, 0.0], rtol=1e-14)
    np.testing.assert_allclose(said.precision, [0.3, 0.3, 0.0, 0.0], rtol=1e-14)


def test_believing_changes_the_precision_and_not_the_words():
    critic = SelfCriticism()
    heard, believed = (
        critic.read(SelfCriticismInputs(OUTCOME, jnp.full(4, 0.1), jnp.full(4, trust)))
        for trust in (0.2, 3.0)
    )
    np.testing.assert_array_equal(heard.shift, believed.shift)
    np.testing.assert_allclose(believed.precision, 15 * heard.precision, rtol=1e-14)


def test_credibility_is_one_for_everybody_unless_it_follows_the_belief():
    rank = CredibilityInputs(jnp.asarray([-1.0, 0.0, 2.0]))
    np.testing.assert_array_equal(Credibility().read(rank), 1)
    rising = Credibility(usual=jnp.asarray([0.5, 1.0, 2.0]), slope=jnp.full(3, 0.5))
    want = np.array([0.5, 1.0, 2.0]) * np.exp([0.5, 0.0, -1.0])
    np.testing.assert_allclose(rising.read(rank), want, rtol=1e-14)
