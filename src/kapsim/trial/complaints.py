"""From pydantic's findings to problems with place, field, allowed and what to do."""

import difflib
import typing
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from kapsim.trial.outline import Outline, Path, field_text
from kapsim.trial.problems import Problem
from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol.element import REFUSED

_SHOWN = 80
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
    last = path[-1] if path else "the file"
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
        near = difflib.get_close_matches(str(item["input"]), allowed.split("'"), n=1)
        hint = f"Did you mean {near[0]!r}?" if near else "Use one of these words."
        return given, allowed, hint
    if kind in _BOUNDS:
        name, pattern = _BOUNDS[kind]
        return given, pattern.format(context[name]), f"Correct {last}."
    if kind in _KINDS:
        return given, _KINDS[kind] + _example(path), f"Correct {last}."
    if kind == "too_short":
        return "is empty", "at least one entry", f"Add an entry to {last}."
    meaning = item["msg"][:1].lower() + item["msg"][1:]
    return given, f"{_meaning(path)} ({meaning})", f"Correct {last}."


def _unknown_field(path: Path) -> tuple[str, str, str]:
    known = list(_fields(path[:-1]))
    near = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
    do = f"Did you mean {near[0]!r}?" if near else "Remove it."
    return "unknown field", "one of " + ", ".join(known), do


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


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Models named somewhere in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in _models(part)]


def _fields(path: Path) -> dict[str, Any]:
    """Fields of the model at a path of the protocol, or nothing where there is none."""
    model: type[BaseModel] = Protocol
    for part in path:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        models = [] if field is None else _models(field.annotation)
        model = models[0] if models else model
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _field(path: Path) -> Any:
    return (
        _fields(path[:-1]).get(path[-1]) if path and isinstance(path[-1], str) else None
    )


def _meaning(path: Path) -> str:
    field = _field(path)
    text = getattr(field, "description", None) or "a value as in the documentation"
    return text.rstrip(".")


def _example(path: Path) -> str:
    field = _field(path)
    examples = [] if field is None else _examples(field.annotation, field)
    return f", such as {examples[0]!r}" if examples else ""


def _examples(annotation: Any, *noted: Any) -> list[Any]:
    """Examples given with a field, or with a type named in its annotation."""
    for note in (*noted, *getattr(annotation, "__metadata__", ())):
        if getattr(note, "examples", None):
            return list(note.examples)
    found = (_examples(part) for part in typing.get_args(annotation))
    return next((examples for examples in found if examples), [])
