"""Worlds in which a trial can be run: what every person of a cohort would show.

    drug        as the model has it
    felt only   the drug is felt and believed in, and does nothing else
    no drug     every arm is what its control is: nothing to find
    draw k      the parameters drawn anew, and every trial a study of its own

A world is simulated once and written to a file that is named by what made it; all
replicates of all sizes draw from it. The persons and their noise are the same in every
arm and every world.
"""

import dataclasses
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from kapsim.engine.atomic import make_directory, write_bytes
from kapsim.engine.provenance import content_hash, fingerprint
from kapsim.evidence.posterior import ON_THE_MODEL, Spreads
from kapsim.trial.arms.simulation import prepare_all, redrawn
from kapsim.trial.conduct.outcomes import Outcomes, outcomes
from kapsim.trial.conduct.people import Covariates, people
from kapsim.trial.parameters.uncertainty import (
    Values,
    parameter_draws,
    spreads,
    with_values,
)
from kapsim.trial.power.request import DRAWN, TrialRequest
from kapsim.trial.protocol import Hypothesis, Protocol

DRUG, FELT_ONLY, NO_DRUG = "drug", "felt only", "no drug"

Cohort = Mapping[str, Outcomes]


class Held(NamedTuple):
    """A simulated cohort: potential outcomes by arm, and who the persons are."""

    cohort: dict[str, Outcomes]
    people: Covariates


@dataclasses.dataclass(frozen=True)
class World:
    """One world of a request.

    Attributes
    ----------
    name
        What it is.
    protocol
        The trial with the switches and parameters of this world.
    persons
        How many.
    path
        File of its potential outcomes.
    spreads
        By how much trials lie off it; zero but for draws of the posterior.
    first
        Number of its first trial. Draws have trials of their own, that their luck be
        no one luck of all.
    """

    name: str
    protocol: Protocol
    persons: int
    path: Path
    spreads: Spreads = ON_THE_MODEL
    first: int = 0


def worlds(request: TrialRequest, directory: Path) -> list[World]:
    """The worlds that are simulated: the drug, the drug only felt, and each draw."""
    own = request.protocol
    inert = {**own.hypotheses, Hypothesis.H5: True}
    felt = own.model_copy(update={"hypotheses": inert})
    plain = [(DRUG, own, request.cohort), (FELT_ONLY, felt, request.cohort)]
    made = [_world(request, directory, *one) for one in plain]
    for k, (values, off) in enumerate(_drawn(request), start=1):
        drawn = with_values(own, values)
        world = _world(request, directory, f"draw {k}", drawn, DRAWN)
        first, pooled = k * request.of_world(world.name), own.design.pooled(off)
        made.append(dataclasses.replace(world, spreads=pooled, first=first))
    return made


def _drawn(request: TrialRequest) -> Iterator[tuple[Values, Spreads]]:
    """Values and spreads of each draw; the recorded values, the first, are left out."""
    if not request.draws:
        return
    asked = request.draws, request.seed, request.draws_from
    values = parameter_draws(request.protocol, *asked)[1:]
    yield from zip(values, spreads(*asked), strict=True)


def _world(
    request: TrialRequest, directory: Path, name: str, protocol: Protocol, persons: int
) -> World:
    made_by = {
        "protocol": protocol.met_by(*protocol.arms).model_dump(mode="json"),
        "persons": persons,
        "seed": request.seed,
        **fingerprint(),
    }
    return World(name, protocol, persons, directory / f"{content_hash(made_by)}.npz")


def simulate(
    request: TrialRequest,
    wanted: list[World],
    on_world: Callable[[str], None] = lambda name: None,
) -> None:
    """Simulate the worlds that are not there yet, and write them.

    Raises
    ------
    StoreError
        If a file cannot be written.
    """
    waiting = [one for one in wanted if not one.path.exists()]
    if not waiting:
        return
    make_directory(waiting[0].path.parent)
    arms = prepare_all(request.protocol, request.seed)
    for world in waiting:
        on_world(world.name)
        ready = redrawn(arms, world.protocol)
        cohort = {name: outcomes(one, 0, world.persons) for name, one in ready.items()}
        known = people(next(iter(ready.values())), world.persons)
        write_cohort(world.path, Held(cohort, known))


def write_cohort(path: Path, held: Held) -> None:
    """Write a cohort as arrays, in one step."""
    arrays: dict[str, Any] = {
        f"people/{name}": values for name, values in held.people._asdict().items()
    }
    for index, one in enumerate(held.cohort.values()):
        arrays |= {
            f"{index}/totals": one.totals,
            f"{index}/items": one.items,
            f"{index}/failed": one.failed,
            **{f"{index}/signal/{name}": rows for name, rows in one.signals.items()},
        }
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    write_bytes(path, buffer.getvalue())


def read_cohort(path: Path, protocol: Protocol) -> Held:
    """A cohort as `write_cohort` wrote it."""
    with np.load(path, allow_pickle=False) as held:
        known = Covariates(*(held[f"people/{name}"] for name in Covariates._fields))
        cohort = {
            arm.name: Outcomes(
                totals=held[f"{index}/totals"],
                items=held[f"{index}/items"],
                failed=held[f"{index}/failed"],
                signals={
                    name.split("/", 2)[2]: held[name]
                    for name in held.files
                    if name.startswith(f"{index}/signal/")
                },
            )
            for index, arm in enumerate(protocol.arms)
        }
        return Held(cohort, known)


def without_drug(cohort: Cohort, control: str) -> dict[str, Outcomes]:
    """A world in which every arm is what the control is."""
    return dict.fromkeys(cohort, cohort[control])
