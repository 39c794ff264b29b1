"""What would be seen of every person of a cohort in one arm.

The same person stands at the same index in every arm, with the same noise: a trial
picks for each person the arm that is randomised, and differences between arms can be
taken person by person.
"""

import dataclasses
from collections.abc import Mapping

import jax
import numpy as np
from jaxtyping import Bool, Float, Int

from kapsim.engine.outcome import Outcome
from kapsim.engine.random import patient_indices
from kapsim.engine.scan import WIDTH, simulate_shared
from kapsim.patient.seen import Seen, SeenPatient
from kapsim.trial.arms.simulation import Prepared

KEPT = (
    "guess_active",
    "severity",
    "sessions_attended",
    "in_therapy",
    "stopped",
    "rescued",
    "doses_given",
)
"""Inner signals that are kept beside the ratings (`patient.Signals`)."""


@dataclasses.dataclass(frozen=True)
class Outcomes:
    """Potential outcomes of one arm.

    Attributes
    ----------
    totals
        Rated totals by visit and scale [point]; -1 where a scale is not rated.
    items
        Items of the first scale by visit [point]; zero where it is not rated.
    signals
        Inner signals by name, at each visit; `felt` is the strongest cue so far [1].
    failed
        Whether the simulation of the person failed.
    """

    totals: Int[np.ndarray, "visits scales n"]
    items: Int[np.ndarray, "visits items n"]
    signals: Mapping[str, Float[np.ndarray, "visits n"]]
    failed: Bool[np.ndarray, " n"]


def outcomes(prepared: Prepared, first: int, count: int) -> Outcomes:
    """Potential outcomes of people `first` to `first + count` in an arm."""
    visits, blocks = len(prepared.protocol.visits), []
    for start in range(first, first + count, WIDTH):
        people = SeenPatient(prepared.cohort.rated(patient_indices(start, WIDTH)))
        blocks.append(_kept(simulate_shared(people, prepared.shareable, visits)))
    cut = lambda *parts: np.concatenate(parts, axis=-1)[..., :count]
    return jax.tree.map(cut, blocks[0], *blocks[1:])


def _kept(seen: Seen) -> Outcomes:
    """What a trial needs of a block of people."""
    signals = seen.signals._asdict() | {"felt": seen.felt}
    return Outcomes(
        totals=np.asarray(seen.ratings.totals, np.int16),
        items=np.asarray(seen.items, np.int8),
        signals={name: np.asarray(signals[name]) for name in (*KEPT, "felt")},
        failed=np.asarray((seen.ratings.outcome != Outcome.OK).any(axis=0)),
    )


jax.tree_util.register_dataclass(
    Outcomes,
    data_fields=[field.name for field in dataclasses.fields(Outcomes)],
    meta_fields=[],
)
