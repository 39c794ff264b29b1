"""Relapse in every replicate, against the curves and the model of one trial."""

from typing import Any

import numpy as np
import pytest

from kapsim.trial.analysis.survival import cox, kaplan_meier
from kapsim.trial.external.relapse import (
    followed,
    hazard_ratio,
    median_days,
    relapse,
)
from kapsim.trial.external.sight import Sight
from tests.unit.trial.external.builders import (
    ILL,
    WELL,
    figure,
    protocol,
    sight,
    trials,
)

RELAPSE: dict[str, Any] = {
    "metric": "relapse_percent",
    "value": 50.0,
    "since": "day 8",
    "among": "all",
}


def courses(*people: str) -> np.ndarray:
    """One trial; a letter for each visit: well, ill or not seen (-)."""
    scores = {"w": WELL, "i": ILL, "-": np.nan}
    return np.array([[[scores[letter] for letter in one] for one in people]])


def test_who_is_followed_and_for_how_long() -> None:
    score = courses(
        "iwwww",  # stays well
        "iwiww",  # relapses at once
        "iww--",  # is lost
        "iw-iw",  # relapses where seen again
        "iiwww",  # was not well
        "i-www",  # was not seen
        *["iwwww"] * 6,
    )
    looked = sight(score, **RELAPSE | {"among": "response"})
    own = followed(looked, "ketamine")
    assert own.entered.tolist() == [4]
    assert own.at_risk.tolist() == [[4, 2, 1]]
    assert own.relapsed.tolist() == [[1, 1, 0]]
    assert own.lost.tolist() == [1]
    np.testing.assert_allclose(own.days, [7, 14, 21], rtol=1e-12)
    counted = relapse(looked)
    assert (counted.hits.tolist(), counted.of.tolist()) == ([2.0], [3.0])
    strict = sight(score, **RELAPSE | {"among": "response", "missing": "failure"})
    counted = relapse(strict)
    assert (counted.hits.tolist(), counted.of.tolist()) == ([3.0], [4.0])


def test_nobody_well_gives_no_share_and_no_median() -> None:
    score = courses(*["iiiii"] * 4)
    looked = sight(score, **RELAPSE | {"among": "remission"})
    assert relapse(looked).of.tolist() == [0.0]
    assert np.isnan(median_days(looked)).all()


def test_a_limit_of_ones_own_replaces_that_of_the_scale() -> None:
    score = courses(*["iwwww"] * 4)
    score[:, :2, 3] = 21.0
    usual = sight(score, **RELAPSE)
    assert relapse(usual).hits.tolist() == [0.0]  # MADRS of 22 or more
    strict = sight(score, **RELAPSE | {"relapse_at_least": 21})
    assert relapse(strict).hits.tolist() == [2.0]


def test_the_median_lies_where_the_curve_crosses_a_half() -> None:
    half = courses("iwiww", "iwwiw", "iwwww", "iwwww", *["iwwww"] * 4)
    assert median_days(sight(half, **RELAPSE)).tolist() == [14.0]
    steep = courses("iwiww", "iwwiw", "iwwiw", "iwwww", *["iwwww"] * 4)
    # 3/4 after 7 d and 1/4 after 14 d: a half midway
    assert median_days(sight(steep, **RELAPSE)).tolist() == [10.5]
    few = courses("iwiww", "iwwww", "iwwww", "iwwww", *["iwwww"] * 4)
    assert np.isinf(median_days(sight(few, **RELAPSE))).all()


def many(replicates: int = 4, people: int = 60) -> np.ndarray:
    """Courses at random: half of the first arm and more of the second relapse."""
    luck = np.random.default_rng(7)
    hazard = np.where(np.arange(people) < people // 2, 0.15, 0.35)[:, None]
    ill = luck.random((replicates, people, 5)) < hazard
    score = np.where(ill, ILL, WELL)
    score[:, :, 0], score[:, :, 1] = ILL, WELL
    lost = luck.integers(2, 9, (replicates, people, 1))
    return np.where(np.arange(5) >= lost, np.nan, score)


def times(
    score: np.ndarray, replicate: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weeks, whether it happened and arm of each person who was seen again."""
    later = score[replicate, :, 2:]
    hit, seen = later >= ILL, np.isfinite(later)
    happened = np.asarray(hit.any(axis=1))
    last = np.where(seen, np.arange(3), -1).max(axis=1)
    end = np.where(happened, hit.argmax(axis=1), last) + 1.0
    arm = (np.arange(len(later)) < len(later) // 2).astype(float)
    seen_again = np.asarray(end > 0)
    return end[seen_again], happened[seen_again], arm[seen_again]


def test_the_hazard_ratio_is_that_of_coxs_model() -> None:
    score = many()
    given = RELAPSE | {"metric": "relapse_hazard_ratio", "versus": "saline"}
    found = hazard_ratio(sight(score, **given))
    for r in range(len(score)):
        end, happened, arm = times(score, r)
        model = cox(end, happened, arm, np.zeros((len(end), 0)))
        # the model stops its steps at a likelihood that is flat to 1e-8
        np.testing.assert_allclose(np.log(found[r]), model.value, atol=1e-5)


def test_the_curve_is_that_of_kaplan_and_meier() -> None:
    score = many()
    own = followed(sight(score, **RELAPSE), "ketamine")
    stay = np.cumprod(1 - own.relapsed / own.at_risk, axis=1)
    for r in range(len(score)):
        end, happened, arm = times(score, r)
        first = np.asarray(arm == 1)
        curve = kaplan_meier(end[first], happened[first])
        mine = np.asarray(stay[r])[curve.time.astype(int) - 1]
        np.testing.assert_allclose(mine, curve.survival, rtol=1e-12)


def test_an_arm_without_relapse_has_a_ratio_all_the_same() -> None:
    score = courses(*["iwwww"] * 4, *["iwiww"] * 4)
    given = figure(**RELAPSE | {"metric": "relapse_hazard_ratio", "versus": "saline"})
    found = hazard_ratio(Sight(protocol(), trials(score), given))
    assert found.tolist() == pytest.approx([(0.5 / 12) / (4.5 / 4)])
