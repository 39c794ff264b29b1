"""Sizes, names and counts that keep the code readable, held by a machine."""

import ast
import pathlib
from collections.abc import Callable, Iterator

import pytest

ROOT = pathlib.Path(__file__).parents[2]
FOLDERS = ("src", "tests", "validation", "benchmarks", "scripts", "docs")
FILE_LINES = 400
FUNCTION_LINES = 60
NESTING = 3
VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "legacy"}
FILES = [path for name in FOLDERS for path in sorted((ROOT / name).rglob("*.py"))]
SOURCES = [path for path in FILES if path.is_relative_to(ROOT / "src")]
COLLECTED = pathlib.Path(__file__).with_name("collected.txt")

Function = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)


def functions(text: str) -> Iterator[Function]:
    """All functions and methods of a source text."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, Function):
            yield node


def depth(node: ast.AST) -> int:
    """Deepest nesting of blocks below a node; an ``elif`` does not nest."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef):
            continue
        below = depth(child)
        chained = isinstance(node, ast.If) and child in node.orelse
        if isinstance(child, BLOCKS) and not (chained and isinstance(child, ast.If)):
            below += 1
        deepest = max(deepest, below)
    return deepest


def too_many_lines(text: str) -> list[str]:
    """Says so if a file is longer than its budget."""
    count = len(text.splitlines())
    return [f"{count} lines"] if count > FILE_LINES else []


def too_long_functions(text: str) -> list[str]:
    """Functions longer than their budget."""
    return [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in functions(text)
        if node.end_lineno and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]


def too_deep_functions(text: str) -> list[str]:
    """Functions nested deeper than their budget."""
    return [
        f"{node.name}: {depth(node)} levels"
        for node in functions(text)
        if depth(node) > NESTING
    ]


def uncollected_classes(text: str) -> list[str]:
    """Classes with tests that pytest passes over, since their name is not Test*."""
    return [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ClassDef)
        and not node.name.startswith("Test")
        and any(
            isinstance(f, Function) and f.name.startswith("test") for f in node.body
        )
    ]


def over_budget(paths: list[pathlib.Path], rule: Callable[[str], list[str]]) -> str:
    """Every breach of a rule, one a line."""
    return "\n".join(
        f"{path.relative_to(ROOT)}: {breach}"
        for path in paths
        for breach in rule(path.read_text(encoding="utf-8"))
    )


@pytest.mark.parametrize(
    ("paths", "rule"),
    [
        (FILES, too_many_lines),
        (SOURCES, too_long_functions),
        (SOURCES, too_deep_functions),
        (FILES, uncollected_classes),
    ],
    ids=lambda value: getattr(value, "__name__", "files"),
)
def test_within_budget(
    paths: list[pathlib.Path], rule: Callable[[str], list[str]]
) -> None:
    assert paths
    breaches = over_budget(paths, rule)
    assert not breaches, breaches


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        (too_many_lines, "x = 1\n" * 401),
        (too_long_functions, "def f():\n" + "    x = 1\n" * 60),
        (
            too_deep_functions,
            "def f(x):\n for a in x:\n  for b in a:\n   if b:\n    if a:\n     pass\n",
        ),
        (uncollected_classes, "class ValidateSchemas:\n def test_it(self): pass\n"),
    ],
)
def test_a_planted_breach_is_found(
    rule: Callable[[str], list[str]], planted: str
) -> None:
    assert rule(planted)


def test_no_module_has_a_vague_name() -> None:
    assert not [path for path in FILES if VAGUE & set(path.with_suffix("").parts)]


def test_files_with_tests_are_collected() -> None:
    hidden = [
        path.relative_to(ROOT)
        for path in FILES
        if path.is_relative_to(ROOT / "tests")
        or path.is_relative_to(ROOT / "validation")
        if not path.name.startswith("test_")
        and any(f.name.startswith("test_") for f in functions(path.read_text("utf-8")))
    ]
    assert not hidden


def test_number_of_tests_does_not_fall(request: pytest.FixtureRequest) -> None:
    config = request.config
    whole = config.args == config.getini("testpaths")
    if not whole or config.option.keyword or config.option.markexpr:
        pytest.skip("only a run of everything is counted")
    floor = int(COLLECTED.read_text(encoding="utf-8"))
    assert len(request.session.items) >= floor, (
        f"{len(request.session.items)} tests collected, {floor} before. If tests were "
        f"taken out on purpose, say why in the commit and lower {COLLECTED.name}."
    )
