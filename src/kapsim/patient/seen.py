"""Patients as raters see them and as nobody does, in one system: compiled once."""

from typing import NamedTuple

from jaxtyping import Array, Float, Int

from kapsim.engine.scan import AbstractSystem
from kapsim.patient.rating import RatedPatient, RatedState, Ratings
from kapsim.patient.schedule import PatientNode
from kapsim.patient.signals import Signals, SignalView


class Seen(NamedTuple):
    """Ratings and inner signals at the same nodes.

    Attributes
    ----------
    ratings, signals
        As raters see a patient, and as nobody does.
    items
        Items of the first scale [point]; zero where it is not rated.
    felt
        Strongest cue of the treatment so far [1].
    """

    ratings: Ratings
    signals: Signals
    items: Int[Array, "*visits items n"]
    felt: Float[Array, "*visits n"]


class WatchedPatient(AbstractSystem[RatedState, Signals]):
    """Patients whose doses depend on ratings, and whose inner signals are recorded."""

    rated: RatedPatient

    def init(self) -> RatedState:
        """Patients at rest; nothing carried yet."""
        return self.rated.init()

    def step(self, state: RatedState, node: PatientNode) -> RatedState:
        """Step the rated patients."""
        return self.rated.step(state, node)

    def observe(self, state: RatedState, node: PatientNode) -> Signals:
        """Signals at this node, before what happens there."""
        return _signals(self.rated, state, node)


class SeenPatient(AbstractSystem[RatedState, Seen]):
    """Rated patients whose inner signals are recorded at each rating."""

    rated: RatedPatient

    def init(self) -> RatedState:
        """Patients at rest; nothing carried yet."""
        return self.rated.init()

    def step(self, state: RatedState, node: PatientNode) -> RatedState:
        """Step the rated patients."""
        return self.rated.step(state, node)

    def observe(self, state: RatedState, node: PatientNode) -> Seen:
        """Ratings and signals at this node, before what happens there."""
        return Seen(
            ratings=self.rated.observe(state, node),
            signals=_signals(self.rated, state, node),
            items=self.rated.items(state, node),
            felt=state.patient.cue,
        )


def _signals(rated: RatedPatient, state: RatedState, node: PatientNode) -> Signals:
    """Inner signals, to which a dose that begins here belongs as to a planned one."""
    view = SignalView(rated.patient)
    return view.shown(state.patient, rated.arriving(state, node))
