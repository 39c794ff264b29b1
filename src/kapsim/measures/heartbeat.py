"""Heartbeat tapping: what tapping along with the own heart tells of its perception.

Each stretch of time holds a beat or none. A signal of precision IP says which, a prior
p_HB says how readily a beat is assumed, and the person taps as often as believing:

    IP                  = 1/2 + 1/2 pi / (pi + 1)
    p(tap | beat)       = IP p_HB / (IP p_HB + (1 - IP) (1 - p_HB))
    p(tap | none)       = (1 - IP) p_HB / ((1 - IP) p_HB + IP (1 - p_HB))

pi is the precision of interoceptive evidence; at chance IP is one half. In logits the
two add and subtract, so each person's taps give both back exactly:

    logit IP   = (logit p(tap | beat) - logit p(tap | none)) / 2
    logit p_HB = (logit p(tap | beat) + logit p(tap | none)) / 2

Assumes: taps are independent of one another; people match the probability of tapping
to their belief.
Does not cover: delay of the tap, guessing that is asked for, knowledge of the heart
rate.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.scipy.special import logit
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class Tapping(NamedTuple):
    """Probability of a tap where there is a beat and where there is none [1]."""

    beat: Float[Array, "*batch"]
    none: Float[Array, "*batch"]


class Perception(NamedTuple):
    """Interoceptive precision IP and prior p_HB [1]."""

    ip: Float[Array, "*batch"]
    prior: Float[Array, "*batch"]


class HeartbeatInputs(NamedTuple):
    """Precision pi of interoceptive evidence [1]."""

    precision: Float[Array, "*batch"]


def interoceptive_precision(
    precision: Float[Array, "*batch"],
) -> Float[Array, "*batch"]:
    """Chance IP [1] that the signal is right, of a precision pi [1]."""
    return 0.5 + 0.5 * precision / (precision + 1)


def tapping(perception: Perception) -> Tapping:
    """Probabilities of tapping of a person who perceives so.

    Source
    ------
    `smith_2020`, structure from memory.
    """
    sharp, ready = logit(perception.ip), logit(perception.prior)
    return Tapping(jax.nn.sigmoid(ready + sharp), jax.nn.sigmoid(ready - sharp))


def estimated(
    taps: Tapping, beats: Float[Array, "*#batch"], nones: Float[Array, "*#batch"]
) -> Perception:
    """Perception that taps speak for, person by person.

    The likeliest under half an observation added to every count, which keeps those who
    always or never tap finite.

    Parameters
    ----------
    taps
        How many taps there were with a beat and with none [1].
    beats
        Stretches with a beat [1].
    nones
        Stretches without [1].
    """
    with_beat = jnp.log((taps.beat + 0.5) / (beats - taps.beat + 0.5))
    without = jnp.log((taps.none + 0.5) / (nones - taps.none + 0.5))
    sharp, ready = (with_beat - without) / 2, (with_beat + without) / 2
    return Perception(jax.nn.sigmoid(sharp), jax.nn.sigmoid(ready))


class HeartbeatTapping(AbstractReadout[Tapping]):
    """The task, and how people who do it differ."""

    prior: Float[Array, "*#batch"] = param("measures.heartbeat.prior")
    prior_sd: Float[Array, "*#batch"] = param("measures.heartbeat.prior_sd")
    precision_sd: Float[Array, "*#batch"] = param("measures.heartbeat.precision_sd")
    breath_hold: Float[Array, "*#batch"] = param("measures.heartbeat.breath_hold")

    def read(self, inputs: HeartbeatInputs) -> Tapping:
        """Probabilities of tapping of a person with the usual prior."""
        ip = interoceptive_precision(inputs.precision)
        return tapping(Perception(ip, self.prior + jnp.zeros_like(ip)))

    def perceived(
        self,
        precision: Float[Array, "*batch"],
        unlike: Float[Array, "*#batch"],
        eager: Float[Array, "*#batch"],
    ) -> Perception:
        """Perception of people who differ from the usual.

        Parameters
        ----------
        precision
            Precision of interoceptive evidence of a typical person [1].
        unlike
            How precisely each perceives, in standard deviations [1].
        eager
            How readily each assumes a beat, in standard deviations [1].
        """
        own = precision * jnp.exp(self.precision_sd * unlike)
        ready = logit(self.prior) + self.prior_sd * eager
        return Perception(interoceptive_precision(own), jax.nn.sigmoid(ready))
