"""Who is assessed and let in, and in which stratum."""

from typing import Any

import numpy as np
import pytest

from kapsim.trial.conduct.conduct import conduct
from kapsim.trial.conduct.errors import ConductError
from kapsim.trial.conduct.sampling import admitted
from kapsim.trial.conduct.strata import labels, strata
from tests.unit.trial.conduct.builders import (
    cohort,
    covariates,
    outcomes,
    trial,
    visits,
)

SIZES = {"ketamine": 40, "saline": 40}


def alike() -> dict[str, Any]:
    """Arms with one past and one future."""
    return {name: outcomes(14) for name in SIZES}


def design(*conditions: dict[str, Any]) -> dict[str, Any]:
    """Arms that part on day 8, for those who meet conditions."""
    return {"randomised": "day 8", "admitted": list(conditions)}


def protocol(*conditions: dict[str, Any]) -> Any:
    """Two arms that give the same until day 8."""
    arms = trial().model_dump(mode="json")["arms"]
    for arm in arms:
        arm["treatments"], arm["sessions"], arm["control"] = [], [], None
    return trial(arms=arms, design=design(*conditions), conduct="ideal")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"is": "response"}, lambda y, y0: 2 * (y0 - y) >= y0),
        ({"is": "no response"}, lambda y, y0: 2 * (y0 - y) < y0),
        ({"is": "remission"}, lambda y, y0: y <= 10),
        ({"is": "no remission"}, lambda y, y0: y > 10),
        ({"at_least": 20}, lambda y, y0: y >= 20),
        ({"at_least": 12, "at_most": 25}, lambda y, y0: (y >= 12) & (y <= 25)),
    ],
)
def test_only_those_who_meet_the_condition_are_randomised(
    condition: dict[str, Any], holds: Any
) -> None:
    trial_ = protocol({"at": "day 8", "measure": "MADRS", **condition})
    made = {name: outcomes(60) for name in SIZES}
    score = made["ketamine"].totals[2, 0]
    passing = admitted(trial_, made)
    expected = holds(score, made["ketamine"].totals[0, 0])
    assert expected.any()
    assert not expected.all()
    np.testing.assert_array_equal(passing, expected)
    found = conduct(trial_, made, {"ketamine": 2, "saline": 2}, range(9), 1)
    assert expected[found.person].all()


def test_people_are_assessed_until_enough_are_eligible() -> None:
    trial_ = protocol({"at": "day 8", "measure": "MADRS", "at_most": 30})
    made = alike()
    passing = admitted(trial_, made)
    found = conduct(trial_, made, SIZES, range(200), 1)
    assert (found.eligible == 80).all()
    assert (found.assessed > 80).all()
    rate = 80 / found.assessed.mean()
    assert rate == pytest.approx(passing.mean(), abs=0.03)


def test_a_cohort_with_too_few_is_refused_in_words() -> None:
    trial_ = protocol({"at": "day 8", "measure": "MADRS", "at_most": 15})
    passing = int(admitted(trial_, alike()).sum())
    assert 0 < passing < 400
    said = f"{passing} of the 2000 people .* simulate a cohort of "
    with pytest.raises(ConductError, match=said):
        conduct(trial_, alike(), {"ketamine": 200, "saline": 200}, [0], 1)


def test_nobody_is_lost_before_the_arms_part() -> None:
    trial_ = protocol().model_copy(update={"conduct": trial().conduct})
    found = conduct(trial_, alike(), SIZES, range(50), 1)
    assert found.left.min() == 3
    assert not np.isnan(found.score[:, :, :3]).any()
    assert (found.day[:, :, :3] == [0, 1, 7]).all()


def test_strata_are_split_at_the_mean_of_the_population() -> None:
    names = ["severity", "female", "failures", "age", "site"]
    planned = trial(design={"sites": 3, "blocks": [4], "strata": names})
    made, known = cohort(), covariates()
    person = np.arange(2000)[None]
    site = person % 3
    found = strata(planned, made, known, person, site)[0]
    parts = [
        made["saline"].totals[0, 0] > 34,
        known.female > 0,
        known.failures > 2,
        known.age_years > 44,
    ]
    expected = sum(part * 2 ** (3 - place) for place, part in enumerate(parts))
    np.testing.assert_array_equal(found, expected * 3 + site[0])
    words = labels(planned)
    assert len(words) == 48
    assert words[0] == "severity low, male, failures low, age low, site 1"
    assert words[-1] == "severity high, female, failures high, age high, site 3"


def test_strata_need_the_people_of_the_cohort() -> None:
    planned = trial(design={"blocks": [4], "strata": ["age"]})
    with pytest.raises(ConductError, match="strata by age need the people"):
        conduct(planned, cohort(), SIZES, [0], 1)


def test_blocks_are_full_within_strata() -> None:
    planned = trial(
        design={"blocks": [4], "strata": ["severity"]}, visits=visits((1, 29))
    )
    made = {name: outcomes(count=2) for name in SIZES}
    found = conduct(planned, made, SIZES, range(30), 1)
    for arm, stratum in zip(found.arm, found.stratum, strict=True):
        for one in (0, 1):
            own = arm[stratum == one]
            whole = own[: len(own) // 4 * 4].reshape(-1, 4)
            assert (whole.sum(axis=1) == 2).all()
