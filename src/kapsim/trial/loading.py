"""From a file, or the name of a bundled protocol, to a checked `Protocol`."""

import dataclasses
import difflib
import importlib.resources
import os
from pathlib import Path

from pydantic import ValidationError

from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol_file.complaints import complaints
from kapsim.trial.protocol_file.document import read_document
from kapsim.trial.protocol_file.outline import Outline, Path as Place, read_outline
from kapsim.trial.protocol_file.problems import Problem, ProtocolError

_SUFFIXES = (".yaml", ".yml")


def bundled_names() -> tuple[str, ...]:
    """Names of the protocols that ship with kapsim, sorted."""
    folder = importlib.resources.files("kapsim.trial") / "protocols"
    names = (Path(entry.name) for entry in folder.iterdir())
    return tuple(sorted(name.stem for name in names if name.suffix == ".yaml"))


def parse_protocol(text: str, origin: str) -> Protocol:
    """Protocol from YAML text; `origin` is what error messages call the text.

    Raises
    ------
    ProtocolError
        With every problem found: line, column, field, what was given, what is
        allowed and what to do. Whether the model can draw these people is seen only
        by `load_protocol`, or when they are drawn.
    """
    return _checked(read_outline(text, origin), origin)


def _checked(outline: Outline, origin: str) -> Protocol:
    try:
        return Protocol.model_validate(outline.data)
    except ValidationError as error:
        raise ProtocolError(origin, complaints(error, outline)) from error


def _check_people(loaded: Protocol, outline: Outline, origin: str) -> None:
    """Refuse people that the model cannot draw, at the line that asks for them."""
    # This needs JAX, which a text that is not yet a protocol need not wait for.
    from kapsim.engine import platform
    from kapsim.trial.arms.cohorts import entry

    platform.configure()
    try:
        entry(loaded)
    except ProtocolError as error:
        raise ProtocolError(
            origin, tuple(_placed(problem, outline) for problem in error.problems)
        ) from error


def _placed(problem: Problem, outline: Outline) -> Problem:
    """The problem with the place of its field in the file."""
    path = tuple(problem.field.split("."))
    line, column = outline.place(path) or (None, None)
    return dataclasses.replace(problem, line=line, column=column)


def load_protocol(path_or_name: str | os.PathLike[str]) -> Protocol:
    """Protocol from a file, or a bundled one by name.

    A name that is bundled means the bundled protocol; write ``./name`` for a file.

    Raises
    ------
    ProtocolError
        If there is no such file or name, or the protocol has problems.
    """
    given = os.fspath(path_or_name)
    text, origin = _text(given)
    outline = read_outline(text, origin)
    loaded = _checked(outline, origin)
    if given not in bundled_names():
        _check_people(loaded, outline, origin)
    return loaded


def line_of(path_or_name: str | os.PathLike[str], where: Place) -> int | None:
    """Line of a part of a protocol in its file; None where it cannot be told."""
    try:
        place = read_outline(*_text(os.fspath(path_or_name))).place(where)
    except ProtocolError:
        return None
    return None if place is None else place[0]


def _text(given: str) -> tuple[str, str]:
    """Text of a protocol, and what error messages call it."""
    if given in bundled_names():
        entry = (
            importlib.resources.files("kapsim.trial") / "protocols" / f"{given}.yaml"
        )
        return entry.read_text(encoding="utf-8"), f"{given} (bundled)"
    path = Path(given)
    meant_as_path = path.suffix.lower() in _SUFFIXES or path.name != given
    if not meant_as_path and not path.exists():
        raise _unknown_name(given)
    return read_document(path), given


def _unknown_name(given: str) -> ProtocolError:
    names = bundled_names()
    near = difflib.get_close_matches(given, names, n=3, cutoff=0.4)
    do = f"Did you mean {' or '.join(near)}? " if near else ""
    do += "`kapsim protocols` lists the bundled ones."
    allowed = "a file, or one of " + ", ".join(names)
    problem = Problem("", "no such file and no bundled protocol", allowed, do)
    return ProtocolError(given, (problem,))
