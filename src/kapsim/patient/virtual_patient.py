"""The virtual patient: one page that wires the mechanisms of the other rooms.

At every node of the time grid, from the molecule to the score:

    dose -> concentration -> occupancy -> drive phi;  what is felt -> guess of the arm
    medicines that take away response -> less phi, all else as it was
    phi -> relaxation rho;  phi -> surge G -> plasticity store P -> window W
    sessions -> who comes -> traces -> therapy, times alliance, receptivity, 1 + kappa W
    practice -> skill, slow trait, less self-blame, less effort
    life met (approach a, contests entered), experience under rho, rumination R, therapy
    (of threat: as far as its room counts as life) -> beliefs mu
    a body that surprises -> less belief in the own regulation -> approach
    unexpected loss -> defeat D, ended by winning and yielding -> mood, contests entered
    learning while W is open -> consolidation Z, which weakens self-criticism
    beliefs, momentum, body budget, W, antidepressant, expectancy -> mood m
    mood and beliefs -> severity y -> items of the scales, at visits

Beliefs drive approach, rumination and the body, and these supply the evidence that
keeps the beliefs. Everything here is elementwise over patients; only this room knows
more than one mechanism.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, UInt32

from kapsim.brain import ConsolidationInputs
from kapsim.drug import (
    AntidepressantInputs,
    CardiovascularInputs,
    DriveInputs,
    Kinetics,
    ResponseCoupling,
    ResponseInputs,
)
from kapsim.engine.random import normals
from kapsim.mind import (
    BeliefInputs,
    BodyInputs,
    Evidence,
    MoodInputs,
    PlacesState,
    SelfEvidence,
    SeverityInputs,
)
from kapsim.patient import doses, felt
from kapsim.patient.coping import Push, coping as coping_of
from kapsim.patient.daily import Daily, day_on
from kapsim.patient.life import Life, LifeInputs, LifeState
from kapsim.patient.loops import Whole, held
from kapsim.patient.medicine import renewed
from kapsim.patient.offer import Keys, offered
from kapsim.patient.person import Person
from kapsim.patient.regimen import Dosing, start
from kapsim.patient.rest import met, precisions
from kapsim.patient.rooms import Brain, Mind, Pharmacology, Therapy
from kapsim.patient.schedule import PatientNode
from kapsim.patient.state import (
    Acute,
    Bond,
    Coping,
    Learned,
    Moved,
    Offer,
    PatientState,
    Plastic,
    Practised,
    apart,
)
from kapsim.patient.window import opened
from kapsim.therapy import (
    ExpectancyInputs,
    GuessInputs,
)
from kapsim.units import DAY_H


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
    keys: Keys
    couplings: tuple[ResponseCoupling, ...]
    whole: Whole
    dosing: Dosing | None = None

    def init(self) -> PatientState:
        """The depressed state at rest, drug-free, before any session."""
        person, zero = self.person, jnp.zeros_like(self.person.offset)
        fill = lambda value: jnp.broadcast_to(value, zero.shape)
        state = PatientState(
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
            self_efficacy=zero,
            defeat=person.balance.defeat,
            places=PlacesState(zero, zero),
            mood=person.balance.mood,
            severity=person.severity + self.life.symptom(person.life_at_entry),
            sessions=self.therapy.modality.init(),
            bond=Bond(
                attendance=jax.tree.map(fill, self.therapy.attendance.init()),
                alliance=fill(self.therapy.alliance.init()),
                experience=self.therapy.experience.init()._replace(frame=zero),
            ),
            learned=Learned(*[zero] * len(Learned._fields)),
            practised=Practised(*[zero.sum()] * len(Practised._fields)),
            medicine=zero,
            cue=fill(self.therapy.guess.init()),
            expectancy=self.therapy.expectancy.init()._replace(slow=zero),
            life=person.life_at_entry,
        )
        return state if self.dosing is None else apart(state, start(self.dosing, zero))

    def step(self, state: PatientState, node: PatientNode) -> PatientState:
        """Apply what happens at the node, then advance by `node.dt` [h]."""
        if self.dosing is not None and state.regimen is not None:
            regimen, node = doses.given(self.dosing, state.regimen, node)
            state = state._replace(regimen=regimen)
        acute = self._acute(state, node)
        plastic = self._plastic(state, acute, node.dt)
        offer = offered(self, state, plastic, node)
        life = self._turn_day(state.life, node)
        coping = coping_of(
            self,
            state,
            Push(acute.mean_drive, plastic.window, offer.lift, offer.learned.effort),
        )
        state = state._replace(
            drug=acute.drug,
            drive=acute.drive,
            tolerance=acute.tolerance,
            pressure=acute.pressure,
            cue=acute.cue,
            surge=plastic.surge,
            store=plastic.store,
            sessions=offer.sessions,
            bond=offer.bond,
            learned=offer.learned,
            practised=offer.practised,
            places=offer.places,
            life=life,
        )
        state, moved = self._learn(state, plastic, offer, coping, node)
        return self._feel(state, moved, plastic, node)

    def met(self, state: PatientState, node: PatientNode) -> PatientNode:
        """The node as each person meets it, before what happens there."""
        if self.dosing is None or state.regimen is None:
            return node
        return doses.met(self.dosing, state.regimen, node)

    # -- molecule to drive -------------------------------------------------------------

    def _acute(self, state: PatientState, node: PatientNode) -> Acute:
        """Kinetics over the step; nothing to do where no drug is on board."""
        taken = None if state.regimen is None else state.regimen.running

        def on_board(z: Float[Array, "K n"]) -> Acute:
            z = self.kinetics.give(z, node.drug, taken)
            z = self.kinetics.step(z, node.drug, node.dt, taken)
            levels = self.kinetics.read(z)
            binding = self.pharmacology.occupancy.read(levels)
            drive = self.pharmacology.drive.read(DriveInputs(binding.potential))
            for coupling in self.couplings:
                drive = coupling.read(ResponseInputs(drive))
            tolerance = self.pharmacology.dissociation.step(
                state.tolerance, felt.dissociating(levels, node), node.dt
            )
            pressure = self.pharmacology.cardiovascular.step(
                state.pressure, CardiovascularInputs(levels.s_effect), node.dt
            )
            now = felt.Moment(tolerance, levels, node)
            cue = felt.cue(self.pharmacology, now)
            mean_drive = (state.drive + drive) / 2
            return Acute(z, drive, mean_drive, tolerance, pressure, cue)

        def clear(z: Float[Array, "K n"]) -> Acute:
            zero = jnp.zeros_like(state.drive)
            return Acute(jnp.zeros_like(z), zero, zero, zero, zero, zero)

        acute = jax.lax.cond(node.on_board, on_board, clear, state.drug)
        if self.dosing is not None:
            acute = doses.cleared(self.dosing, acute, node)
        guessed = GuessInputs(acute.cue, node.masked, node.known)
        cue = self.therapy.guess.step(state.cue, guessed, node.dt)
        return acute._replace(cue=cue)

    # -- drive to window ---------------------------------------------------------------

    def _plastic(
        self, state: PatientState, acute: Acute, dt: Float[Array, ""]
    ) -> Plastic:
        """Surge, store and window over the step, and the window as mood meets it."""
        now = opened(self.brain, state.surge, state.store, acute.mean_drive, dt)
        late = state.store + (now.store - state.store) * self.mind.mood.end_weight(dt)
        return Plastic(
            surge=now.surge,
            store=now.store,
            relaxation=now.relaxation,
            window=now.window,
            late_window=self.brain.window.open(late),
            induced=now.induced,
        )

    # -- life and its evidence ---------------------------------------------------------

    def _turn_day(self, life: LifeState, node: PatientNode) -> LifeState:
        """Life a day on, at midnight; draws are keyed by the day."""

        def turn(life: LifeState) -> LifeState:
            n = normals(self.keys.life, self.patients, node.day, 4, dtype=node.dt.dtype)
            day = jnp.full_like(node.dt, DAY_H)
            return self.life.step(life, LifeInputs(*n), day)

        return jax.lax.cond(node.new_day, turn, lambda life: life, life)

    def _learn(
        self,
        state: PatientState,
        plastic: Plastic,
        offer: Offer,
        coping: Coping,
        node: PatientNode,
    ) -> tuple[PatientState, Moved]:
        """Beliefs, consolidation and body after the step, days, and what moved."""
        inputs, dt = self._evidence(state, plastic, offer, coping), node.dt
        daily = jax.lax.cond(
            node.new_day,
            lambda now: day_on(self, now, inputs, coping),
            lambda now: Daily(now.beliefs.noise, now.self_efficacy, now.defeat),
            state,
        )
        beliefs = self.mind.learner.step(state.beliefs, inputs, dt)
        moved = (beliefs.mu - state.beliefs.mu) / dt
        learned = ConsolidationInputs(plastic.window, jnp.abs(moved).sum(axis=0))
        share = coping.rumination / self.mind.rumination.r0
        strain = BodyInputs(
            coping.approach, state.beliefs.mu[2], share, offer.calm, offer.training
        )
        body, rest = self.mind.body.step(state.body, strain, dt), self.person.balance
        energy = held(self.whole.body, body.energy, rest.body.energy)
        state = state._replace(
            beliefs=beliefs._replace(noise=daily.noise),
            consolidated=self.brain.consolidation.step(state.consolidated, learned, dt),
            body=body._replace(energy=energy),
            self_efficacy=daily.self_efficacy,
            defeat=daily.defeat,
        )
        return state, Moved(moved, daily.defeat - rest.defeat)

    def _evidence(
        self, state: PatientState, plastic: Plastic, offer: Offer, coping: Coping
    ) -> BeliefInputs:
        """Everything that speaks to the three beliefs in this step (E5 to E9, E13)."""
        zero, person = jnp.zeros_like(coping.approach), self.person
        from_life, from_rumination = precisions(
            self.mind, state.body, state.beliefs.mu[1], plastic.window
        )
        learned, room = state.learned, self.therapy
        times = self.life.content(state.life, person.hard_times)
        times = room.skill.buffered(learned.skill, times)
        felt = jnp.stack([state.body.energy, zero, zero])
        beaten = state.defeat - person.balance.defeat
        shares = met(self.mind, coping.approach, state.beliefs.mu[1], beaten)
        shares = shares + jnp.stack([zero, zero, offer.blocked])
        seen = self.mind.mood.colour(state.mood.mood - person.balance.mood.mood)
        content = person.balance.life + (times + seen)[None] + felt
        life = Evidence(self.mind.behaviour.f0 * shares, content, from_life)
        kept = self.brain.consolidation.shift_kept(state.consolidated)
        kept = kept * room.trait.shift_kept(learned.trait)
        kept = kept * room.self_blame.shift_kept(learned.self_blame)
        kept = kept * self.whole.self_criticism
        shift = self.mind.rumination.bounded(
            person.balance.shift * kept[None], state.beliefs.mu
        )
        repeated = jnp.broadcast_to(coping.rumination, shift.shape)
        return BeliefInputs(
            world=(life, offer.evidence),
            own=(SelfEvidence(repeated, -shift, from_rumination), offer.experience),
            relaxation=plastic.relaxation,
            window=plastic.window,
            induced=plastic.induced,
            profile=person.balance.profile,
            pull_kept=self.brain.consolidation.pull_kept(state.consolidated),
            certainty_loss=offer.certainty_loss,
            usual=person.balance.surprise,
        )

    # -- beliefs to mood to score ------------------------------------------------------

    def _feel(
        self,
        state: PatientState,
        moved: Moved,
        plastic: Plastic,
        node: PatientNode,
    ) -> PatientState:
        """Antidepressant, expectancy, mood and severity after the step (E14, E15)."""
        dt, mu = node.dt, state.beliefs.mu.mean(axis=0)
        medicine = renewed(self, state.medicine, node)
        background = AntidepressantInputs(node.antidepressant, medicine)
        antidepressant = self.pharmacology.antidepressant.step(
            state.antidepressant, background, dt
        )
        hope = self.expectation(state, node)
        expectancy = self.therapy.expectancy.step(state.expectancy, hope, dt)
        flux, takes = moved.beliefs.mean(axis=0), self.person.response
        opened, relaxed = plastic.late_window * takes, plastic.relaxation * takes
        direct = self.mind.mood.window_lift(opened)
        lift = antidepressant + self.therapy.expectancy.lift(expectancy, direct)
        lift = lift - self.mind.defeat.weight(moved.defeat)
        inputs = MoodInputs(mu, flux, state.body.energy, opened, relaxed, lift)
        mood = self.mind.mood.step(state.mood, inputs, dt)
        severity = self.mind.severity.step(
            state.severity,
            SeverityInputs(
                mood.mood,
                mu,
                self.person.offset,
                self.therapy.expectancy.relief(expectancy, hope),
                self.life.symptom(state.life),
            ),
            dt,
        )
        return state._replace(
            medicine=medicine,
            antidepressant=antidepressant,
            expectancy=expectancy,
            mood=mood,
            severity=severity,
        )

    # -- what the person expects -------------------------------------------------------

    def expectation(self, state: PatientState, node: PatientNode) -> ExpectancyInputs:
        """Contacts, P(guess active) and the person's expectancy."""
        new = node.new_medicine & (node.medicine > 0)
        room = self.therapy.expectancy
        return ExpectancyInputs(
            dosing=node.dosing,
            session=self.therapy.modality.hope @ node.session
            + room.contact(node.rated.any() & ~node.baseline, new),
            active=self.guess(state, node),
            person=self.person.expectancy
            * room.left(jnp.maximum(node.medicine - 1, 0)),
        )

    def guess(self, state: PatientState, node: PatientNode) -> Float[Array, " n"]:
        """P(guess active) [1] from what was felt and from earlier improvement."""
        better = self.person.severity - self.mind.severity.points(state.severity)
        guessed = GuessInputs(state.cue, node.masked, node.known)
        return self.therapy.guess.active(state.cue, better, guessed)
