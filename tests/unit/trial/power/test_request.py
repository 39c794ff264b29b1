"""What is refused before anything is simulated, and how large the rest is."""

from typing import Any

import pytest

from kapsim.trial.power.request import COHORT, DRAWN, TrialRequest
from kapsim.trial.request import RequestError
from tests.unit.trial import builders as small
from tests.unit.trial.power.builders import trial


def ask(**fields: Any) -> TrialRequest:
    """A request for virtual trials."""
    return TrialRequest(protocol=trial(), **fields)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"per_arm": (0,)}, "an arm needs 2 patients or more; got 0 per arm"),
        ({"per_arm": (1, 40)}, "an arm needs 2 patients or more; got 1 per arm"),
        ({"per_arm": (40, 20)}, "ascending; got 40, 20"),
        ({"per_arm": (40, 40)}, "once each, ascending; got 40, 40"),
        ({"replicates": 0}, "replicates must be 1 or more; got 0"),
        ({"draws": -1}, "draws must be 0 or more; got -1"),
        ({"seed": -1}, "the seed must lie in"),
        ({"seed": 2**64}, "the seed must lie in"),
        ({"per_arm": (40,), "cohort": 79}, "80 patients .* cohort of 79: raise"),
        ({"cohort": 10}, "cannot be drawn from a cohort of 10"),
        ({"per_arm": (DRAWN,), "draws": 2}, "of one draw .*: ask for smaller trials"),
    ],
)
def test_what_cannot_be_simulated_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        ask(**fields)


def test_sizes_follow_ratios_or_the_protocol() -> None:
    arms = small.data()["arms"]
    protocol = trial(arms=[{**arms[0], "ratio": 2}, arms[1]])
    two = TrialRequest(protocol=protocol, per_arm=(10, 20))
    assert two.sizes == (
        {"ketamine": 20, "saline": 10},
        {"ketamine": 40, "saline": 20},
    )
    assert TrialRequest(protocol=protocol).sizes == ({"ketamine": 100, "saline": 50},)
    planned = trial(arms=[{**arms[0], "patients": 31}, {**arms[1], "patients": 33}])
    assert TrialRequest(protocol=planned).sizes == ({"ketamine": 31, "saline": 33},)


def test_the_middle_size_is_shown() -> None:
    assert [ask(per_arm=tuple(range(10, 10 + k))).shown for k in (1, 2, 3)] == [0, 1, 1]


def test_trials_are_counted() -> None:
    request = ask(per_arm=(10, 20), replicates=300, draws=3)
    assert request.of_world("draw 2") == 100
    assert request.of_world("drug") == 300
    # effects of three worlds, arms and blinds, at two sizes; the draws
    assert request.trials == 2 * (5 * 300 + 3 * 100)
    assert request.cohort == COHORT
    assert request.as_data()["per_arm"] == [10, 20]
