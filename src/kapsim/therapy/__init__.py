"""Sessions, alliance, skills, expectancy and the guess about one's arm."""

import jax.numpy as jnp

from kapsim.therapy.activated_expectancy import (
    ActivatedExpectancy as ActivatedExpectancy,
    ActivatedExpectancyInputs as ActivatedExpectancyInputs,
)
from kapsim.therapy.alliance import (
    Alliance as Alliance,
    AllianceInputs as AllianceInputs,
)
from kapsim.therapy.engagement import (
    Engagement as Engagement,
    EngagementInputs as EngagementInputs,
)
from kapsim.therapy.expectancy import (
    Expectancy as Expectancy,
    ExpectancyInputs as ExpectancyInputs,
    ExpectancyState as ExpectancyState,
)
from kapsim.therapy.experience import (
    Experience as Experience,
    ExperienceInputs as ExperienceInputs,
)
from kapsim.therapy.guess import Guess as Guess, GuessInputs as GuessInputs
from kapsim.therapy.modality import (
    MODALITIES as MODALITIES,
    Modality as Modality,
    SessionInputs as SessionInputs,
    SessionState as SessionState,
)
from kapsim.therapy.skill import (
    PracticeInputs as PracticeInputs,
    Skill as Skill,
    Trait as Trait,
)


def mechanisms() -> tuple:
    """Mechanisms of this room, each with a maker of example inputs (n, dtype)."""
    row = lambda n, dtype: jnp.full(n, 0.5, dtype)
    half = lambda dtype: jnp.asarray(0.5, dtype)
    sessions = lambda dtype: jnp.full(len(MODALITIES), 0.5, dtype)
    return (
        (Modality, lambda n, dtype: SessionInputs(sessions(dtype), sessions(dtype))),
        (Alliance, lambda n, dtype: AllianceInputs(half(dtype))),
        (Skill, lambda n, dtype: PracticeInputs(row(n, dtype))),
        (Trait, lambda n, dtype: PracticeInputs(row(n, dtype))),
        (Engagement, lambda n, dtype: EngagementInputs(row(n, dtype))),
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
        (Experience, lambda n, dtype: ExperienceInputs(row(n, dtype), row(n, dtype))),
    )
