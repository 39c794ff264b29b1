"""Sessions and who comes, alliance, practice, expectancy, the guess about one's arm."""

import jax.numpy as jnp

from kapsim.therapy.activated_expectancy import (
    ActivatedExpectancy as ActivatedExpectancy,
    ActivatedExpectancyInputs as ActivatedExpectancyInputs,
)
from kapsim.therapy.alliance import (
    Alliance as Alliance,
    AllianceInputs as AllianceInputs,
)
from kapsim.therapy.attendance import (
    Attendance as Attendance,
    AttendanceInputs as AttendanceInputs,
    AttendanceState as AttendanceState,
)
from kapsim.therapy.expectancy import (
    Expectancy as Expectancy,
    ExpectancyInputs as ExpectancyInputs,
    ExpectancyState as ExpectancyState,
)
from kapsim.therapy.experience import (
    Experience as Experience,
    ExperienceInputs as ExperienceInputs,
    ExperienceState as ExperienceState,
)
from kapsim.therapy.guess import Guess as Guess, GuessInputs as GuessInputs
from kapsim.therapy.modality import (
    MODALITIES as MODALITIES,
    Modality as Modality,
    SessionInputs as SessionInputs,
    SessionState as SessionState,
    TherapySignals as TherapySignals,
)
from kapsim.therapy.practice import (
    Effort as Effort,
    Insight as Insight,
    PracticeInputs as PracticeInputs,
    SelfBlame as SelfBlame,
    Skill as Skill,
    Trait as Trait,
    TraitInputs as TraitInputs,
)
from kapsim.therapy.reliance import (
    Reliance as Reliance,
    RelianceInputs as RelianceInputs,
)


def mechanisms() -> tuple:
    """Mechanisms of this room, each with a maker of example inputs (n, dtype)."""
    row = lambda n, dtype: jnp.full(n, 0.5, dtype)
    half = lambda dtype: jnp.asarray(0.5, dtype)
    sessions = lambda dtype: jnp.full(len(MODALITIES), 0.5, dtype)
    return (
        (Modality, lambda n, dtype: SessionInputs(sessions(dtype), sessions(dtype))),
        (
            Alliance,
            lambda n, dtype: AllianceInputs(half(dtype), *[row(n, dtype)] * 3),
        ),
        (Skill, lambda n, dtype: PracticeInputs(row(n, dtype))),
        (Insight, lambda n, dtype: PracticeInputs(row(n, dtype))),
        (Trait, lambda n, dtype: TraitInputs(row(n, dtype))),
        (SelfBlame, lambda n, dtype: PracticeInputs(row(n, dtype))),
        (Effort, lambda n, dtype: PracticeInputs(row(n, dtype))),
        (
            Attendance,
            lambda n, dtype: AttendanceInputs(*[half(dtype)] * 4, *[row(n, dtype)] * 4),
        ),
        (Reliance, lambda n, dtype: RelianceInputs(half(dtype), row(n, dtype))),
        (
            Guess,
            lambda n, dtype: GuessInputs(row(n, dtype), half(dtype), half(dtype)),
        ),
        (
            Expectancy,
            lambda n, dtype: ExpectancyInputs(
                half(dtype), half(dtype), row(n, dtype), row(n, dtype)
            ),
        ),
        (
            ActivatedExpectancy,
            lambda n, dtype: ActivatedExpectancyInputs(*[row(n, dtype)] * 6),
        ),
        (
            Experience,
            lambda n, dtype: ExperienceInputs(
                half(dtype), row(n, dtype), half(dtype), half(dtype)
            ),
        ),
    )
