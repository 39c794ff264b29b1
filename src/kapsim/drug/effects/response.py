"""Medicines that take away part of the response: the drive that the brain reads.

    phi' = phi (1 - loss)

for each of them that is taken. Occupancy, dissociation and pressure stay as they are:
with naltrexone the totals of the CADSS were the same while the response was gone.

These are off unless a protocol names the medicine for an arm. The losses are
assumptions: one small crossover, since contested, for naltrexone, and observation
without randomisation for benzodiazepines.

Assumes: losses multiply; the same share is lost in everybody and at any dose.
Does not cover: how much of the medicine is taken and for how long, its own effect on
mood, and a benzodiazepine's sedation.
"""

from typing import NamedTuple

from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class ResponseInputs(NamedTuple):
    """Drug drive [1], between 0 and 1."""

    drive: Float[Array, "*batch"]


class NaltrexoneCoupling(AbstractReadout[Float[Array, "..."]]):
    """Drive that is left with naltrexone."""

    loss: Float[Array, "*#batch"] = param("drug.interactions.naltrexone.loss")

    def read(self, inputs: ResponseInputs) -> Float[Array, "*batch"]:
        """Drive [1], between 0 and the drive without."""
        return kept(inputs.drive, self.loss)


class BenzodiazepineCoupling(AbstractReadout[Float[Array, "..."]]):
    """Drive that is left with a benzodiazepine (over 8 mg of diazepam a day)."""

    loss: Float[Array, "*#batch"] = param("drug.interactions.benzodiazepine.loss")

    def read(self, inputs: ResponseInputs) -> Float[Array, "*batch"]:
        """Drive [1], between 0 and the drive without."""
        return kept(inputs.drive, self.loss)


ResponseCoupling = NaltrexoneCoupling | BenzodiazepineCoupling


def kept(
    drive: Float[Array, "*batch"], loss: Float[Array, "*#batch"]
) -> Float[Array, "*batch"]:
    """What is left of the drive [1] where a share `loss` [1] of it is lost."""
    return drive * (1 - loss)
