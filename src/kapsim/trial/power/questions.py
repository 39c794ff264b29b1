"""What is asked of every replicate: endpoints and comparisons, with their names."""

import collections
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kapsim.trial.power.effects import Pair
from kapsim.trial.protocol import Drug, Endpoint, EndpointKind, Protocol
from kapsim.trial.protocol.trial_terms import DesignKind, Imputation, Method
from kapsim.trial.request import RequestError

ODDS = " (odds ratio)"
"""What follows the name of a share in that of its logistic regression."""


class Question(NamedTuple):
    """One endpoint of the plan.

    Attributes
    ----------
    endpoint
        What is asked.
    primary
        Whether the trial stands or falls with it.
    name
        Scale, kind and visit; method and strategy too where others are alike in these.
    """

    endpoint: Endpoint
    primary: bool
    name: str

    def part(self, which: int) -> str:
        """Name of one of its analyses: that of the endpoint first, then others."""
        if self.endpoint.kind is EndpointKind.ITEMS:
            return f"{self.name} (item {which + 1})"
        return self.name + (ODDS if which else "")


def questions(protocol: Protocol) -> tuple[Question, ...]:
    """Every endpoint, with whether the trial stands or falls with it."""
    primary, ends = protocol.primary_endpoints, protocol.endpoints
    short = [f"{end.measure.value} {end.kind.value} {end.at}" for end in ends]
    long = [
        f"{name}, {_method(protocol, end)}, {end.estimand.value}"
        for name, end in zip(short, ends, strict=True)
    ]
    last = [f"{name}, {k}" for k, name in enumerate(long, start=1)]
    names = _told_apart(short, _told_apart(long, last))
    return tuple(
        Question(end, end in primary, name)
        for end, name in zip(ends, names, strict=True)
    )


def _told_apart(names: Sequence[str], longer: Sequence[str]) -> list[str]:
    """Names, those that several share replaced."""
    number = collections.Counter(names)
    pairs = zip(names, longer, strict=True)
    return [one if number[one] == 1 else other for one, other in pairs]


def check(protocol: Protocol) -> None:
    """Refuse a protocol in which nothing can be compared.

    Raises
    ------
    RequestError
        If there is no endpoint, or no two arms to compare.
    """
    if not protocol.endpoints:
        raise RequestError(
            f"{protocol.name} has no endpoints: say under endpoints what is analysed, "
            "such as {measure: MADRS, kind: change, at: day 29}."
        )
    filled = protocol.plan.imputation is not Imputation.NONE
    if filled and not any(end.method is Method.ANCOVA for end in protocol.endpoints):
        raise RequestError(
            f"{protocol.name} plans imputation, but no endpoint is analysed by ancova: "
            "say method: ancova, or remove plan.imputation; the mixed model takes what "
            "is missing as missing at random."
        )
    if not protocol.comparisons:
        raise RequestError(
            f"{protocol.name} compares no arms: mark one with control, or name pairs "
            "under plan.comparisons, the treatment first. Of a single arm `kapsim run` "
            "shows all there is, and `kapsim validate` its predictive interval."
        )


def pair_name(pair: Pair) -> str:
    """The comparison in words."""
    return f"{pair[0]} vs {pair[1]}"


def references(protocol: Protocol) -> tuple[str, ...]:
    """Arms that others are compared with, each once."""
    return tuple(dict.fromkeys(pair[1] for pair in protocol.comparisons))


def of_drug(protocol: Protocol) -> tuple[Pair, ...]:
    """Comparisons of an arm given a ketamine with one that is not: these are blind."""
    given = lambda name: any(
        item.molecule in _KETAMINES for item in protocol.arm(name).treatments
    )
    return tuple(p for p in protocol.comparisons if given(p[0]) and not given(p[1]))


def why_not_blind(protocol: Protocol) -> str | None:
    """Why nothing is told of a blind; None where something is.

    Guesses are told of comparisons of an arm given a ketamine, named first, with one
    that is not.
    """
    if of_drug(protocol):
        return None
    said = (
        "How well the blind holds is told of comparisons whose first arm is given "
        "ketamine, esketamine or arketamine and whose second is not; this trial has "
        "none"
    )
    plan = protocol.plan.model_copy(update={"comparisons": _turned(protocol)})
    turned = of_drug(protocol.model_copy(update={"plan": plan}))
    wrong = [pair_name((second, first)) for first, second in turned]
    if not wrong:
        return f"{said}."
    pairs = ", ".join(wrong)
    return (
        f"{said}, because {pairs} names the arm without it first. Write the treatment "
        "first under plan.comparisons."
    )


def _turned(protocol: Protocol) -> tuple[Pair, ...]:
    """Every comparison the other way round."""
    return tuple((second, first) for first, second in protocol.comparisons)


def described(protocol: Protocol) -> Iterator[dict[str, str]]:
    """Each endpoint in plain words, for a report."""
    for question in questions(protocol):
        end = question.endpoint
        yield {
            "id": question.name,
            "measure": end.measure.value,
            "kind": end.kind.value,
            "at": end.at,
            "method": _method(protocol, end),
            "estimand": end.estimand.value,
            "role": "primary" if question.primary else "secondary",
            "unit": _UNITS.get(end.kind, "points"),
        }


_KETAMINES = (Drug.KETAMINE, Drug.ESKETAMINE, Drug.ARKETAMINE)

_UNITS = {
    EndpointKind.RESPONSE: "percent points",
    EndpointKind.REMISSION: "percent points",
    EndpointKind.RELAPSE: "log hazard ratio",
    EndpointKind.ORDINAL: "log odds ratio",
}
_METHODS = {
    EndpointKind.RESPONSE: "risk difference, logistic regression",
    EndpointKind.REMISSION: "risk difference, logistic regression",
    EndpointKind.RELAPSE: "Cox regression",
    EndpointKind.ITEMS: "ancova of each item",
    EndpointKind.ORDINAL: "proportional odds",
}


def _method(protocol: Protocol, end: Endpoint) -> str:
    if end.kind in _METHODS:
        return _METHODS[end.kind]
    if protocol.kind is DesignKind.CROSSOVER:
        return "crossover"
    return (end.method or Method.MMRM).value
