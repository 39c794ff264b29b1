"""Runs of the network of symptoms: many people side by side."""

import functools

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine.random import Key, patient_indices, uniforms
from kapsim.mind.mood import SYMPTOMS, NetworkInputs, SymptomNetwork


@functools.partial(jax.jit, static_argnames="people")
def symptom_counts(
    network: SymptomNetwork,
    stress: Float[Array, " times"],
    key: Key,
    people: int,
) -> Float[Array, "times people"]:
    """How many symptoms each of some people has at each time, starting with none.

    Parameters
    ----------
    network
        The network that all of them have.
    stress
        Stress at each time [1].
    key
        Of the draws; the same key gives the same draws in every network.
    people
        How many.
    """
    persons = patient_indices(0, people)

    def turn(
        present: Float[Array, "people 14"], now: tuple[Array, Array]
    ) -> tuple[Float[Array, "people 14"], Float[Array, " people"]]:
        time, push = now
        drawn = uniforms(key, persons, time, len(SYMPTOMS), dtype=push.dtype)
        trial = lambda one, u: network.trial(one, NetworkInputs(push, u))
        present, signals = jax.vmap(trial)(present, drawn.T)
        return present, signals.total

    start = jnp.broadcast_to(network.init(), (people, len(SYMPTOMS)))
    return jax.lax.scan(turn, start, (jnp.arange(stress.shape[0]), stress))[1]


def connected(network: SymptomNetwork, connectivity: float) -> SymptomNetwork:
    """The network with its symptoms connected more or less strongly."""
    return SymptomNetwork(
        network.weights, network.thresholds, jnp.asarray(connectivity)
    )
