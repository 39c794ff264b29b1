"""No number enters the model without a record.

The mechanism rooms may write only the numbers of structure: 0, 1, 2, a half and their
negatives in equations; counts and indices, which are whole numbers below ten outside
arithmetic; 100 for percent; members of enumerations; whole numbers that a class
declares as part of a printed instrument (``ClassVar[int]``); and example inputs in
`registry.py` and `mechanisms()`, which only tests meet. Anything else is a parameter
and comes from the evidence library. The one exception is a module constant of a
numerical method, which says nothing about people: it is listed below, with what it is.
"""

import ast
import pathlib
from collections.abc import Collection
from typing import TypeGuard

import pytest

ROOT = pathlib.Path(__file__).parents[2]
ROOMS = ("drug", "brain", "mind", "therapy", "measures")
STRUCTURAL = {0, 1, 2, 0.5, 100}
NUMERICAL_METHOD = {
    "drug": {
        "LEVELS": "quantiles that are told",
        "PEOPLE": "how many people are simulated unless asked otherwise",
        "_SET_APART": "exponent that balances two errors of rounding",
        "_MOST_STEPS": "limit of an iteration",
        "_SETTLED": "relative change at which a root has settled",
        "_TOLERANCE_H": "two times that are the same time",
    },
    "measures": {
        "_WIDEST": "bracket of a search",
        "_HALVINGS": "halvings of that bracket",
        "_LOGIT_OF_NORMAL": "polynomial for logit(Phi)",
        "_NORMAL_CDF": "polynomial for Phi",
        "_QUADRATURE_ORDER": "nodes of Gauss-Hermite quadrature",
        "_PERSON_KNOTS": "knots of an interpolation table",
        "_POPULATION_KNOTS": "knots of an interpolation table",
    },
}
FILES = [
    path
    for room in ROOMS
    for path in sorted((ROOT / "src" / "kapsim" / room).rglob("*.py"))
    if path.name != "registry.py"
]


def is_enumeration(node: ast.AST) -> bool:
    """Whether a class is an enumeration, whose values are names and not quantities."""
    return isinstance(node, ast.ClassDef) and any(
        "Enum" in ast.unparse(base) or "Flag" in ast.unparse(base)
        for base in node.bases
    )


def constant_name(node: ast.AST) -> str:
    """Name of a module constant, or an empty text for any other statement."""
    target = node.targets[0] if isinstance(node, ast.Assign) else None
    return target.id if isinstance(target, ast.Name) and target.id.isupper() else ""


def is_instrument(node: ast.AST) -> bool:
    """Whether a statement declares a whole number as part of a printed instrument."""
    if not isinstance(node, ast.AnnAssign):
        return False
    annotation = ast.unparse(node.annotation)
    return "ClassVar" in annotation and "float" not in annotation


def is_quantity(node: ast.AST) -> bool:
    """Whether numbers directly below a node are amounts, not counts or indices."""
    arithmetic = isinstance(node, ast.BinOp | ast.Compare | ast.AugAssign)
    return arithmetic or isinstance(node, ast.arguments | ast.ClassDef)


def bare_numbers(
    text: str, allowed: Collection[str] = ()
) -> list[tuple[int, int | float | complex]]:
    """Line and value of every number that needs a record and has none."""
    found: list[tuple[int, int | float | complex]] = []

    def visit(node: ast.AST, quantity: bool) -> None:
        example = isinstance(node, ast.FunctionDef) and node.name == "mechanisms"
        if example or is_enumeration(node) or constant_name(node) in allowed:
            return
        if isinstance(node, ast.Constant) and is_number(node.value):
            counted = isinstance(node.value, int) and node.value < 10 and not quantity
            if not counted and node.value not in STRUCTURAL:
                found.append((node.lineno, node.value))
        if isinstance(node, ast.AnnAssign) and is_instrument(node):
            return
        through = isinstance(node, ast.UnaryOp | ast.Assign | ast.AnnAssign)
        amount = is_quantity(node) or (through and quantity)
        for child in ast.iter_child_nodes(node):
            visit(child, amount)

    visit(ast.parse(text), quantity=False)
    return found


def is_number(value: object) -> TypeGuard[int | float | complex]:
    """Whether a constant of the source is a number (a truth value is none)."""
    return isinstance(value, int | float | complex) and not isinstance(value, bool)


def name_of(path: pathlib.Path) -> str:
    """Path of a file below the package, as this test lists it."""
    return path.relative_to(ROOT / "src" / "kapsim").as_posix()


def room_of(path: pathlib.Path) -> str:
    """Room that a file belongs to."""
    return pathlib.PurePosixPath(name_of(path)).parts[0]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_mechanisms_take_their_numbers_from_records(path: pathlib.Path) -> None:
    allowed = NUMERICAL_METHOD.get(room_of(path), {})
    bare = bare_numbers(path.read_text(encoding="utf-8"), allowed)
    assert not bare, (
        f"(line, number) {bare}: give each a record and declare it by param, or list "
        "its constant in this test if it belongs to a numerical method."
    )


@pytest.mark.parametrize("room", NUMERICAL_METHOD)
def test_the_list_of_numerical_constants_is_not_stale(room: str) -> None:
    present = {
        constant_name(node)
        for path in FILES
        if room_of(path) == room
        for node in ast.parse(path.read_text(encoding="utf-8")).body
    }
    assert set(NUMERICAL_METHOD[room]) <= present


def test_every_room_is_looked_at() -> None:
    assert {room_of(path) for path in FILES} == set(ROOMS)


@pytest.mark.parametrize(
    "planted",
    [
        "def f(x):\n    return 3.7 * x\n",
        "def f(x, gain=0.8):\n    return gain * x\n",
        "RATE = -0.02\n",
        "_TABLE = (0.1, 0.2)\n",
        "x[int(0.3 * n)] = 1\n",
        "class A:\n    half_life = 3\n",
        "def f(x):\n    return -4 * x\n",
        "def f(x):\n    return g(24 * x)\n",
        "TIME = 24\n",
        "class Scale:\n    rate: ClassVar[float] = 0.3\n",
    ],
)
def test_a_planted_number_is_found(planted: str) -> None:
    assert bare_numbers(planted)


@pytest.mark.parametrize(
    "structural",
    [
        "def f(x, axis=-1):\n    return 1 - 0.5 * x[3, :5] ** 2\n",
        "def f(x):\n    return jnp.zeros((3, *x.shape))\n",
        "class Scale:\n    max_score: ClassVar[int] = 60\n",
        "class Kind(enum.IntEnum):\n    ORAL = 7\n",
        "_LISTED = (0.3275911, 0.254829592)\n",
        '"""Text with 12.5 in it."""\nflag = True\n',
    ],
)
def test_structure_is_left_alone(structural: str) -> None:
    assert not bare_numbers(structural, {"_LISTED"})
