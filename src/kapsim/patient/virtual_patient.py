"""The virtual patient: one page that wires the mechanisms of the other rooms.

At every node of the time grid, from the molecule to the score:

    dose -> concentration -> occupancy -> drive phi -> what is felt -> guess about the arm
    phi -> relaxation rho;  phi -> surge G -> plasticity store P -> window W
    sessions -> traces -> (times alliance, engagement, treatability, 1 + kappa W) -> therapy
    life met (approach a), therapy, experience under rho, rumination R -> beliefs mu
    learning while W is open -> consolidation Z, which weakens self-criticism
    beliefs, momentum, body budget, W, antidepressant, expectancy -> mood m
    mood and beliefs -> severity y -> items of the scales, at visits

Beliefs drive approach, rumination and the body, and these supply the evidence that keeps
the beliefs. Everything here is elementwise over patients; only this room knows more than
one mechanism.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, UInt32

from kapsim.brain import (
    Consolidation,
    ConsolidationInputs,
    Relaxation,
    RelaxationInputs,
    Surge,
    SurgeInputs,
    Window,
    WindowInputs,
)
from kapsim.drug import (
    AntidepressantInputs,
    BackgroundAntidepressant,
    BloodPressure,
    BloodPressureInputs,
    Dissociation,
    DissociationInputs,
    Drive,
    DriveInputs,
    DrugLevels,
    FeltEffect,
    FeltInputs,
    Kinetics,
    Occupancy,
)
from kapsim.engine.random import normals
from kapsim.mind import (
    BehaviourInputs,
    BeliefInputs,
    BeliefState,
    BodyInputs,
    BodyState,
    Evidence,
    MoodInputs,
    MoodState,
    RuminationInputs,
    SelfEvidence,
    SeverityInputs,
)
from kapsim.patient.life import Life, LifeInputs, LifeState
from kapsim.patient.person import Person
from kapsim.patient.rest import Mind, precisions
from kapsim.patient.schedule import PatientNode
from kapsim.therapy import (
    Alliance,
    AllianceInputs,
    Engagement,
    EngagementInputs,
    Expectancy,
    ExpectancyInputs,
    ExpectancyState,
    Experience,
    ExperienceInputs,
    Guess,
    GuessInputs,
    Modality,
    PracticeInputs,
    SessionInputs,
    SessionState,
    Skill,
    Trait,
)

_DAY_H = 24.0


class Pharmacology(eqx.Module):
    """Acute effects of the drug room."""

    occupancy: Occupancy
    drive: Drive
    dissociation: Dissociation
    pressure: BloodPressure
    felt: FeltEffect
    antidepressant: BackgroundAntidepressant


class Brain(eqx.Module):
    """Mechanisms of the brain room."""

    relaxation: Relaxation
    surge: Surge
    window: Window
    consolidation: Consolidation


class Therapy(eqx.Module):
    """Mechanisms of the therapy room."""

    modality: Modality
    alliance: Alliance
    skill: Skill
    trait: Trait
    engagement: Engagement
    guess: Guess
    expectancy: Expectancy
    experience: Experience


class PatientState(NamedTuple):
    """Everything that a patient carries from one node to the next."""

    drug: Float[Array, "K n"]
    drive: Float[Array, " n"]
    tolerance: Float[Array, " n"]
    pressure: Float[Array, " n"]
    antidepressant: Float[Array, " n"]
    surge: Float[Array, " n"]
    store: Float[Array, " n"]
    consolidated: Float[Array, " n"]
    beliefs: BeliefState
    body: BodyState
    mood: MoodState
    severity: Float[Array, " n"]
    sessions: SessionState
    alliance: Float[Array, " n"]
    skill: Float[Array, " n"]
    trait: Float[Array, " n"]
    cue: Float[Array, " n"]
    expectancy: ExpectancyState
    life: LifeState


class _Acute(NamedTuple):
    """Drug part of a step: kinetics after it, and means over it."""

    drug: Float[Array, "K n"]
    drive: Float[Array, " n"]
    mean_drive: Float[Array, " n"]
    tolerance: Float[Array, " n"]
    pressure: Float[Array, " n"]
    cue: Float[Array, " n"]


class _Plastic(NamedTuple):
    """Brain part of a step: states after it, and means over it."""

    surge: Float[Array, " n"]
    store: Float[Array, " n"]
    relaxation: Float[Array, " n"]
    window: Float[Array, " n"]
    induced: Float[Array, " n"]


class _Offer(NamedTuple):
    """Therapy part of a step: what it brings to this person."""

    sessions: SessionState
    alliance: Float[Array, " n"]
    skill: Float[Array, " n"]
    trait: Float[Array, " n"]
    effect: Float[Array, " n"]
    calm: Float[Array, " n"]
    training: Float[Array, " n"]
    lift: Float[Array, " n"]
    blocked: Float[Array, " n"]
    evidence: Evidence
    certainty_loss: Float[Array, "3 n"]
    experience: SelfEvidence


class VirtualPatient(eqx.Module):
    """Patients of one arm, all n at once."""

    kinetics: Kinetics
    pharmacology: Pharmacology
    brain: Brain
    mind: Mind
    therapy: Therapy
    life: Life
    person: Person
    patients: UInt32[Array, " n"]
    life_key: UInt32[Array, "2"]

    def init(self) -> PatientState:
        """The depressed state at rest, drug-free, before any session."""
        person, zero = self.person, jnp.zeros_like(self.person.offset)
        fill = lambda value: jnp.broadcast_to(value, zero.shape)
        return PatientState(
            drug=self.kinetics.init(),
            drive=zero,
            tolerance=zero,
            pressure=zero,
            antidepressant=zero,
            surge=zero,
            store=zero,
            consolidated=zero,
            beliefs=person.balance.beliefs,
            body=person.balance.body,
            mood=person.balance.mood,
            severity=person.severity + self.life.symptom(person.life_at_entry),
            sessions=self.therapy.modality.init(),
            alliance=fill(self.therapy.alliance.init()),
            skill=zero,
            trait=zero,
            cue=fill(self.therapy.guess.init()),
            expectancy=self.therapy.expectancy.init()._replace(slow=zero),
            life=person.life_at_entry,
        )

    def step(self, state: PatientState, node: PatientNode) -> PatientState:
        """Apply what happens at the node, then advance by `node.dt` [h]."""
        dt = node.dt
        acute = self._acute(state, node)
        plastic = self._plastic(state, acute, dt)
        offer = self._offer(state, plastic, node)
        life = self._turn_day(state.life, node)
        mu, mood = state.beliefs.mu.mean(axis=0), state.mood.mood
        approach = self.mind.behaviour.read(
            BehaviourInputs(mu, mood, acute.mean_drive, offer.lift)
        )
        rumination = self.mind.rumination.read(
            RuminationInputs(
                state.beliefs.mu[1], mood, acute.mean_drive, plastic.window
            )
        )
        beliefs = self.mind.learner.step(
            state.beliefs,
            self._evidence(state, plastic, offer, life, approach, rumination),
            dt,
        )
        moved = (beliefs.mu - state.beliefs.mu) / jnp.maximum(dt, 1e-9)
        consolidated = self.brain.consolidation.step(
            state.consolidated,
            ConsolidationInputs(plastic.window, jnp.abs(moved).sum(axis=0)),
            dt,
        )
        body = self.mind.body.step(
            state.body,
            BodyInputs(
                approach,
                state.beliefs.mu[2],
                rumination / self.mind.rumination.r0,
                offer.calm,
                offer.training,
            ),
            dt,
        )
        antidepressant = self.pharmacology.antidepressant.step(
            state.antidepressant,
            AntidepressantInputs(node.antidepressant, self.person.treatability),
            dt,
        )
        expectation = self._expectation(state, acute.cue, node)
        expectancy = self.therapy.expectancy.step(state.expectancy, expectation, dt)
        mood_state = self.mind.mood.step(
            state.mood,
            MoodInputs(
                beliefs.mu.mean(axis=0),
                moved.mean(axis=0),
                body.energy,
                plastic.window * self.person.response,
                antidepressant + self.therapy.expectancy.lift(expectancy),
            ),
            dt,
        )
        severity = self.mind.severity.step(
            state.severity,
            SeverityInputs(
                mood_state.mood,
                beliefs.mu.mean(axis=0),
                self.person.offset,
                self.therapy.expectancy.relief(expectancy, expectation),
                self.life.symptom(life),
            ),
            dt,
        )
        return PatientState(
            drug=acute.drug,
            drive=acute.drive,
            tolerance=acute.tolerance,
            pressure=acute.pressure,
            antidepressant=antidepressant,
            surge=plastic.surge,
            store=plastic.store,
            consolidated=consolidated,
            beliefs=beliefs,
            body=body,
            mood=mood_state,
            severity=severity,
            sessions=offer.sessions,
            alliance=offer.alliance,
            skill=offer.skill,
            trait=offer.trait,
            cue=acute.cue,
            expectancy=expectancy,
            life=life,
        )

    # -- molecule to drive -------------------------------------------------------------

    def _acute(self, state: PatientState, node: PatientNode) -> _Acute:
        """Kinetics over the step; nothing to do where no drug is on board."""

        def on_board(z: Float[Array, "K n"]) -> _Acute:
            z = self.kinetics.give(z, node.drug)
            z = self.kinetics.step(z, node.drug, node.dt)
            levels = self.kinetics.read(z)
            binding = self.pharmacology.occupancy.read(levels)
            drive = self.pharmacology.drive.read(DriveInputs(binding.potential))
            dissociating = self.dissociating(levels, node)
            tolerance = self.pharmacology.dissociation.step(
                state.tolerance, dissociating, node.dt
            )
            pressure = self.pharmacology.pressure.step(
                state.pressure, BloodPressureInputs(levels.s_effect), node.dt
            )
            cue = self.felt(tolerance, levels, node)
            mean_drive = (state.drive + drive) / 2
            return _Acute(z, drive, mean_drive, tolerance, pressure, cue)

        def clear(z: Float[Array, "K n"]) -> _Acute:
            zero = jnp.zeros_like(state.drive)
            return _Acute(jnp.zeros_like(z), zero, zero, zero, zero, zero)

        acute = jax.lax.cond(node.on_board, on_board, clear, state.drug)
        felt = GuessInputs(acute.cue, node.masked, node.known)
        return acute._replace(cue=self.therapy.guess.step(state.cue, felt, node.dt))

    def dissociating(self, levels: DrugLevels, node: PatientNode) -> DissociationInputs:
        """What dissociation reads of the drug."""
        number = node.drug.dose_number
        return DissociationInputs(levels.s_effect, levels.r_effect, number)

    def dissociation(
        self, tolerance: Float[Array, " n"], levels: DrugLevels, node: PatientNode
    ) -> Float[Array, " n"]:
        """Expected CADSS total [points]; nothing is felt where experience is masked."""
        dissociating = self.dissociating(levels, node)
        points = self.pharmacology.dissociation.points(tolerance, dissociating)
        return points * (1 - node.masked)

    def felt(
        self, tolerance: Float[Array, " n"], levels: DrugLevels, node: PatientNode
    ) -> Float[Array, " n"]:
        """What the patient feels now, between 0 and 1."""
        return self.pharmacology.felt.read(
            FeltInputs(
                self.dissociation(tolerance, levels, node),
                levels.midazolam,
                node.drug.dose_number,
                node.drug.hours_since_dose,
                node.drug.nasal,
                node.masked,
            )
        )

    # -- drive to window ---------------------------------------------------------------

    def _plastic(
        self, state: PatientState, acute: _Acute, dt: Float[Array, ""]
    ) -> _Plastic:
        """Surge, store and window over the step (E1 to E3)."""
        window = self.brain.window
        surge = self.brain.surge.step(state.surge, SurgeInputs(acute.mean_drive), dt)
        mean_surge = (state.surge + surge) / 2
        store = window.step(state.store, WindowInputs(mean_surge), dt)
        mean_store = (state.store + store) / 2
        return _Plastic(
            surge=surge,
            store=store,
            relaxation=self.brain.relaxation.read(RelaxationInputs(acute.mean_drive)),
            window=window.open(mean_store),
            induced=window.induced(mean_store, mean_surge),
        )

    # -- sessions to evidence ----------------------------------------------------------

    def _offer(
        self, state: PatientState, plastic: _Plastic, node: PatientNode
    ) -> _Offer:
        """What therapy brings: alliance, skill, evidence, loosened certainty."""
        room, dt = self.therapy, node.dt
        arriving = SessionInputs(node.session, node.homework)
        sessions = room.modality.attend(state.sessions, arriving)
        signals = room.modality.signals(sessions)
        bond = AllianceInputs(room.modality.bond @ node.session)
        alliance = room.alliance.step(state.alliance, bond, dt)
        taken = room.engagement.read(EngagementInputs(state.severity))
        reached = alliance * taken * self.person.treatability
        effect = reached * (1 + room.modality.kappa * plastic.window)
        like = jnp.ones_like(state.beliefs.mu)
        prepared = alliance - room.alliance.init()
        valence = room.experience.read(ExperienceInputs(prepared, self.person.set))
        return _Offer(
            sessions=room.modality.step(state.sessions, arriving, dt),
            alliance=alliance,
            skill=room.skill.step(
                state.skill, PracticeInputs(signals.skill * reached), dt
            ),
            trait=room.trait.step(
                state.trait, PracticeInputs(signals.insight * reached), dt
            ),
            effect=effect,
            calm=1 - jnp.minimum(signals.calm * taken, 1),
            training=signals.training * effect,
            lift=signals.lift * effect,
            blocked=signals.exposure * effect,
            evidence=Evidence(
                rate=room.modality.f_t * signals.reach[:, None] * effect[None],
                content=room.modality.content * like,
                precision=room.modality.pi_t * like,
            ),
            certainty_loss=signals.loosening[:, None] * effect[None],
            experience=SelfEvidence(
                rate=room.experience.f_x * plastic.relaxation[None] * like,
                shift=valence[None] * like,
                precision=room.experience.precision * like,
            ),
        )

    # -- life and its evidence ---------------------------------------------------------

    def _turn_day(self, life: LifeState, node: PatientNode) -> LifeState:
        """Life a day on, at midnight; draws are keyed by the day."""

        def turn(life: LifeState) -> LifeState:
            n = normals(
                self.life_key, self.patients, node.day, 3, dtype=node.dt.dtype
            )
            day = jnp.full_like(node.dt, _DAY_H)
            return self.life.step(life, LifeInputs((n[0], n[1], n[2])), day)

        return jax.lax.cond(node.new_day, turn, lambda life: life, life)

    def _evidence(
        self,
        state: PatientState,
        plastic: _Plastic,
        offer: _Offer,
        life: LifeState,
        approach: Float[Array, " n"],
        rumination: Float[Array, " n"],
    ) -> BeliefInputs:
        """Everything that speaks to the three beliefs in this step (E5 to E9, E13)."""
        zero, person = jnp.zeros_like(approach), self.person
        from_life, from_rumination = precisions(self.mind, state.body)
        times = self.therapy.skill.buffered(state.skill, self.life.content(life))
        felt = jnp.stack([state.body.energy, zero, zero])
        met = self.mind.behaviour.f0 * jnp.stack(
            [approach, approach, approach + offer.blocked]
        )
        kept = self.brain.consolidation.shift_kept(state.consolidated)
        kept = kept * self.therapy.trait.shift_kept(state.trait)
        shift = self.mind.rumination.bounded(
            person.balance.shift * kept[None], state.beliefs.mu
        )
        return BeliefInputs(
            world=(
                Evidence(met, person.balance.life + times[None] + felt, from_life),
                offer.evidence,
            ),
            own=(
                SelfEvidence(
                    jnp.broadcast_to(rumination, shift.shape), -shift, from_rumination
                ),
                offer.experience,
            ),
            relaxation=plastic.relaxation,
            window=plastic.window,
            induced=plastic.induced,
            pull_kept=self.brain.consolidation.pull_kept(state.consolidated),
            certainty_loss=offer.certainty_loss,
        )

    # -- what the person expects -------------------------------------------------------

    def _expectation(
        self, state: PatientState, cue: Float[Array, " n"], node: PatientNode
    ) -> ExpectancyInputs:
        """Contacts, P(guess active) and the person's expectancy."""
        return ExpectancyInputs(
            dosing=node.dosing,
            session=self.therapy.modality.hope @ node.session,
            active=self.guess(state, cue, node),
            person=self.person.expectancy,
        )

    def guess(
        self, state: PatientState, cue: Float[Array, " n"], node: PatientNode
    ) -> Float[Array, " n"]:
        """P(guess active) [1] from what was felt and from earlier improvement."""
        better = self.person.severity - state.severity
        felt = GuessInputs(cue, node.masked, node.known)
        return self.therapy.guess.active(cue, better, felt)
