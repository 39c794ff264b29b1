"""Trials of a cue in time, as the memory learner meets them."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from kapsim.engine import run_trials
from kapsim.lab.errors import LabError
from kapsim.mind.threat import MemoryModification, MemorySignals, MemoryTrial

_LENGTH = 32
"""Designs are carried on to a multiple of this length, to compile few shapes."""


class Phase(NamedTuple):
    """Trials in a row, one unit of time each.

    Attributes
    ----------
    us
        Shock on each trial [1].
    gap
        Pause before the phase [trials].
    cues
        Cues on each trial [1].
    gain
        Factor on the learning rate [1].
    kept
        Share of its weights that a retrieved cause keeps [1].
    """

    us: tuple[float, ...]
    gap: float = 0.0
    cues: tuple[float, ...] = (1.0,)
    gain: float = 1.0
    kept: float = 1.0


def paired(count: int, *, gap: float = 0.0) -> Phase:
    """Trials that end with the shock, after a pause [trials]."""
    return Phase((1.0,) * count, gap)


def unpaired(count: int, *, gap: float = 0.0, kept: float = 1.0) -> Phase:
    """Trials without the shock, after a pause [trials]."""
    return Phase((0.0,) * count, gap, kept=kept)


class Course(NamedTuple):
    """Expectation, response, and causes before and after each trial of a design."""

    time: Float[np.ndarray, "trials"]
    expected: Float[np.ndarray, "trials"]
    response: Float[np.ndarray, "trials"]
    before: Float[np.ndarray, "trials causes"]
    after: Float[np.ndarray, "trials causes"]

    @property
    def causes(self) -> int:
        """How many causes the trials were given to."""
        return len(set(self.after.argmax(axis=1).tolist()))


def trials(phases: Sequence[Phase]) -> MemoryTrial:
    """Trials of phases that follow one another, leading axis [trials].

    Raises
    ------
    LabError
        If a gap is negative or no number, or if there is no trial.
    """
    for place, phase in enumerate(phases, start=1):
        if not (math.isfinite(phase.gap) and phase.gap >= 0):
            raise LabError(
                f"The gap before phase {place} is {phase.gap:g} trial units; a phase "
                "cannot begin before the last one has ended. Give 0 or more."
            )
    rows = [(phase, us) for phase in phases for us in phase.us]
    if not rows:
        raise LabError("A design needs at least one trial.")
    lengths = [len(phase.us) for phase in phases]
    waits = np.repeat(np.cumsum([phase.gap for phase in phases]), lengths)
    time = waits + np.arange(len(rows))
    column = lambda values: jnp.asarray(np.array(values, dtype=float))
    return MemoryTrial(
        cues=column([phase.cues for phase, _ in rows]),
        us=column([us for _, us in rows]),
        time=column(time),
        until_next=column(np.append(np.diff(time), 1.0)),
        gain=column([phase.gain for phase, _ in rows]),
        kept=column([phase.kept for phase, _ in rows]),
    )


def _carried_on(given: MemoryTrial, length: int) -> MemoryTrial:
    """The trials, followed by more that nobody looks at."""
    more = length - len(given.us)
    # in NumPy: a design of another length compiles nothing
    longer = jax.tree.map(
        lambda leaf: np.concatenate([leaf, np.repeat(leaf[-1:], more, axis=0)]), given
    )
    late = given.time[-1] + 1 + np.arange(more, dtype=given.time.dtype)
    return longer._replace(time=np.concatenate([given.time, late]))


@eqx.filter_jit
def _followed(learner: MemoryModification, designs: MemoryTrial) -> MemorySignals:
    return jax.vmap(lambda design: run_trials(learner, design)[1])(designs)


def follow(
    designs: Sequence[Sequence[Phase]], learner: MemoryModification | None = None
) -> tuple[Course, ...]:
    """What a learner expects and shows in each design; nothing is drawn.

    Parameters
    ----------
    designs
        Phases of each design; all with the same number of cues.
    learner
        Parameters other than the recorded ones.

    Raises
    ------
    LabError
        As `trials`.
    """
    given = [trials(phases) for phases in designs]
    counts = [int(design.us.shape[0]) for design in given]
    length = _LENGTH * math.ceil(max(counts) / _LENGTH)
    stacked = jax.tree.map(
        lambda *leaves: jnp.stack(leaves), *(_carried_on(d, length) for d in given)
    )
    if learner is None:
        learner = MemoryModification(cues=stacked.cues.shape[-1])
    found = _followed(learner, stacked)
    cut = lambda leaf, place: np.asarray(leaf[place, : counts[place]])
    return tuple(
        Course(np.asarray(given[place].time), *(cut(leaf, place) for leaf in found))
        for place in range(len(given))
    )
