"""From a protocol to the patients of each arm."""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from kapsim.drug import AbstractRoute, ResponseCoupling, route_for
from kapsim.drug.regimen.interactions import COUPLINGS, Medicine, interact
from kapsim.engine.random import seed_words
from kapsim.measures import Entry, EntryError, Madrs, Raters, solve_entry
from kapsim.patient import Cohort, Demography, assemble, build
from kapsim.trial.arms.doses import doses
from kapsim.trial.arms.regimens import dosing
from kapsim.trial.arms.timeline import RATER_TYPES
from kapsim.trial.arms.values import Setting, number, protocol_values
from kapsim.trial.protocol import Arm, Protocol
from kapsim.trial.protocol.terms import Measure
from kapsim.trial.protocol_file.problems import Problem, ProtocolError


def route(protocol: Protocol, arm: Arm, values: Mapping[str, Any]) -> AbstractRoute:
    """Kinetics that an arm needs, at typical values, with its other medicines."""
    make = lambda kind, **fixed: build(kind, values, **fixed)
    plain = route_for(doses(protocol, arm), make)
    return interact(plain, taken(arm), lambda name: number(protocol, name))


def own_parts(
    protocol: Protocol, arm: Arm, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Parts of a cohort that each arm has of its own, by the names of its fields."""
    return {
        "route": route(protocol, arm, values),
        "couplings": couplings(arm, values),
    }


def taken(arm: Arm) -> tuple[Medicine, ...]:
    """Medicines of an arm in the words of the drug room."""
    return tuple(Medicine(item.value) for item in arm.medicines)


def couplings(arm: Arm, values: Mapping[str, Any]) -> tuple[ResponseCoupling, ...]:
    """Mechanisms by which medicines of an arm take away response; mostly none."""
    kinds = (COUPLINGS[one] for one in taken(arm) if one in COUPLINGS)
    return tuple(build(kind, values) for kind in kinds)


_fresh_variance = eqx.filter_jit(Madrs.fresh_variance)


def entry(protocol: Protocol) -> Entry:
    """What the rating that admits a patient is made of.

    Raises
    ------
    ProtocolError
        If the baseline is not stated on the MADRS, or if nobody can be like that: the
        spread that is left without fluctuation and rating error must be above 0.
    """
    population = protocol.population
    on = {population.baseline.scale}
    on |= {population.entry.scale} if population.entry else set()
    if on != {Measure.MADRS}:
        problem = Problem(
            field="population.entry, population.baseline",
            given=", ".join(sorted(scale.value for scale in on)),
            allowed="MADRS, in this version",
            do="State the entry threshold and the baseline on the MADRS.",
        )
        raise ProtocolError(protocol.name, (problem,))
    values = protocol_values(protocol)
    raters, madrs = build(Raters, values), build(Madrs, values)
    kind = RATER_TYPES[protocol.baseline_visit.rater]
    mean = population.baseline.mean
    own = float(_fresh_variance(madrs, jnp.asarray([mean]))[0])
    threshold = population.entry.at_least if population.entry else None
    try:
        return solve_entry(
            mean,
            population.baseline.sd,
            threshold=threshold,
            max_score=madrs.max_score,
            inflation=raters.inflation(kind) if threshold is not None else 0.0,
            fluctuation_sd=number(protocol, Setting.FLUCTUATION),
            error_sd=float(np.hypot(raters.sd(kind), np.sqrt(own))),
        )
    except EntryError as error:
        raise ProtocolError(
            protocol.name, (_no_such_people(protocol, error),)
        ) from error


def _no_such_people(protocol: Protocol, error: EntryError) -> Problem:
    """Problem of a baseline that no entry rule can have produced."""
    return Problem(
        field="population.baseline.sd",
        given=f"got {protocol.population.baseline.sd:g}",
        allowed="a spread above that of fluctuation and rating error",
        do=f"{str(error)[:1].upper()}{str(error)[1:]}",
    )


def cohort(
    protocol: Protocol, arm: Arm, *, seed: int, precision: str = "float32"
) -> Cohort:
    """Patients of an arm, before anybody is drawn.

    Parameters
    ----------
    protocol
        The trial.
    arm
        One of its arms.
    seed
        Seed of the run, shared by all arms.
    precision
        float32 or float64.
    """
    values = protocol_values(protocol)
    people, ways = protocol.population, route(protocol, arm, values)
    return assemble(
        ways,
        tuple(measure.value for measure in protocol.measures),
        values,
        seed=jnp.asarray(seed_words(seed)),
        demography=Demography(
            age_mean=people.age.mean_yr,
            age_sd=people.age.sd_yr,
            age_low=people.age.lowest_yr,
            age_high=people.age.highest_yr,
            weight_mean=people.weight.mean_kg,
            weight_sd=people.weight.sd_kg,
            failures_mean=people.failures.mean,
            failures_low=people.failures.at_least,
            female_share=people.share_female,
            asian_share=people.share_asian,
            japanese_share=people.share_japanese,
            inpatient=float(people.inpatient),
        ),
        entry=entry(protocol),
        couplings=couplings(arm, values),
        precision=precision,
        cut=tuple(loop.value for loop in protocol.cut),
        dosing=dosing(protocol, arm, ways),
    )
