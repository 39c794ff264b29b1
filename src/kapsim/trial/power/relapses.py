"""Time to relapse, person by person, among those who are well at a visit.

Followed are those in response or remission at the endpoint's visit (or all seen there).
A relapse is the first later visit with a score at or above the limit; who is not seen
to relapse is followed to the last visit seen. Relapses are known to the visit only, so
several fall on one time.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from kapsim.trial.conduct.standing import ill_again, well
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.protocol import Endpoint, Protocol
from kapsim.trial.request import RequestError
from kapsim.units import DAY_H


class Relapses(NamedTuple):
    """Follow-up of every person.

    Attributes
    ----------
    days
        Time from the endpoint's visit to relapse, or to the last visit seen [d].
    relapsed
        Whether the person relapsed.
    followed
        Who was well at the endpoint's visit and seen after it.
    """

    days: Float[np.ndarray, "R P"]
    relapsed: Bool[np.ndarray, "R P"]
    followed: Bool[np.ndarray, "R P"]


def relapses(
    trials: Trials,
    protocol: Protocol,
    endpoint: Endpoint,
    score: Float[np.ndarray, "R P V"],
) -> Relapses:
    """Who relapses when.

    Parameters
    ----------
    trials, protocol, endpoint
        The endpoint, of relapse.
    score
        Scores of its scale, by its strategy [point].

    Raises
    ------
    RequestError
        If no limit is known from which a score is a relapse.
    """
    limit = protocol.relapse_at_least(endpoint)
    if limit is None:
        raise RequestError(
            f"no rule says which score on {endpoint.measure.value} is a relapse: add "
            "at_least to the endpoint."
        )
    times = np.array([visit.time_h for visit in protocol.visits])
    start = int(np.flatnonzero(times == endpoint.time_h)[0])
    base = trials.baseline[:, :, protocol.measures.index(endpoint.measure)]
    later, days = score[:, :, start + 1 :], (times[start + 1 :] - times[start]) / DAY_H
    rule = protocol.rule(endpoint.measure)
    seen, hit = np.isfinite(later), ill_again(later, base[..., None], rule, limit)
    first, last = hit.argmax(axis=-1), seen.shape[-1] - 1 - seen[..., ::-1].argmax(-1)
    relapsed = np.asarray(hit.any(axis=-1))
    entry = well(endpoint.among, score[:, :, start], base, rule)
    followed = entry & seen.any(axis=-1)
    return Relapses(days[np.where(relapsed, first, last)], relapsed, followed)
