"""How a group-sequential trial spends its error over the looks.

A spending function says how much of an error may have been used up when a share t of
the information is in; it rises from 0 to the whole error at t = 1. It serves the error
of the first kind (efficacy) as that of the second (futility). A boundary shape says
instead how the critical values relate to each other.

For a two-sided test each side spends half of the error by the same function.

Source: Lan and DeMets (1983); Kim and DeMets (1987); Hwang, Shih and DeCani (1990);
Wang and Tsiatis (1987).
"""

import abc
import dataclasses
import math

import numpy as np
from jaxtyping import Float
from scipy.special import ndtr, ndtri

from kapsim.units import KapsimError


class SequentialError(KapsimError, ValueError):
    """A group-sequential design that cannot be."""


class AbstractSpending(abc.ABC):
    """Error spent as a function of the share of information."""

    @abc.abstractmethod
    def spent(
        self, fraction: Float[np.ndarray, "looks"], error: float
    ) -> Float[np.ndarray, "looks"]:
        """Error spent on one side until a share of the information is in [1].

        Parameters
        ----------
        fraction
            Share of the information, in (0, 1] [1].
        error
            What may be spent in all [1].
        """


@dataclasses.dataclass(frozen=True)
class OBrienFlemingSpending(AbstractSpending):
    """Lan and DeMets' approximation of O'Brien and Fleming: very little at first.

    spent = 2 - 2 Phi(z(1 - error / 2) / sqrt(t))
    """

    def spent(
        self, fraction: Float[np.ndarray, "looks"], error: float
    ) -> Float[np.ndarray, "looks"]:
        """Error spent on one side until a share of the information is in [1]."""
        return 2 * ndtr(ndtri(error / 2) / np.sqrt(fraction))


@dataclasses.dataclass(frozen=True)
class PocockSpending(AbstractSpending):
    """Lan and DeMets' approximation of Pocock: much at the early looks.

    spent = error ln(1 + (e - 1) t)
    """

    def spent(
        self, fraction: Float[np.ndarray, "looks"], error: float
    ) -> Float[np.ndarray, "looks"]:
        """Error spent on one side until a share of the information is in [1]."""
        return error * np.log1p((math.e - 1) * fraction)


@dataclasses.dataclass(frozen=True)
class PowerSpending(AbstractSpending):
    """Kim and DeMets' power family: error t^rho.

    Attributes
    ----------
    rho
        Exponent, above 0; 3 is near O'Brien and Fleming, 1 near Pocock [1].
    """

    rho: float

    def __post_init__(self) -> None:
        if not self.rho > 0:
            raise SequentialError(
                f"PowerSpending.rho (exponent) must lie above 0; got {self.rho}."
            )

    def spent(
        self, fraction: Float[np.ndarray, "looks"], error: float
    ) -> Float[np.ndarray, "looks"]:
        """Error spent on one side until a share of the information is in [1]."""
        return error * fraction**self.rho


@dataclasses.dataclass(frozen=True)
class GammaSpending(AbstractSpending):
    """Hwang, Shih and DeCani's family.

        spent = error (1 - exp(-gamma t)) / (1 - exp(-gamma)),  error t at gamma = 0

    Attributes
    ----------
    gamma
        Any number; -4 is near O'Brien and Fleming, 1 near Pocock [1].
    """

    gamma: float

    def spent(
        self, fraction: Float[np.ndarray, "looks"], error: float
    ) -> Float[np.ndarray, "looks"]:
        """Error spent on one side until a share of the information is in [1]."""
        if self.gamma == 0:
            return error * fraction
        return error * np.expm1(-self.gamma * fraction) / np.expm1(-self.gamma)


@dataclasses.dataclass(frozen=True)
class BoundaryShape:
    """Wang and Tsiatis' family of critical values, scaled to the error in the end.

        z at a look = constant * t^(power - 1/2)

    Attributes
    ----------
    power
        0 for O'Brien and Fleming, a half for Pocock [1].
    """

    power: float


OBRIEN_FLEMING = BoundaryShape(power=0.0)
"""Classical bounds of O'Brien and Fleming."""

POCOCK = BoundaryShape(power=0.5)
"""Classical bounds of Pocock: the same critical value at every look."""
