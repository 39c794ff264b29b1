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
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from kapsim.drug.kinetics.compartments import Compartments
from kapsim.drug.kinetics.levels import DrugLevels
from kapsim.drug.kinetics.modal import Modes
from kapsim.drug.kinetics.schedule import Dose, DrugNode, Molecule, Portion
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
    female
        [n] 1 if so, 0 if not, one half where unknown.
    """

    weight_kg: Float[Array, " n"]
    age_years: Float[Array, " n"]
    asian: Float[Array, " n"]
    japanese: Float[Array, " n"]
    female: Float[Array, " n"]


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
    shown_in
        Precision of the concentrations; the modes may be in a higher one.
    """

    weight_kg: Float[Array, " n"]
    rate: Float[Array, "K n"]
    inputs: Float[Array, "P K n"]
    outputs: tuple[tuple[Float[Array, " n"], ...], ...]
    reads: tuple[tuple[int, ...], ...] = eqx.field(static=True)
    shown_in: str = eqx.field(static=True)

    def init(self) -> Float[Array, "K n"]:
        """No drug on board."""
        return jnp.zeros_like(self.rate)

    def give(
        self,
        state: Float[Array, "K n"],
        node: DrugNode,
        taken: Bool[Array, "courses n"] | None = None,
    ) -> Float[Array, "K n"]:
        """State after what is given at once at the node.

        Parameters
        ----------
        state
            Before it.
        node
            What is given to all; or what each of several courses would bring.
        taken
            Whether each person is given each course; None where there are none.
        """
        if not len(self.inputs):
            return state
        return jax.lax.cond(
            jnp.any(node.bolus != 0),
            lambda z: z + self._enter(node.bolus, taken),
            lambda z: z,
            state,
        )

    def step(
        self,
        state: Float[Array, "K n"],
        node: DrugNode,
        dt: Float[Array, ""],
        taken: Bool[Array, "courses n"] | None = None,
    ) -> Float[Array, "K n"]:
        """State after `dt` [h] of the node's constant rates, exactly; as `give`."""
        if not len(self.inputs):
            return state
        dt = dt.astype(self.rate.dtype)
        return jax.lax.cond(
            jnp.any(node.rate != 0),
            lambda z: relax(z, self._enter(node.rate, taken), self.rate, dt),
            lambda z: z * jnp.exp(-self.rate * dt),
            state,
        )

    def read(self, state: Float[Array, "K n"]) -> DrugLevels:
        """Concentrations [ng/mL]."""
        zero = jnp.zeros_like(self.weight_kg)
        levels = (
            sum((v * state[k] for v, k in zip(shares, modes, strict=True)), zero)
            for shares, modes in zip(self.outputs, self.reads, strict=True)
        )
        return DrugLevels(*(level.astype(self.shown_in) for level in levels))

    def _enter(
        self,
        given: Float[Array | np.ndarray, "*courses P 2"],
        taken: Bool[Array, "courses n"] | None,
    ) -> Float[Array, "K n"]:
        """Amplitudes of an input of mg and mg/kg at each inlet."""
        total, given = jnp.zeros_like(self.rate), given.astype(self.rate.dtype)
        for inlet, weights in enumerate(self.inputs):
            if taken is None:
                mg = self._mg(given[inlet])
            else:
                zero = jnp.zeros_like(self.weight_kg)
                mg = sum(
                    (
                        jnp.where(own, self._mg(course[inlet]), zero)
                        for own, course in zip(taken, given, strict=True)
                    ),
                    zero,
                )
            total = total + weights * mg[None, :]
        return total

    def _mg(self, amount: Float[Array | np.ndarray, "2"]) -> Float[Array, " n"]:
        """Amount [mg] that mg and mg/kg are for each person."""
        return amount[0] + amount[1] * self.weight_kg


class FirstStep(NamedTuple):
    """A node met by a drug-free person, and the step [h] that follows it."""

    covariates: Covariates
    node: DrugNode
    dt: Float[Array, ""]


class AbstractRoute(AbstractReadout[DrugLevels]):
    """Parameters of a route; fields may be scalars or one value per patient."""

    @property
    @abc.abstractmethod
    def site(self) -> str:
        """What the concentrations are measured in."""

    @property
    @abc.abstractmethod
    def caveat(self) -> str:
        """What this set of parameters does not fit, in a sentence."""

    @property
    @abc.abstractmethod
    def n_inlets(self) -> int:
        """Number of places at which a portion of a dose can enter."""

    @abc.abstractmethod
    def takes(self, dose: Dose) -> bool:
        """Whether an active dose can be given this way."""

    @abc.abstractmethod
    def portions(self, dose: Dose) -> tuple[Portion, ...]:
        """Portions of a dose by inlet; `ValueError` if the route cannot take it."""

    @abc.abstractmethod
    def interacting(
        self, clearance: float, swallowed: float, metabolite: float
    ) -> "AbstractRoute":
        """The same route with another medicine taken beside it.

        Parameters
        ----------
        clearance
            Factor on the clearance of ketamine.
        swallowed
            Factor on the share of a swallowed dose that reaches the blood.
        metabolite
            Factor on the clearance of norketamine.
        """

    @abc.abstractmethod
    def solve(
        self, covariates: Covariates, signals: tuple[str, ...] = SIGNALS
    ) -> Kinetics:
        """Kinetics of these patients, in the precision of the covariates.

        Parameters
        ----------
        covariates
            Who they are.
        signals
            Fields of `DrugLevels` that will be read; the others are zero.
        """

    def read(self, inputs: FirstStep) -> DrugLevels:
        """Concentrations one step after a first node [ng/mL]."""
        kinetics = self.solve(inputs.covariates)
        given = kinetics.give(kinetics.init(), inputs.node)
        return kinetics.read(kinetics.step(given, inputs.node, inputs.dt))


class AbstractCompartmentRoute(AbstractRoute):
    """A route whose kinetics are linear compartments."""

    @abc.abstractmethod
    def compartments(self, covariates: Covariates) -> Compartments:
        """The model of these patients: mg, h, signals in ng/mL."""

    @property
    def in_double(self) -> bool:
        """Whether the modes nearly cancel and are stepped in float64 always."""
        return False

    @abc.abstractmethod
    def enters(self, dose: Dose) -> tuple[Portion, ...]:
        """Portions of an active dose that the route takes."""

    @property
    @abc.abstractmethod
    def accepted(self) -> str:
        """What the route takes, in words."""

    def portions(self, dose: Dose) -> tuple[Portion, ...]:
        """Portions of a dose by inlet; placebo carries nothing."""
        if dose.molecule is Molecule.PLACEBO:
            return ()
        if not self.takes(dose):
            raise refuse(dose, self.accepted)
        return self.enters(dose)

    def solve(
        self, covariates: Covariates, signals: tuple[str, ...] = SIGNALS
    ) -> Kinetics:
        """Exact modes of the compartments."""
        model, weight = self.compartments(covariates), covariates.weight_kg
        read = {k: signal for k, signal in model.signals.items() if k in signals}
        names = tuple(dict.fromkeys(signal.compartment for signal in read.values()))
        dtype = jnp.dtype(jnp.float64) if self.in_double else weight.dtype
        solved = model.solve(names, float(jnp.finfo(dtype).eps))
        rows: dict[str, _Row] = {}
        for name, signal in read.items():
            at = names.index(signal.compartment)
            share = solved.modes.outputs[at] * signal.gain[None]
            rows[name] = _Row(solved.contains[at], share)
        return _kinetics(solved.modes, rows, weight, dtype)


class _Row(NamedTuple):
    """A signal: the modes that it contains, and their shares [K, n]."""

    modes: tuple[int, ...]
    share: Float[Array, "K n"]


def widen(value: Float[Array, "*#n"], like: Float[Array, " n"]) -> Float[Array, " n"]:
    """A parameter in float64, one value per patient."""
    return jnp.broadcast_to(value.astype(jnp.float64), like.shape)


def _kinetics(
    modes: Modes, rows: dict[str, _Row], weight_kg: Float[Array, " n"], dtype: Any
) -> Kinetics:
    """Kinetics stepped in `dtype`; signals not in `rows` are zero."""
    reads = {name: row.modes for name, row in rows.items()}
    return Kinetics(
        weight_kg=weight_kg.astype(dtype),
        rate=modes.rate.astype(dtype),
        inputs=modes.inputs.astype(dtype),
        outputs=tuple(
            tuple(rows[name].share[k].astype(dtype) for k in reads.get(name, ()))
            for name in SIGNALS
        ),
        reads=tuple(reads.get(name, ()) for name in SIGNALS),
        shown_in=weight_kg.dtype.name,
    )


def refuse(dose: Dose, takes: str) -> ValueError:
    """Error for a dose that a route cannot take."""
    return ValueError(
        f"this route takes {takes}; got {dose.molecule} by the {dose.route} route at "
        f"{dose.time_h:g} h."
    )


def portion(
    dose: Dose, inlet: int, *, share: float = 1.0, over_h: float | None = None
) -> Portion:
    """A share of a dose at one inlet, over its own duration or `over_h` [h]."""
    length = dose.duration_h if over_h is None else over_h
    return Portion(
        inlet=inlet,
        start_h=dose.time_h,
        end_h=dose.time_h + length,
        mg=dose.mg * share,
        mg_per_kg=dose.mg_per_kg * share,
    )
