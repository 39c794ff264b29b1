"""What is true of a cohort: every eligible person in both arms, all seen.

For scores the difference is taken person by person: the same person with the same noise
stands in both arms. The variance that this saves is reported beside it. Shares and
hazards are compared as between two groups, so that the truth of an odds ratio is that
of the model which the trials fit. People whose simulation failed are left out.

The share of an effect that is there where the drug is only felt is a ratio of two mean
differences f and d of the same persons. Its interval is Fieller's: all ratios r for
which the mean of f - r d is not told from 0. There is none where d itself is not told
from 0, and none for ratios of odds and hazards.

Some truths are not in the cohort. Where treatment stops or rescue is given, nobody
knows what had been without: the hypothetical strategy has no truth. Where people leave,
the composite and while-on-treatment strategies count that, and here nobody leaves.

Source: Fieller (1954), Some problems in interval estimation.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float

from kapsim.trial.conduct.periods import periods
from kapsim.trial.conduct.sampling import admitted
from kapsim.trial.conduct.trials import Reason, Trials
from kapsim.trial.conduct.usual import usage
from kapsim.trial.power.effects import PERCENT_POINTS, Analysis, Pair, reached, truth
from kapsim.trial.power.questions import pair_name, questions
from kapsim.trial.power.replicates import covariates
from kapsim.trial.power.worlds import Cohort, Held
from kapsim.trial.protocol import Endpoint, EndpointKind, Protocol
from kapsim.trial.protocol.trial_terms import DesignKind, Strategy
from kapsim.trial.summaries.intervals import normal_interval
from kapsim.units import DAY_H

_SCORES = (EndpointKind.MEAN, EndpointKind.CHANGE)
_SHARES = (EndpointKind.RESPONSE, EndpointKind.REMISSION)
_FELT_SHARE = ("felt_share", "felt_share_low", "felt_share_high")


def truths(held: Held, felt: Held, protocol: Protocol) -> pd.DataFrame:
    """Truth of each endpoint and comparison, with the drug and with it only felt.

    Parameters
    ----------
    held, felt
        The cohort with the drug, and with it only felt.
    protocol
        The trial.

    Returns
    -------
    DataFrame
        Columns endpoint, comparison, unit, truth, truth_se (paired for scores),
        truth_felt_only, truth_felt_only_se (as truth_se), felt_share and its ends
        felt_share_low and felt_share_high [1] (scores and shares of persons),
        se_unpaired, variance_saved (a factor; not known for shares).
    """
    return pd.DataFrame(list(_rows(held, felt, protocol)))


def _rows(held: Held, felt: Held, protocol: Protocol) -> Iterator[dict[str, Any]]:
    for pair in protocol.comparisons:
        for question in questions(protocol):
            end = question.endpoint
            asked, inert = (_asked(one, protocol, end, pair) for one in (held, felt))
            found, other = truth(asked, pair), truth(inert, pair)
            known = 1.0 if _known(asked) else math.nan
            for k, (one, only) in enumerate(zip(found, other, strict=True)):
                paired, felt_se = (_paired_se(each, pair) for each in (asked, inert))
                error, felt_error = float(one.se[0]), float(only.se[0])
                share = known * _felt_share(asked, inert, pair, one.unit)
                yield {
                    "endpoint": question.part(k),
                    "comparison": pair_name(pair),
                    "unit": one.unit,
                    "truth": known * float(one.value[0]),
                    "truth_se": error if math.isnan(paired) else paired,
                    "truth_felt_only": known * float(only.value[0]),
                    "truth_felt_only_se": (
                        felt_error if math.isnan(felt_se) else felt_se
                    ),
                    **dict(zip(_FELT_SHARE, share.tolist(), strict=True)),
                    "se_unpaired": error,
                    "variance_saved": (error / paired) ** 2 if paired else math.inf,
                }


def _asked(held: Held, protocol: Protocol, endpoint: Endpoint, pair: Pair) -> Analysis:
    """An endpoint of everybody, adjusted as in the trials."""
    trials = everyone(held.cohort, protocol, pair)
    extra = covariates(protocol, trials, held.people)
    return Analysis(trials, protocol, endpoint, extra, held.cohort)


def _known(asked: Analysis) -> bool:
    """Whether the cohort holds what the strategy of the endpoint asks for."""
    trials, strategy = asked.trials, asked.endpoint.estimand
    if strategy is Strategy.TREATMENT_POLICY:
        return True
    if strategy is Strategy.HYPOTHETICAL:
        return bool((np.minimum(trials.stopped, trials.rescued) == trials.left).all())
    return usage(asked.protocol).dropout == 0


def everyone(cohort: Cohort, protocol: Protocol, pair: Pair) -> Trials:
    """One trial in which every eligible person is in both arms, and all is seen."""
    names = [arm.name for arm in protocol.arms]
    parts = [cohort[name] for name in pair]
    failed = np.logical_or.reduce([one.failed for one in parts])
    who = np.flatnonzero(admitted(protocol, cohort) & ~failed)
    totals = np.concatenate([one.totals[:, :, who] for one in parts], axis=-1)
    score = np.where(totals < 0, np.nan, totals).transpose(2, 0, 1)[None]
    start = protocol.visits.index(protocol.baseline_visit)
    n, visits = score.shape[1], len(protocol.visits)
    zero, last = np.zeros((1, n), int), np.full((1, n), visits)
    arm = np.repeat([names.index(name) for name in pair], len(who))[None]
    never = np.zeros((1, n, visits), bool)
    first = lambda name: np.concatenate([_first(one, name, who) for one in parts])[None]
    hours = np.array([visit.time_h for visit in protocol.visits])
    return Trials(
        replicate=np.zeros(1, int),
        arm=arm,
        person=np.tile(who, 2)[None],
        site=zero,
        stratum=zero,
        score=score,
        baseline=score[:, :, start],
        day=np.broadcast_to(hours / DAY_H, (1, n, visits)),
        guess=never,
        rater_guess=never,
        left=last,
        reason=np.full((1, n), int(Reason.COMPLETED)),
        stopped=first("stopped"),
        rescued=first("rescued"),
        deviated=np.zeros((1, n), bool),
        assessed=np.array([len(who)]),
        eligible=np.array([len(who)]),
    )


def _first(one: Any, name: str, who: np.ndarray) -> np.ndarray:
    """Index of the first visit after an event; the number of visits if none."""
    visits = len(one.totals)
    if name not in one.signals:
        return np.full(len(who), visits)
    happened = one.signals[name][:, who] > 0
    return np.where(happened.any(axis=0), happened.argmax(axis=0), visits)


def _paired_se(asked: Analysis, pair: Pair) -> float:
    """Standard error of the mean of the persons' own differences of scores [point]."""
    if asked.endpoint.kind not in _SCORES:
        return math.nan
    own = _differences(asked, pair)
    sound = own[np.isfinite(own)]
    return float(sound.std(ddof=1) / math.sqrt(sound.size))


def _differences(asked: Analysis, pair: Pair) -> Float[np.ndarray, " n"]:
    """What each person shows in the first arm less in the second [its unit]."""
    group = asked.groups(pair)[0]
    if asked.endpoint.kind not in _SCORES:
        shown = 100.0 * reached(asked)[0]
    elif asked.protocol.kind is DesignKind.CROSSOVER:
        both = periods(asked.trials, asked.protocol, asked.endpoint, asked.scores())
        shown = (both.first - both.second)[0] / 2
    else:
        shown = asked.outcome()[0, :, asked.visit]
    return shown[group == 1] - shown[group == 0]


def _felt_share(
    asked: Analysis, inert: Analysis, pair: Pair, unit: str
) -> Float[np.ndarray, "3"]:
    """Share of an effect where the drug is only felt, with its interval."""
    shares = asked.endpoint.kind in _SHARES and unit == PERCENT_POINTS
    if asked.endpoint.kind not in _SCORES and not shares:
        return np.full(3, math.nan)
    _, here, there = np.intersect1d(
        _persons(asked, pair), _persons(inert, pair), return_indices=True
    )
    whole, felt = _differences(asked, pair), _differences(inert, pair)
    return ratio_of_means(felt[there], whole[here])


def _persons(asked: Analysis, pair: Pair) -> np.ndarray:
    """Who stands behind each difference."""
    return asked.trials.person[0][asked.groups(pair)[0] == 1]


def ratio_of_means(
    part: Float[np.ndarray, " n"], whole: Float[np.ndarray, " n"]
) -> Float[np.ndarray, "3"]:
    """Ratio of two means of the same persons, and both ends of Fieller's interval.

    Parameters
    ----------
    part, whole
        Of each person; who lacks one of them is left out.

    Returns
    -------
    Array
        Ratio, lower and upper end [1]; not a number where the whole is not told from 0.
    """
    sound = np.isfinite(part) & np.isfinite(whole)
    n = int(sound.sum())
    if n < 2:
        return np.full(3, math.nan)
    f, d = part[sound].mean(), whole[sound].mean()
    z = normal_interval(0.0, 1.0)[1]
    spread = z**2 * np.cov(part[sound], whole[sound]) / n
    a, b, c = d**2 - spread[1, 1], f * d - spread[0, 1], f**2 - spread[0, 0]
    if a <= 0:
        return np.full(3, math.nan)
    half = math.sqrt(max(b**2 - a * c, 0.0))
    return np.array([f / d, (b - half) / a, (b + half) / a])
