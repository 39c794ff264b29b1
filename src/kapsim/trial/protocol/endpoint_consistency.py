"""What an endpoint needs of the visits beside the one it names."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kapsim.trial.protocol.element import Issue
from kapsim.trial.protocol.endpoint import Endpoint
from kapsim.trial.protocol.terms import Among, EndpointKind
from kapsim.trial.protocol.texts import moment_text
from kapsim.trial.protocol.trial_terms import DesignKind

if TYPE_CHECKING:
    from kapsim.trial.protocol.protocol import Protocol


def endpoint_issues(protocol: "Protocol") -> Iterator[Issue]:
    """Contradictions of endpoints; needs one baseline visit to be marked."""
    for index, endpoint in enumerate(protocol.endpoints):
        for issue in _issues(protocol, endpoint):
            yield issue._replace(where=("endpoints", index, *issue.where))


def _issues(protocol: "Protocol", endpoint: Endpoint) -> Iterator[Issue]:
    if endpoint.kind is EndpointKind.RELAPSE:
        yield from _relapse_issues(protocol, endpoint)
    if endpoint.kind is EndpointKind.ITEMS:
        yield from _item_issues(protocol, endpoint)
    if endpoint.kind is EndpointKind.ORDINAL:
        yield from _category_issues(protocol, endpoint)
    if protocol.kind is DesignKind.CROSSOVER:
        yield from _period_issues(protocol, endpoint)


def _relapse_issues(protocol: "Protocol", endpoint: Endpoint) -> Iterator[Issue]:
    """Somebody must be well at `at`, and be seen afterwards."""
    baseline, measure = protocol.baseline_visit, endpoint.measure
    well = endpoint.among in (Among.RESPONSE, Among.REMISSION)
    if well and endpoint.time_h <= baseline.time_h:
        do = (
            "Nobody can be in response or remission yet: name the visit at which "
            "people are well, or say among: all."
        )
        allowed = f"a visit after {baseline.at} (the baseline visit)"
        yield Issue(("at",), endpoint.at, allowed, do)
    later = [v for v in protocol.visits if v.time_h > endpoint.time_h]
    if not any(measure in visit.scales for visit in later):
        allowed = f"a visit that is followed by another one with {measure.value}"
        do = "Nobody can be seen to relapse: add later visits, or correct at."
        yield Issue(("at",), endpoint.at, allowed, do)
    if protocol.relapse_at_least(endpoint) is None:
        allowed = f"a limit, since no rule is known for {measure.value}"
        do = "Say which score is a relapse: at_least: 22."
        yield Issue(("at_least",), None, allowed, do)
    rule = protocol.rule(measure)
    limits = {
        Among.RESPONSE: rule.response_percent,
        Among.REMISSION: rule.remission_at_most,
    }
    among = endpoint.among
    if among is not None and among in limits and limits[among] is None:
        given, do = among.value, "Give a rule for the scale under rules."
        yield Issue(("among",), given, "a standing that the scale has a rule for", do)


def _item_issues(protocol: "Protocol", endpoint: Endpoint) -> Iterator[Issue]:
    first = protocol.measures[0]
    if endpoint.measure is not first:
        allowed = f"{first.value}: items are kept of the first scale alone"
        do = "Correct measure, or rate no scale that comes before it."
        yield Issue(("measure",), endpoint.measure.value, allowed, do)


def _category_issues(protocol: "Protocol", endpoint: Endpoint) -> Iterator[Issue]:
    rule = protocol.rule(endpoint.measure)
    if rule.response_percent is None or rule.remission_at_most is None:
        allowed = "a scale with rules of response and remission, which are the steps"
        do = "Give a rule for the scale under rules."
        yield Issue(("measure",), endpoint.measure.value, allowed, do)


def _period_issues(protocol: "Protocol", endpoint: Endpoint) -> Iterator[Issue]:
    """In a crossover the endpoint is read as long after the begin of both periods."""
    starts = protocol.design.period_starts_h
    if len(starts) != 2:
        return
    own = starts[1] if endpoint.time_h > starts[1] else starts[0]
    for start in starts:
        time = endpoint.time_h - own + start
        found = [v for v in protocol.visits if v.time_h == time]
        if not found or endpoint.measure not in found[0].scales:
            allowed = "a visit with its twin in the other period"
            do = (
                f"Rate {endpoint.measure.value} on {moment_text(time)} too, or "
                "correct at or design.periods."
            )
            yield Issue(("at",), endpoint.at, allowed, do)
