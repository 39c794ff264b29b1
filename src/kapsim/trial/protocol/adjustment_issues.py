"""What must hold between the rules of an arm, its doses and the visits of the trial."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kapsim.trial.protocol.adjustment import Action, Adjustment
from kapsim.trial.protocol.arm import Arm
from kapsim.trial.protocol.decisions import last_chance_h
from kapsim.trial.protocol.element import Issue
from kapsim.trial.protocol.texts import moment_text

if TYPE_CHECKING:
    from kapsim.trial.protocol.protocol import Protocol

_NEEDS = {
    Action.RAISE: (
        "levels in a treatment of this arm",
        "Add the amounts that there are, as multiples: levels: [1, 1.5].",
    ),
    Action.SPACE_OUT: (
        "intervals in a treatment of this arm",
        "Add the least times between doses: intervals: [7 d, 14 d].",
    ),
    Action.STOP: ("treatments in this arm", "Remove the rule, or add a treatment."),
    Action.RESUME: (
        "a treatment with as_needed: true, or a rule of this arm that stops",
        "Mark what is given at relapse as as_needed, or stop the doses first.",
    ),
}
_NEEDS[Action.LOWER] = _NEEDS[Action.RAISE]
_NEEDS[Action.BRING_CLOSER] = _NEEDS[Action.SPACE_OUT]


def adjustment_issues(protocol: "Protocol") -> Iterator[Issue]:
    """Rules that ask for what is not rated, or for what cannot be done any more."""
    for number, arm in enumerate(protocol.arms):
        actions = {rule.then for rule in arm.adjustments}
        for index, item in enumerate(arm.treatments):
            if item.as_needed and Action.RESUME not in actions:
                where = ("arms", number, "treatments", index, "as_needed")
                do = "Add a rule that begins it, or remove as_needed."
                yield Issue(where, True, "a rule of this arm with then: resume", do)
        for index, rule in enumerate(arm.adjustments):
            for issue in _rule_issues(protocol, arm, rule):
                where = ("arms", number, "adjustments", index, *issue.where)
                yield issue._replace(where=where)


def _rule_issues(protocol: "Protocol", arm: Arm, rule: Adjustment) -> Iterator[Issue]:
    until = last_chance_h(protocol, arm, rule.then)
    if until is None and rule.then in _NEEDS:
        allowed, do = _NEEDS[rule.then]
        yield Issue(("then",), rule.then.value, allowed, do)
    yield from _limit_issues(protocol, rule)
    seen: set[float] = set()
    for index, text in enumerate(rule.at):
        where = ("at", index)
        times = rule.visits_h(index, protocol, float("inf") if until is None else until)
        if not times:
            allowed = f"a later visit that rates {rule.measure.value}, while doses last"
            yield Issue(where, text, allowed, "Add such a visit, or correct at.")
        for time in times:
            wrong = _wrong(protocol, rule, time, until, time in seen)
            if wrong is not None:
                yield Issue(where, text, *wrong)
            seen.add(time)


def _wrong(
    protocol: "Protocol",
    rule: Adjustment,
    time: float,
    until: float | None,
    again: bool,
) -> tuple[str, str] | None:
    """Why nothing can be decided at a time: what is allowed, and what to do."""
    rating = {visit.time_h: visit.scales for visit in protocol.visits}
    if time not in rating:
        allowed = "a visit: " + ", ".join(visit.at for visit in protocol.visits)
        return allowed, "Add the visit, or correct at."
    if rule.measure not in rating[time]:
        do = f"Add {rule.measure.value} to that visit, or correct measure."
        return f"a visit at which {rule.measure.value} is rated", do
    if until is not None and time > until:
        rescue = rule.then is Action.RESCUE
        last = "visit before the last" if rescue else "last dose that it could change"
        allowed = f"{moment_text(until)} (the {last}) or earlier"
        return allowed, "Nothing would follow from it: decide earlier."
    return ("each visit once", "Remove one of the two.") if again else None


def _limit_issues(protocol: "Protocol", rule: Adjustment) -> Iterator[Issue]:
    """A standing needs a limit, and response a baseline that comes before."""
    if rule.standing is None:
        return
    limits, measure = protocol.rule(rule.measure), rule.measure.value
    own = rule.percent if rule.standing.of_response else None
    general = limits.remission_at_most
    if rule.standing.of_response:
        general = limits.response_percent
    if own is None and general is None:
        do = "Give the limit: at_least or at_most, or a rule for it under rules."
        given, allowed = rule.standing.value, f"a scale with rules; {measure} has none"
        yield Issue(("if",), given, allowed, do)
    baselines = [visit for visit in protocol.visits if visit.baseline]
    if rule.standing.of_response and not all(
        rule.measure in visit.scales for visit in baselines
    ):
        do = f"Rate {measure} at the baseline visit too."
        yield Issue(("measure",), measure, "a scale rated at the baseline visit", do)
