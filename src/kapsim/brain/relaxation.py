"""Relaxation of the precision of high-level beliefs while the drug is on board (E1).

    rho = rho_max * phi

A read-out of the present drug drive, never stored: when the drug has gone, so has it.

Assumes: the relaxation follows the receptor drive without delay. The idea is that of
relaxed beliefs under psychedelics, written for 5-HT2A agonists and extended to
ketamine by analogy.
Does not cover: changes of connectivity, which belong to the network model.
"""

from typing import NamedTuple

from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class RelaxationInputs(NamedTuple):
    """Drug drive phi [1] between 0 and 1."""

    drive: Float[Array, "*batch"]


class Relaxation(AbstractReadout[Float[Array, "..."]]):
    """Loss of prior precision in proportion to the drug drive."""

    rho_max: Float[Array, "*#batch"] = param("brain.relaxation.rho_max")

    def read(self, inputs: RelaxationInputs) -> Float[Array, "*batch"]:
        """Relaxation rho [1]."""
        return self.rho_max * inputs.drive
