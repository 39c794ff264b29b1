"""Depression as a network of symptoms that switch each other on.

Fourteen symptoms are present or absent. At each time every one of them is drawn anew,
with a probability that rises with the symptoms present a time before:

    A_i       = c sum_j W_ij X_j(t - 1) + S
    P(X_i(t)) = 1 / (1 + exp(b_i - A_i))

W couples the symptoms, c is how strongly a person's symptoms are connected, S the
stress from outside and b_i the threshold. Few symptoms keep few alive, many keep many:
where connections are strong the same stress holds a person well or ill, depending on
where they come from.

Assumes: symmetric couplings and thresholds estimated once, across people, from symptoms
that are there or not; stress acts on all symptoms alike; time steps without a length.
Does not cover: single persons' networks, severity of a symptom, treatment.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractTrialLearner, param

SYMPTOMS = (
    "depressed mood",
    "loss of interest",
    "weight loss",
    "weight gain",
    "less appetite",
    "more appetite",
    "insomnia",
    "hypersomnia",
    "agitation",
    "retardation",
    "fatigue",
    "worthlessness",
    "poor concentration",
    "thoughts of death",
)
"""The symptoms in the order of `weights` and `thresholds`."""


class NetworkInputs(NamedTuple):
    """Stress S [1], and a uniform draw in (0, 1) for each symptom."""

    stress: Float[Array, ""]
    uniforms: Float[Array, "14"]


class NetworkSignals(NamedTuple):
    """Probability of each symptom [1], and how many are present."""

    probability: Float[Array, "14"]
    total: Float[Array, ""]


class SymptomNetwork(AbstractTrialLearner[Float[Array, "..."], NetworkSignals]):
    """Which symptoms are present: 1 or 0 for each."""

    weights: Float[Array, "14 14"] = param("mind.symptom_network.weights")
    thresholds: Float[Array, "14"] = param("mind.symptom_network.thresholds")
    connectivity: Float[Array, ""] = param("mind.symptom_network.connectivity")

    def init(self) -> Float[Array, "..."]:
        """No symptom."""
        return jnp.zeros_like(self.thresholds)

    def probability(
        self, present: Float[Array, "14"], stress: Float[Array, ""]
    ) -> Float[Array, "14"]:
        """Probability of each symptom [1] a time after these were present."""
        activation = self.connectivity * (self.weights @ present) + stress
        return jax.nn.sigmoid(activation - self.thresholds)

    def trial(
        self, state: Float[Array, "14"], inputs: NetworkInputs
    ) -> tuple[Float[Array, "14"], NetworkSignals]:
        """Symptoms a time later."""
        probability = self.probability(state, inputs.stress)
        present = (inputs.uniforms < probability).astype(probability.dtype)
        return present, NetworkSignals(probability, present.sum())
