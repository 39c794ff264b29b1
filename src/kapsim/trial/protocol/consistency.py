"""What must hold between the parts of a protocol."""

import difflib
import itertools
import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kapsim.evidence import library
from kapsim.trial.protocol.adjustment_issues import adjustment_issues
from kapsim.trial.protocol.arm import Arm
from kapsim.trial.protocol.design_consistency import design_issues
from kapsim.trial.protocol.element import Issue
from kapsim.trial.protocol.endpoint import Endpoint
from kapsim.trial.protocol.endpoint_consistency import endpoint_issues
from kapsim.trial.protocol.overrides import override_issues
from kapsim.trial.protocol.published import Published
from kapsim.trial.protocol.terms import EndpointKind, Measure, Metric
from kapsim.trial.protocol.texts import moment_text
from kapsim.trial.protocol.visit import Visit

if TYPE_CHECKING:
    from kapsim.trial.protocol.protocol import Protocol

_NEED_BASELINE = (
    EndpointKind.CHANGE,
    EndpointKind.RESPONSE,
    EndpointKind.ORDINAL,
    EndpointKind.RELAPSE,
    Metric.CHANGE_MEAN,
    Metric.CHANGE_LS_MEAN,
    Metric.RESPONSE_PERCENT,
    Metric.RESPONSE_COUNT,
    Metric.PERCENT_CHANGE_MEAN,
    *(metric for metric in Metric if metric.is_contrast or metric.is_relapse),
)


def protocol_issues(protocol: "Protocol") -> Iterator[Issue]:
    """All contradictions between parts, each with the path of the part at fault."""
    yield from _arm_issues(protocol)
    yield from adjustment_issues(protocol)
    yield from _visit_issues(protocol)
    yield from _endpoint_issues(protocol)
    yield from _published_issues(protocol)
    yield from _source_issues(protocol)
    yield from override_issues(protocol.parameters)
    if sum(visit.baseline for visit in protocol.visits) == 1:
        yield from design_issues(protocol)
        yield from endpoint_issues(protocol)


def nearest(name: str, known: Iterable[str]) -> str:
    """A suggestion such as ``Did you mean 'ketamine'?``, or an empty text."""
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}? " if near else ""


def _arm_issues(protocol: "Protocol") -> Iterator[Issue]:
    names = [arm.name for arm in protocol.arms]
    for index, arm in enumerate(protocol.arms):
        if arm.name in names[:index]:
            where, do = ("arms", index, "name"), "Rename one of them."
            yield Issue(where, arm.name, "a name that no other arm has", do)
        for time, place in _doses(arm):
            if time < 0:
                where = ("arms", index, "treatments", *place)
                do = "Count days so that the first dose is given on day 1."
                yield Issue(where, moment_text(time), "day 1 or later", do)


def _doses(arm: Arm) -> Iterator[tuple[float, tuple[str | int, ...]]]:
    """Time of each dose, with its path below the treatments of the arm."""
    for index, treatment in enumerate(arm.treatments):
        for i, time in enumerate(treatment.times_h):
            yield time, (index, *treatment.place(i))


def _visit_issues(protocol: "Protocol") -> Iterator[Issue]:
    visits = protocol.visits
    first = min((visit.time_h for visit in visits if visit.baseline), default=-math.inf)
    for index, (one, other) in enumerate(itertools.pairwise(visits), 1):
        if first <= other.time_h <= one.time_h:
            where, do = ("visits", index, "at"), "Sort the visits; give each time once."
            yield Issue(where, other.at, f"a time after {one.at}", do)
    marked = [index for index, visit in enumerate(visits) if visit.baseline]
    if not marked:
        allowed = "one visit with baseline: true"
        do = "Mark the visit from which changes are counted."
        yield Issue(("visits",), "no baseline visit", allowed, do)
        return
    for index in marked[1:]:
        where, do = ("visits", index, "baseline"), "Unmark all but one."
        yield Issue(where, True, "one baseline visit", do)
    baseline = visits[marked[0]]
    yield from _baseline_issues(protocol, marked[0], baseline)


def _baseline_issues(
    protocol: "Protocol", index: int, baseline: Visit
) -> Iterator[Issue]:
    for number, visit in enumerate(protocol.visits):
        if visit.time_h < baseline.time_h:
            allowed = f"{baseline.at} (the baseline visit) or later"
            do = "Move the visit, or mark the earliest one as baseline."
            yield Issue(("visits", number, "at"), visit.at, allowed, do)
    doses = [time for arm in protocol.arms for time in arm.dose_times_h]
    if doses and baseline.time_h > min(doses):
        allowed = f"{moment_text(min(doses))} (the first dose) or earlier"
        do = "Rate the baseline before anything is given."
        yield Issue(("visits", index, "at"), baseline.at, allowed, do)
    scale = protocol.population.baseline.scale
    if scale not in baseline.scales:
        given = [item.value for item in baseline.scales]
        allowed = f"{scale.value} among them, as population.baseline is stated on it"
        do = "Rate it at the baseline visit, or state the baseline on another scale."
        yield Issue(("visits", index, "scales"), given, allowed, do)


def _rated(protocol: "Protocol", time_h: float) -> tuple[Measure, ...] | None:
    """Scales rated at a time, or None where there is no visit."""
    found = [visit.scales for visit in protocol.visits if visit.time_h == time_h]
    return found[0] if found else None


def _rating_issues(
    protocol: "Protocol", where: tuple[str | int, ...], item: Endpoint | Published
) -> Iterator[Issue]:
    scales = _rated(protocol, item.time_h)
    if scales is None:
        allowed = "a visit: " + ", ".join(visit.at for visit in protocol.visits)
        yield Issue((*where, "at"), item.at, allowed, "Add the visit, or correct at.")
    elif item.measure not in scales:
        allowed = f"a scale rated on {item.at}: " + ", ".join(scales)
        do = "Add the scale to that visit, or correct measure."
        yield Issue((*where, "measure"), item.measure.value, allowed, do)


def _endpoint_issues(protocol: "Protocol") -> Iterator[Issue]:
    for index, endpoint in enumerate(protocol.endpoints):
        where = ("endpoints", index)
        yield from _rating_issues(protocol, where, endpoint)
        yield from _baseline_rating_issues(protocol, where, endpoint, endpoint.kind)
        rule = protocol.rule(endpoint.measure)
        limits = {
            EndpointKind.RESPONSE: (endpoint.percent, rule.response_percent, "percent"),
            EndpointKind.REMISSION: (
                endpoint.at_most,
                rule.remission_at_most,
                "at_most",
            ),
        }
        own, general, field = limits.get(endpoint.kind, (0.0, 0.0, ""))
        if own is None and general is None:
            allowed = f"a limit, since no rule is known for {endpoint.measure.value}"
            do = f"Add {field} here, or a rule for the scale under rules."
            yield Issue((*where, field), None, allowed, do)


def _baseline_rating_issues(
    protocol: "Protocol",
    where: tuple[str | int, ...],
    item: Endpoint | Published,
    kind: EndpointKind | Metric,
) -> Iterator[Issue]:
    baselines = [visit for visit in protocol.visits if visit.baseline]
    rated = all(item.measure in visit.scales for visit in baselines)
    if kind in _NEED_BASELINE and not rated:
        allowed = "a scale rated at the baseline visit: "
        allowed += ", ".join(baselines[0].scales)
        do = "Rate the scale at the baseline visit too."
        yield Issue((*where, "measure"), item.measure.value, allowed, do)


def _published_issues(protocol: "Protocol") -> Iterator[Issue]:
    names = [arm.name for arm in protocol.arms]
    for index, figure in enumerate(protocol.published):
        where = ("published", index)
        if figure.arm not in names:
            do = nearest(figure.arm, names) + "Name an arm of this protocol."
            yield Issue((*where, "arm"), figure.arm, ", ".join(names), do)
        if figure.versus is not None and figure.versus not in names:
            do = nearest(figure.versus, names) + "Name an arm of this protocol."
            yield Issue((*where, "versus"), figure.versus, ", ".join(names), do)
        yield from _rating_issues(protocol, where, figure)
        yield from _baseline_rating_issues(protocol, where, figure, figure.metric)
        yield from _since_issues(protocol, where, figure)


def _since_issues(
    protocol: "Protocol", where: tuple[str | int, ...], figure: Published
) -> Iterator[Issue]:
    """Patients can only be known to be well where they were rated."""
    if figure.since_h is None:
        return
    if figure.measure not in (_rated(protocol, figure.since_h) or ()):
        allowed = f"a visit at which {figure.measure.value} is rated"
        do = "Add the visit or the scale, or correct since."
        yield Issue((*where, "since"), figure.since, allowed, do)


def _source_issues(protocol: "Protocol") -> Iterator[Issue]:
    known = library().sources
    cited = [(("sources", i), key) for i, key in enumerate(protocol.sources)]
    cited += [
        (("published", i, "source"), figure.source)
        for i, figure in enumerate(protocol.published)
    ]
    for where, key in cited:
        if key not in known:
            do = nearest(key, known) + "`kapsim evidence --sources` lists all keys."
            yield Issue(where, key, "the key of a source", do)
