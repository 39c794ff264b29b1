"""Arms whose doses depend on their people: what there is to choose, and where.

A treatment is given in **lanes**: a dose goes into the first one in which nothing of
an earlier dose flows any more, so that each dose keeps the amount with which it began.
"""

import dataclasses
import math
from collections.abc import Iterable, Sequence

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from kapsim.drug import KETAMINES, AbstractRoute, Dose, DrugNode, drug_nodes
from kapsim.engine.grid import SAME_TIME_H, node_index
from kapsim.patient.regimen import Dosing, Rules
from kapsim.patient.schedule import Choices
from kapsim.trial.arms.doses import doses_of
from kapsim.trial.arms.values import Setting, number
from kapsim.trial.protocol import Action, Adjustment, Arm, Protocol
from kapsim.trial.protocol.decisions import decisions_h
from kapsim.trial.protocol.terms import Route

_LOWEST, _HIGHEST = 0, 10_000
"""Scores [point] below and above those of every scale."""
_STEPS = {
    Action.RAISE: (1, 0),
    Action.LOWER: (-1, 0),
    Action.SPACE_OUT: (0, 1),
    Action.BRING_CLOSER: (0, -1),
}
"""Steps along levels and intervals."""


@dataclasses.dataclass(frozen=True)
class Lane:
    """Doses of a treatment that do not overlap.

    Attributes
    ----------
    treatment
        Index of the treatment in the arm.
    doses
        The doses at each level, ascending; the same times at all of them.
    """

    treatment: int
    doses: tuple[tuple[Dose, ...], ...]

    @property
    def times_h(self) -> list[float]:
        """Starts of its doses [h]."""
        return [dose.time_h for dose in self.doses[0]]


def lanes(protocol: Protocol, arm: Arm, route: AbstractRoute) -> list[Lane]:
    """Lanes of an arm, treatment after treatment.

    Parameters
    ----------
    protocol
        The trial.
    arm
        One of its arms.
    route
        Kinetics of the arm, which say how long a dose flows.
    """
    found = []
    for index, item in enumerate(arm.treatments):
        levels = [doses_of(protocol, item, level) for level in sorted(item.choices)]
        free: list[float] = []
        columns: list[list[tuple[Dose, ...]]] = []
        for dose in zip(*levels, strict=True):
            start = dose[0].time_h
            if start >= protocol.horizon_h:
                continue
            ends = [part.end_h for one in dose for part in route.portions(one)]
            lane = next((k for k, end in enumerate(free) if end <= start), len(free))
            if lane == len(free):
                free.append(-math.inf)
                columns.append([])
            free[lane] = max(ends, default=start)
            columns[lane].append(dose)
        found += [Lane(index, tuple(zip(*own, strict=True))) for own in columns]
    return found


# -- what there is to choose -----------------------------------------------------------


def dosing(protocol: Protocol, arm: Arm, route: AbstractRoute) -> Dosing | None:
    """What there is to choose in an arm; None where its doses are fixed."""
    if not arm.depends:
        return None
    own, items = lanes(protocol, arm, route), arm.treatments
    levels = [sorted(item.choices) for item in items]
    apart = [sorted(item.intervals_h or (0.0,)) for item in items]
    first = [item.intervals_h[0] if item.intervals else 0.0 for item in items]
    yes = lambda flags: jnp.asarray(list(flags), jnp.float64)
    return Dosing(
        rules=_rules(protocol, arm),
        lanes=tuple(lane.treatment for lane in own),
        courses=tuple(
            (k, level) for k, lane in enumerate(own) for level in range(len(lane.doses))
        ),
        level=_ints(
            row.index(item.choices[0]) for row, item in zip(levels, items, strict=True)
        ),
        interval=_ints(row.index(one) for row, one in zip(apart, first, strict=True)),
        top=_ints(len(row) - 1 for row in levels),
        longest=_ints(len(row) - 1 for row in apart),
        factors=_table(levels),
        intervals=_table(apart),
        on=jnp.asarray([not item.as_needed for item in items], bool),
        ketamine=yes(item.molecule.value in KETAMINES for item in items),
        nasal=yes(item.route is Route.NASAL for item in items),
        accompanied=yes(item.accompanied for item in items),
        clearing=jnp.asarray(number(protocol, Setting.CLEARING), jnp.float64),
        carry=jnp.asarray(number(protocol, Setting.CARRY), jnp.float64),
    )


def _ints(values: Iterable[int]) -> Int[Array, " k"]:
    return jnp.asarray(list(values), jnp.int32)


def _table(rows: Sequence[Sequence[float]]) -> Float[Array, "T K"]:
    """Rows of unlike length side by side, the last entry repeated."""
    width = max((len(row) for row in rows), default=1)
    full = [[*row, *[row[-1]] * (width - len(row))] for row in rows]
    return jnp.asarray(full, jnp.float64).reshape(len(rows), width)


def _rules(protocol: Protocol, arm: Arm) -> Rules:
    rules = arm.adjustments
    bounds = [_bounds(protocol, rule) for rule in rules]
    standing = [rule.standing for rule in rules]
    response = [
        0 if one is None or not one.of_response else 1 if one.met else -1
        for one in standing
    ]
    does = lambda action: jnp.asarray([rule.then is action for rule in rules], bool)
    return Rules(
        scales=tuple(protocol.measures.index(rule.measure) for rule in rules),
        least=_ints(low for low, _ in bounds),
        most=_ints(high for _, high in bounds),
        response=_ints(response),
        percent=jnp.asarray(
            [_percent(protocol, rule) for rule in rules], jnp.float64
        ).reshape(len(rules)),
        level=_ints(_STEPS.get(rule.then, (0, 0))[0] for rule in rules),
        interval=_ints(_STEPS.get(rule.then, (0, 0))[1] for rule in rules),
        stops=does(Action.STOP),
        resumes=does(Action.RESUME),
        rescues=does(Action.RESCUE),
    )


def _bounds(protocol: Protocol, rule: Adjustment) -> tuple[int, int]:
    """Scores with which a rule acts, unless response decides [point]."""
    cut = protocol.rule(rule.measure).remission_at_most
    if rule.standing is not None and not rule.standing.of_response and cut is not None:
        return (_LOWEST, int(cut)) if rule.standing.met else (int(cut) + 1, _HIGHEST)
    low, high = rule.at_least, rule.at_most
    return (
        _LOWEST if low is None else low,
        _HIGHEST if high is None else high,
    )


def _percent(protocol: Protocol, rule: Adjustment) -> float:
    """Least fall from baseline that is a response [percent]."""
    general = protocol.rule(rule.measure).response_percent
    return rule.percent or general or 0.0


# -- where it is chosen ----------------------------------------------------------------


def course_nodes(
    protocol: Protocol,
    arm: Arm,
    route: AbstractRoute,
    grid: Float[np.ndarray, " nodes"],
    given: DrugNode,
) -> DrugNode:
    """Inputs at every node by course, beside what `given` says of planned doses."""
    dt = np.append(np.diff(grid), 0.0)
    parts = [
        drug_nodes(route, own, grid, dt)
        for lane in lanes(protocol, arm, route)
        for own in lane.doses
    ]
    none = np.zeros((len(grid), 0, *given.bolus.shape[1:]))
    return given._replace(
        bolus=np.stack([part.bolus for part in parts], axis=1) if parts else none,
        rate=np.stack([part.rate for part in parts], axis=1) if parts else none,
    )


def choices(
    protocol: Protocol,
    arm: Arm,
    route: AbstractRoute,
    grid: Float[np.ndarray, " nodes"],
    new_medicine: np.ndarray,
) -> Choices:
    """What can be decided at each node of an arm.

    Parameters
    ----------
    protocol
        The trial.
    arm
        One of its arms.
    route
        Kinetics of the arm.
    grid
        Node times [h].
    new_medicine
        Whether another antidepressant is taken from a node on by plan.
    """
    own = lanes(protocol, arm, route)
    starts = np.zeros((len(grid), len(own)), bool)
    for k, lane in enumerate(own):
        starts[node_index(grid, lane.times_h), k] = True
    moments = np.array(sorted({time for lane in own for time in lane.times_h}))
    at = node_index(grid, moments.tolist())
    moment = np.zeros(len(grid), np.int32)
    moment[at] = np.arange(len(moments))
    asked = _asked(protocol, arm, grid)
    rescues = [rule.then is Action.RESCUE for rule in arm.adjustments]
    background = protocol.antidepressant_of(arm)
    count = np.searchsorted(background.starts_h, grid + SAME_TIME_H, side="right")
    since = grid[:, None] - (moments if len(moments) else np.zeros(1))[None]
    return Choices(
        starts=jnp.asarray(starts),
        moment=jnp.asarray(moment),
        since=jnp.asarray(np.maximum(since, 0.0)),
        asked=jnp.asarray(asked),
        begun_medicines=jnp.asarray(count, jnp.int32),
        new_medicine=jnp.asarray(new_medicine | asked[:, rescues].any(axis=1)),
    )


def _asked(protocol: Protocol, arm: Arm, grid: np.ndarray) -> np.ndarray:
    """Whether each rule is applied at each node."""
    asked = np.zeros((len(grid), len(arm.adjustments)), bool)
    for r, rule in enumerate(arm.adjustments):
        asked[node_index(grid, decisions_h(protocol, arm, rule)), r] = True
    return asked
