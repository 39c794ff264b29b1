"""From records to patients: building a block of virtual patients of one arm.

A cohort holds the parameters at their typical values, with the protocol's switches
and overrides applied. Persons and their parameters are drawn in float64 and returned
in the precision of the run, ready to be stepped.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, get_type_hints

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, UInt32

from kapsim.drug import ACTING, AbstractRoute, Covariates, ResponseCoupling
from kapsim.engine import records
from kapsim.engine.random import stream_key
from kapsim.engine.scan import AbstractSystem, cast
from kapsim.engine.variability import spread
from kapsim.measures import SCALES, AbstractScale, Entry
from kapsim.patient.hypotheses import build
from kapsim.patient.life import Life
from kapsim.patient.loops import Whole, whole_but
from kapsim.patient.offer import Keys
from kapsim.patient.person import Demography, People, Person
from kapsim.patient.rating import RatedPatient, profile
from kapsim.patient.regimen import Dosing
from kapsim.patient.rooms import Brain, Mind, Pharmacology, Therapy
from kapsim.patient.seen import WatchedPatient
from kapsim.patient.signals import Signals, SignalView
from kapsim.patient.virtual_patient import VirtualPatient

G = TypeVar("G", bound=eqx.Module)
T = TypeVar("T")


class Cohort(eqx.Module):
    """The patients of one arm, before anybody is drawn."""

    route: AbstractRoute
    pharmacology: Pharmacology
    brain: Brain
    mind: Mind
    therapy: Therapy
    life: Life
    people: People
    scales: tuple[AbstractScale, ...]
    couplings: tuple[ResponseCoupling, ...]
    whole: Whole
    seed: UInt32[Array, "2"]
    demography: Demography
    entry: Entry
    precision: str = eqx.field(static=True)
    dosing: Dosing | None = None

    def persons(self, indices: UInt32[Array, " n"]) -> Person:
        """The persons with these indices, in the precision of the run."""
        return self._enrolled(indices)[0]

    def _enrolled(self, indices: UInt32[Array, " n"]) -> tuple[Person, Covariates]:
        given = (self.mind, self.demography, self.entry)
        return _persons(self.people, given, self.seed, indices, self.precision)

    def patients(self, indices: UInt32[Array, " n"]) -> VirtualPatient:
        """The virtual patients with these indices."""
        seed, precision = self.seed, self.precision
        person, covariates = self._enrolled(indices)
        varied = (self.pharmacology, self.brain, self.mind, self.therapy)
        same = (self.life, self.whole, self.dosing)
        parts = _parts(varied, self.couplings, same, seed, indices, precision)
        (acute, brain, mind, therapy), couplings, (life, whole, dosing), keys = parts
        return VirtualPatient(
            kinetics=_kinetics(self.route, covariates, seed, indices),
            pharmacology=acute,
            brain=brain,
            mind=mind,
            therapy=therapy,
            life=life,
            person=person,
            patients=indices,
            keys=keys,
            couplings=couplings,
            whole=whole,
            dosing=dosing,
        )

    def rated(self, indices: UInt32[Array, " n"]) -> RatedPatient:
        """These patients with the scales that the protocol rates."""
        scales, profiles, keys = _instruments(
            self.scales, self.seed, indices, self.precision
        )
        return RatedPatient(self.patients(indices), scales, profiles, keys)

    def with_values(self, values: Mapping[str, Any], entry: Entry) -> "Cohort":
        """The same people to draw, with other values of parameters.

        Parameters
        ----------
        values
            All that differ from their records, in internal units. What an arm has of
            its own, scales and who is enrolled stay.
        entry
            What the rating that admits them is made of at these values.
        """
        make = lambda mechanism: build(mechanism, values)
        return dataclasses.replace(
            self,
            pharmacology=_group(Pharmacology, make),
            brain=_group(Brain, make),
            mind=_group(Mind, make),
            therapy=_group(Therapy, make),
            life=make(Life),
            people=make(People),
            entry=_as_data(entry),
        )

    def like(self, other: "Cohort") -> "Cohort":
        """The arm with the parameters that it shares with another arm of its trial."""
        return dataclasses.replace(
            self,
            pharmacology=other.pharmacology,
            brain=other.brain,
            mind=other.mind,
            therapy=other.therapy,
            life=other.life,
            people=other.people,
            entry=other.entry,
        )

    def record_ids(self) -> set[str]:
        """Evidence records that the parameters of these patients come from."""
        return set(_record_ids(self))

    def watched(self, indices: UInt32[Array, " n"]) -> AbstractSystem[Any, Signals]:
        """These patients with their inner signals; rated where doses depend on it."""
        if self.dosing is None:
            return SignalView(self.patients(indices))
        return WatchedPatient(self.rated(indices))


def _record_ids(part: Any) -> Iterator[str]:
    """Ids of the records of a module and of all modules in it."""
    if isinstance(part, tuple):
        for item in part:
            yield from _record_ids(item)
    elif isinstance(part, eqx.Module):
        yield from (record.id for record in records(part).values())
        for item in vars(part).values():
            yield from _record_ids(item)


# Drawing is compiled part by part and apart from stepping: arms that differ in a part,
# and ratings and inner signals of an arm, share the others; and the parts take the
# compiler less time than the whole.


@eqx.filter_jit
def _persons(
    people: People,
    given: tuple[Mind, Demography, Entry],
    seed: UInt32[Array, "2"],
    indices: UInt32[Array, " n"],
    precision: str,
) -> tuple[Person, Covariates]:
    person = people.draw(*given, seed, indices)
    covariates = Covariates(
        person.weight_kg,
        person.age_years,
        person.asian,
        person.japanese,
        person.female,
    )
    # covariates, too: the precision of the steps decides how far apart poles must be
    return cast((person, covariates), precision)


@eqx.filter_jit
def _kinetics(
    route: AbstractRoute,
    covariates: Covariates,
    seed: UInt32[Array, "2"],
    indices: UInt32[Array, " n"],
) -> Any:
    """Kinetics of each person, in the precision that they need."""
    return spread(route, seed, indices).solve(covariates, ACTING)


@eqx.filter_jit
def _parts(
    varied: Any,
    couplings: tuple[ResponseCoupling, ...],
    same: Any,
    seed: UInt32[Array, "2"],
    indices: UInt32[Array, " n"],
    precision: str,
) -> Any:
    """Mechanisms with their spread drawn, what all share, and keys of draws."""
    vary = lambda mechanism: spread(mechanism, seed, indices)
    drawn = tuple(_vary_group(group, vary) for group in varied)
    keys = Keys(*(jnp.asarray(stream_key(seed, name)) for name in Keys._fields))
    return *cast((drawn, tuple(map(vary, couplings)), same), precision), keys


@eqx.filter_jit
def _instruments(
    scales: tuple[AbstractScale, ...],
    seed: UInt32[Array, "2"],
    indices: UInt32[Array, " n"],
    precision: str,
) -> Any:
    """Scales, what stays with each person on them, and keys of their ratings."""
    key = lambda scale, what: jnp.asarray(
        stream_key(seed, f"scale.{scale.name}.{what}")
    )
    scales = cast(scales, precision)
    profiles = tuple(profile(s, key(s, "profile"), indices, precision) for s in scales)
    return scales, profiles, tuple(key(scale, "rating") for scale in scales)


def _vary_group(group: Any, vary: Any) -> Any:
    """A group of mechanisms with each one's recorded spread drawn."""
    return type(group)(**{name: vary(part) for name, part in vars(group).items()})


def assemble(
    route: AbstractRoute,
    scales: tuple[str, ...],
    values: Mapping[str, Any],
    *,
    seed: UInt32[Array, "2"],
    demography: Demography,
    entry: Entry,
    couplings: tuple[ResponseCoupling, ...] = (),
    precision: str = "float32",
    cut: tuple[str, ...] = (),
    dosing: Dosing | None = None,
) -> Cohort:
    """Cohort with every mechanism built from its records.

    Parameters
    ----------
    route
        Kinetics of the arm, at typical values.
    scales
        Names of the scales that are rated.
    values
        Parameters that differ from their records, in internal units.
    seed
        Words of the seed (`engine.random.seed_words`).
    demography, entry
        Who is enrolled.
    couplings
        What other medicines of the arm take away from the response; mostly nothing.
    precision
        float32 or float64.
    cut
        Loops that are cut (`loops.Loop`).
    dosing
        What doses depend on; None where they are fixed.
    """
    make = lambda mechanism: build(mechanism, values)
    known = {kind.name: kind for kind in SCALES}
    return Cohort(
        route=route,
        pharmacology=_group(Pharmacology, make),
        brain=_group(Brain, make),
        mind=_group(Mind, make),
        therapy=_group(Therapy, make),
        life=make(Life),
        people=make(People),
        scales=tuple(make(known[name]) for name in scales),
        couplings=couplings,
        whole=whole_but(cut),
        seed=seed,
        demography=_as_data(demography),
        entry=_as_data(entry),
        precision=precision,
        dosing=dosing,
    )


def _as_data(part: T) -> T:
    """Numbers as arrays: other people are then no other code."""
    return jax.tree.map(lambda number: jnp.asarray(number, jnp.float64), part)


def _group(room: type[G], make: Callable[[type], Any]) -> G:
    """All mechanisms of a room, built from its annotated fields."""
    return room(**{name: make(kind) for name, kind in get_type_hints(room).items()})
