"""Rows and cells of an event table, with messages that say where they stand."""

import dataclasses
import math
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from kapsim.drug.history.history import Compartment, EventTableError
from kapsim.drug.kinetics.schedule import Molecule, RouteName

EVENT_COLUMNS = (
    "ID",
    "TIME",
    "AMT",
    "RATE",
    "EVID",
    "CMT",
    "DV",
    "MDV",
    "ADDL",
    "II",
    "SS",
    "DEVICES",
)
COVARIATE_COLUMNS = ("WT", "AGE", "SEX", "FEMALE", "REGION", "ASIAN", "JAPANESE")
COMMENT_COLUMNS = ("C", "COMMENT")

_MISSING = ("", ".", "NA")
_COMPARTMENT = re.compile(r"#\s*CMT\s+(\d+)\s*:\s*([^,]+?)\s*,\s*(.+?)\s*$", re.I)


@dataclasses.dataclass(frozen=True)
class Cell:
    """A place in a file, for messages.

    Attributes
    ----------
    file
        Its path.
    line
        Counted from 1, comments and the header included.
    column
        Name of the column.
    value
        What stands there.
    """

    file: Path
    line: int
    column: str
    value: str

    def refuse(self, said: str, *, allowed: str, remedy: str) -> EventTableError:
        """The error for this place: what is wrong, what is allowed, what to do."""
        return EventTableError(
            f"{self.file}, line {self.line}, column {self.column}: "
            f"{self.value or '(empty)'!r} {said}. Allowed: {allowed}. {remedy}"
        )

    def number(self, *, allowed: str = "a finite number") -> float:
        """The value as a number."""
        try:
            value = float(self.value)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise self.refuse(
                "is not a number",
                allowed=f"{allowed}; `.` or nothing where it is missing",
                remedy="Correct the cell.",
            )
        return value

    def code(self, meanings: Sequence[int], *, remedy: str) -> int:
        """The value as one of a few whole numbers."""
        value = self.number()
        if value not in meanings:
            raise self.refuse(
                "is not one of the codes",
                allowed=", ".join(str(code) for code in meanings),
                remedy=remedy,
            )
        return int(value)


@dataclasses.dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes
    ----------
    file, line
        Where it stands; lines are counted from 1, comments and the header included.
    values
        Text of each cell by column.
    """

    file: Path
    line: int
    values: Mapping[str, str]

    def has(self, column: str) -> bool:
        """Whether there is a value, not a mark for a missing one."""
        return self.values.get(column, "").upper() not in _MISSING

    def cell(self, column: str) -> Cell:
        """The cell of a column; an empty one if the table has no such column."""
        return Cell(self.file, self.line, column, self.values.get(column, ""))

    def number(self, column: str, *, missing: float = 0.0) -> float:
        """Number in a column, or `missing`."""
        return self.cell(column).number() if self.has(column) else missing

    def exact(self, column: str) -> Fraction:
        """Number in a column without rounding, or 0."""
        return Fraction(self.values[column]) if self.number(column) else Fraction(0)

    def whole(self, column: str, *, least: int = 0) -> int:
        """Whole number in a column, not below `least`, which stands for a missing one.

        Raises
        ------
        EventTableError
            If it is anything else.
        """
        value = self.number(column, missing=float(least))
        if value < least or value != int(value):
            raise self.cell(column).refuse(
                "is no such number",
                allowed=f"whole numbers from {least}",
                remedy="Correct the cell.",
            )
        return int(value)


def stated(
    mapping: Mapping[int, tuple[str, str]], refuse: Callable[[str], Exception]
) -> dict[int, Compartment]:
    """A mapping of compartment numbers with its names made into members.

    Parameters
    ----------
    mapping
        Numbers with pairs of molecule and route, as members or by name.
    refuse
        Makes the error from what is wrong.
    """
    found: dict[int, Compartment] = {}
    for number, (molecule, route) in mapping.items():
        if number < 1:
            raise refuse(f"compartment {number}: numbers begin at 1.")
        try:
            pair = Molecule(molecule), RouteName(route)
        except ValueError as unknown:
            raise refuse(
                f"compartment {number}: {unknown}. Molecules: {', '.join(Molecule)}. "
                f"Routes: {', '.join(RouteName)}."
            ) from unknown
        if pair in found.values():
            raise refuse(
                f"compartment {number}: {pair[0]}, {pair[1]} has a number already."
            )
        found[number] = pair
    return found


def readable_name(name: str) -> bool:
    """Whether a name comes back from a table as it is."""
    whole = name == name.strip() and name.isprintable() and not name.startswith("#")
    return whole and name.upper() not in _MISSING


def commented(line: str) -> tuple[int, tuple[str, str]] | None:
    """Number, molecule and route from a comment that states them, if it does."""
    found = _COMPARTMENT.match(line)
    return (int(found[1]), (found[2].lower(), found[3].lower())) if found else None


def comment(number: int, compartment: Compartment) -> str:
    """The comment that states a compartment, as `commented` reads it."""
    return f"# CMT {number}: {compartment[0]}, {compartment[1]}"
