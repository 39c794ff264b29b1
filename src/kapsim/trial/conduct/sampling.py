"""Who takes part: people of a cohort assessed one after another until enough are in."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int

from kapsim.trial.conduct.errors import ConductError
from kapsim.trial.conduct.luck import Luck
from kapsim.trial.conduct.outcomes import Outcomes
from kapsim.trial.conduct.standing import stands
from kapsim.trial.protocol import Admission, Protocol


class Sample(NamedTuple):
    """Who is randomised in each replicate, in the order of entry.

    Attributes
    ----------
    person
        Index of each person in the cohort.
    assessed
        How many were assessed until there were enough.
    """

    person: Int[np.ndarray, "R P"]
    assessed: Int[np.ndarray, " R"]


def admitted(
    protocol: Protocol, cohort: Mapping[str, Outcomes]
) -> Bool[np.ndarray, " n"]:
    """Who of a cohort may be randomised: all conditions hold, in whichever arm.

    Until the randomisation the arms are alike, and so are the scores in all of them.
    """
    passing = [
        _meets(protocol, item, arm)
        for arm in cohort.values()
        for item in protocol.design.admitted
    ]
    n = len(next(iter(cohort.values())).failed)
    return np.logical_and.reduce(passing, axis=0) if passing else np.ones(n, bool)


def _meets(
    protocol: Protocol, item: Admission, arm: Outcomes
) -> Bool[np.ndarray, " n"]:
    times = [visit.time_h for visit in protocol.visits]
    measure = protocol.measures.index(item.measure)
    score = arm.totals[times.index(item.time_h), measure].astype(float)
    if item.standing is None:
        low = -np.inf if item.at_least is None else item.at_least
        high = np.inf if item.at_most is None else item.at_most
        return (score >= low) & (score <= high)
    first = protocol.visits.index(protocol.baseline_visit)
    baseline = arm.totals[first, measure].astype(float)
    return stands(item.standing, score, baseline, protocol.rule(item.measure))


def sample(passing: Bool[np.ndarray, " n"], size: int, luck: Luck) -> Sample:
    """Draw the people of each replicate, without replacement.

    Parameters
    ----------
    passing
        Who of the cohort may be randomised.
    size
        People to randomise in each replicate.
    luck
        Draws of the replicates.

    Raises
    ------
    ConductError
        If fewer may be randomised than the trial needs.
    """
    found, total = int(passing.sum()), len(passing)
    if found < size:
        more = (
            "nobody is admitted: see design.admitted"
            if not found
            else f"simulate a cohort of {-(-size * total // found)} people or more"
        )
        raise ConductError(
            f"the trial randomises {size} people, but {found} of the {total} people "
            f"of the cohort are admitted: {more}, or randomise fewer."
        )
    turn = luck.orders("trial.conduct.turn", total)
    able = np.flatnonzero(passing)
    own = turn[:, able]
    first = np.argpartition(own, size - 1, axis=1)[:, :size]
    order = np.argsort(np.take_along_axis(own, first, axis=1), axis=1)
    chosen = np.take_along_axis(first, order, axis=1)
    last = np.take_along_axis(own, chosen[:, -1:], axis=1)
    return Sample(person=able[chosen], assessed=(turn <= last).sum(axis=1))
