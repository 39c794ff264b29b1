"""The fields of the protocol format, by their path in a file."""

import re
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol_file.outline import Path

_QUANTITY = re.compile(r"[+-]?\s*[\d.]+\s*(?P<unit>[^\s\d].*)")


def fields_at(path: Path) -> dict[str, FieldInfo]:
    """Fields of the element at a path, by the names that a file gives them."""
    model: type[BaseModel] = Protocol
    for part in path:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        models = [] if field is None else _models(field.annotation)
        model = models[0] if models else model
    return _named(model)


def field_at(path: Path) -> FieldInfo | None:
    """The field at a path, or that of the list which an entry belongs to."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    return fields_at(path[:-1]).get(str(path[-1])) if path else None


def homes(name: str, above: Path) -> list[tuple[str, ...]]:
    """Where a field belongs that the element at a path does not have.

    Parameters
    ----------
    name
        Name of the field.
    above
        Path of the element under which it was written.

    Returns
    -------
    list
        Names of the fields to go through from the top of the file: the places below
        that element; else those above it; else the only place that there is.
    """
    here = tuple(part for part in above if isinstance(part, str))
    every = [place for place, names in _elements(Protocol) if name in names]
    below = [place for place in every if place[: len(here)] == here]
    over = [place for place in every if here[: len(place)] == place]
    return below or over or (every if len(every) == 1 else [])


def example(path: Path) -> Any:
    """An example of what may stand at a path; None if there is none."""
    field = field_at(path)
    found = [] if field is None else _examples(field.annotation, field)
    shown = found[0] if found else None
    for part in path[::-1]:
        if not (isinstance(part, int) and isinstance(shown, list)):
            break
        shown = shown[min(part, len(shown) - 1)]
    return shown


def unit_of(shown: Any) -> str:
    """Unit of an example such as ``44 yr``; empty if it is no number with a unit."""
    match = _QUANTITY.fullmatch(shown) if isinstance(shown, str) else None
    return match["unit"] if match else ""


def most(path: Path) -> float | None:
    """Upper limit of the numbers at a path; None if there is none."""
    field = field_at(path)
    found = [] if field is None else _limits(field.annotation, *field.metadata)
    return min(found, default=None)


def _named(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _elements(
    model: type[BaseModel], place: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], dict[str, FieldInfo]]]:
    """Every element of the format: its place, and its fields."""
    fields = _named(model)
    yield place, fields
    for name, field in fields.items():
        for part in _models(field.annotation):
            yield from _elements(part, (*place, name))


def _models(annotation: Any) -> list[type[BaseModel]]:
    """Models named somewhere in an annotation."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in _models(part)]


def _examples(annotation: Any, *noted: Any) -> list[Any]:
    """Examples given with a field, or with a type named in its annotation."""
    for note in (*noted, *getattr(annotation, "__metadata__", ())):
        if getattr(note, "examples", None):
            return list(note.examples)
    found = (_examples(part) for part in typing.get_args(annotation))
    return next((examples for examples in found if examples), [])


def _limits(annotation: Any, *noted: Any) -> list[float]:
    """Upper limits noted with a field, or with a type named in its annotation."""
    notes = (*noted, *getattr(annotation, "__metadata__", ()))
    own = [part for note in notes for part in getattr(note, "metadata", [note])]
    limits = [getattr(note, "le", None) for note in own]
    found = [float(limit) for limit in limits if limit is not None]
    parts = typing.get_args(annotation)
    return [*found, *(limit for part in parts for limit in _limits(part))]
