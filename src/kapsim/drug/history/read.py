"""Reads the event table of pharmacometrics: one row per dose, sample or reset.

Columns, in any order: ID TIME AMT RATE EVID CMT DV MDV ADDL II SS, spray DEVICES, and
the covariates WT AGE SEX (or FEMALE) and REGION (or ASIAN, JAPANESE). Times in h,
amounts in mg of free base. What each code means, and where programs differ, is in
docs/reference/event-tables.md.

Assumes: covariates are constant: a person has the values of the first row.
Does not cover: covariates that change within a person, compartments that are turned
off, replacement of an amount (EVID 5 and above), steady state of a constant infusion.
"""

import csv
import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from kapsim.drug.history.cells import (
    COMMENT_COLUMNS,
    COVARIATE_COLUMNS,
    EVENT_COLUMNS,
    Row,
    commented,
    stated,
)
from kapsim.drug.history.history import (
    Compartment,
    Event,
    EventTableError,
    History,
    clears,
)
from kapsim.drug.history.persons import NUMBERED, person_of
from kapsim.drug.history.rows import additional, events_of

_EITHER = (("SEX", "FEMALE"), ("REGION", "ASIAN"), ("REGION", "JAPANESE"))


def read_events(
    path: Path | str,
    *,
    compartments: Mapping[int, tuple[str, str]] | None = None,
    covariates: Mapping[str, float | int] | None = None,
    sexes: Mapping[str, str] | None = None,
    ignore: Collection[str] = (),
) -> tuple[History, ...]:
    """Histories of all persons of a table, in its order.

    Parameters
    ----------
    path
        The table, comma-separated text.
    compartments
        What each number in CMT stands for, such as `{1: ("ketamine", "intravenous")}`.
        Without it, what comments at the head of the file state, such as
        `# CMT 1: ketamine, intravenous`.
    covariates
        Values for all persons of covariates that the table lacks, by name of column,
        such as `{"WT": 70.0, "AGE": 40.0}`.
    sexes
        What the codes in SEX stand for, such as `{"0": "male", "1": "female"}`, if they
        are not words.
    ignore
        Columns that are left out.

    Raises
    ------
    EventTableError
        If anything in it cannot be taken; says file, line, column, value, what is
        allowed, and what to do.
    """
    file = Path(path)
    for name in covariates or {}:
        if name not in NUMBERED:
            raise EventTableError(
                f"covariates: {name!r} is no covariate. Allowed: {', '.join(NUMBERED)}."
            )
    rows, said = _rows(file, ignore)
    mapping = _mapping(file, compartments, said)
    return tuple(
        _history(person, mapping, covariates or {}, sexes or {})
        for person in _persons(rows)
    )


def _history(
    rows: Sequence[Row],
    compartments: Mapping[int, Compartment],
    covariates: Mapping[str, float | int],
    sexes: Mapping[str, str],
) -> History:
    """One person."""
    for earlier, later in itertools.pairwise(rows):
        before = earlier.cell("TIME").number()
        if later.cell("TIME").number() < before:
            raise later.cell("TIME").refuse(
                f"comes after {before:g} h in line {earlier.line}",
                allowed="times of a person that do not fall",
                remedy="Sort the rows; where time starts again after a reset, let it "
                "go on, or give each period an ID of its own.",
            )
    return History(
        id=rows[0].values["ID"],
        covariates=person_of(rows, covariates, sexes),
        events=tuple(_events(rows, compartments)),
    )


def _events(
    rows: Sequence[Row], compartments: Mapping[int, Compartment]
) -> Iterator[Event]:
    """Events of a person, additional doses before the rows of the same time.

    A reset, and a steady state that replaces what went before, cancel those that are
    still to come.
    """
    placed: list[tuple[float, bool, Event]] = []
    for row in rows:
        own, time_h = events_of(row, compartments), row.number("TIME")
        if any(map(clears, own)):
            placed = [item for item in placed if item[1] or item[0] < time_h]
        placed += [(time_h, True, event) for event in own]
        placed += [(dose.time_h, False, dose) for dose in additional(row, own)]
    return (event for *_, event in sorted(placed, key=lambda item: item[:2]))


# -- the file --------------------------------------------------------------------------


def _rows(
    file: Path, ignore: Collection[str]
) -> tuple[list[Row], dict[int, tuple[str, str]]]:
    """Rows that are not left out, and compartments stated by comments."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise EventTableError(
            f"{file} cannot be read ({fault}). Give the path of a table of "
            "comma-separated text."
        ) from fault
    said = dict(filter(None, map(commented, lines)))
    filled = [
        (number, next(csv.reader([line])))
        for number, line in enumerate(lines, 1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not filled:
        raise EventTableError(f"{file} has no header. Begin it with ID,TIME,AMT,...")
    columns = [name.strip().upper() for name in filled[0][1]]
    _check_columns(file, columns, ignore)
    rows: list[Row] = []
    for number, cells in filled[1:]:
        if len(cells) != len(columns):
            raise EventTableError(
                f"{file}, line {number}: {len(cells)} cells. Allowed: {len(columns)}, "
                "one per column of the header. Fill missing cells with `.`."
            )
        texts = [cell.strip() for cell in cells]
        left_out = columns[0] in COMMENT_COLUMNS and texts[0].upper() == "C"
        if not left_out:
            rows.append(Row(file, number, dict(zip(columns, texts, strict=True))))
    return rows, said


def _check_columns(file: Path, columns: Sequence[str], ignore: Collection[str]) -> None:
    left_out = {name.upper() for name in ignore} | {columns[0]} & {*COMMENT_COLUMNS}
    known = {*EVENT_COLUMNS, *COVARIATE_COLUMNS}
    for name in columns:
        if columns.count(name) > 1:
            raise EventTableError(
                f"{file}, header: the column {name} stands there twice. Remove one."
            )
        if name not in known | left_out:
            raise EventTableError(
                f"{file}, header: unknown column {name!r}. Allowed: "
                f"{', '.join((*EVENT_COLUMNS, *COVARIATE_COLUMNS))}, separated by "
                f'commas. Leave it out with ignore=("{name}",), or correct its name.'
            )
    for name in ("ID", "TIME"):
        if name not in columns:
            raise EventTableError(
                f"{file}, header: there is no column {name}. ID and TIME are needed."
            )
    for pair in _EITHER:
        if {*pair} <= {*columns} - left_out:
            raise EventTableError(
                f"{file}, header: {pair[0]} and {pair[1]} say the same twice. Leave "
                f'one out with ignore=("{pair[1]}",).'
            )


def _mapping(
    file: Path,
    given: Mapping[int, tuple[str, str]] | None,
    said: Mapping[int, tuple[str, str]],
) -> dict[int, Compartment]:
    """The compartments given, or else those that the file states."""
    refuse = lambda fault: EventTableError(f"{file}, {fault}")
    own = stated(said, refuse)
    if given is None:
        return own
    mapping = stated(given, refuse)
    if own and own != mapping:
        raise EventTableError(
            f"{file} states the compartments {_list(own)}, and compartments= gives "
            f"{_list(mapping)}. Correct one of the two, or leave compartments= out."
        )
    return mapping


def _list(mapping: Mapping[int, Compartment]) -> str:
    pairs = (f"{n}: {drug} {way}" for n, (drug, way) in sorted(mapping.items()))
    return "{" + ", ".join(pairs) + "}"


def _persons(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows of one person after the other."""
    seen: set[str] = set()
    for id_, group in itertools.groupby(rows, key=lambda row: row.values["ID"]):
        person = list(group)
        cell = person[0].cell("ID")
        if not person[0].has("ID"):
            raise cell.refuse(
                "names nobody", allowed="a number or name", remedy="Fill the cell."
            )
        if id_ in seen:
            raise cell.refuse(
                "has rows further up, with another person's between",
                allowed="all rows of a person together",
                remedy="Sort the table by ID and TIME; some programs would take this "
                "for a new person.",
            )
        seen.add(id_)
        yield person
