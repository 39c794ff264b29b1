"""Trials as data: many replicates of one design, each person seen or not at each visit.

Axes: R replicates, P randomised people in the order of their entry, V visits of the
protocol, M scales in the order of `Protocol.measures`.
"""

import enum
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int


class Reason(enum.IntEnum):
    """Why a person left a trial for good."""

    COMPLETED = 0
    LACK_OF_EFFECT = 1
    ADVERSE_EFFECTS = 2
    BELIEF = 3
    OTHER = 4
    FAILED = 5


class Trials(NamedTuple):
    """What a trial knows of its people.

    Attributes
    ----------
    replicate
        Number of each replicate; what happens in it depends on nothing else.
    arm
        Index of the arm of the protocol that each person is randomised to.
    person
        Who it is: index in the cohort, the same person in every arm.
    site, stratum
        Index of the site and of the stratum of randomisation.
    score
        Scores as rated [point]; not a number where not seen.
    baseline
        Score at the baseline visit [point]; always seen, as it admits.
    day
        When each person is seen at each visit [d since the first dose].
    guess, rater_guess
        Whether the active treatment is guessed, by the person and by the rater.
    left
        Index of the first visit that a person misses for good; V if none.
    reason
        Why (`Reason`).
    stopped, rescued
        Index of the first visit after treatment stopped, and after rescue; V if never.
    deviated
        Whether the person deviates from the protocol.
    assessed, eligible
        People assessed and found eligible in each replicate, for the flow.
    """

    replicate: Int[np.ndarray, " R"]
    arm: Int[np.ndarray, "R P"]
    person: Int[np.ndarray, "R P"]
    site: Int[np.ndarray, "R P"]
    stratum: Int[np.ndarray, "R P"]
    score: Float[np.ndarray, "R P V M"]
    baseline: Float[np.ndarray, "R P M"]
    day: Float[np.ndarray, "R P V"]
    guess: Bool[np.ndarray, "R P V"]
    rater_guess: Bool[np.ndarray, "R P V"]
    left: Int[np.ndarray, "R P"]
    reason: Int[np.ndarray, "R P"]
    stopped: Int[np.ndarray, "R P"]
    rescued: Int[np.ndarray, "R P"]
    deviated: Bool[np.ndarray, "R P"]
    assessed: Int[np.ndarray, " R"]
    eligible: Int[np.ndarray, " R"]
