"""Conditioning, extinction and test at their hours around a dose of a drug.

One set of parameters, one conditioning and one session serve all experiments on the
timing of a drug: the published design of three pairings and nineteen trials without the
shock. They were settled after other numbers had been run; the data files say which.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from kapsim.lab.experiments.threat.phases import Course, Phase, follow
from kapsim.lab.influence import Influence
from kapsim.mind.threat import DrugTiming, MemoryModification, TimingInputs

PAIRINGS = 3
SESSION = 19
"""Trials of an extinction session, as in the published design."""


Gain = Callable[[float], float]
"""Factor on the learning rate [1] at a time after the first extinction trial [h]."""


class Session(NamedTuple):
    """A sitting of minutes: when [h] after the first extinction trial, and shocks."""

    hour: float
    us: tuple[float, ...]


def conditioning(hour: float) -> Session:
    """The pairings, at a time [h]."""
    return Session(hour, (1.0,) * PAIRINGS)


def extinction(hour: float, count: int = SESSION) -> Session:
    """A session without shocks, at a time [h]."""
    return Session(hour, (0.0,) * count)


class Arm(NamedTuple):
    """Sessions in their order, and the drug's factor on what is learned in each."""

    sessions: tuple[Session, ...]
    gain: Gain

    def phases(self, unit: float) -> tuple[Phase, ...]:
        """The sessions as phases, with hours in units of trials [h]."""
        hours = [session.hour for session in self.sessions]
        waits = np.diff([hours[0], *hours]) / unit
        return tuple(
            Phase(session.us, gap=float(wait), gain=self.gain(session.hour))
            for session, wait in zip(self.sessions, waits, strict=True)
        )


def responses(arms: Sequence[Arm]) -> list[list[Float[np.ndarray, "_"]]]:
    """Response [trials] in each session of each arm; recovery is monotone in time."""
    learner = MemoryModification(capped=True)
    designs = [arm.phases(float(learner.trial_unit)) for arm in arms]
    courses = follow(designs, learner)
    return [_parted(arm, course) for arm, course in zip(arms, courses, strict=True)]


def _parted(arm: Arm, course: Course) -> list[Float[np.ndarray, "_"]]:
    ends = np.cumsum([len(session.us) for session in arm.sessions])
    return np.split(course.response, ends[:-1])


def no_drug(hour: float) -> float:
    """Learning without a drug."""
    del hour
    return 1.0


def dosed(dose_h: float, timing: DrugTiming, share: float = 1.0) -> Gain:
    """Learning around a dose by the timing kernel; `share` of a full dose [1]."""

    def gain(hour: float) -> float:
        found = timing.read(TimingInputs(jnp.asarray(hour - dose_h)))
        return float(timing.gain(share * found.acute, share * found.plastic))

    return gain


def influenced(drug: Influence, timing: DrugTiming) -> Gain:
    """Learning under a drug as it acts in people: drive blocks, window helps."""

    def gain(hour: float) -> float:
        effect = drug.at(hour)
        return float(timing.gain(jnp.asarray(effect.drive), jnp.asarray(effect.window)))

    return gain
