"""What must hold between the design of a trial, its plan, and its arms and visits."""

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kapsim.trial.protocol.arm import Arm
from kapsim.trial.protocol.design import Admission
from kapsim.trial.protocol.element import Element, Issue
from kapsim.trial.protocol.terms import Background
from kapsim.trial.protocol.texts import moment_text
from kapsim.trial.protocol.trial_terms import Covariate, DesignKind, Standing

if TYPE_CHECKING:
    from kapsim.trial.protocol.protocol import Protocol

_WHEN = {"days", "clock", "at"}


def design_issues(protocol: "Protocol") -> Iterator[Issue]:
    """All contradictions of the design; needs one baseline visit to be marked."""
    yield from _kind_issues(protocol)
    yield from _randomisation_issues(protocol)
    for index, admission in enumerate(protocol.design.admitted):
        for issue in _admission_issues(protocol, admission):
            where = ("design", "admitted", index, *issue.where)
            yield issue._replace(where=where)
    if protocol.design.randomised is not None:
        yield from _parting_issues(protocol)
    yield from _plan_issues(protocol)


def _kind_issues(protocol: "Protocol") -> Iterator[Issue]:
    kind, count = protocol.kind, len(protocol.arms)
    where = ("design", "kind")
    if kind is DesignKind.SINGLE_ARM and count > 1:
        do = "Remove kind, or all arms but one."
        yield Issue(where, kind.value, f"not single arm, for {count} arms", do)
    elif kind is not DesignKind.SINGLE_ARM and count == 1:
        do = "Add the arm that it is compared with, or remove kind."
        yield Issue(where, kind.value, "single arm, for one arm", do)
    elif kind is DesignKind.CROSSOVER:
        yield from _washout_issues(protocol)
    elif kind is DesignKind.FACTORIAL and not _crossed(protocol):
        allowed = "arms in which every treatment meets every other one, each pair once"
        do = (
            "Give one arm for each combination of doses, sessions, antidepressant and "
            "medicines, or say kind: parallel."
        )
        yield Issue(where, kind.value, allowed, do)
    elif kind is DesignKind.WITHDRAWAL:
        yield from _withdrawal_issues(protocol)


def _washout_issues(protocol: "Protocol") -> Iterator[Issue]:
    design = protocol.design
    starts = design.period_starts_h
    if len(starts) != 2:  # refused by the design itself
        return
    if starts[0] < protocol.baseline_visit.time_h:
        allowed = f"{protocol.baseline_visit.at} (the baseline visit) or later"
        do = "Begin the first period after the baseline rating."
        yield Issue(("design", "periods", 0), design.periods[0], allowed, do)
    if starts[1] >= protocol.horizon_h:
        allowed = f"a moment before the last visit, {protocol.visits[-1].at}"
        do = "Add visits in the second period, or correct when it begins."
        yield Issue(("design", "periods", 1), design.periods[1], allowed, do)
    for arm in protocol.arms:
        ends = [
            time + item.over_h
            for item in arm.treatments
            for time in item.times_h
            if time < starts[1]
        ]
        if ends and max(ends) + design.washout_h > starts[1]:
            earliest = moment_text(max(ends) + design.washout_h)
            allowed = f"{earliest} or later: {design.washout} after the last dose"
            do = (
                f"Arm {arm.name!r} is still under its first treatment: begin the "
                "second period later, end the first earlier, or shorten washout."
            )
            yield Issue(("design", "periods", 1), design.periods[1], allowed, do)


def _crossed(protocol: "Protocol") -> bool:
    """Whether the arms are all combinations of at least two factors, each once."""
    factors = [
        [_text(arm.treatments) for arm in protocol.arms],
        [_text(arm.sessions) for arm in protocol.arms],
        [str(protocol.antidepressant_of(arm)) for arm in protocol.arms],
        [str(sorted(arm.medicines)) for arm in protocol.arms],
    ]
    varied = [factor for factor in factors if len(set(factor)) > 1]
    if len(varied) < 2:
        return False
    cells = sorted(zip(*varied, strict=True))
    return cells == sorted(itertools.product(*(set(factor) for factor in varied)))


def _text(parts: tuple[Element, ...]) -> str:
    return str([part.model_dump(mode="json") for part in parts])


def _withdrawal_issues(protocol: "Protocol") -> Iterator[Issue]:
    design = protocol.design
    if design.randomised is None:
        do = "Say when people are randomised to go on or to stop: randomised: day 29."
        allowed = "a moment after the first phase, for a withdrawal"
        yield Issue(("design", "randomised"), None, allowed, do)
    if not design.admitted:
        do = (
            "Say who is randomised: admitted: [{at: day 29, measure: MADRS, is: "
            "response}]."
        )
        yield Issue(("design", "admitted"), None, "who did well, for a withdrawal", do)


def _randomisation_issues(protocol: "Protocol") -> Iterator[Issue]:
    design, first = protocol.design, protocol.baseline_visit
    where = ("design", "randomised")
    if not first.time_h <= protocol.randomised_h < protocol.horizon_h:
        allowed = f"from {first.at} (the baseline visit) to before the last visit"
        do = "Randomise after the baseline, while there is something left to see."
        if design.randomised is not None:
            yield Issue(where, design.randomised, allowed, do)
    total = sum(arm.ratio for arm in protocol.arms)
    for index, size in enumerate(design.blocks):
        if size % total:
            parts = ":".join(str(arm.ratio) for arm in protocol.arms)
            allowed = f"a multiple of {total}, for the ratios {parts}"
            do = "Correct the size of the block, or the ratios of the arms."
            yield Issue(("design", "blocks", index), size, allowed, do)


def _admission_issues(protocol: "Protocol", item: Admission) -> Iterator[Issue]:
    if item.time_h > protocol.randomised_h:
        until = protocol.design.randomised or protocol.baseline_visit.at
        do = "Nobody knows it yet: name an earlier visit, or randomise later."
        yield Issue(("at",), item.at, f"{until} (the randomisation) or earlier", do)
    found = [visit for visit in protocol.visits if visit.time_h == item.time_h]
    if not found:
        allowed = "a visit: " + ", ".join(visit.at for visit in protocol.visits)
        yield Issue(("at",), item.at, allowed, "Add the visit, or correct at.")
    elif item.measure not in found[0].scales:
        allowed = f"a scale rated on {item.at}: " + ", ".join(found[0].scales)
        do = "Add the scale to that visit, or correct measure."
        yield Issue(("measure",), item.measure.value, allowed, do)
    if item.standing is None:
        return
    rule = protocol.rule(item.measure)
    limit = rule.response_percent if item.standing.of_response else None
    if (limit or rule.remission_at_most) is None:
        do = "Give a rule for the scale under rules, or at_least and at_most here."
        allowed = "a scale with a rule of response and remission"
        yield Issue(("measure",), item.measure.value, allowed, do)
    yield from _fall_issues(protocol, item, item.standing)


def _fall_issues(
    protocol: "Protocol", item: Admission, standing: Standing
) -> Iterator[Issue]:
    """A response is a fall since the baseline visit."""
    baseline = protocol.baseline_visit
    if not standing.of_response:
        return
    if item.time_h <= baseline.time_h:
        do = "Nobody can have responded yet: name a later visit, or give at_least."
        yield Issue(("at",), item.at, f"a visit after {baseline.at}", do)
    if item.measure not in baseline.scales:
        allowed = "a scale rated at the baseline visit: " + ", ".join(baseline.scales)
        do = "Rate the scale at the baseline visit too."
        yield Issue(("measure",), item.measure.value, allowed, do)


def _parting_issues(protocol: "Protocol") -> Iterator[Issue]:
    """Before they part, arms give the same."""
    first = _past(protocol, protocol.arms[0])
    for index, arm in enumerate(protocol.arms[1:], 1):
        for field, given in _past(protocol, arm).items():
            if given == first[field]:
                continue
            allowed = f"what arm {protocol.arms[0].name!r} gives until then"
            do = (
                f"Before the randomisation ({protocol.design.randomised}) all arms "
                "must be alike: give the same, or randomise earlier."
            )
            yield Issue(("arms", index, field), f"other {field}", allowed, do)


def _past(protocol: "Protocol", arm: Arm) -> dict[str, Any]:
    """What an arm gives before the randomisation, by field."""
    until = protocol.randomised_h
    taken = protocol.antidepressant_of(arm)
    doses = [
        (time, item.model_dump(mode="json", exclude=_WHEN))
        for item in arm.treatments
        for time in item.times_h
        if time < until
    ]
    sessions = [
        (meeting.time_h, meeting.session.model_dump(mode="json", exclude=_WHEN))
        for meeting in arm.meetings
        if meeting.time_h < until
    ]
    changes = [time for time in taken.changes_h if time < until]
    rules = [
        (time, rule.model_dump(mode="json", exclude={"at"}))
        for rule in arm.adjustments
        for index in range(len(rule.at))
        for time in rule.visits_h(index, protocol, until)
        if time < until
    ]
    seen = [visit.time_h for visit in protocol.visits if visit.time_h < until]
    return {
        "masked": arm.masked,
        "open_label": [arm.known(time) for time in seen],
        "adjustments": sorted(rules, key=str),
        "treatments": sorted(doses, key=str),
        "sessions": sorted(sessions, key=str),
        "antidepressant": (taken.use is Background.CONTINUED, changes),
        "medicines": sorted(arm.medicines),
    }


def _plan_issues(protocol: "Protocol") -> Iterator[Issue]:
    names = [arm.name for arm in protocol.arms]
    plan = protocol.plan
    for index, pair in enumerate(plan.comparisons):
        where = ("plan", "comparisons", index)
        for side, name in enumerate(pair):
            if name not in names:
                do = "Name an arm of this protocol."
                yield Issue((*where, side), name, ", ".join(names), do)
        if pair[0] == pair[1]:
            do = "Write the treatment first, then its reference."
            yield Issue(where, list(pair), "two different arms", do)
        if pair in plan.comparisons[:index]:
            do = "Remove the second one."
            yield Issue(where, list(pair), "each comparison once", do)
    for index, item in enumerate(plan.covariates):
        where = ("plan", "covariates", index)
        if item is Covariate.SITE and protocol.design.sites < 2:
            do = "Say how many sites there are: design: {sites: 10}."
            yield Issue(where, item.value, "site from two sites on", do)
        if item in plan.covariates[:index]:
            yield Issue(where, item.value, "each covariate once", "Remove one.")
