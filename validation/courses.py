"""Concentrations of a few identical or different people on a grid, for validations."""

from collections.abc import Sequence
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import ArrayLike

from kapsim.drug import (
    AbstractRoute,
    Covariates,
    Dose,
    DrugLevels,
    Molecule,
    RouteName,
    breakpoints,
    drug_nodes,
)
from kapsim.engine import platform

platform.configure()


def people(
    n: int = 1,
    *,
    weight: ArrayLike = 70.0,
    age: ArrayLike = 40.0,
    asian: ArrayLike = 0.0,
    japanese: ArrayLike = 0.0,
    female: ArrayLike = 0.5,
    dtype: Any = jnp.float64,
) -> Covariates:
    """Covariates of `n` people; each may be one number or one per person."""
    wide = lambda value: jnp.asarray(np.broadcast_to(value, n), dtype)
    return Covariates(
        wide(weight), wide(age), wide(asian), wide(japanese), wide(female)
    )


@eqx.filter_jit
def _simulate(route: AbstractRoute, covariates, nodes, dt) -> DrugLevels:
    kinetics = route.solve(covariates)

    def step(state, inputs):
        node, length = inputs
        given = kinetics.give(state, node)
        return kinetics.step(given, node, length), kinetics.read(given)

    return jax.lax.scan(step, kinetics.init(), (nodes, dt))[1]


def course(
    route: AbstractRoute, doses: Sequence[Dose], times, covariates=None
) -> tuple[np.ndarray, DrugLevels]:
    """Times [m] with breakpoints added, and levels [m, n] at them, after boluses."""
    covariates = people() if covariates is None else covariates
    dtype = covariates.weight_kg.dtype
    stops = [t for t in breakpoints(route, doses) if t <= times[-1]]
    time = np.unique(np.concatenate([np.asarray(times, float), stops]))
    dt = np.append(np.diff(time), 0.0)
    cast = lambda a: jnp.asarray(a, dtype)
    nodes = jax.tree.map(cast, drug_nodes(route, doses, time, dt))
    levels = _simulate(route, covariates, nodes, cast(dt))
    return time, jax.tree.map(np.asarray, levels)


def infusion(molecule, *, at=0.0, mg=0.0, mg_per_kg=0.0, hours=0.0) -> Dose:
    """A dose into a vein."""
    return Dose(
        time_h=at,
        molecule=Molecule(molecule),
        route=RouteName.INTRAVENOUS,
        mg=mg,
        mg_per_kg=mg_per_kg,
        duration_h=hours,
    )


def spray(mg, *, at=0.0) -> Dose:
    """Esketamine nasal spray from 28-mg devices."""
    return Dose(
        time_h=at,
        molecule=Molecule.ESKETAMINE,
        route=RouteName.NASAL,
        mg=mg,
        devices=round(mg / 28),
    )
