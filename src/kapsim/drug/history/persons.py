"""Who a person of an event table is: covariates of the first row, held throughout."""

from collections.abc import Mapping, Sequence

from kapsim.drug.history.cells import COVARIATE_COLUMNS, Row
from kapsim.drug.history.history import EventTableError, Person

NUMBERED = ("WT", "AGE", "FEMALE", "ASIAN", "JAPANESE")
"""Covariates that are numbers, one column for each field of `Person`."""

_SEXES = {"male": 0.0, "m": 0.0, "female": 1.0, "f": 1.0}
_REGIONS = {"other": (0.0, 0.0), "asia": (1.0, 0.0), "japan": (1.0, 1.0)}
_CARRYING = (
    "NONMEM, and mrgsolve unless told otherwise, carry the next value backward (NOCB); "
    "rxode2 carries the last one forward (LOCF). kapsim holds the value of the "
    "person's first row. Give each period an ID of its own, or write in all rows the "
    "value that is to hold."
)


def person_of(
    rows: Sequence[Row], covariates: Mapping[str, float | int], sexes: Mapping[str, str]
) -> Person:
    """Covariates of a person.

    Parameters
    ----------
    rows
        All rows of the person.
    covariates
        Values for everybody of columns that are missing.
    sexes
        What the codes in SEX stand for.

    Raises
    ------
    EventTableError
        If a covariate changes, is missing where it is needed, or is not understood.
    """
    for column in COVARIATE_COLUMNS:
        _check_constant(rows, column)
    first = rows[0]
    known = lambda column, missing=None: _value(first, column, covariates, missing)
    japanese = known("JAPANESE", 0.0)
    asian, japanese = _region(first) or (known("ASIAN", japanese), japanese)
    try:
        return Person(
            weight_kg=known("WT"),
            age_years=known("AGE"),
            female=_sex(first, known("FEMALE", 1 / 2), sexes),
            asian=asian,
            japanese=japanese,
        )
    except EventTableError as fault:
        if str(first.file) in str(fault):
            raise
        raise EventTableError(
            f"{first.file}, line {first.line}: {fault} Correct the row."
        ) from fault


def _check_constant(rows: Sequence[Row], column: str) -> None:
    """Refuse a covariate that changes; a missing one later on is the first one."""
    first = rows[0].cell(column)
    for row in rows[1:]:
        if row.has(column) and row.values[column] != first.value:
            raise row.cell(column).refuse(
                f"differs from {first.value or '(empty)'!r} in line {first.line}, the "
                "first row of the person",
                allowed="covariates that are constant within a person",
                remedy=_CARRYING,
            )


def _value(
    row: Row, column: str, everybody: Mapping[str, float | int], missing: float | None
) -> float:
    """Value in a row, or else for everybody, or else `missing`."""
    if row.has(column):
        return row.number(column)
    found = everybody.get(column, missing)
    if found is None:
        raise row.cell(column).refuse(
            "is missing in the first row of a person",
            allowed="a number",
            remedy="Fill it, or give one for everybody: "
            f'covariates={{"{column}": ...}}.',
        )
    return float(found)


def _sex(row: Row, otherwise: float, sexes: Mapping[str, str]) -> float:
    """1 for a woman, 0 for a man."""
    if not row.has("SEX"):
        return otherwise
    cell = row.cell("SEX")
    word = sexes.get(cell.value, cell.value).lower()
    if word not in _SEXES:
        raise cell.refuse(
            "is not a word for a sex",
            allowed=", ".join(_SEXES),
            remedy="Tables code it differently; say how, such as "
            'sexes={"0": "male", "1": "female"}.',
        )
    return _SEXES[word]


def _region(row: Row) -> tuple[float, float] | None:
    """Whether Asian, and whether Japanese, if the row has a region."""
    if not row.has("REGION"):
        return None
    cell = row.cell("REGION")
    if cell.value.lower() not in _REGIONS:
        raise cell.refuse(
            "is not a region that kinetics are known for",
            allowed=", ".join(_REGIONS),
            remedy="Use columns ASIAN and JAPANESE (0 or 1), and leave REGION out "
            'with ignore=("REGION",).',
        )
    return _REGIONS[cell.value.lower()]
