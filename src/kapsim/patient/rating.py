"""Patients as raters see them: the system whose observations are item scores summed.

At a visit each scale that is rated there reads the severity (CADSS: the dissociation)
with draws keyed by the minute of the visit. The rating that admits a patient is the one
drawn at entry. Later a clinician rates in favour of what is believed: one who knows the
arm, or one who shares the patient's guess. Ratings on a dosing day carry sleep and
appetite forward from the last rating before the dose, which is why those two items are
part of the state.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, Int8, UInt32

from kapsim.engine.outcome import Outcome, combine, mark
from kapsim.engine.random import normals
from kapsim.engine.scan import AbstractSystem
from kapsim.measures import AbstractScale, Cadss, Context, Draws, Madrs, Scores
from kapsim.patient import felt
from kapsim.patient.adjusting import decided
from kapsim.patient.doses import given
from kapsim.patient.regimen import Regimen, chosen
from kapsim.patient.schedule import PatientNode
from kapsim.patient.state import PatientState
from kapsim.patient.virtual_patient import VirtualPatient

_UNRATED = -1
_NEGATIVE_NG_ML = 1e-3
"""Rounding of single precision in a sum of modes, far below any effect."""


class RatedState(NamedTuple):
    """A patient, and the sleep and appetite scores that are being carried."""

    patient: PatientState
    carried: Int[Array, "2 n"]


class Ratings(NamedTuple):
    """Totals by scale (-1 where a scale is not rated), and result codes."""

    totals: Int[Array, "*visits scales n"] | Int[np.ndarray, "*visits scales n"]
    outcome: Int8[Array, "*visits n"] | Int8[np.ndarray, "*visits n"]


class RatedPatient(AbstractSystem[RatedState, Ratings]):
    """Virtual patients with the scales that a protocol rates."""

    patient: VirtualPatient
    scales: tuple[AbstractScale, ...]
    profiles: tuple
    keys: tuple[UInt32[Array, "2"], ...]

    def init(self) -> RatedState:
        """Patients at rest; nothing carried yet."""
        n = self.patient.patients.shape[0]
        return RatedState(self.patient.init(), jnp.zeros((2, n), jnp.int32))

    def step(self, state: RatedState, node: PatientNode) -> RatedState:
        """Hold what is to be carried, apply rules, then step the patients."""
        carried = jax.lax.cond(
            node.hold,
            lambda state: self._held(state, node),
            lambda state: state.carried,
            state,
        )
        patient = self._decided(state, node)
        return RatedState(self.patient.step(patient, node), carried)

    def observe(self, state: RatedState, node: PatientNode) -> Ratings:
        """Ratings at this node."""
        n = self.patient.patients.shape[0]
        unrated = jnp.full(n, _UNRATED, jnp.int32)
        totals = []
        for index in range(len(self.scales)):
            rate = lambda state, index=index: self._scores(index, state, node).total
            totals.append(
                jax.lax.cond(node.rated[index], rate, lambda state: unrated, state)
            )
        rated = jnp.stack(totals)
        most = jnp.asarray([s.max_score for s in self.scales], jnp.int32)[:, None]
        outside = ((rated > most) | (rated < _UNRATED)).any(axis=0)
        failed = mark(outside, Outcome.SCORE_OUT_OF_RANGE)
        return Ratings(rated, combine(self._outcome(state.patient), failed))

    def items(self, state: RatedState, node: PatientNode) -> Int[Array, "items n"]:
        """Items of the first scale [point]; zero where it is not rated here."""
        rate = lambda state: self._scores(0, state, node).items
        shape = jax.eval_shape(rate, state)
        return jax.lax.cond(
            node.rated[0],
            rate,
            lambda state: jnp.zeros(shape.shape, shape.dtype),
            state,
        )

    def arriving(self, state: RatedState, node: PatientNode) -> PatientNode:
        """The node as each person meets it, with the doses that begin there."""
        patient, dosing = self._decided(state, node), self.patient.dosing
        if dosing is None or patient.regimen is None:
            return node
        return given(dosing, patient.regimen, node)[1]

    def _scores(self, index: int, state: RatedState, node: PatientNode) -> Scores:
        scale, profile = self.scales[index], self.profiles[index]
        node = self.patient.met(state.patient, node)
        fresh = normals(
            self.keys[index],
            self.patient.patients,
            node.minute,
            scale.n_fresh,
            dtype=node.dt.dtype,
        )
        draws = Draws(profile=profile, fresh=fresh)
        severity = self.patient.mind.severity.points(state.patient.severity)
        favour = self._favour(state.patient, node)
        if isinstance(scale, Madrs):
            context = Context(node.rater_sd, state.carried, node.carry, favour)
            admitted = self.patient.person.rated.astype(jnp.int32)
            return jax.lax.cond(
                node.baseline,
                lambda: scale.score_at_total(admitted, draws),
                lambda: scale.score(severity, draws, context),
            )
        if isinstance(scale, Cadss):
            levels = self.patient.kinetics.read(state.patient.drug)
            now = felt.Moment(state.patient.tolerance, levels, node)
            severity = felt.dissociation(self.patient.pharmacology, now)
        context = Context(node.rater_sd, favour=favour)
        return scale.score(severity, draws, context)

    def _favour(self, state: PatientState, node: PatientNode) -> Float[Array, " n"]:
        """By how much a clinician rates lower out of belief in the drug [points]."""
        guess = self.patient.guess(state, node)
        return node.rater_knows + node.rater_shares * (2 * guess - 1)

    def _held(self, state: RatedState, node: PatientNode) -> Int[Array, "2 n"]:
        """Sleep and appetite of the MADRS rating at this node."""
        for index, scale in enumerate(self.scales):
            if isinstance(scale, Madrs):
                rated = scale.carried_rows(self._scores(index, state, node).items)
                if self.patient.dosing is None:
                    return rated
                carry = self.patient.met(state.patient, node).carry
                kept = jnp.broadcast_to(carry, rated.shape)
                return jnp.where(kept, state.carried, rated)
        return state.carried

    def _decided(self, state: RatedState, node: PatientNode) -> PatientState:
        """Patients after the rules that this visit's scores decide."""
        patient, dosing = state.patient, self.patient.dosing
        if dosing is None or patient.regimen is None or not dosing.rules.scales:
            return patient

        def decide(regimen: Regimen) -> Regimen:
            shown = [self._scores(i, state, node).total for i in dosing.rules.rated]
            return decided(dosing, regimen, jnp.stack(shown), node)

        asked = chosen(node).asked.any() | node.baseline
        keep = lambda regimen: regimen
        regimen = jax.lax.cond(asked, decide, keep, patient.regimen)
        return patient._replace(regimen=regimen)

    def _outcome(self, state: PatientState) -> Int8[Array, " n"]:
        """Result code of each patient so far; see `Outcome`."""
        levels = self.patient.kinetics.read(state.drug)
        total = state.severity + state.mood.mood + levels.ketamine
        total = total + state.beliefs.mu.sum(axis=0) + state.beliefs.pi.sum(axis=0)
        return combine(
            mark(~jnp.isfinite(total), Outcome.NON_FINITE),
            mark(levels.ketamine < -_NEGATIVE_NG_ML, Outcome.NEGATIVE_AMOUNT),
        )


def profile(
    scale: AbstractScale,
    key: UInt32[Array, "2"],
    patients: UInt32[Array, " n"],
    dtype: str,
) -> object:
    """What stays with each patient on a scale."""
    drawn: Float[Array, "p n"] = normals(
        key, patients, 0, scale.n_persistent, dtype=dtype
    )
    return scale.profile(drawn)
