"""Response and remission of scores that may be missing."""

import numpy as np
from jaxtyping import Bool, Float

from kapsim.measures.rules import Remission, Response
from kapsim.trial.protocol import Rule, Standing


def stands(
    standing: Standing,
    score: Float[np.ndarray, "*shape"],
    baseline: Float[np.ndarray, "*shape"],
    rule: Rule,
) -> Bool[np.ndarray, "*shape"]:
    """Whether each person stands so; nobody does whose score is not known.

    Parameters
    ----------
    standing
        Response or remission, or their lack.
    score, baseline
        Whole scores [point]; not a number, or below zero, where not rated.
    rule
        Rule of the scale, with the limit that is asked for.

    Raises
    ------
    ValueError
        If the rule lacks that limit.
    """
    known = score >= 0
    if standing.of_response:
        known &= baseline >= 0
    whole = lambda values: np.where(known, values, 0).astype(np.int64)
    if standing.of_response:
        if rule.response_percent is None:
            raise ValueError("response needs a rule with response_percent; got none.")
        limit = Response(percent=rule.response_percent, baseline="baseline")
        met = limit.met(whole(score), whole(baseline))
    else:
        if rule.remission_at_most is None:
            raise ValueError("remission needs a rule with remission_at_most; got none.")
        met = Remission(cut=rule.remission_at_most).met(whole(score))
    return known & (met == standing.met)
