"""Trials that lie off the model: scores of a study and of an arm, and shares of people.

    score = simulated + scale (study + arm of the person)

clipped to the scale. `scale` is the range of the scale over that of the MADRS; CADSS,
which rates the effect of a dose, is left alone. A study shifts all scores after the
baseline visit, an arm those after the arms part: the baseline rating, which admits,
stays as it was, and so do days, guesses and who leaves.

Shares that respond or remit lie off by another number of each study, on their logits
(`counting`), beside what the scores do to them. It is the same in all arms, and no
score tells it: only published shares have it, not the analyses of a virtual trial.

What is not a whole number of points is rounded up for as many people as its fraction
says and down for the others, so that the mean of the scores moves by the shift. Which
way a person is rounded is drawn once, so that the scores of a person move together.

Assumes: a shift is the same for everybody in an arm and at all visits.
Does not cover: studies that differ in the course over time, or in who responds.
"""

import numpy as np
from jaxtyping import Bool, Float

from kapsim.evidence.posterior import Spreads
from kapsim.trial.conduct.luck import Luck
from kapsim.trial.conduct.rating import scales_of
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.conduct.usual import parting
from kapsim.trial.protocol import Protocol


def shifted(
    protocol: Protocol,
    trials: Trials,
    study: Float[np.ndarray, " R"],
    arm: Float[np.ndarray, "R A"],
    *,
    seed: int = 0,
) -> Trials:
    """The same trials with other scores after baseline.

    Parameters
    ----------
    protocol, trials
        The trial, and replicates of it.
    study
        Shift of all depression scores of each replicate [MADRS point].
    arm
        Shift of those of each arm, in the order of the protocol, beside it [same].
    seed
        Seed of which way people are rounded; nothing else is drawn.

    Returns
    -------
    Trials
        As `trials`, but for `score`. Scores stay whole, on their scale, and not a
        number where not seen. Shifts of zero change nothing.
    """
    _, size, most = scales_of(protocol)
    after, apart = when(protocol)
    own = np.take_along_axis(arm, trials.arm, axis=1)
    points = study[:, None, None] * after + own[..., None] * apart
    up = Luck(seed, trials.replicate).uniforms(
        "trial.conduct.discrepancy.rounding", trials.person
    )
    moved = np.floor(trials.score + points[..., None] * size + up[..., None, None])
    return trials._replace(score=np.clip(moved, 0.0, most))


def as_studies(
    protocol: Protocol, trials: Trials, spreads: Spreads, *, seed: int
) -> Trials:
    """Replicates as studies whose scores lie off the model, each with its arms.

    Parameters
    ----------
    protocol, trials
        The trial, and replicates of it.
    spreads
        Of studies, and of arms of a study.
    seed
        Seed of the shifts.
    """
    study_sd, arm_sd, _ = spreads
    if not (study_sd or arm_sd):
        return trials
    luck, number = Luck(seed, trials.replicate), len(trials.replicate)
    arms = np.broadcast_to(np.arange(len(protocol.arms)), (number, len(protocol.arms)))
    study = study_sd * luck.normals("trial.external.study", arms[:, :1])[:, 0]
    arm = arm_sd * luck.normals("trial.external.arm", arms)
    return shifted(protocol, trials, study, arm, seed=seed)


def counting(trials: Trials, spreads: Spreads, *, seed: int) -> Float[np.ndarray, " R"]:
    """Shift of the logits of all shares of each replicate that respond or remit [1]."""
    one = np.zeros((len(trials.replicate), 1), int)
    normal = Luck(seed, trials.replicate).normals("trial.external.share", one)[:, 0]
    return spreads.share_sd * normal


def when(
    protocol: Protocol,
) -> tuple[Bool[np.ndarray, " V"], Bool[np.ndarray, " V"]]:
    """Visits whose scores a study shifts, and those whose scores an arm shifts."""
    visit = np.arange(len(protocol.visits))
    after = visit > protocol.visits.index(protocol.baseline_visit)
    return after, after & (visit > parting(protocol))
