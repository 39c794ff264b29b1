"""Effects that an endpoint shows in each replicate of a trial.

    mean, change      mixed model for repeated measures, ancova or t test   [point]
    response,
    remission         difference of shares                                  [percent]
                      and logistic regression                               [log odds]
    relapse           Cox regression among those who can relapse            [log hazard]
    items             each item of the first scale by ancova                [point]
    ordinal           proportional odds of a worse level                    [log odds]
    crossover         both periods, with a level of each person             [point]

The repeated-measures model takes all arms and the endpoint's visit with up to five
before it, and what is missing as missing at random. Of a share, who is not seen did not
respond. Ancova takes those seen, or what the plan puts in their place. Levels are
remission, response without it, and neither, by the rules of the scale.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Shaped

from kapsim.trial.analysis.ancova import ancovas
from kapsim.trial.analysis.binary import risk_differences
from kapsim.trial.analysis.crossover import mixed_crossover
from kapsim.trial.analysis.estimate import Estimate
from kapsim.trial.analysis.estimates import Estimates
from kapsim.trial.analysis.imputation import Missing, impute
from kapsim.trial.analysis.imputed_ancova import imputed_ancova
from kapsim.trial.analysis.items import item_differences
from kapsim.trial.analysis.logistic import logistic
from kapsim.trial.analysis.ordinal import proportional_odds
from kapsim.trial.analysis.survival import cox
from kapsim.trial.conduct.estimands import analysed
from kapsim.trial.conduct.outcomes import Outcomes
from kapsim.trial.conduct.periods import periods
from kapsim.trial.conduct.standing import stands
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.power.relapses import relapses
from kapsim.trial.power.repeated import repeated
from kapsim.trial.protocol import Endpoint, EndpointKind, Protocol, Standing
from kapsim.trial.protocol.trial_terms import DesignKind, Imputation, Method
from kapsim.trial.summaries.intervals import LEVEL

MOST_VISITS = 6
"""Visits of the repeated-measures model: the endpoint's and those before it."""

IMPUTATIONS = 20

PERCENT_POINTS = "percent points"

_ASSUMED = {
    Imputation.AT_RANDOM: Missing.AT_RANDOM,
    Imputation.JUMP_TO_REFERENCE: Missing.JUMP,
    Imputation.COPY_REFERENCE: Missing.COPY,
    Imputation.COPY_INCREMENTS: Missing.INCREMENTS,
}

Pair = tuple[str, str]
Extra = Float[np.ndarray, "R P K"]


class Effects(NamedTuple):
    """One comparison of two arms in every replicate.

    Attributes
    ----------
    unit
        Unit of the effect.
    value, se, df, low, high, p
        As of `Estimate`, one a replicate; not a number where there is none.
    method
        How each was got, or why not.
    """

    unit: str
    value: Float[np.ndarray, " R"]
    se: Float[np.ndarray, " R"]
    df: Float[np.ndarray, " R"]
    low: Float[np.ndarray, " R"]
    high: Float[np.ndarray, " R"]
    p: Float[np.ndarray, " R"]
    method: Shaped[np.ndarray, " R"]


class Analysis(NamedTuple):
    """What an endpoint is asked with: its trials, and what is adjusted for."""

    trials: Trials
    protocol: Protocol
    endpoint: Endpoint
    covariates: Extra
    cohort: Mapping[str, Outcomes]
    seed: int = 0

    @property
    def measure(self) -> int:
        """Index of the scale."""
        return self.protocol.measures.index(self.endpoint.measure)

    @property
    def visit(self) -> int:
        """Index of the visit."""
        times = [visit.time_h for visit in self.protocol.visits]
        return times.index(self.endpoint.time_h)

    @property
    def baseline(self) -> Float[np.ndarray, "R P"]:
        """Baseline score, of the scale of severity if its own is not rated [point]."""
        own, severity = self.endpoint.measure, self.protocol.population.baseline.scale
        rated = own if own in self.protocol.baseline_visit.scales else severity
        return self.trials.baseline[:, :, self.protocol.measures.index(rated)]

    def scores(self) -> Float[np.ndarray, "R P V"]:
        """Scores by the strategy of the endpoint [point]."""
        return analysed(
            self.trials, self.protocol, self.endpoint.measure, self.endpoint.estimand
        )

    def outcome(self) -> Float[np.ndarray, "R P V"]:
        """What is compared: the change since baseline, or of a mean the score."""
        score = self.scores()
        if self.endpoint.kind is EndpointKind.MEAN:
            return score
        return score - self.baseline[..., None]

    def groups(self, pair: Pair) -> Float[np.ndarray, "R P"]:
        """1 in the treatment, 0 in its reference, not a number elsewhere."""
        names = [arm.name for arm in self.protocol.arms]
        treatment, reference = (self.trials.arm == names.index(name) for name in pair)
        return np.where(treatment, 1.0, np.where(reference, 0.0, np.nan))

    def items(self, visit: int) -> Float[np.ndarray, "R P I"]:
        """Items of the first scale at a visit; not a number where it was not seen."""
        every = [self.cohort[arm.name].items[visit].T for arm in self.protocol.arms]
        found = np.stack(every)[self.trials.arm, self.trials.person].astype(float)
        return np.where(np.isfinite(self.trials.score[:, :, visit, :1]), found, np.nan)

    def adjusted(self) -> Extra:
        """Baseline and the covariates of the plan."""
        return np.concatenate([self.baseline[..., None], self.covariates], axis=-1)


def effects(asked: Analysis, pairs: Sequence[Pair]) -> dict[Pair, list[Effects]]:
    """Effects of an endpoint for each pair of arms; the first is the one tested.

    Parameters
    ----------
    asked
        The endpoint and its trials.
    pairs
        Arms that are compared, the treatment first.
    """
    kind = asked.endpoint.kind
    if kind in (EndpointKind.RESPONSE, EndpointKind.REMISSION):
        return {pair: _shares(asked, pair) for pair in pairs}
    if kind is EndpointKind.RELAPSE:
        return {pair: [_hazards(asked, pair)] for pair in pairs}
    if kind is EndpointKind.ITEMS:
        return {pair: _items(asked, pair) for pair in pairs}
    if kind is EndpointKind.ORDINAL:
        return {pair: [_levels(asked, pair)] for pair in pairs}
    if asked.protocol.kind is DesignKind.CROSSOVER:
        return {pair: [_periods(asked, pair)] for pair in pairs}
    if (asked.endpoint.method or Method.MMRM) is Method.MMRM:
        return _repeated(asked, pairs)
    imputed = asked.protocol.plan.imputation is not Imputation.NONE
    if imputed and asked.endpoint.method is Method.ANCOVA:
        return {pair: [_imputed(asked, pair)] for pair in pairs}
    return {pair: [_once(asked, pair)] for pair in pairs}


def truth(asked: Analysis, pair: Pair) -> list[Effects]:
    """As `effects` in trials where all is seen: means are compared directly."""
    whole = asked.protocol.kind is not DesignKind.CROSSOVER
    if whole and asked.endpoint.kind in (EndpointKind.MEAN, EndpointKind.CHANGE):
        outcome = asked.outcome()[:, :, asked.visit]
        return [_of(ancovas(outcome, asked.groups(pair), _nothing(outcome)), "points")]
    return effects(asked, [pair])[pair]


# -- scores ----------------------------------------------------------------------------


def _repeated(asked: Analysis, pairs: Sequence[Pair]) -> dict[Pair, list[Effects]]:
    """Mixed model of the outcome at the last visits, all arms together."""
    arms = [arm.name for arm in asked.protocol.arms]
    found = repeated(
        asked.outcome()[:, :, _modelled(asked)],
        asked.trials.arm,
        asked.baseline,
        asked.covariates,
        len(arms),
        [(arms.index(treatment), arms.index(other)) for treatment, other in pairs],
    )
    result = {}
    for k, pair in enumerate(pairs):
        numbers = (found.value[:, k], found.se[:, k], found.df[:, k])
        result[pair] = [_with_t(*numbers, found.method)]
    return result


def _modelled(asked: Analysis) -> list[int]:
    """Visits of the repeated-measures model."""
    protocol, measure = asked.protocol, asked.endpoint.measure
    start = max(protocol.randomised_h, protocol.baseline_visit.time_h)
    rated = [
        index
        for index, visit in enumerate(protocol.visits)
        if measure in visit.scales and start < visit.time_h <= asked.endpoint.time_h
    ]
    return rated[-MOST_VISITS:]


def _once(asked: Analysis, pair: Pair) -> Effects:
    """Ancova or t test of the outcome at one visit."""
    outcome = asked.outcome()[:, :, asked.visit]
    plain = asked.endpoint.method is Method.T_TEST
    adjusted = _nothing(outcome) if plain else asked.adjusted()
    return _of(ancovas(outcome, asked.groups(pair), adjusted), "points")


def _nothing(outcome: Float[np.ndarray, "R P"]) -> Extra:
    """No covariates."""
    return np.zeros((*outcome.shape, 0))


def _with_t(
    value: Float[np.ndarray, " R"],
    se: Float[np.ndarray, " R"],
    df: Float[np.ndarray, " R"],
    method: Shaped[np.ndarray, " R"],
) -> Effects:
    import scipy.special

    half = scipy.special.stdtrit(df, (1 + LEVEL) / 2) * se
    p = 2 * scipy.special.stdtr(df, -np.abs(value) / se)
    return Effects("points", value, se, df, value - half, value + half, p, method)


def _imputed(asked: Analysis, pair: Pair) -> Effects:
    """Ancova of imputed data sets."""
    visits, group, extra = _modelled(asked), asked.groups(pair), asked.adjusted()
    outcome = asked.outcome()[:, :, visits]
    what = asked.protocol.plan.imputation

    def one(r: int) -> Estimate:
        own = np.isfinite(group[r])
        arm, covariates = group[r, own], extra[r, own]
        filled = impute(
            outcome[r, own],
            arm,
            covariates,
            number=IMPUTATIONS,
            seed=asked.seed,
            replicate=int(asked.trials.replicate[r]),
            missing=_ASSUMED[what],
        )
        name = f"ancova, missing {what.value}"
        return imputed_ancova(filled[:, :, -1], arm, covariates, method=name)

    return _each(one, len(group), "points")


def _periods(asked: Analysis, pair: Pair) -> Effects:
    """Effect from both periods of a crossover; the pair are its two sequences."""
    found = periods(asked.trials, asked.protocol, asked.endpoint, asked.scores())
    names = [arm.name for arm in asked.protocol.arms]
    own = np.isin(found.sequence, [names.index(name) for name in pair])
    first = (found.sequence == names.index(pair[0])).astype(float)

    def one(r: int) -> Estimate:
        kept = own[r]
        parts = (found.first[r, kept], found.second[r, kept], first[r, kept])
        return mixed_crossover(*parts)

    return _each(one, len(own), "points")


# -- items and levels ------------------------------------------------------------------


def _items(asked: Analysis, pair: Pair) -> list[Effects]:
    """Difference of each item of the first scale."""
    start = asked.protocol.visits.index(asked.protocol.baseline_visit)
    now, before = asked.items(asked.visit), asked.items(start)
    group = asked.groups(pair)
    each = [item_differences(now[r], before[r], group[r]) for r in range(len(group))]
    return [_stacked(column, "points") for column in zip(*each, strict=True)]


def _levels(asked: Analysis, pair: Pair) -> Effects:
    """Log odds ratio of a worse level: remission, response without it, neither."""
    group, adjusted, base = asked.groups(pair), asked.adjusted(), asked.baseline
    score = asked.scores()[:, :, asked.visit]
    rule = asked.protocol.rule(asked.endpoint.measure)
    remits = stands(Standing.REMISSION, score, base, rule)
    responds = stands(Standing.RESPONSE, score, base, rule)
    level = np.where(remits, 0.0, np.where(responds, 1.0, 2.0))
    level = np.where(np.isfinite(score), level, np.nan)
    one = lambda r: proportional_odds(level[r], group[r], adjusted[r])
    return _each(one, len(group), "log odds ratio")


# -- shares and times ------------------------------------------------------------------


def reached(asked: Analysis) -> Bool[np.ndarray, "R P"]:
    """Who responded or remitted at the visit; who was not seen did not."""
    end = asked.endpoint
    own = {"response_percent": end.percent, "remission_at_most": end.at_most}
    said = {name: limit for name, limit in own.items() if limit is not None}
    rule = asked.protocol.rule(end.measure).model_copy(update=said)
    remits = end.kind is EndpointKind.REMISSION
    standing = Standing.REMISSION if remits else Standing.RESPONSE
    return stands(standing, asked.scores()[:, :, asked.visit], asked.baseline, rule)


def _shares(asked: Analysis, pair: Pair) -> list[Effects]:
    """Difference of shares, and the log odds ratio adjusted for baseline."""
    group, happened = asked.groups(pair), reached(asked).astype(float)
    adjusted = asked.adjusted()
    one = lambda r: logistic(happened[r], group[r], adjusted[r])
    shares = _of(risk_differences(happened, group), PERCENT_POINTS)
    value, se, low, high = (
        100 * x for x in (shares.value, shares.se, shares.low, shares.high)
    )
    shares = shares._replace(value=value, se=se, low=low, high=high)
    return [shares, _each(one, len(group), "log odds ratio")]


def _hazards(asked: Analysis, pair: Pair) -> Effects:
    """Log hazard ratio of relapse among those who can relapse."""
    group = asked.groups(pair)
    end, scores = asked.endpoint, asked.scores()
    found = relapses(asked.trials, asked.protocol, end, scores)
    group = np.where(found.followed, group, np.nan)
    nothing = np.zeros((group.shape[1], 0))
    one = lambda r: cox(found.days[r], found.relapsed[r], group[r], nothing)
    return _each(one, len(group), "log hazard ratio")


def _of(found: Estimates, unit: str) -> Effects:
    why = np.asarray(found.why, object)
    method = np.where(why == "", found.method, why)
    return Effects(unit, *found[:6], method)


def _each(one: Callable[[int], Estimate], count: int, unit: str) -> Effects:
    """Effects of an analysis that is done replicate by replicate."""
    return _stacked((one(r) for r in range(count)), unit)


def _stacked(found: Iterable[Estimate], unit: str) -> Effects:
    *numbers, method = zip(*found, strict=True)
    value, se, df, low, high, p = (np.array(column, float) for column in numbers)
    return Effects(unit, value, se, df, low, high, p, np.array(method, object))
