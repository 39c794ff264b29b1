"""Switches of hypotheses and other values of parameters, set by a protocol."""

import difflib
from collections.abc import Iterator
from typing import Annotated, Any

import numpy as np
from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from kapsim.evidence import library
from kapsim.trial.protocol.element import Issue, issue_error
from kapsim.trial.protocol.terms import Hypothesis

_CODES = {
    name: term.value
    for name, term in Hypothesis.__members__.items()
    if name.lower() != term.value
}


def _by_code(name: Any) -> Any:
    return _CODES.get(name, name)


HypothesisName = Annotated[
    Hypothesis,
    BeforeValidator(_by_code),
    WithJsonSchema({"type": "string", "enum": [*_CODES, *_CODES.values()]}),
]


def _numbers(value: Any) -> Any:
    do = "Give the value in the unit of the record, without writing the unit."
    try:
        array = np.asarray(value)
    except ValueError as error:  # lists of unequal length
        raise issue_error("a number, or a full table of numbers", do) from error
    if array.dtype.kind not in "iuf" or not np.isfinite(array).all():
        raise issue_error("a finite number, or a list of them", do)
    return value


Override = Annotated[
    Any,
    AfterValidator(_numbers),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "array"}]}),
]


def override_issues(parameters: dict[str, Any]) -> Iterator[Issue]:
    """What is wrong with overridden parameters: unknown, misshapen, out of bounds."""
    known = library().parameters
    for name, value in parameters.items():
        where = ("parameters", name)
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
            do = f"Did you mean {' or '.join(near)}?" if near else "Correct the id."
            do += " `kapsim describe` shows the ids that a mechanism uses."
            yield Issue(where, name, "the id of a parameter record", do)
            continue
        record = known[name]
        if np.shape(value) != np.shape(record.value):
            shape = list(np.shape(record.value)) or "a single number"
            yield Issue(where, value, f"{shape}", "Give as many numbers as the record.")
            continue
        low, high = record.bounds
        if not np.all((np.asarray(value) >= low) & (np.asarray(value) <= high)):
            allowed = f"{low:g} to {high:g} {record.unit} ({record.meaning})"
            yield Issue(where, value, allowed, "Choose a value within the bounds.")
