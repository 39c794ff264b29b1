"""When a drug meets learning: blocked while it is on board, helped for days after.

    A(t)  = exp(-t / tau_A)                                    acute block
    P(t)  = (exp(-t / tau_d) - exp(-t / tau_r)) / its peak     plasticity
    eta(t) = eta (1 - beta_A A) (1 + kappa_P P)

t is the time since the dose, both are 0 before it. With tau_r of 8 h and tau_d of 96 h
plasticity peaks at 21.7 h. kappa_P = 0 stands for rapamycin in the prefrontal cortex,
which lets the drug pass and blocks what plasticity would have added.

The signals may also come from elsewhere: `gain` takes any A and P between 0 and 1, such
as the drive and the window of a person who was given the drug.

Assumes: one dose of full effect; learning of danger and of safety alike.
Does not cover: the size of the dose; effects on what is expressed rather than learned.

Source: a choice of this project; no publication gives the kernel.
"""

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class TimingInputs(NamedTuple):
    """Time since the dose [h]; negative before it."""

    hours_since_dose: Float[Array, "*batch"]


class TimingSignals(NamedTuple):
    """Acute block, plasticity and the factor on the learning rate, all [1]."""

    acute: Float[Array, "*batch"]
    plastic: Float[Array, "*batch"]
    gain: Float[Array, "*batch"]


def plasticity_peak(
    tau_r: Float[Array, "*#batch"], tau_d: Float[Array, "*#batch"]
) -> Float[Array, "*#batch"]:
    """Time after a dose [h] at which plasticity is greatest."""
    return jnp.log(tau_d / tau_r) * tau_d * tau_r / (tau_d - tau_r)


def plasticity(
    hours: Float[Array, "*batch"],
    tau_r: Float[Array, "*#batch"],
    tau_d: Float[Array, "*#batch"],
) -> Float[Array, "*batch"]:
    """Plasticity P [1] some time [h] after a dose; its peak is 1."""
    course = lambda t: jnp.exp(-t / tau_d) - jnp.exp(-t / tau_r)
    return course(hours) / course(plasticity_peak(tau_r, tau_d))


class DrugTiming(AbstractReadout[TimingSignals]):
    """Learning around a dose of a drug; see the module text."""

    tau_a: Float[Array, "*#batch"] = param("mind.drug_timing.tau_a")
    tau_r: Float[Array, "*#batch"] = param("mind.drug_timing.tau_r")
    tau_d: Float[Array, "*#batch"] = param("mind.drug_timing.tau_d")
    beta_a: Float[Array, "*#batch"] = param("mind.drug_timing.beta_a")
    kappa_p: Float[Array, "*#batch"] = param("mind.drug_timing.kappa_p")

    def read(self, inputs: TimingInputs) -> TimingSignals:
        """Signals some time after a dose."""
        since = inputs.hours_since_dose
        given, hours = since >= 0, jnp.maximum(since, jnp.zeros_like(since))
        none = jnp.zeros_like(since)
        acute = jnp.where(given, jnp.exp(-hours / self.tau_a), none)
        plastic = jnp.where(given, plasticity(hours, self.tau_r, self.tau_d), none)
        return TimingSignals(acute, plastic, self.gain(acute, plastic))

    def gain(
        self, acute: Float[Array, "*batch"], plastic: Float[Array, "*batch"]
    ) -> Float[Array, "*batch"]:
        """Factor on the learning rate [1] for an acute block and a plasticity."""
        return (1 - self.beta_a * acute) * (1 + self.kappa_p * plastic)
