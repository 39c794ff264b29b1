"""One interface for every way in: a route's parameters become modal kinetics.

    kinetics = route.solve(covariates)         once per block of patients, in float64
    state = kinetics.init()                    [K, n]
    state = kinetics.give(state, node)         what is given at once at a node
    state = kinetics.step(state, node, dt)     exact over a step of constant rates
    levels = kinetics.read(state)              ng/mL

A step multiplies each mode by exp(-lambda dt) and adds the response to the constant
rates, so the result does not depend on how time between two changes of input is cut.
"""

import abc
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.drug.kinetics.levels import DrugLevels
from kapsim.drug.kinetics.modal import Modes
from kapsim.drug.kinetics.schedule import Dose, DrugNode, Portion
from kapsim.engine import AbstractReadout
from kapsim.engine.exponential import relax

SIGNALS = DrugLevels._fields


class Covariates(NamedTuple):
    """What kinetics may depend on besides the parameters.

    Attributes
    ----------
    weight_kg
        [n] body weight [kg].
    age_years
        [n] age [years].
    asian, japanese
        [n] 1 if so, else 0; a Japanese person has both. Published for esketamine.
    """

    weight_kg: Float[Array, " n"]
    age_years: Float[Array, " n"]
    asian: Float[Array, " n"]
    japanese: Float[Array, " n"]


class Kinetics(eqx.Module):
    """Linear kinetics of a block of patients, ready to step.

    Attributes
    ----------
    weight_kg
        [n] kg.
    rate
        [K, n] 1/h, poles.
    inputs
        [P, K, n] ng/mL of mode k per mg at inlet p.
    outputs
        For each signal of `DrugLevels`, one [n] share per mode that it contains.
    reads
        For each signal, the modes that it contains.
    """

    weight_kg: Float[Array, " n"]
    rate: Float[Array, "K n"]
    inputs: Float[Array, "P K n"]
    outputs: tuple[tuple[Float[Array, " n"], ...], ...]
    reads: tuple[tuple[int, ...], ...] = eqx.field(static=True)

    def init(self) -> Float[Array, "K n"]:
        """No drug on board."""
        return jnp.zeros_like(self.rate)

    def give(self, state: Float[Array, "K n"], node: DrugNode) -> Float[Array, "K n"]:
        """State after what is given at once at the node."""
        if not len(self.inputs):
            return state
        return jax.lax.cond(
            jnp.any(node.bolus != 0),
            lambda z: z + self._enter(node.bolus),
            lambda z: z,
            state,
        )

    def step(
        self, state: Float[Array, "K n"], node: DrugNode, dt: Float[Array, ""]
    ) -> Float[Array, "K n"]:
        """State after `dt` [h] of the node's constant rates, exactly."""
        if not len(self.inputs):
            return state
        return jax.lax.cond(
            jnp.any(node.rate != 0),
            lambda z: relax(z, self._enter(node.rate), self.rate, dt),
            lambda z: z * jnp.exp(-self.rate * dt),
            state,
        )

    def read(self, state: Float[Array, "K n"]) -> DrugLevels:
        """Concentrations [ng/mL]."""
        zero = jnp.zeros_like(self.weight_kg)
        return DrugLevels(
            *(
                sum((v * state[k] for v, k in zip(shares, modes, strict=True)), zero)
                for shares, modes in zip(self.outputs, self.reads, strict=True)
            )
        )

    def _enter(self, given: Float[Array | np.ndarray, "P 2"]) -> Float[Array, "K n"]:
        """Amplitudes of an input of mg and mg/kg at each inlet."""
        total = jnp.zeros_like(self.rate)
        for weights, amount in zip(self.inputs, given, strict=True):
            mg = amount[0] + amount[1] * self.weight_kg
            total = total + weights * mg[None, :]
        return total


class FirstStep(NamedTuple):
    """A node met by a drug-free person, and the step [h] that follows it."""

    covariates: Covariates
    node: DrugNode
    dt: Float[Array, ""]


class AbstractRoute(AbstractReadout[DrugLevels]):
    """Parameters of a route; fields may be scalars or one value per patient."""

    @property
    @abc.abstractmethod
    def n_inlets(self) -> int:
        """Number of places at which a portion of a dose can enter."""

    @abc.abstractmethod
    def portions(self, dose: Dose) -> tuple[Portion, ...]:
        """Portions of a dose by inlet; `ValueError` if the route cannot take it."""

    @abc.abstractmethod
    def solve(self, covariates: Covariates) -> Kinetics:
        """Kinetics of these patients, stepped in the precision of the covariates."""

    def read(self, inputs: FirstStep) -> DrugLevels:
        """Concentrations one step after a first node [ng/mL]."""
        kinetics = self.solve(inputs.covariates)
        given = kinetics.give(kinetics.init(), inputs.node)
        return kinetics.read(kinetics.step(given, inputs.node, inputs.dt))


def widen(value: Float[Array, "*#n"], like: Float[Array, " n"]) -> Float[Array, " n"]:
    """A parameter in float64, one value per patient."""
    return jnp.broadcast_to(value.astype(jnp.float64), like.shape)


def kinetics_of(
    modes: Modes, signals: dict[str, tuple[int, ...]], weight_kg: Float[Array, " n"]
) -> Kinetics:
    """Kinetics whose outputs are the signals in the order of `DrugLevels`.

    Parameters
    ----------
    modes
        System in float64 whose inputs are the route's inlets, and whose outputs are the
        signals named in `signals`, in that order, in ng/mL.
    signals
        For each signal that is not always zero, the modes that it contains.
    weight_kg
        Body weight; its precision is the one to step in.
    """
    dtype = weight_kg.dtype
    rows = {name: modes.outputs[i] for i, name in enumerate(signals)}
    return Kinetics(
        weight_kg=weight_kg,
        rate=modes.rate.astype(dtype),
        inputs=modes.inputs.astype(dtype),
        outputs=tuple(
            tuple(rows[name][k].astype(dtype) for k in signals.get(name, ()))
            for name in SIGNALS
        ),
        reads=tuple(signals.get(name, ()) for name in SIGNALS),
    )


def refuse(route: str, dose: Dose, takes: str) -> ValueError:
    """Error for a dose that a route cannot take."""
    return ValueError(
        f"the {route} route takes {takes}; got {dose.molecule} by the {dose.route} "
        f"route at {dose.time_h:g} h."
    )


def infusion(dose: Dose, inlet: int) -> tuple[Portion, ...]:
    """The whole dose at one inlet, over its duration."""
    return (
        Portion(
            inlet=inlet,
            start_h=dose.time_h,
            end_h=dose.time_h + dose.duration_h,
            mg=dose.mg,
            mg_per_kg=dose.mg_per_kg,
        ),
    )
