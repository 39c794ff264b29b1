"""Which way an effect must lie to speak for the first arm of a comparison.

    mean, change, items    a lower score           [point]
    ordinal                lower odds of worse     [log odds]
    relapse                a lower hazard          [log hazard]
    response, remission    a higher share          [percent, log odds]

A test of superiority is two-sided, so it also rejects where the comparator does better.
Only a rejection that speaks for the first arm is a success. A test against a margin has
one side of its own and needs no other.
"""

import numpy as np
from jaxtyping import Bool, Float

from kapsim.trial.power.effects import PERCENT_POINTS
from kapsim.trial.protocol import EndpointKind, Protocol
from kapsim.trial.protocol.trial_terms import Objective

_MORE_IS_BETTER = (EndpointKind.RESPONSE, EndpointKind.REMISSION)


def favours_first(
    kind: EndpointKind, effect: Float[np.ndarray, " R"]
) -> Bool[np.ndarray, " R"]:
    """Whether an effect, first arm less second, is a benefit; not where it is none."""
    return effect > 0 if kind in _MORE_IS_BETTER else effect < 0


def aim_of(unit: str, protocol: Protocol) -> Objective:
    """What the test of an effect shows: a margin holds for points and percent only."""
    if protocol.design.margin is None or unit not in ("points", PERCENT_POINTS):
        return Objective.SUPERIORITY
    return protocol.design.objective
