"""Moving therapy after the last dose: what moves, what stays, what it is held to."""

import copy
from typing import Any

import pytest

from kapsim.trial import load_protocol
from kapsim.trial.protocol import Arm, Modality, Protocol
from kapsim.trial.request import RequestError
from kapsim.trial.variations.moving import (
    WITHOUT,
    last_session_h,
    moved,
    moved_sessions,
    moving_said,
    pair_at,
    pairs,
)
from kapsim.trial.variations.sweep import WEEKS, variants
from kapsim.trial.variations.sweep_request import SweepRequest
from kapsim.units import UnitError
from tests.unit.trial import builders

DAY = 24.0
TIMING = load_protocol("therapy-timing")
FACTORIAL = load_protocol("kap-2x2")


def arm(sessions: list[dict], days: tuple[int, ...] = (1, 4)) -> Arm:
    """An arm with placebo on these days and these sessions."""
    dose = {"drug": "placebo", "route": "nasal", "days": list(days)}
    return Arm.model_validate(
        {"name": "arm", "treatments": [dose], "sessions": sessions}
    )


def test_the_block_starts_so_long_after_the_last_dose() -> None:
    plain = TIMING.arm("ketamine, then therapy")
    last = plain.dose_times_h[-1]
    for delay in (0.0, 12.0, 2 * DAY, 28 * DAY):
        late = moved(plain, delay)
        assert late.session_times_h[0] == last + delay
        steps = [t - late.session_times_h[0] for t in late.session_times_h]
        assert steps == [t - plain.session_times_h[0] for t in plain.session_times_h]
        kinds = [m.session.modality for m in late.meetings]
        assert kinds == [m.session.modality for m in plain.meetings]
        assert late.treatments == plain.treatments
    assert moved(plain, DAY).session_times_h == plain.session_times_h


def test_preparation_stays_and_sessions_between_doses_move() -> None:
    plain = FACTORIAL.arm("ketamine + therapy")
    assert len(moved_sessions(plain)) == 9
    late = moved(plain, 7 * DAY)
    assert late.session_times_h[0] == -23.0  # of preparation, before the first dose
    assert late.meetings[0].session.modality is Modality.PREPARATION
    assert late.session_times_h[1] == 336.0 + 7 * DAY
    assert len(late.session_times_h) == len(plain.session_times_h)
    assert moving_said(plain) == (
        "9 sessions over 15 d move as one block, whose first one lies 13 d before the "
        "start of the last dose in the protocol; 1 stay, up to the first dose"
    )


def test_an_item_may_be_moved_in_part() -> None:
    talk = {"modality": "activation", "minutes": 50, "days": [1, 3], "homework": True}
    late = moved(arm([talk]), 2 * DAY)
    assert late.session_times_h == (0.0, 3 * DAY + 2 * DAY)
    assert late.sessions[0].homework


def test_an_overlap_with_what_stays_is_refused() -> None:
    stays = {"modality": "support", "minutes": 90, "days": [1]}
    talk = {"modality": "activation", "minutes": 50, "days": [2]}
    with pytest.raises(RequestError, match="would overlap one that stays"):
        moved(arm([stays, talk], days=(1,)), 1.0)


def test_arms_are_held_against_the_same_doses_without_therapy() -> None:
    assert pairs(TIMING) == {"ketamine, then therapy": "ketamine, then contact"}
    assert pairs(FACTORIAL) == {
        "ketamine + therapy": "ketamine + support",
        "midazolam + therapy": "midazolam + support",
    }
    own, other = pair_at(TIMING, "ketamine, then therapy", 7 * DAY)
    assert own.session_times_h == other.session_times_h


def test_without_such_an_arm_it_is_the_arm_without_sessions() -> None:
    assert pairs(builders.protocol()) == {"ketamine": None}
    own, other = pair_at(builders.protocol(), "ketamine", DAY)
    assert own.sessions
    assert (other.name, other.sessions) == (f"ketamine {WITHOUT}", ())
    assert other.treatments == own.treatments


def request(protocol: Protocol = TIMING, **changes: Any) -> SweepRequest:
    """A sweep over two delays."""
    given: dict[str, Any] = {"delays": ("1 d", "28 d")} | changes
    return SweepRequest(protocol=protocol, **given)


def test_each_delay_is_judged_on_one_day_and_so_long_after_therapy() -> None:
    assert request().courses == 2 * 2 * 25
    first, second = variants(request())
    weeks = f"{WEEKS} weeks after the last session"
    assert first.outcomes == {"on day 113": "day 113", weeks: "day 65"}
    for one in (first, second):
        own = one.protocol.arm(one.arm)
        late = last_session_h(own) + 28 * DAY
        visit = next(v for v in one.protocol.visits if v.name == one.outcomes[weeks])
        assert visit.time_h == late
        assert len(one.protocol.visits) == len(TIMING.visits) + 1
        Protocol.model_validate(one.protocol.model_dump(mode="json"))


def test_an_outcome_beyond_the_protocol_is_left_out() -> None:
    (variant,) = variants(request(delays=("70 d",)))
    assert list(variant.outcomes) == ["on day 113"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"delays": ("7 d", "1 d")}, "in ascending order"),
        ({"delays": ()}, "got none"),
        ({"delays": ("1 d", "24 h")}, "once each"),
        ({"delays": ("100 d",)}, "after the last visit"),
        ({"visit": "day 3"}, "not rated at 'day 3'; it is at day 1, day 15"),
        ({"draws": 0}, "draws must be 1 or more"),
        ({"patients": 0}, "patients must be 1 or more"),
        ({"seed": -1}, "the seed must lie in"),
    ],
)
def test_what_cannot_be_swept_is_refused(changes: dict, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        request(**changes)


def test_a_delay_needs_a_unit() -> None:
    with pytest.raises(UnitError):
        request(delays=("7",))


def test_a_protocol_without_doses_and_therapy_is_refused() -> None:
    data = copy.deepcopy(builders.data())
    data["arms"][0]["sessions"] = data["arms"][0]["sessions"][:1]  # contact alone
    with pytest.raises(RequestError, match="contact alone is not therapy"):
        request(Protocol.model_validate(data), delays=("1 d",))
