"""Response, remission and relapse of scores that may be missing."""

import numpy as np
from jaxtyping import Bool, Float

from kapsim.measures.rules import Remission, Response
from kapsim.trial.protocol import Rule, Standing
from kapsim.trial.protocol.terms import Among
from kapsim.units import KapsimError

_WELL = {Among.RESPONSE: Standing.RESPONSE, Among.REMISSION: Standing.REMISSION}


class NoRuleError(KapsimError, ValueError):
    """A scale has no rule by which somebody stands as is asked."""

    def __init__(self, limit: str) -> None:
        super().__init__(
            f"no rule {limit} is known for the scale; give it under rules."
        )


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
    NoRuleError
        If the rule lacks that limit.
    """
    known = score >= 0
    if standing.of_response:
        known &= baseline >= 0
    whole = lambda values: np.where(known, values, 0).astype(np.int64)
    if standing.of_response:
        if rule.response_percent is None:
            raise NoRuleError("response_percent")
        limit = Response(percent=rule.response_percent, baseline="baseline")
        met = limit.met(whole(score), whole(baseline))
    else:
        if rule.remission_at_most is None:
            raise NoRuleError("remission_at_most")
        met = Remission(cut=rule.remission_at_most).met(whole(score))
    return known & (met == standing.met)


def well(
    among: Among | None,
    score: Float[np.ndarray, "*shape"],
    baseline: Float[np.ndarray, "*shape"],
    rule: Rule,
) -> Bool[np.ndarray, "*shape"]:
    """Who is followed for a relapse from a visit on.

    Parameters
    ----------
    among
        Those in response (as None says), those in remission, or all who are seen.
    score, baseline
        Scores at that visit and before treatment [point].
    rule
        Rule of the scale.

    Raises
    ------
    NoRuleError
        If the rule lacks the limit that is asked for.
    """
    if among is Among.ALL:
        return np.isfinite(score)
    return stands(_WELL[among or Among.RESPONSE], score, baseline, rule)


def ill_again(
    score: Float[np.ndarray, "*#shape"],
    baseline: Float[np.ndarray, "*#shape"],
    rule: Rule,
    at_least: int | None,
) -> Bool[np.ndarray, "*#shape"]:
    """Whether later scores of people who were well are a relapse; no if not seen.

    Parameters
    ----------
    score, baseline
        Scores at a later visit and before treatment [point].
    rule
        Rule of the scale.
    at_least
        Least score that is a relapse [point]; without one, a response that is lost is.

    Raises
    ------
    NoRuleError
        If there is neither a least score nor a rule of response.
    """
    if at_least is not None:
        return score >= at_least
    each = np.broadcast_to(baseline, score.shape)
    return stands(Standing.NO_RESPONSE, score, each, rule)
