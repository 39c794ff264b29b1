"""The naive predictor, against the formulas it rests on."""

import math
from typing import Any

import numpy as np
import pytest
import scipy.integrate
import scipy.stats

from kapsim.trial.external.kinds import day_bin, kind
from kapsim.trial.external.naive import Naive, naive
from kapsim.trial.external.precedents import others
from kapsim.trial.external.sizes import patients, sizes
from kapsim.trial.protocol import Protocol
from tests.unit.trial.builders import data
from tests.unit.trial.external.builders import entry, protocol

OTHER = "singh_2016"


def past(name: str, *entries: dict[str, Any], **changes: Any) -> Protocol:
    """Another trial of the same drug, published elsewhere."""
    told = [one | {"source": OTHER} for one in entries]
    return protocol(*told, name=name, sources=[], **changes)


def foretold(given: dict[str, Any], library: list[Protocol]) -> Naive | None:
    """What is foretold of one figure."""
    own = protocol(given)
    n = patients(own.published[0], sizes(own))
    return naive(own, own.published[0], library, sizes(own), n)


def by_hand(effects: np.ndarray, variances: np.ndarray) -> tuple[float, float, float]:
    """Mean, its variance and tau² by DerSimonian and Laird."""
    w = 1 / variances
    fixed = (w * effects).sum() / w.sum()
    q = (w * (effects - fixed) ** 2).sum()
    tau2 = (q - len(w) + 1) / (w.sum() - (w**2).sum() / w.sum())
    tau2 = max(tau2, 0.0)
    w = 1 / (variances + tau2)
    return float((w * effects).sum() / w.sum()), float(1 / w.sum()), float(tau2)


@pytest.mark.parametrize("values", [(-8.0, -15.0, -12.0), (-12.0, -12.1, -12.2)])
def test_changes_are_the_random_effects_mean(values: tuple[float, ...]) -> None:
    counts, spreads = (20, 30, 25), (8.0, 9.0, 12.0)
    library = [
        past(f"past-{k}", entry(value=value, n=n, sd=sd))
        for k, (value, n, sd) in enumerate(zip(values, counts, spreads, strict=True))
    ]
    variances = np.array(spreads) ** 2 / np.array(counts)
    mean, of_mean, tau2 = by_hand(np.array(values), variances)
    found = foretold(entry(value=-10.0, n=40), library)
    assert found is not None
    assert found.forecast.value == pytest.approx(mean, rel=1e-9)
    sd = math.sqrt(tau2 + of_mean + 9.0**2 / 40)  # the median SD of the precedents
    assert found.forecast.sd == pytest.approx(sd, rel=1e-9)
    law: Any = scipy.stats.norm(mean, sd)
    assert found.forecast.log_score == pytest.approx(law.logpdf(-10.0), rel=1e-9)
    assert "3 arms of 3 trials: intravenous ketamine" in found.said


def test_a_precedent_without_spread_has_that_of_the_others() -> None:
    library = [
        past("past-0", entry(value=-8.0, n=20, sd=8.0)),
        past("past-1", entry(value=-15.0, n=30)),
    ]
    mean, _, _ = by_hand(np.array([-8.0, -15.0]), np.array([64 / 20, 64 / 30]))
    found = foretold(entry(n=40), library)
    assert found is not None
    assert found.forecast.value == pytest.approx(mean, rel=1e-9)
    unknown = [past(f"past-{k}", entry(n=20)) for k in range(3)]
    assert foretold(entry(), unknown) is None


def test_shares_are_averaged_as_logits() -> None:
    share = {"metric": "response_percent"}
    library = [
        past(f"past-{k}", entry(**share, value=value, n=20))
        for k, value in enumerate((20.0, 50.0, 75.0))
    ]
    hits = np.array([4, 10, 15]) + 0.5
    logits, variances = np.log(hits / (21 - hits)), 1 / hits + 1 / (21 - hits)
    mean, of_mean, tau2 = by_hand(logits, variances)
    found = foretold(entry(**share, value=40.0, n=30), library)
    assert found is not None
    law: Any = scipy.stats.norm(mean, math.sqrt(of_mean + tau2))
    wanted, _ = scipy.integrate.quad(
        lambda x: float(law.pdf(x)) / (1 + math.exp(-x)), -12, 12
    )
    # the rule of 32 nodes against adaptive integration
    assert found.forecast.value == pytest.approx(100 * wanted, abs=0.01)
    assert found.forecast.low < 40 < found.forecast.high


def test_the_study_itself_is_left_out() -> None:
    same_name = past("small", entry(n=20, sd=8.0))
    same_source = protocol(entry(n=20, sd=8.0), name="elsewhere")
    other = past("past", entry(n=20, sd=8.0))
    own = protocol(entry(n=20, sd=8.0))
    assert others(own, [same_name, same_source, other]) == [other]
    assert foretold(entry(), [same_name, same_source, other]) is None  # one alone


def test_only_the_same_scale_metric_and_time_count() -> None:
    far = past("past-0", entry(at="day 8", n=20, sd=8.0))
    near = [past(f"past-{k}", entry(n=20, sd=8.0, at="day 22")) for k in (1, 2)]
    assert foretold(entry(), [far, *near]) is not None
    assert foretold(entry(), [far, near[0]]) is None
    assert foretold(entry(at="day 8"), [far, *near]) is None
    share = entry(metric="response_percent", value=50.0)
    assert foretold(share, near) is None


def test_of_several_visits_of_an_arm_the_nearest_counts() -> None:
    library = [
        past(
            f"past-{k}",
            entry(value=-20.0, n=20, sd=8.0, at="day 22"),
            entry(value=-10.0, n=20, sd=8.0),
        )
        for k in range(2)
    ]
    found = foretold(entry(), library)
    assert found is not None
    assert found.forecast.value == pytest.approx(-10.0)


def spray() -> list[dict[str, Any]]:
    """The same arms with another drug and route."""
    arms = data()["arms"]
    dose = {"drug": "esketamine", "form": "base", "amount": "84 mg", "route": "nasal"}
    arms[0]["treatments"] = [{**dose, "days": [1, 4]}]
    arms[1] = {
        "name": "saline",
        "control": "nasal placebo",
        "treatments": [{"drug": "placebo", "route": "nasal", "days": [1, 4]}],
    }
    return arms


def test_too_few_of_a_kind_fall_back_to_a_wider_one() -> None:
    wide = past("past-0", entry(value=-20.0, n=20, sd=8.0), arms=spray())
    own = past("past-1", entry(value=-10.0, n=20, sd=8.0))
    found = foretold(entry(), [wide, own])
    assert found is not None
    assert "2 arms of 2 trials: any ketamine" in found.said
    assert found.forecast.value == pytest.approx(-15.0)


def test_a_contrast_is_that_of_published_ones_or_of_its_arms() -> None:
    pair = {"metric": "mean_difference", "versus": "saline", "value": -6.0}
    arms = [
        past(
            f"past-{k}",
            entry(value=-12.0, n=20, sd=8.0),
            entry(value=-4.0, n=20, sd=8.0, arm="saline"),
        )
        for k in range(2)
    ]
    apart = foretold(entry(**pair), arms)
    assert apart is not None
    assert apart.said.startswith("difference of 2 arms of 2 trials")
    assert apart.forecast.value == pytest.approx(-8.0)
    # one side: the mean of two arms, and a trial of 30, as its size is not known
    side = 64 / 40 + 64 / 30
    assert apart.forecast.sd == pytest.approx(math.sqrt(2 * side), rel=1e-9)
    told = [past(f"told-{k}", entry(**pair, interval=[-9, -3])) for k in range(2)]
    direct = foretold(entry(**pair), [*arms, *told])
    assert direct is not None
    assert direct.forecast.value == pytest.approx(-6.0)
    assert "2 contrasts of 2 trials" in direct.said


def test_ratios_are_averaged_as_logarithms() -> None:
    ratio = {"metric": "relapse_hazard_ratio", "versus": "saline", "since": "day 8"}
    library = [
        past(f"past-{k}", entry(**ratio, value=value, interval=[value / 2, value * 2]))
        for k, value in enumerate((0.4, 0.9))
    ]
    found = foretold(entry(**ratio, value=0.5), library)
    assert found is not None
    assert found.forecast.value == pytest.approx(0.6)
    assert found.forecast.low > 0
    assert foretold(entry(**ratio, value=0.5, among="all"), library) is None


def test_contrasts_of_shares_rest_on_the_arms() -> None:
    library = [
        past(
            f"past-{k}",
            entry(metric="response_percent", value=60.0, n=20),
            entry(metric="response_percent", value=20.0, n=20, arm="saline"),
        )
        for k in range(2)
    ]
    pair = {"versus": "saline", "value": 5.0}
    apart = foretold(entry(**pair, metric="response_difference_percent"), library)
    assert apart is not None
    assert 30 < apart.forecast.value < 40
    ratio = foretold(entry(**pair, metric="response_odds_ratio"), library)
    assert ratio is not None
    assert ratio.forecast.value == pytest.approx((12.5 / 8.5) / (4.5 / 16.5), rel=1e-9)


def test_kinds_of_arms_and_days() -> None:
    own = protocol(entry(at="day 8"))
    assert [kind(arm).exact for arm in own.arms] == [
        "intravenous ketamine with therapy",
        "inert placebo",
    ]
    assert day_bin(own.published[0]) == "3 to 10 d"
    assert day_bin(protocol(entry()).published[0]) == "11 to 35 d"
