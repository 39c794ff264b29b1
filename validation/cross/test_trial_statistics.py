"""Analyses of trials beside R: regressions, survival, ordinal, crossover, pooling.

R's results, the data and the script that made them lie in `validation/cross/r`.
"""

import functools
import json
import math
import pathlib

import numpy as np
import pytest

from kapsim.trial.analysis.ancova import ancova, ancovas
from kapsim.trial.analysis.binary import risk_difference
from kapsim.trial.analysis.crossover import crossover, mixed_crossover
from kapsim.trial.analysis.fixed_effects import visits_design
from kapsim.trial.analysis.imputation import Missing, impute
from kapsim.trial.analysis.logistic import logistic
from kapsim.trial.analysis.mmrm import contrast, mmrm
from kapsim.trial.analysis.ordinal import proportional_odds
from kapsim.trial.analysis.pooling import pooled
from kapsim.trial.analysis.survival import cox, kaplan_meier, log_rank, median_time

FILE = pathlib.Path(__file__).resolve().parent / "r" / "trial_statistics.json"
LIMIT = 1e-6
T = ("value", "se", "df", "low", "high", "p")
NORMAL = ("value", "se", "p")
INTERVAL = ("value", "low", "high", "p")


@functools.cache
def stored():
    """Everything that R wrote."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def numbers(values):
    """Array of a stored column."""
    return np.array([math.nan if x is None else x for x in values], float)


def given(case):
    """Arm and covariates."""
    columns = [numbers(x) for x in case["covariates"].values()]
    size = len(case["arm"])
    return numbers(case["arm"]), np.reshape(columns, (-1, size)).T


def gap(found, case, names):
    """Greatest relative difference of some fields."""
    return max(abs(getattr(found, name) / case[name] - 1) for name in names)


def held(check, name, package, fields, by, planted):
    """Record the greatest difference over cases, and that of a planted fault."""
    cases = stored()[name]
    made = stored()["made_with"]
    version = made["R"].split()[2] if package == "R" else made[package]
    title = f"{planted[0]}: greatest difference from R, {', '.join(cases)}"
    differences = [gap(by(case), case, fields) for case in cases.values()]
    note = f"{package} {version}; {', '.join(fields)}"
    check(title, max(differences), 0, LIMIT, source="required", note=note)
    worst = min(gap(planted[2](case), case, fields) for case in cases.values())
    check.planted(title, planted[1], worst)


def test_ancova(check):
    by = lambda case: ancova(numbers(case["y"]), *given(case))
    forgotten = lambda case: ancova(
        numbers(case["y"]), given(case)[0], given(case)[1][:, 1:]
    )
    fault = ("ANCOVA", "first covariate forgotten", forgotten)
    held(check, "ancova", "R", T, by, fault)


def test_logistic_regression(check):
    by = lambda case: logistic(numbers(case["y"]), *given(case))
    forgotten = lambda case: logistic(
        numbers(case["y"]), given(case)[0], given(case)[1][:, 1:]
    )
    fault = ("logistic regression", "first covariate forgotten", forgotten)
    held(check, "logistic", "R", NORMAL, by, fault)


def test_separated_data_by_firths_penalty(check):
    by = lambda case: logistic(numbers(case["y"]), *given(case))
    alone = lambda case: logistic(
        numbers(case["y"]), given(case)[0], given(case)[1][:, 1:]
    )
    fault = ("Firth's logistic regression", "covariate forgotten", alone)
    held(check, "firth", "R", INTERVAL, by, fault)


def people(counts):
    """Who responded, and in which arm."""
    k1, n1, k0, n0 = counts
    happened = np.repeat([1.0, 0.0, 1.0, 0.0], [k1, n1 - k1, k0, n0 - k0])
    return happened, np.repeat([1, 0], [n1, n0])


def test_difference_of_shares(check):
    by = lambda case: risk_difference(*people(case["counts"]))

    def wald(case):
        found = by(case)
        half = 1.959963984540054 * found.se
        return found._replace(low=found.value - half, high=found.value + half)

    fault = ("risk difference, Newcombe", "Wald's interval", wald)
    held(check, "shares", "R", (*T[:2], *T[3:]), by, fault)


def followed(case):
    """When, whether, and in which arm."""
    return numbers(case["time"]), numbers(case["event"]), *given(case)


def test_cox(check):
    by = lambda case: cox(*followed(case))
    all_happened = lambda case: cox(
        numbers(case["time"]), np.ones(len(case["time"])), *given(case)
    )
    fault = ("Cox", "the censored taken for events", all_happened)
    held(check, "survival", "survival", NORMAL, by, fault)


def curve_gap(case, times):
    """Greatest relative difference of a curve's columns."""
    _, event, arm, _ = followed(case)
    found = kaplan_meier(times[arm == 1], event[arm == 1])
    if len(found.time) != len(case["curve"]["time"]):
        return math.inf
    columns = [(numbers(v), getattr(found, k)) for k, v in case["curve"].items()]
    for want, got in columns:
        assert np.array_equal(np.isnan(want), np.isnan(got))
    return max(np.nanmax(np.abs(got / want - 1)) for want, got in columns)


def test_kaplan_meier(check):
    cases = stored()["survival"]
    title = f"Kaplan-Meier: greatest difference from R, {', '.join(cases)}"
    gaps = [curve_gap(case, numbers(case["time"])) for case in cases.values()]
    version = stored()["made_with"]["survival"]
    note = (
        f"survival {version}; times, at risk, share, Greenwood's error, log-log bounds"
    )
    check(title, max(gaps), 0, LIMIT, source="required", note=note)
    case = cases["weekly_visits"]
    shorter = np.where(numbers(case["event"]) == 1, 0.0, -0.5) + numbers(case["time"])
    moved = curve_gap(case, shorter)
    check.planted(title, "censored just before the events of a day", moved)


def plain(curve):
    """The same curve with bounds that are normal in the share itself."""
    half = 1.959963984540054 * curve.se
    return curve._replace(low=curve.survival - half, high=curve.survival + half)


def test_medians_with_their_intervals(check):
    title = "median time to the event: greatest difference from R"

    def gaps(change):
        for case in stored()["survival"].values():
            time, event, arm, _ = followed(case)
            for k in (0, 1):
                curve = kaplan_meier(time[arm == k], event[arm == k])
                found = median_time(change(curve))
                got = np.array([found.value, found.low, found.high])
                want = numbers(case["median"][k])
                known = np.isfinite(want)
                same = np.array_equal(known, np.isfinite(got))
                yield np.max(np.abs(got[known] / want[known] - 1)) if same else math.inf

    every = max(gaps(lambda curve: curve))
    check(title, every, 0, LIMIT, source="required", note="median and bounds")
    check.planted(title, "bounds without the logarithms", max(gaps(plain)))


def test_log_rank(check):
    title = "log-rank test: greatest difference from R"

    def gaps(weigh):
        for case in stored()["survival"].values():
            time, event, arm, _ = followed(case)
            found = log_rank(weigh(time), event, arm)
            yield abs(found.statistic / case["chi2"] - 1)
            yield abs(found.p / case["chi2_p"] - 1)

    check(
        title, max(gaps(lambda x: x)), 0, LIMIT, source="required", note="statistic, p"
    )
    apart = max(gaps(lambda time: time + 1e-6 * np.arange(len(time))))
    check.planted(title, "ties broken by order", apart)


def test_proportional_odds(check):
    by = lambda case: proportional_odds(numbers(case["level"]), *given(case))
    merged = lambda case: proportional_odds(
        np.maximum(numbers(case["level"]), np.min(case["level"]) + 1), *given(case)
    )
    fault = ("proportional odds", "two lowest categories merged", merged)
    held(check, "ordinal", "ordinal", NORMAL, by, fault)


def periods(case):
    """Outcomes of both periods, and the sequence."""
    return tuple(numbers(case[key]) for key in ("first", "second", "active_first"))


def test_crossover(check):
    by = lambda case: crossover(*periods(case)).effect
    plain = lambda case: ancova(
        np.concatenate(periods(case)[:2]),
        np.concatenate([periods(case)[2], 1 - periods(case)[2]]),
        np.zeros((2 * len(case["first"]), 0)),
    )
    fault = ("crossover, complete patients", "patients and periods ignored", plain)
    held(check, "crossover", "R", T, by, fault)


def test_carry_over(check):
    title = "carry-over of a crossover: greatest difference from R"
    names = {"value": "carry", "se": "carry_se", "p": "carry_p"}

    def gaps(pick):
        for case in stored()["crossover"].values():
            found = pick(crossover(*periods(case)))
            yield max(abs(getattr(found, k) / case[v] - 1) for k, v in names.items())

    check(title, max(gaps(lambda x: x.carry_over)), 0, LIMIT, source="required")
    check.planted(title, "the effect itself", min(gaps(lambda x: x.effect)))


def test_mixed_model_of_a_crossover(check):
    made = stored()["made_with"]
    title = "crossover, mixed model: greatest difference from R"
    names = {"value": "mixed", "se": "mixed_se", "df": "mixed_df"}

    def difference(found, case):
        return max(abs(getattr(found, k) / case[v] - 1) for k, v in names.items())

    cases = stored()["crossover"]
    gaps = [
        difference(mixed_crossover(*periods(case)), case) for case in cases.values()
    ]
    note = (
        f"lme4 {made['lme4']}, lmerTest {made['lmerTest']}; value, se, Satterthwaite df"
    )
    check(title, max(gaps), 0, LIMIT, source="required", note=note)
    left = cases["some_left"]
    pairs = difference(crossover(*periods(left)).effect, left)
    check.planted(title, "those who left are left out", pairs)


def test_pooling(check):
    by = lambda case: pooled(
        numbers(case["values"]),
        numbers(case["errors"]),
        "x",
        complete_df=float(case["complete_df"]),
    )
    large = lambda case: pooled(numbers(case["values"]), numbers(case["errors"]), "x")
    fault = ("Rubin's rules", "degrees of freedom of a large sample", large)
    held(check, "pooled", "mice", (*T[:3], "p"), by, fault)


PATIENTS, VISITS, NUMBER = 300, 5, 1000


def dropouts(seed):
    """Two arms at five visits; who does badly tends to leave."""
    rng = np.random.default_rng(seed)
    arm, baseline = np.arange(PATIENTS) % 2, rng.normal(30, 5, PATIENTS)
    lag = np.abs(np.subtract.outer(range(VISITS), range(VISITS)))
    noise = rng.multivariate_normal(np.zeros(VISITS), 36 * 0.75**lag, PATIENTS)
    score = 0.6 * baseline[:, None] - np.outer(arm, [1, 2, 3, 4, 4]) + noise
    for v in range(1, VISITS):
        leaves = rng.random(PATIENTS) < 0.35 / (1 + np.exp(-(score[:, v - 1] - 18) / 4))
        score[leaves, v:] = np.nan
    return score, arm, baseline


@pytest.mark.stochastic
def test_imputation_at_random_is_the_direct_likelihood(check):
    """Means of many imputations approach the maximum of the likelihood."""
    score, arm, baseline = dropouts(11)
    design = visits_design(arm[None], baseline[None], 2, VISITS)
    direct = contrast(mmrm(score[None], design), design.differences(1)[-1])
    value, se = float(direct.value[0, 0]), float(direct.se[0, 0])

    def imputed(missing):
        every = impute(
            score, arm, baseline[:, None], number=NUMBER, seed=1, missing=missing
        )
        found = ancovas(every[:, :, -1], arm, baseline[None, :, None])
        single = math.sqrt((found.se**2).mean())
        return found.value, single, pooled(found.value, found.se, "x")

    values, errors, joined = imputed(Missing.AT_RANDOM)
    error = values.std() / math.sqrt(NUMBER)
    title = "imputation at random and ANCOVA: from the mixed model, in its errors"
    note = f"{NUMBER} imputations; Monte Carlo error {error / se:.3f}"
    # the posterior mean of 300 patients is the maximum to well below an error
    limit = 4 * error / se
    check(
        title,
        abs(joined.value - value) / se,
        0,
        limit,
        unit="standard errors",
        source="our choice",
        note=note,
    )
    jump = imputed(Missing.JUMP)[2].value
    check.planted(title, "jump to reference", abs(jump - value) / se)
    title = "imputation at random and ANCOVA: standard error over the mixed model's"
    check(title, joined.se / se, 0.97, 1.03, source="our choice", note=note)
    check.planted(title, "imputed scores taken for seen ones", errors / se)


@pytest.mark.stochastic
def test_jump_to_reference_of_those_who_never_came(check):
    """Who leaves before the first visit gets the reference: the effect is diluted."""
    score, arm, _ = dropouts(12)
    rng = np.random.default_rng(13)
    score = np.where(np.isfinite(score), score, 18 + rng.normal(0, 6, score.shape))
    never = (rng.random(PATIENTS) < 0.3) & (arm == 1)
    score[never] = np.nan
    nothing = np.zeros((PATIENTS, 0))
    every = impute(score, arm, nothing, number=NUMBER, seed=2, missing=Missing.JUMP)
    values = ancovas(every[:, :, -1], arm, nothing[None]).value
    stayed = (arm == 1) & ~never
    effect = score[stayed, -1].mean() - score[arm == 0, -1].mean()
    share = stayed.sum() / (arm == 1).sum()
    error = values.std() / math.sqrt(NUMBER)
    title = "jump to reference: effect over that of completers times their share"
    low, high = (1 + side * 4 * error / abs(share * effect) for side in (-1, 1))
    note = f"{NUMBER} imputations; limits are four Monte Carlo errors"
    ratio = values.mean() / (share * effect)
    check(title, ratio, low, high, source="exact", note=note)
    other = impute(score, arm, nothing, number=NUMBER, seed=2)
    at_random = ancovas(other[:, :, -1], arm, nothing[None]).value.mean()
    check.planted(title, "at random", at_random / (share * effect))
