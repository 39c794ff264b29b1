"""Rival explanations of the published trials, as parameters held at zero.

Each rival is the model without one of its levers, or with one alone. A parameter that
was freed for the calibration is held inside the emulator, at no cost. One that was not
needs an ensemble of its own, simulated with the parameter at zero and calibrated like
the whole model; so does a lever without which the posterior lies elsewhere, where the
points of the whole model are few.

Sources: `kapsim.patient.hypotheses` (H1 to H5 and their levers).
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from kapsim.evidence import library
from kapsim.inference.emulation.emulator import Emulator
from kapsim.inference.targets.problem import Problem
from kapsim.patient.hypotheses import (
    LEVERS,
    OF_PEOPLE,
    Hypothesis,
    parameter_values,
)

FULL = "full"
"""The model with all its levers."""

_FARTHEST = 3.5  # prior SDs from which no ensemble has points
_CONSOLIDATION = ("brain.consolidation.z_shift", "brain.consolidation.z_pull")
_RELAXATION = "brain.relaxation.rho_max"


class Rival(NamedTuple):
    """One explanation.

    Attributes
    ----------
    name
        Short name, of files and tables.
    title
        What it says, in a few words.
    meaning
        What is different from the whole model, in a sentence.
    fixed
        Records held in all simulations, in the unit of the record.
    if_freed
        Records held as well where the calibration freed them, and left alone where it
        did not.
    resimulate
        Whether it is to have an ensemble of its own. Without one it is compared within
        the emulator of the whole model, if that can hold all that it fixes.
    hypothesis
        The hypothesis it leaves out or holds alone; none for the whole model and for
        levers that belong to none.
    """

    name: str
    title: str
    meaning: str
    fixed: Mapping[str, float]
    if_freed: Mapping[str, float] = {}
    resimulate: bool = False
    hypothesis: Hypothesis | None = None

    @property
    def whole(self) -> bool:
        """Whether it is the whole model."""
        return not self.fixed


def _zero(*ids: str) -> dict[str, float]:
    return dict.fromkeys(ids, 0.0)


def _inert() -> dict[str, float]:
    """Everything the drug does but being felt, at zero."""
    off = parameter_values({Hypothesis.EXPECTANCY_ONLY: True}, {})
    of_people = {lever for one in OF_PEOPLE for lever in LEVERS[one]}
    return _zero(*(lever for lever in off if lever not in of_people))


def _learning() -> tuple[str, ...]:
    """Levers of learning under the drug: of H1, H2, H3 and of consolidation."""
    found = LEVERS[Hypothesis.ASYMMETRIC_LEARNING] + LEVERS[Hypothesis.LOSS_VALUATION]
    return found + _plasticity() + _CONSOLIDATION


def _plasticity() -> tuple[str, ...]:
    levers = LEVERS[Hypothesis.SYMMETRIC_RELAXATION_PLASTICITY]
    return tuple(lever for lever in levers if lever != _RELAXATION)


RIVALS: tuple[Rival, ...] = (
    Rival(FULL, "The whole model", "All levers, each free to be zero.", {}),
    Rival(
        "no_asymmetry",
        "No asymmetric learning",
        "Good and bad news count alike under the drug (without H1).",
        _zero(*LEVERS[Hypothesis.ASYMMETRIC_LEARNING]),
        hypothesis=Hypothesis.ASYMMETRIC_LEARNING,
    ),
    Rival(
        "no_loss_valuation",
        "No change of loss valuation",
        "Losses weigh under the drug what they always weigh (without H2).",
        _zero(*LEVERS[Hypothesis.LOSS_VALUATION]),
        hypothesis=Hypothesis.LOSS_VALUATION,
    ),
    Rival(
        "no_plasticity",
        "No symmetric plasticity",
        "Beliefs and therapy count no more in the open window (without H3).",
        _zero(*_plasticity()),
        if_freed=_zero(_RELAXATION),
        hypothesis=Hypothesis.SYMMETRIC_RELAXATION_PLASTICITY,
    ),
    Rival(
        "no_consolidation",
        "No consolidation",
        "What is consolidated in the window changes nothing afterwards.",
        _zero(*_CONSOLIDATION),
    ),
    Rival(
        "lift_alone",
        "A lift of mood, no learning",
        "The drug lifts mood and quiets rumination, and changes nothing in how people "
        "learn (H4 without H1, H2, H3 and consolidation).",
        _zero(*_learning()),
        if_freed=_zero(_RELAXATION),
    ),
    Rival(
        "no_lift",
        "No direct lift of mood",
        "Nothing of the drug lifts mood by itself (without H4).",
        _zero(*LEVERS[Hypothesis.DIRECT_MOOD_LIFT]),
        resimulate=True,
        hypothesis=Hypothesis.DIRECT_MOOD_LIFT,
    ),
    Rival(
        "expectancy_only",
        "Expectancy alone",
        "The drug is felt, guessed and hoped for, and does nothing else (H5).",
        _inert(),
        resimulate=True,
        hypothesis=Hypothesis.EXPECTANCY_ONLY,
    ),
)
"""Every rival, in the order of the table; the whole model first."""


BRIEFLY = Rival(
    "brief",
    "The whole model, from few simulations",
    "From as many points as rivals with simulations of their own; they are compared "
    "with this.",
    {},
    resimulate=True,
)
"""The whole model on the terms of such rivals (`kapsim.inference.rivals.brief`)."""


def rival(name: str) -> Rival:
    """A rival by its name."""
    return next(one for one in RIVALS if one.name == name)


def fixed_values(problem: Problem, one: Rival) -> dict[str, float]:
    """Records that a rival holds, and where [unit of the record]."""
    freed = {parameter.id for parameter in problem.freed}
    also = {name: value for name, value in one.if_freed.items() if name in freed}
    return {**one.fixed, **also}


def held(problem: Problem, one: Rival) -> dict[int, float]:
    """Freed parameters that a rival holds, by index, in SDs of the prior.

    Infinite where the scale of the prior does not reach the value.
    """
    wanted = fixed_values(problem, one)
    with np.errstate(divide="ignore"):
        return {
            index: freed.u(wanted[freed.id])
            for index, freed in enumerate(problem.freed)
            if freed.id in wanted
        }


def missing(problem: Problem, one: Rival) -> tuple[str, ...]:
    """Records that a rival needs at a value, and that an emulator cannot hold there.

    They are neither freed nor at that value already by the default of their hypothesis
    or by their record.
    """
    freed = {parameter.id for parameter in problem.freed}
    standing = parameter_values({}, {})

    def stands(record: str, value: float) -> bool:
        own = standing.get(record, library().parameter(record).value)
        return own == value

    return tuple(
        record
        for record, value in one.fixed.items()
        if record not in freed and not stands(record, value)
    )


def says_nothing(problem: Problem, one: Rival) -> bool:
    """Whether a rival is the whole model: nothing it holds was freed, all at rest."""
    return one.name != FULL and not (held(problem, one) or missing(problem, one))


def restricted(
    problem: Problem, emulator: Emulator, at: Mapping[int, float]
) -> tuple[Problem, Emulator]:
    """A problem with some freed parameters held, and its emulator.

    A quadratic with some of its arguments held is a quadratic of the others: nothing
    is approximated.

    Parameters
    ----------
    problem, emulator
        With all parameters free.
    at
        Index of each parameter that is held, and its value [prior SD].
    """
    if not at:
        return problem, emulator
    fixed = np.array(sorted(at))
    free = np.setdiff1d(np.arange(len(problem.freed)), fixed)
    values = np.array([at[index] for index in fixed])
    quadratic = np.asarray(emulator.quadratic)
    own = quadratic[:, fixed][:, :, fixed]
    across = quadratic[:, free][:, :, fixed]
    across = across + np.swapaxes(quadratic[:, fixed][:, :, free], 1, 2)
    made = Emulator(
        constant=emulator.constant
        + np.asarray(emulator.linear)[:, fixed] @ values
        + np.einsum("kij,i,j->k", own, values, values),
        linear=np.asarray(emulator.linear)[:, free] + across @ values,
        quadratic=quadratic[:, free][:, :, free],
        error=emulator.error,
    )
    kept = tuple(problem.freed[index] for index in free)
    return problem._replace(freed=kept), made


def inert(problem: Problem, one: Rival) -> dict[int, float]:
    """Freed parameters that a rival held in simulations of its own, by index.

    They stand where these simulations had them, or do nothing there: those whose prior
    does not reach the value stand at its mean.
    """
    return {
        index: u if abs(u) <= _FARTHEST else 0.0
        for index, u in held(problem, one).items()
    }


def command(one: Rival, directory: str) -> str:
    """Command that simulates a rival by itself, into a directory."""
    fixes = " ".join(f"--fix {name}={value:g}" for name, value in one.fixed.items())
    return f"kapsim calibrate -o {directory} {fixes}"
