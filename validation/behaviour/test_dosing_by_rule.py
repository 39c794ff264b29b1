"""People whose doses depend on how they fare, beside arms that plan the same doses.

The same person, with the same luck, stands at the same index in every arm: an arm in
which rules lead to some doses must equal one in which those doses are planned.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, UInt32

from kapsim.engine import simulate
from kapsim.engine.random import patient_indices
from kapsim.patient import Cohort, PatientNode
from kapsim.patient.seen import Seen, SeenPatient, WatchedPatient
from kapsim.trial.arms.simulation import Prepared, prepare_all
from kapsim.trial.protocol import Protocol
from tests.unit.patient.people import QUICK
from tests.unit.trial.flexible import KETAMINE, SEEN, arm, rule, trial

pytestmark = [pytest.mark.validation_slow, pytest.mark.stochastic]

N = 256
_FIXED = {k: v for k, v in KETAMINE.items() if k not in ("levels", "intervals")}
_AFTER = SEEN.index("day 11")
STARTED = {"use": "started", "since": "day 8"}
SWITCHED = {"use": "started", "since": "day 4", "switches": ["day 8"]}


def _given(days: list[int], **fields: Any) -> dict[str, Any]:
    return {**_FIXED, "days": days, **fields}


ARMS = [
    arm("as planned"),
    arm("raised", rule("day 8", "raise", **{"if": "no response"})),
    arm(
        "stopped",
        rule("day 8", "stop", **{"if": "no response"}),
        rule("day 8", "rescue", **{"if": "no response"}),
    ),
    arm("all raised", rule("day 8", "raise")),
    arm("spaced", rule("day 8", "space out")),
    arm("needed", rule("day 11", "resume"), treatment={"as_needed": True}),
    arm(
        "never",
        rule("day 11", "resume", at_least=60, at_most=60),
        treatment={"as_needed": True},
    ),
    arm(
        "felt",
        {"at": ["day 1 + 40 min"], "measure": "CADSS", "at_least": 30, "then": "lower"},
        treatment={"levels": [1, 0.5]},
    ),
    arm("rescued", rule("day 8", "rescue")),
    arm("started", antidepressant=STARTED),
    arm(
        "rescued again",
        rule("day 8", "rescue"),
        antidepressant=STARTED | {"since": "day 4"},
    ),
    arm("switched", antidepressant=SWITCHED),
    arm("open", open_label_from="day 11"),
    {"name": "fixed", "treatments": [_given(KETAMINE["days"])]},
    {
        "name": "higher",
        "treatments": [
            _given([1, 4]),
            _given([8, 11, 15, 22], amount="0.75 mg/kg"),
        ],
    },
    {"name": "rarer", "treatments": [_given([1, 4, 11, 22])]},
    {"name": "later", "treatments": [_given([11, 15, 22])]},
]


def _simulated(
    people: Cohort, schedule: PatientNode, indices: UInt32[Array, " n"]
) -> Seen:
    return simulate(SeenPatient(people.rated(indices)), schedule, len(SEEN))[1]


_run = eqx.filter_jit(_simulated, **QUICK)


def seen(one: Prepared, first: int = 0) -> Seen:
    """What is seen of N people."""
    found = _run(one.cohort, one.schedule, patient_indices(first, N))
    return jax.tree.map(np.asarray, found)


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    return trial(*ARMS)


@pytest.fixture(scope="module")
def ready(protocol: Protocol) -> dict[str, Prepared]:
    return prepare_all(protocol, 3, "float64")


@pytest.fixture(scope="module")
def found(ready: dict[str, Prepared]) -> dict[str, Seen]:
    return {name: seen(one) for name, one in ready.items()}


Found = Mapping[str, Seen]


def signals(one: Seen) -> dict[str, np.ndarray]:
    return one.signals._asdict()


def madrs(one: Seen) -> np.ndarray:
    return np.asarray(one.ratings.totals)[:, 0]


def no_response(one: Seen) -> np.ndarray:
    """Who does not respond on day 8, by the scores shown."""
    score = madrs(one)
    return 100 * (score[0] - score[SEEN.index("day 8")]) < 50 * score[0]


def alike(one: Seen, other: Seen, who: Any = slice(None)) -> None:
    """All scores and signals are the same, to the bit."""
    assert np.array_equal(one.ratings.totals[..., who], other.ratings.totals[..., who])
    for name, value in signals(other).items():
        if name != "dose_level":  # counts from the amount that an arm writes
            assert np.array_equal(signals(one)[name][:, who], value[:, who]), name


def test_rules_that_nobody_meets_change_nothing(found: Found) -> None:
    alike(found["as planned"], found["fixed"])
    given = signals(found["fixed"])["doses_given"]
    assert given[:, 0].tolist() == [0, 1, 1, 2, 3, 4, 5, 6, 6]


def test_who_is_raised_has_the_higher_dose_from_then_on(found: Found) -> None:
    low = no_response(found["as planned"])
    assert 0.2 * N < low.sum() < 0.9 * N
    alike(found["raised"], found["higher"], low)
    alike(found["raised"], found["fixed"], ~low)
    alike(found["all raised"], found["higher"])
    level = signals(found["raised"])["dose_level"][_AFTER]
    assert np.array_equal(level, np.where(low, 1.5, 1.0))


@pytest.mark.parametrize(
    ("ruled", "planned"), [("spaced", "rarer"), ("needed", "later")]
)
def test_who_is_given_some_doses_has_what_they_bring(
    found: Found, ruled: str, planned: str
) -> None:
    """On another grid: of doses spaced out, and of doses given from a day on."""
    one, other = signals(found[ruled]), signals(found[planned])
    assert np.array_equal(one["doses_given"], other["doses_given"])
    np.testing.assert_allclose(
        one["ketamine_ng_ml"], other["ketamine_ng_ml"], rtol=1e-9, atol=1e-12
    )


def test_who_never_has_a_dose_has_none_in_any_sense(
    ready: dict[str, Prepared], found: Found
) -> None:
    """To the bit: beside an arm on the same grid in which nothing is given."""
    fixed = ready["fixed"].schedule
    none = jax.tree.map(jnp.zeros_like, fixed.drug)
    nothing = dataclasses.replace(
        fixed,
        drug=none,
        on_board=jnp.zeros_like(fixed.on_board),
        begun=jnp.zeros_like(fixed.begun),
        dosing=jnp.zeros_like(fixed.dosing),
        rater_shares=jnp.zeros_like(fixed.rater_shares),
        carry=jnp.zeros_like(fixed.carry),
    )
    without = seen(dataclasses.replace(ready["fixed"], schedule=nothing))
    never = found["never"]
    assert np.array_equal(never.ratings.totals, without.ratings.totals)
    for name, value in signals(without).items():
        assert np.array_equal(signals(never)[name], value), name
    assert not signals(never)["ketamine_ng_ml"].any()
    assert not signals(never)["felt_effect"].any()
    assert not signals(never)["doses_given"].any()


def test_who_is_stopped_is_given_no_more_and_rescued(found: Found) -> None:
    low = no_response(found["as planned"])
    own = signals(found["stopped"])
    assert np.array_equal(own["stopped"][_AFTER] > 0, low)
    assert np.array_equal(own["rescued"][_AFTER] > 0, low)
    assert np.array_equal(own["doses_given"][-1], np.where(low, 2, 6))
    assert not own["stopped"][: SEEN.index("day 8") + 1].any()
    late = SEEN.index("day 23")
    assert not own["ketamine_ng_ml"][late, low].any()
    assert own["ketamine_ng_ml"][late, ~low].all()


def test_doses_are_lowered_by_what_is_felt(found: Found) -> None:
    rated = np.asarray(found["felt"].ratings.totals)[SEEN.index("day 1 + 40 min"), 1]
    felt = rated >= 30
    assert 0.02 * N < felt.sum() < 0.7 * N
    level = signals(found["felt"])["dose_level"][-1]
    assert np.array_equal(level, np.where(felt, 0.5, 1.0))


@pytest.mark.parametrize(
    ("rescued", "planned"), [("rescued", "started"), ("rescued again", "switched")]
)
def test_rescue_is_a_new_antidepressant(
    found: Found, rescued: str, planned: str
) -> None:
    one, other = signals(found[rescued]), signals(found[planned])
    for name in other:
        if name != "rescued":
            assert np.array_equal(one[name], other[name]), name
    assert one["antidepressant"][-1].all()
    assert len(np.unique(one["antidepressant"][-1].round(9))) > 1
    assert one["rescued"][-1].all()
    assert not other["rescued"].any()


def test_the_arm_is_known_only_when_it_is_open(found: Found) -> None:
    guess = signals(found["open"])["guess_active"]
    assert (guess[_AFTER:] == 1).all()
    before = signals(found["as planned"])["guess_active"][:_AFTER]
    assert np.array_equal(guess[:_AFTER], before)


def test_people_alone_are_as_they_are_among_others(
    ready: dict[str, Prepared], found: Found
) -> None:
    alone = seen(ready["stopped"], first=100)
    for one, other in zip(
        jax.tree.leaves(alone), jax.tree.leaves(found["stopped"]), strict=True
    ):
        assert np.array_equal(one[..., : N - 100], other[..., 100:])


def test_nobody_fails(found: Found) -> None:
    assert not any(one.ratings.outcome.any() for one in found.values())


def test_inner_signals_are_followed_with_the_ratings_that_decide(
    ready: dict[str, Prepared],
) -> None:
    people, indices = ready["stopped"].cohort, patient_indices(0, N)
    kinds = [
        type(eqx.filter_eval_shape(ready[name].cohort.watched, indices))
        for name in ("stopped", "fixed")
    ]
    assert kinds[0] is WatchedPatient is not kinds[1]
    assert people.dosing is not None
