"""People under a regimen: concentrations and acute effects, stepped and shown.

What is shown at a node is what holds just after anything given there at once, so that
the peak of a bolus is among the records.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PyTree, UInt32

from kapsim.drug.effects.cardiovascular import Cardiovascular, CardiovascularInputs
from kapsim.drug.effects.dissociation import Dissociation, DissociationInputs
from kapsim.drug.effects.high import DrugHigh, DrugHighInputs
from kapsim.drug.effects.occupancy import Occupancy
from kapsim.drug.effects.sedation import Sedation, SedationInputs
from kapsim.drug.kinetics.levels import DrugLevels
from kapsim.drug.kinetics.route import AbstractRoute, Covariates, Kinetics
from kapsim.drug.kinetics.schedule import DrugNode
from kapsim.engine import AbstractSchedule, AbstractSystem, simulate_shared
from kapsim.engine.random import Seed
from kapsim.engine.variability import spread


class Effects(NamedTuple):
    """Mechanisms of the acute effects, at typical values or one value per person."""

    occupancy: Occupancy
    dissociation: Dissociation
    high: DrugHigh
    sedation: Sedation
    cardiovascular: Cardiovascular


class Shown(NamedTuple):
    """What is shown of each person at a time; units are in `dataset.SIGNALS`."""

    ketamine: Float[Array, " n"]
    s_ketamine: Float[Array, " n"]
    r_ketamine: Float[Array, " n"]
    norketamine: Float[Array, " n"]
    hydroxynorketamine: Float[Array, " n"]
    midazolam: Float[Array, " n"]
    occupancy: Float[Array, " n"]
    dissociation: Float[Array, " n"]
    drug_high: Float[Array, " n"]
    sedation: Float[Array, " n"]
    systolic_rise: Float[Array, " n"]
    diastolic_rise: Float[Array, " n"]
    heart_rate_rise: Float[Array, " n"]


class Moment(AbstractSchedule):
    """Nodes with what is given at each."""

    time: Float[Array, "*nodes"]
    dt: Float[Array, "*nodes"]
    active: Bool[Array, "*nodes"]
    slot: Int[Array, "*nodes"]
    drug: DrugNode


class WatchedState(NamedTuple):
    """Modes [K, n] ng/mL, tolerance [n] and delayed concentration [n] ng/mL."""

    drug: Float[Array, "K n"]
    tolerance: Float[Array, " n"]
    pressure: Float[Array, " n"]


class Watched(AbstractSystem[WatchedState, Shown]):
    """n people whose kinetics and effects are drawn."""

    kinetics: Kinetics
    effects: Effects

    def init(self) -> WatchedState:
        """Drug-free."""
        zero = jnp.zeros_like(self.kinetics.weight_kg)
        return WatchedState(self.kinetics.init(), zero, zero)

    def step(self, state: WatchedState, node: Moment) -> WatchedState:
        """Give what is due, then advance; effects follow the mean over the step."""
        given = self.kinetics.give(state.drug, node.drug)
        drug = self.kinetics.step(given, node.drug, node.dt)
        before, after = self.kinetics.read(given), self.kinetics.read(drug)
        s_effect = (before.s_effect + after.s_effect) / 2
        r_effect = (before.r_effect + after.r_effect) / 2
        acting = DissociationInputs(s_effect, r_effect, _number(node))
        return WatchedState(
            drug=drug,
            tolerance=self.effects.dissociation.step(state.tolerance, acting, node.dt),
            pressure=self.effects.cardiovascular.step(
                state.pressure, CardiovascularInputs(s_effect), node.dt
            ),
        )

    def observe(self, state: WatchedState, node: Moment) -> Shown:
        """Everything just after what is given at the node."""
        levels = self.kinetics.read(self.kinetics.give(state.drug, node.drug))
        return Shown(
            ketamine=levels.ketamine,
            s_ketamine=levels.s_ketamine,
            r_ketamine=levels.r_ketamine,
            norketamine=levels.norketamine,
            hydroxynorketamine=levels.hydroxynorketamine,
            midazolam=levels.midazolam,
            **self._felt(levels, state.tolerance, _number(node)),
            **self._measured(state.pressure),
        )

    def _felt(
        self,
        levels: DrugLevels,
        tolerance: Float[Array, " n"],
        number: Float[Array, ""],
    ) -> dict[str, Float[Array, " n"]]:
        s, r = levels.s_effect, levels.r_effect
        own = self.effects
        return {
            "occupancy": own.occupancy.read(levels).occupancy,
            "dissociation": own.dissociation.points(
                tolerance, DissociationInputs(s, r, number)
            ),
            "drug_high": own.high.read(DrugHighInputs(s, r, tolerance, number)),
            "sedation": own.sedation.read(SedationInputs(s, r, levels.midazolam)),
        }

    def _measured(self, pressure: Float[Array, " n"]) -> dict[str, Float[Array, " n"]]:
        rise = self.effects.cardiovascular.rise(pressure)
        return {
            "systolic_rise": rise.systolic,
            "diastolic_rise": rise.diastolic,
            "heart_rate_rise": rise.heart_rate,
        }


class People(NamedTuple):
    """Whose kinetics and effects are drawn.

    Attributes
    ----------
    covariates
        Of each [n].
    indices
        [n] index of each person in the population.
    typical
        [n] whether this one has no spread at all.
    seed
        [2] words of the seed.
    """

    covariates: Covariates
    indices: UInt32[Array, " n"]
    typical: Bool[Array, " n"]
    seed: Seed


def watch(
    route: AbstractRoute,
    effects: Effects,
    people: People,
    schedule: Moment,
    records: int,
) -> tuple[Kinetics, Shown]:
    """Draw people and take them through a schedule.

    Parameters
    ----------
    route, effects
        Mechanisms at typical values.
    people
        Who they are.
    schedule
        Nodes; `slot` points into the records.
    records
        How many records there are.

    Returns
    -------
    tuple
        Their kinetics, and the records [records, n].
    """
    kinetics, own = _own(route, effects, people)
    return kinetics, simulate_shared(Watched(kinetics, own), schedule, records)


@eqx.filter_jit
def _own(
    route: AbstractRoute, effects: Effects, people: People
) -> tuple[Kinetics, Effects]:
    """Kinetics and effects of each person."""
    kinetics = _drawn(route, people).solve(people.covariates)
    return kinetics, Effects(*(_drawn(effect, people) for effect in effects))


def _drawn(mechanism: PyTree, people: People) -> PyTree:
    """The mechanism with a value per person; those without spread keep the typical."""
    return jax.tree.map(
        lambda one, usual: jnp.where(people.typical, usual, one) if one.ndim else one,
        spread(mechanism, people.seed, people.indices),
        mechanism,
    )


def _number(node: Moment) -> Float[Array, ""]:
    """Administrations so far."""
    return jnp.asarray(node.drug.dose_number)
