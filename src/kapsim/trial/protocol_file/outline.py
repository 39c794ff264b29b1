"""YAML as plain data, with the place of every part, and with nothing clever in it.

Aliases, anchors, tags, merge keys and repeated keys are refused, and size and depth
are bounded, before anything is built.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from kapsim.trial.protocol_file.problems import Problem, ProtocolError

MAX_DEPTH = 12
MAX_NODES = 20_000
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTRUCTOR = yaml.constructor.SafeConstructor()
_POWER = re.compile(r"^[+-]?\d+[eE][+-]?\d+$")

Path = tuple[str | int, ...]


@dataclasses.dataclass(frozen=True)
class Outline:
    """Plain data, and line and column of each part by its path (both from 1)."""

    data: Any
    values: dict[Path, tuple[int, int]]
    keys: dict[Path, tuple[int, int]]

    def place(self, path: Path, *, key: bool = False) -> tuple[int, int] | None:
        """Line and column of a part, or of the nearest part that holds it."""
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path)


def read_outline(text: str, origin: str) -> Outline:
    """Outline of YAML text.

    Raises
    ------
    ProtocolError
        If it is not YAML, not one mapping, or uses more of YAML than plain data.
    """
    try:
        _check_events(text, origin)
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (None, None) if mark is None else (mark.line + 1, mark.column + 1)
        do = "Check indentation, quotes and colons near this place."
        if "block sequence entries are not allowed" in (error.problem or ""):
            do = "A text must not begin with '- ': write '-2 h' without the space."
        given = " ".join(filter(None, (error.context, error.problem)))
        problem = Problem("", f"not YAML ({given})", "valid YAML", do, *place)
        raise ProtocolError(origin, (problem,)) from error
    except yaml.YAMLError as error:
        do = "Check that this is a YAML file."
        problem = Problem("", f"not YAML ({error})", "valid YAML", do)
        raise ProtocolError(origin, (problem,)) from error
    if not isinstance(root, yaml.MappingNode):
        kind = "list" if isinstance(root, yaml.SequenceNode) else "single value"
        given = "nothing but comments" if root is None else f"a {kind}"
        allowed = "a mapping that begins with 'kapsim: 1'"
        do = "Start from a bundled protocol: `kapsim protocols` lists them."
        raise ProtocolError(origin, (Problem("", given, allowed, do, 1),))
    builder = _Builder(origin)
    data = builder.build(root, ())
    if builder.problems:
        raise ProtocolError(origin, tuple(builder.problems))
    return Outline(data, builder.values, builder.keys)


def _check_events(text: str, origin: str) -> None:
    """Refuse, while reading, what could grow without bound or run code."""
    depth = nodes = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        nodes += isinstance(event, yaml.NodeEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        for found in _excess(event, depth, nodes, documents):
            raise ProtocolError(origin, (Problem("", *found, *_place(event)),))


def _excess(
    event: yaml.Event, depth: int, nodes: int, documents: int
) -> Iterator[tuple[str, str, str]]:
    if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
        do = "Write the value out where it is needed."
        yield f"{sign}{event.anchor}", "no anchors (&) and no aliases (*)", do
    tag = getattr(event, "tag", None)
    if tag is not None:
        yield f"tag {tag}", "plain values without tags", "Remove the tag."
    if depth > MAX_DEPTH:
        do = "Check the brackets and the indentation."
        yield f"nesting deeper than {MAX_DEPTH}", f"at most {MAX_DEPTH} levels", do
    if nodes > MAX_NODES:
        do = "Check that this is the file you meant."
        yield f"more than {MAX_NODES} values", f"at most {MAX_NODES} values", do
    if documents > 1:
        do = "Remove the '---' in mid-file, or split the file."
        yield "a second document", "one protocol in a file", do


class _Builder:
    """Plain data from nodes, keeping places and noting repeated keys."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.values: dict[Path, tuple[int, int]] = {}
        self.keys: dict[Path, tuple[int, int]] = {}
        self.problems: list[Problem] = []

    def build(self, node: yaml.Node, path: Path) -> Any:
        """Plain data of a node; its place is kept under `path`."""
        self.values[path] = _place(node)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, i)) for i, item in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, column = _place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                allowed, do = "a word before each colon", "Name the field."
                problem = Problem(
                    field_text(path), "a field without name", allowed, do, line, column
                )
                self.problems.append(problem)
                continue
            key = key_node.value
            if key in data:
                first = self.keys[(*path, key)][0]
                do = f"Remove one of the two; the first is on line {first}."
                problem = Problem(
                    field_text((*path, key)),
                    "the field is there twice",
                    "each field once",
                    do,
                    line,
                    column,
                )
                self.problems.append(problem)
                continue
            self.keys[(*path, key)] = (line, column)
            data[key] = self.build(value_node, (*path, key))
        return data


def _place(node: Any) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


_READ: dict[str, Callable[[Any], Any]] = {
    "null": lambda node: None,
    "bool": _CONSTRUCTOR.construct_yaml_bool,
    "int": _CONSTRUCTOR.construct_yaml_int,
    "float": _CONSTRUCTOR.construct_yaml_float,
}


def _scalar(node: Any) -> Any:
    """Number, truth value, null or text; dates and clock times stay text."""
    kind = node.tag.rsplit(":", 1)[-1]
    if kind == "str" and not node.style and _POWER.match(node.value):
        return float(node.value)
    if kind not in _READ or (kind in ("int", "float") and ":" in node.value):
        return node.value
    try:
        return _READ[kind](node)
    except ValueError:
        return node.value


def field_text(path: Path) -> str:
    """Path of a field as text, such as ``arms[0].treatments[1].amount``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")
