"""Each kind of endpoint against a direct computation."""

from typing import Any

import numpy as np
import pytest
import scipy.stats

from kapsim.trial.analysis.crossover import crossover
from kapsim.trial.analysis.items import item_differences
from kapsim.trial.analysis.logistic import logistic
from kapsim.trial.analysis.ordinal import proportional_odds
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.power.effects import Analysis, Effects, effects, reached, truth
from tests.unit.trial import designs
from tests.unit.trial.conduct.builders import outcomes, visits
from tests.unit.trial.power.builders import CHANGE, PAIR, asked, drawn, trial


def same(actual: Any, desired: Any) -> None:
    """Equal but for rounding."""
    np.testing.assert_allclose(actual, desired, rtol=1e-10, atol=1e-10)


def found(one: Analysis) -> Effects:
    """First effect of ketamine against saline."""
    return effects(one, [PAIR])[PAIR][0]


def without(of: Trials, *where: tuple[Any, Any, Any]) -> Trials:
    """Trials in which some scores were not seen."""
    score = of.score.copy()
    for replicate, people, visit in where:
        score[replicate, people, visit] = np.nan
    return of._replace(score=score)


def halves(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values of those given ketamine and of the others."""
    return values[:12], values[12:]


def test_a_t_test_is_that_of_changes_and_of_a_mean_that_of_scores() -> None:
    of, t_test = drawn(), {"method": "t test"}
    protocol = trial({**CHANGE, **t_test}, {**CHANGE, "kind": "mean", **t_test})
    changes, scores = (found(asked(protocol, of, k)) for k in (0, 1))
    last = of.score[:, :, 5, 0]
    for effect, values in ((changes, last - of.baseline[:, :, 0]), (scores, last)):
        for r in range(3):
            told: Any = scipy.stats.ttest_ind(*halves(values[r]))
            interval = told.confidence_interval()
            same(
                [effect.p[r], effect.df[r], effect.low[r], effect.high[r]],
                [told.pvalue, 22, interval.low, interval.high],
            )
    assert (np.abs(changes.value - scores.value) > 0.1).all()


def test_ancova_is_the_coefficient_of_the_arm() -> None:
    of, protocol = drawn(), trial({**CHANGE, "method": "ancova"})
    extra = np.random.default_rng(1).normal(size=(3, 24, 1))
    effect = found(asked(protocol, of, covariates=extra))
    for r in range(3):
        base = of.baseline[r, :, 0]
        x = np.column_stack([np.ones(24), of.arm[r] == 0, base, extra[r]])
        y = of.score[r, :, 5, 0] - base
        beta = np.linalg.lstsq(x, y, rcond=None)[0]
        same(effect.value[r], beta[1])
    assert effect.unit == "points"
    assert (effect.method == "ancova").all()


def test_repeated_measures_that_are_complete_are_the_ancova_of_the_visit() -> None:
    of, protocol = drawn(), trial(CHANGE, {**CHANGE, "method": "ancova"})
    repeated, once = (found(asked(protocol, of, k)) for k in (0, 1))
    np.testing.assert_allclose(repeated.value, once.value, rtol=1e-6, atol=0)
    np.testing.assert_allclose(repeated.se, once.se, rtol=1e-4, atol=0)
    assert (repeated.method == "mmrm us").all()


def test_repeated_measures_use_the_visits_before() -> None:
    of, protocol = drawn(), trial(CHANGE, {**CHANGE, "method": "ancova"})
    lost = without(of, (0, slice(3), 5))
    repeated, once = (found(asked(protocol, lost, k)) for k in (0, 1))
    assert repeated.value[0] != pytest.approx(once.value[0], abs=1e-3)
    np.testing.assert_allclose(repeated.value[1:], once.value[1:], rtol=1e-6, atol=0)


def test_a_scale_that_is_not_rated_at_baseline_has_means() -> None:
    ends = [{**CHANGE, "kind": "mean", "measure": "QIDS-SR", "method": "t test"}]
    ends.append({**ends[0], "method": "mmrm"})
    rated = visits()
    rated[0] = {**rated[0], "scales": ["MADRS"]}
    protocol, of = trial(*ends, visits=rated), drawn()
    of = without(of, (slice(None), slice(None), 0))
    of.score[:, :, 0, 0] = of.baseline[:, :, 0]
    of = of._replace(baseline=of.score[:, :, 0])
    plain, repeated = (found(asked(protocol, of, k)) for k in (0, 1))
    last = of.score[:, :, 5, 1]
    means = last[:, :12].mean(axis=1) - last[:, 12:].mean(axis=1)
    same(plain.value, means)
    assert (np.abs(repeated.value - means) < 2).all()


@pytest.mark.parametrize("method", ["mmrm", "ancova"])
def test_covariates_that_say_nothing_new_fall_away(method: str) -> None:
    protocol = trial({**CHANGE, "method": method}, visits=visits((1, 29)))
    of = drawn(visits=2)
    base, luck = of.baseline[:, :, 0], np.random.default_rng(2)
    site = luck.integers(0, 3, (3, 24))
    site[1] = 2 * (site[1] > 0)  # nobody at site 1
    two, three = site == 1, site == 2
    both, one = (np.stack(x, axis=-1) * 1.0 for x in ([two, three], [three]))
    extra = np.concatenate([base[..., None], both], axis=-1)
    effect = found(asked(protocol, of, covariates=extra))
    for rows, plain in ((slice(0, 1), both), (slice(1, 2), one), (slice(2, 3), both)):
        alone = Trials(*(field[rows] for field in of))
        direct = found(asked(protocol, alone, covariates=plain[rows]))
        np.testing.assert_allclose(effect.value[rows], direct.value, rtol=1e-7, atol=0)
        np.testing.assert_allclose(effect.se[rows], direct.se, rtol=1e-6, atol=0)
    assert np.isfinite(effect.value).all()


def test_of_a_share_who_is_not_seen_did_not_respond() -> None:
    ends = [{**CHANGE, "kind": kind} for kind in ("response", "remission")]
    protocol, of = trial(*ends), drawn()
    lost = without(of, (slice(None), 0, 5))
    for k, limit in enumerate(("half of the baseline", "ten")):
        one = asked(protocol, lost, k)
        shares, odds = effects(one, [PAIR])[PAIR]
        score, base = of.score[:, :, 5, 0], of.baseline[:, :, 0]
        well = score <= (base / 2 if "half" in limit else 10)
        well[:, 0] = False
        assert (reached(one) == well).all()
        difference = well[:, :12].mean(axis=1) - well[:, 12:].mean(axis=1)
        same(shares.value, 100 * difference)
        assert shares.unit == "percent points"
        direct = logistic(well[0] * 1.0, 1.0 - of.arm[0], base[0, :, None])
        np.testing.assert_array_equal(odds.value[0], direct.value)
        assert odds.unit == "log odds ratio"


def test_own_limits_of_an_endpoint_count() -> None:
    ends = [{**CHANGE, "kind": "response", "percent": 25}]
    ends.append({**CHANGE, "kind": "remission", "at_most": 20})
    protocol, of = trial(*ends), drawn()
    score, base = of.score[:, :, 5, 0], of.baseline[:, :, 0]
    assert (reached(asked(protocol, of, 0)) == (score <= 0.75 * base)).all()
    assert (reached(asked(protocol, of, 1)) == (score <= 20)).all()


def test_levels_are_ordered() -> None:
    of = drawn(people=120, spread=14)
    effect = found(asked(trial({**CHANGE, "kind": "ordinal"}), of))
    score, base = of.score[0, :, 5, 0], of.baseline[0, :, 0]
    level = np.where(score <= 10, 0.0, np.where(score <= base / 2, 1.0, 2.0))
    direct = proportional_odds(level, 1.0 - of.arm[0], base[:, None])
    same(effect.value[0], direct.value)
    assert effect.value[0] < 0  # a worse level is rarer with the drug


def test_items_are_those_of_the_arm_that_fell_to_a_person() -> None:
    of = drawn()
    cohort = {"ketamine": outcomes(n=24), "saline": outcomes(n=24)}
    cohort["saline"].items[:] = 0
    one = asked(trial({**CHANGE, "kind": "items"}), of, cohort=cohort)
    each = effects(one, [PAIR])[PAIR]
    assert len(each) == 10
    now, before = (cohort["ketamine"].items[k].T * 1.0 for k in (5, 0))
    now[12:] = before[12:] = 0
    direct = item_differences(now, before, 1.0 - of.arm[0])
    told = [effect.value[0] for effect in each]
    same(told, [one.value for one in direct])


def test_a_crossover_is_within_people() -> None:
    protocol = designs.trial(
        *designs.sequences(15),
        design=designs.crossover(washout="13 d"),
        endpoints=[{**CHANGE, "at": "day 22"}],
        plan={"comparisons": [["a", "b"]]},
    )
    (pair,), of = protocol.comparisons, drawn(visits=5)
    (effect,) = effects(asked(protocol, of), [pair])[pair]
    direct = crossover(of.score[0, :, 1, 0], of.score[0, :, 3, 0], 1.0 - of.arm[0])
    np.testing.assert_allclose(effect.value[0], direct.effect.value, rtol=1e-6, atol=0)
    np.testing.assert_allclose(effect.se[0], direct.effect.se, rtol=1e-4, atol=0)


@pytest.mark.parametrize("method", ["mmrm", "ancova", "t test"])
def test_a_trial_with_an_arm_that_nobody_saw_has_no_estimate(method: str) -> None:
    protocol, of = trial({**CHANGE, "method": method}), drawn()
    lost = without(of, (1, slice(12), slice(1, None)))
    effect, whole = (found(asked(protocol, one)) for one in (lost, of))
    assert np.isnan(effect.value).tolist() == [False, True, False]
    assert np.isnan(effect.p).tolist() == [False, True, False]
    kept = [0, 2]
    np.testing.assert_allclose(effect.value[kept], whole.value[kept], rtol=1e-9, atol=0)
    assert effect.method[1] != effect.method[0]


def test_nothing_missing_is_nothing_to_impute() -> None:
    ancova = {**CHANGE, "method": "ancova"}
    protocol, of = trial(ancova, plan={"imputation": "jump to reference"}), drawn(2)
    plain = found(asked(trial(ancova), of))
    filled = found(asked(protocol, of))
    np.testing.assert_allclose(filled.value, plain.value, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(filled.se, plain.se, rtol=1e-9, atol=1e-9)
    assert (filled.method == "ancova, missing jump to reference").all()


@pytest.mark.stochastic
def test_a_jump_to_the_reference_takes_from_the_effect() -> None:
    ancova = {**CHANGE, "method": "ancova"}
    lost = without(drawn(2, people=80), (slice(None), slice(15), slice(2, None)))
    values = {
        how: found(asked(trial(ancova, plan={"imputation": how}), lost)).value
        for how in ("at random", "jump to reference")
    }
    assert (values["jump to reference"] - values["at random"] > 1).all()


def test_the_strategy_decides_which_scores_count() -> None:
    ends = [
        {**CHANGE, "method": "t test", "estimand": strategy}
        for strategy in ("treatment policy", "hypothetical", "composite")
    ]
    protocol, of = trial(*ends), drawn()
    stopped = np.full(of.arm.shape, 6)
    stopped[:, :4] = 3
    of = of._replace(stopped=stopped)
    change = (of.score[:, :, 5] - of.score[:, :, 0])[..., 0]
    fell, others = change[:, 12:].mean(axis=1), change[:, :12]
    zeroed = np.where(np.arange(12) < 4, 0, others)
    direct = [others.mean(axis=1), others[:, 4:].mean(axis=1), zeroed.mean(axis=1)]
    for k, mean in enumerate(direct):
        effect = found(asked(protocol, of, k))
        same(effect.value, mean - fell)


def test_truth_is_the_plain_difference_of_means() -> None:
    of = drawn()
    (effect,) = truth(asked(trial(), of), PAIR)
    change = (of.score[:, :, 5] - of.score[:, :, 0])[..., 0]
    np.testing.assert_allclose(
        effect.value, change[:, :12].mean(axis=1) - change[:, 12:].mean(axis=1)
    )
