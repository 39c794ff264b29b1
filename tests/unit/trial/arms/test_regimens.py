"""What rules do to a person's doses, on scores made by hand."""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Int

from kapsim.drug import RouteName
from kapsim.patient import PatientNode
from kapsim.patient.adjusting import decided
from kapsim.patient.doses import given, met
from kapsim.patient.regimen import Dosing, Regimen, chosen, start
from kapsim.trial.arms.cohorts import route
from kapsim.trial.arms.regimens import dosing, lanes
from kapsim.trial.arms.timeline import timeline
from kapsim.trial.arms.values import protocol_values
from kapsim.trial.protocol import Protocol
from tests.unit.patient.people import QUICK
from tests.unit.trial.flexible import VISITS, arm, rule, trial

_BASE = 40
_PEOPLE = 3


def _step(
    plan: Dosing, state: Regimen, totals: Int[Array, "S n"], node: PatientNode
) -> Regimen:
    """After the rules and doses of a node."""
    return given(plan, decided(plan, state, totals, node), node)[0]


_stepped = eqx.filter_jit(_step, **QUICK)


class Course:
    """An arm followed visit by visit with scores made by hand, for n people."""

    def __init__(self, protocol: Protocol, n: int) -> None:
        own = protocol.arms[0]
        ways = route(protocol, own, protocol_values(protocol))
        plan = dosing(protocol, own, ways)
        assert plan is not None
        self.plan: Dosing = plan
        self.schedule = jax.tree.map(np.asarray, timeline(protocol, own, ways).schedule)
        self.state: Regimen = start(plan, jnp.zeros(n))
        self.n = n

    def nodes(self) -> list[int]:
        """Nodes at which something is decided or begun."""
        choices = chosen(self.schedule)
        some = np.asarray(choices.asked).any(axis=1)
        some |= np.asarray(choices.starts).any(axis=1)
        return np.flatnonzero(some | np.asarray(self.schedule.baseline)).tolist()

    def at(self, index: int) -> PatientNode:
        """One node."""
        return jax.tree.map(lambda leaf: jnp.asarray(leaf[index]), self.schedule)

    def follow(self, scores: Mapping[int, Any]) -> dict[int, Regimen]:
        """The regimen after the doses of each day; scores by day, 40 if not said."""
        seen = {}
        for index in self.nodes():
            node = self.at(index)
            day = round(float(node.time) / 24) + 1
            score = np.asarray(scores.get(day, [_BASE] * self.n), np.int32)
            rows = jnp.asarray([score] * len(self.plan.rules.rated))
            self.state = _stepped(self.plan, self.state, rows, node)
            seen[day] = self.state
        return seen


def follow(
    scores: Mapping[int, list[int]], *rules: dict[str, Any], **fields: Any
) -> dict[int, Regimen]:
    """The regimen of an arm with these rules, by day."""
    wide = {day: [*own, *[_BASE] * (_PEOPLE - len(own))] for day, own in scores.items()}
    return Course(trial(arm("one", *rules, **fields)), _PEOPLE).follow(wide)


def counts(seen: dict[int, Regimen], person: int = 0) -> list[float]:
    """Doses given to a person so far, after each of the planned days."""
    return [float(seen[day].given[person]) for day in (1, 4, 8, 11, 15, 22)]


def factors(seen: dict[int, Regimen], person: int = 0) -> list[float]:
    """Multiple last given, after each of the planned days."""
    return [float(seen[day].factor[person]) for day in (1, 4, 8, 11, 15, 22)]


def test_who_does_not_respond_is_raised_from_that_dose_on() -> None:
    no = rule("day 8", "raise", **{"if": "no response"})
    seen = follow({8: [21, 20, 19]}, no)
    assert factors(seen, 0) == [1, 1, 1.5, 1.5, 1.5, 1.5]
    assert factors(seen, 1) == factors(seen, 2) == [1] * 6
    assert counts(seen, 0) == [1, 2, 3, 4, 5, 6]


def test_own_limits_win() -> None:
    yes = rule("day 8", "stop", **{"if": "response", "percent": 30.0})
    seen = follow({8: [29, 28]}, yes)
    assert counts(seen, 0)[-1] == 6
    assert counts(seen, 1) == [1, 2, 2, 2, 2, 2]
    assert seen[22].stopped.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("condition", "acts"),
    [
        ({"at_least": 10}, [False, True, True]),
        ({"at_most": 10}, [True, True, False]),
        ({"at_least": 10, "at_most": 10}, [False, True, False]),
        ({"if": "remission"}, [True, True, False]),
        ({"if": "no remission"}, [False, False, True]),
    ],
)
def test_limits_include_their_score(
    condition: dict[str, Any], acts: list[bool]
) -> None:
    seen = follow({8: [9, 10, 11]}, rule("day 8", "stop", **condition))
    assert seen[8].stopped.tolist() == acts


def test_rules_are_applied_in_the_order_written() -> None:
    stop, resume = rule("day 8", "stop"), rule("day 8", "resume")
    assert counts(follow({}, stop, resume))[-1] == 6
    assert counts(follow({}, resume, stop))[-1] == 2


def test_levels_and_intervals_end_where_they_end() -> None:
    high = {"levels": [1, 0.5, 2]}
    up = rule("day 4", "raise"), rule("day 8", "raise")
    assert factors(follow({}, *up, treatment=high)) == [1, 2, 2, 2, 2, 2]
    down = rule("day 4", "lower"), rule("day 8", "raise")
    assert factors(follow({}, *down, treatment=high)) == [1, 0.5, 1, 1, 1, 1]
    apart = rule("day 4", "space out"), rule("day 15", "bring closer")
    # every 7 days from day 4 on, from day 15 on every 2
    assert counts(follow({}, *apart)) == [1, 1, 2, 2, 3, 4]


def test_planned_days_are_the_chances_of_a_dose() -> None:
    every = {"intervals": ["3 d"]}
    assert counts(follow({}, treatment=every)) == [1, 2, 3, 4, 5, 6]
    rare = {"intervals": ["73 h"]}
    assert counts(follow({}, treatment=rare)) == [1, 1, 2, 2, 3, 4]


def test_retreatment_comes_at_relapse_and_not_before() -> None:
    again = rule("each visit from day 4", "resume", at_least=22)
    well = rule("each visit from day 4", "stop", at_most=10)
    # never ill; ill from day 11; ill on day 4, well from day 15
    scores = {4: [21, 21, 22], 8: [21, 21, 21], 11: [21, 22, 21], 15: [21, 21, 10]}
    scores |= {22: [21, 21, 21]}
    seen = follow(scores, again, well, treatment={"as_needed": True})
    assert counts(seen, 0) == [0] * 6
    assert counts(seen, 1) == [0, 0, 0, 1, 2, 3]
    assert counts(seen, 2) == [0, 1, 2, 3, 3, 3]
    assert seen[22].stopped.tolist() == [False, False, True]


def test_who_had_no_dose_has_nothing_of_one() -> None:
    course = Course(trial(arm("one", rule("day 8", "stop", at_least=30))), 2)
    seen = course.follow({8: [20, 30]})
    times = np.asarray(course.schedule.time)
    node = course.at(int(np.flatnonzero(times == 7 * 24 + 1)[0]))
    here = met(course.plan, seen[8], node)
    assert here.drug.hours_since_dose.tolist() == [1.0, 97.0]
    assert here.drug.dose_number.tolist() == [3.0, 2.0]
    assert here.drug.given.tolist() == [1.0, 1.0]
    begun = course.at(int(np.flatnonzero(times == 7 * 24)[0]))
    state, here = given(course.plan, seen[4]._replace(on=seen[8].on), begun)
    assert here.dosing.tolist() == [1.0, 0.0]
    assert state.running.any(axis=0).tolist() == [True, False]


def test_raters_and_carried_items_follow_what_was_given() -> None:
    visits = [{**VISITS[0]}, {"at": "day 1 + 2 h", "scales": ["MADRS"]}, *VISITS[2:]]
    visits = [{**visit, "rater": "unblinded"} for visit in visits]
    own = arm("one", rule("day 8", "resume"), treatment={"as_needed": True})
    own["adjustments"] = own["adjustments"][:1]
    course = Course(trial(own, visits=visits), 2)
    times = np.asarray(course.schedule.time)
    node = course.at(int(np.flatnonzero(times == 2.0)[0]))
    dosed = course.state._replace(
        last=jnp.asarray([0, -1]),
        given=jnp.asarray([1.0, 0.0]),
        ketamine=jnp.asarray([1.0, 0.0]),
    )
    here = met(course.plan, dosed, node)
    assert bool(node.carry)
    assert here.carry.tolist() == [True, False]
    assert float(here.rater_knows[0]) > 0 == float(here.rater_knows[1])
    told = met(course.plan, dosed._replace(ketamine=jnp.zeros(2)), node)
    assert float(told.rater_knows[0]) < 0 == float(told.rater_knows[1])


def test_rescue_counts_on_from_planned_antidepressants() -> None:
    planned = {"antidepressant": {"use": "started", "since": "day 4"}}
    rescue = rule("day 8", "rescue", at_least=30)
    seen = follow({8: [20, 30]}, rescue, rescue, **planned)
    assert seen[22].medicine.tolist() == [0, 2, 2]
    assert follow({8: [30]}, rescue)[22].medicine.tolist() == [1, 1, 1]


def test_doses_that_overlap_are_kept_apart() -> None:
    slow = {
        "drug": "ketamine",
        "enantiomer": "racemate",
        "form": "hydrochloride",
        "amount": "120 mg",
        "route": RouteName.ORAL_EXTENDED.value,
        "at": ["day 1", "day 1 + 2 h", "day 4"],
        "levels": [1, 2],
    }
    own = {"name": "one", "treatments": [slow], "adjustments": []}
    small = trial(own)
    ways = route(small, small.arms[0], protocol_values(small))
    found = lanes(small, small.arms[0], ways)
    assert [lane.times_h for lane in found] == [[0.0, 72.0], [2.0]]
    assert [len(lane.doses) for lane in found] == [2, 2]
    assert found[0].doses[1][0].mg == pytest.approx(2 * found[0].doses[0][0].mg)
