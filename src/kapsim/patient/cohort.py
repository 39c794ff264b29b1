"""From records to patients: building a block of virtual patients of one arm.

A cohort holds the parameters at their typical values, with the protocol's switches and
overrides applied. `block` draws persons and their parameters in float64 and returns them
in the precision of the run, ready to be stepped.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, UInt32

from kapsim.brain import Consolidation, Relaxation, Surge, Window
from kapsim.drug import (
    AbstractRoute,
    BackgroundAntidepressant,
    BloodPressure,
    Covariates,
    Dissociation,
    Drive,
    FeltEffect,
    Occupancy,
)
from kapsim.engine import records
from kapsim.engine.random import stream_key
from kapsim.engine.scan import cast
from kapsim.measures import SCALES, AbstractScale, Entry
from kapsim.mind import Behaviour, BeliefLearner, Body, Mood, Rumination, Severity
from kapsim.patient.hypotheses import build
from kapsim.patient.life import Life
from kapsim.patient.person import Demography, People
from kapsim.patient.rating import RatedPatient, profile
from kapsim.patient.rest import Mind
from kapsim.patient.signals import SignalView
from kapsim.patient.variability import spread
from kapsim.patient.virtual_patient import Brain, Pharmacology, Therapy, VirtualPatient
from kapsim.therapy import (
    Alliance,
    Engagement,
    Expectancy,
    Experience,
    Guess,
    Modality,
    Skill,
    Trait,
)


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
    seed: UInt32[Array, "2"]
    demography: Demography = eqx.field(static=True)
    entry: Entry = eqx.field(static=True)
    precision: str = eqx.field(static=True)

    def patients(self, indices: UInt32[Array, " n"]) -> VirtualPatient:
        """The virtual patients with these indices."""
        vary = lambda mechanism: spread(mechanism, self.seed, indices)
        person = self.people.draw(
            self.mind, self.demography, self.entry, self.seed, indices
        )
        none = jnp.zeros_like(person.age_years)
        covariates = Covariates(person.weight_kg, person.age_years, none, none)
        kinetics = vary(self.route).solve(covariates)
        groups = (self.pharmacology, self.brain, self.mind, self.therapy)
        acute, brain, mind, therapy = (_vary_group(group, vary) for group in groups)
        patient = VirtualPatient(
            kinetics=kinetics,
            pharmacology=acute,
            brain=brain,
            mind=mind,
            therapy=therapy,
            life=self.life,
            person=person,
            patients=indices,
            life_key=jnp.asarray(stream_key(self.seed, "life")),
        )
        return cast(patient, self.precision)

    def rated(self, indices: UInt32[Array, " n"]) -> RatedPatient:
        """These patients with the scales that the protocol rates."""
        key = lambda scale, what: jnp.asarray(
            stream_key(self.seed, f"scale.{scale.name}.{what}")
        )
        scales = cast(self.scales, self.precision)
        return RatedPatient(
            patient=self.patients(indices),
            scales=scales,
            profiles=tuple(
                profile(s, key(s, "profile"), indices, self.precision) for s in scales
            ),
            keys=tuple(key(scale, "rating") for scale in scales),
        )

    def record_ids(self) -> set[str]:
        """Evidence records that the parameters of these patients come from."""
        return set(_record_ids(self))

    def watched(self, indices: UInt32[Array, " n"]) -> SignalView:
        """These patients with their inner signals."""
        return SignalView(self.patients(indices))


def _record_ids(part: Any) -> Iterator[str]:
    """Ids of the records of a module and of all modules in it."""
    if isinstance(part, tuple):
        for item in part:
            yield from _record_ids(item)
    elif isinstance(part, eqx.Module):
        yield from (record.id for record in records(part).values())
        for item in vars(part).values():
            yield from _record_ids(item)


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
    precision: str = "float32",
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
    precision
        float32 or float64.
    """
    make = lambda mechanism: build(mechanism, values)
    known = {kind.name: kind for kind in SCALES}
    return Cohort(
        route=route,
        pharmacology=Pharmacology(
            occupancy=make(Occupancy),
            drive=make(Drive),
            dissociation=make(Dissociation),
            pressure=make(BloodPressure),
            felt=make(FeltEffect),
            antidepressant=make(BackgroundAntidepressant),
        ),
        brain=Brain(
            relaxation=make(Relaxation),
            surge=make(Surge),
            window=make(Window),
            consolidation=make(Consolidation),
        ),
        mind=Mind(
            learner=make(BeliefLearner),
            behaviour=make(Behaviour),
            rumination=make(Rumination),
            body=make(Body),
            mood=make(Mood),
            severity=make(Severity),
        ),
        therapy=Therapy(
            modality=make(Modality),
            alliance=make(Alliance),
            skill=make(Skill),
            trait=make(Trait),
            engagement=make(Engagement),
            guess=make(Guess),
            expectancy=make(Expectancy),
            experience=make(Experience),
        ),
        life=make(Life),
        people=make(People),
        scales=tuple(make(known[name]) for name in scales),
        seed=seed,
        demography=demography,
        entry=entry,
        precision=precision,
    )
