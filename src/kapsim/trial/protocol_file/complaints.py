"""From pydantic's findings to problems with place, field, allowed and what to do."""

import difflib
import re
from typing import Any, TypeGuard

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kapsim.trial.protocol.element import REFUSED
from kapsim.trial.protocol.terms import Modality
from kapsim.trial.protocol_file.fields import (
    example,
    field_at,
    fields_at,
    homes,
    most,
    unit_of,
)
from kapsim.trial.protocol_file.outline import Outline, Path, field_text
from kapsim.trial.protocol_file.problems import Problem

_SHOWN = 80
_PLACES = 4  # places that a field can have to be told where it belongs
_WHOLE = 2**53  # whole numbers below it are exact
_BOUNDS = {
    "greater_than": ("gt", "a number above {}"),
    "greater_than_equal": ("ge", "a number of {} or more"),
    "less_than": ("lt", "a number below {}"),
    "less_than_equal": ("le", "a number of {} or less"),
}
_KINDS = {
    "float_type": "a number",
    "finite_number": "a finite number",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "string_type": "a text",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping of fields",
    "none_required": "nothing",
}
_NUMBERS = ("float_type", "int_type", "int_from_float", *_BOUNDS)
_WRITTEN = re.compile(r"(?:day )?(?P<number>[+-]?\d+(?:\.\d+)?)\s*(?P<unit>[^\d\s].*)?")
_COGNITIVE = re.compile(r"cbt|ct|cognitive(-| )?(behaviou?ral )?(therapy)?")
_CBT = (
    f"Write what is done: '{Modality.RESTRUCTURING}' for cognitive work, "
    f"'{Modality.ACTIVATION}' for behavioural work, each a session of its own."
)


def complaints(error: ValidationError, outline: Outline) -> tuple[Problem, ...]:
    """Every finding as a problem, in the order of the file."""
    # A list whose entries were refused counts as too short: only truly empty ones are.
    findings = [e for e in error.errors() if e["type"] != "too_short" or not e["input"]]
    found = [_complaint(item, outline) for item in findings]
    return tuple(sorted(found, key=lambda problem: problem.line or 0))


def _complaint(item: ErrorDetails, outline: Outline) -> Problem:
    is_key = item["loc"][-1:] == ("[key]",)
    path: Path = item["loc"][:-1] if is_key else item["loc"]
    unknown = item["type"] == "extra_forbidden"
    given, allowed, do = _words(item, path)
    line, column = outline.place(path, key=unknown or is_key) or (None, None)
    return Problem(field_text(path), given, allowed, do, line, column)


def _words(item: ErrorDetails, path: Path) -> tuple[str, str, str]:
    """What was given, what is allowed, what to do."""
    kind, context = item["type"], item.get("ctx", {})
    last = _last(path)
    given = f"got {_shown(item['input'])}"
    if kind == REFUSED:
        given = "is missing" if item["input"] is None else given
        return given, context["allowed"], context["do"]
    if kind == "extra_forbidden":
        return _unknown_field(path)
    if kind == "missing":
        return "is missing", _meaning(path), f"Add {last}."
    if kind in ("enum", "literal_error"):
        allowed = context["expected"]
        return given, allowed, _nearest_word(str(item["input"]), allowed)
    if kind in _BOUNDS or kind in _KINDS:
        return given, *_right_kind(item, path)
    if kind == "too_short":
        return "is empty", "at least one entry", f"Add an entry to {last}."
    meaning = item["msg"][:1].lower() + item["msg"][1:]
    return given, f"{_meaning(path)} ({meaning})", f"Correct {last}."


def _last(path: Path) -> str:
    """Name of what a path leads to: ``fractions[0]`` for an entry of a list."""
    names = [place for place, part in enumerate(path) if isinstance(part, str)]
    return field_text(path[names[-1] :]) if names else "the file"


def _right_kind(item: ErrorDetails, path: Path) -> tuple[str, str]:
    """What is allowed in place of a value of a wrong kind or size, and what to do."""
    kind, value, last = item["type"], item["input"], _last(path)
    shown = example(path)
    unit = unit_of(shown)
    if kind == "string_type" and unit and _is_number(value):
        what = "a percentage" if unit == "%" else "a number with a unit"
        number = value * 100 if unit == "%" and value <= 1 else value
        return f"{what}, such as {number:g} {unit}", f"Add the unit to {last}."
    such = "" if shown is None else f", such as {_shown(shown)}"
    if kind in _BOUNDS:
        name, pattern = _BOUNDS[kind]
        allowed = pattern.format(f"{item.get('ctx', {})[name]:g}")
    else:
        allowed = _KINDS[kind]
    meant = _number_meant(item, path) if kind in _NUMBERS else None
    do = f"Correct {last}." if meant is None else f"Did you mean {meant:g}?"
    return allowed + such, do


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _number_meant(item: ErrorDetails, path: Path) -> float | None:
    """The number that was written with a unit, or as a percentage; None if unclear."""
    value: Any = item["input"]
    limit = most(path)
    match = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
    if match is None and not (_is_number(value) and value >= 1):
        return None
    number = float(value if match is None else match["number"])
    if limit is not None and limit <= 1 and (match is None or match["unit"] == "%"):
        number /= 100
    elif match is None:
        return None
    whole = item["type"].startswith("int") and not number.is_integer()
    fits = limit is None or number <= limit
    return number if fits and not whole else None


def _nearest_word(given: str, allowed: str) -> str:
    if f"'{Modality.RESTRUCTURING}'" in allowed and _COGNITIVE.fullmatch(given.lower()):
        return _CBT
    near = difflib.get_close_matches(given, allowed.split("'"), n=1)
    return f"Did you mean {near[0]!r}?" if near else "Use one of these words."


def _unknown_field(path: Path) -> tuple[str, str, str]:
    known, name = list(fields_at(path[:-1])), str(path[-1])
    allowed = "one of " + ", ".join(known)
    elsewhere = homes(name, path[:-1])
    if 0 < len(elsewhere) <= _PLACES:
        do = f"Put it {' or '.join(map(_under, elsewhere))}."
        return "unknown field", allowed, do
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    do = f"Did you mean {near[0]!r}?" if near else "Remove it."
    return "unknown field", allowed, do


def _under(place: tuple[str, ...]) -> str:
    """A place in the format in words."""
    return f"under {'.'.join(place)}:" if place else "at the left margin"


def _meaning(path: Path) -> str:
    text = getattr(field_at(path), "description", None)
    return (text or "a value as in the documentation").rstrip(".")


def _shown(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        value = int(value)
    text = (
        {True: "true", False: "false"}[value]
        if isinstance(value, bool)
        else repr(value)
    )
    if isinstance(value, (dict, list, tuple)):
        kind = "a mapping" if isinstance(value, dict) else "a list"
        text = f"{kind} of {len(value)}" if len(text) > _SHOWN else text
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
