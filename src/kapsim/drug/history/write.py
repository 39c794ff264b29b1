"""Writes histories as an event table that other programs read: numbers and commas."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from pathlib import Path
from sys import float_info

from kapsim.drug.history.cells import (
    EVENT_COLUMNS,
    comment,
    readable_name,
    stated,
)
from kapsim.drug.history.history import (
    Compartment,
    EventTableError,
    Given,
    History,
    Person,
    Reset,
    Sample,
)
from kapsim.drug.history.persons import NUMBERED
from kapsim.drug.history.rows import INFUSED

_DIGITS = (float_info.dig, float_info.dig + 2, float_info.dig + 2 + 2)


def write_events(
    path: Path | str,
    histories: Sequence[History],
    *,
    compartments: Mapping[int, tuple[str, str]] | None = None,
    comments: bool = False,
) -> dict[int, Compartment]:
    """Write one table with all persons; `read_events` gives back the same histories.

    Parameters
    ----------
    path
        File to write; one that is there is replaced.
    histories
        Persons, each with an `id` of its own.
    compartments
        What each number in CMT stands for. Without it, molecules and routes are
        numbered from 1 in the order in which they are given.
    comments
        Whether to state the compartments in comments at the head of the file. Other
        programs must then be told to pass over lines that begin with `#`.

    Returns
    -------
    dict
        The compartments, for `read_events`.

    Raises
    ------
    EventTableError
        If two persons have the same `id`, a dose enters a compartment that is not
        stated, or a dose is per body weight.
    """
    refuse = lambda fault: EventTableError(f"{path}, {fault}")
    mapping = stated(compartments or _numbered(histories), refuse)
    ids = [history.id for history in histories]
    for id_ in ids:
        if ids.count(id_) > 1 or not readable_name(id_):
            raise refuse(
                f"ID {id_!r}: give each person a printable name or number of its own."
            )
    text = io.StringIO()
    if comments:
        text.writelines(f"{comment(*item)}\n" for item in mapping.items())
    table = csv.writer(text, lineterminator="\n")
    table.writerow((*EVENT_COLUMNS, *NUMBERED))
    for history in histories:
        person = _person(history.covariates)
        for event in history.events:
            if isinstance(event, Given):
                cells = _dose(history, event, mapping)
            else:
                cells = _other(event)
            cells = {"ID": history.id, "TIME": _text(event.time_h), **cells}
            table.writerow((*(cells.get(name, "0") for name in EVENT_COLUMNS), *person))
    Path(path).write_text(text.getvalue(), encoding="utf-8")
    return mapping


def _numbered(histories: Sequence[History]) -> dict[int, Compartment]:
    pairs = ((d.molecule, d.route) for history in histories for d in history.doses)
    return dict(enumerate(dict.fromkeys(pairs), 1))


def _person(person: Person) -> tuple[str, ...]:
    return (
        _text(person.weight_kg),
        _text(person.age_years),
        _text(person.female),
        _text(person.asian),
        _text(person.japanese),
    )


def _dose(
    history: History, given: Given, mapping: Mapping[int, Compartment]
) -> dict[str, str]:
    """Cells of a dose."""
    dose = given.dose
    said = f"ID {history.id}, dose at {dose.time_h:g} h"
    if dose.mg_per_kg:
        raise EventTableError(
            f"{said}: {dose.mg_per_kg:g} mg/kg. A table has amounts in mg: give mg, "
            f"with the person's {history.covariates.weight_kg:g} kg."
        )
    if dose.duration_h and (not dose.mg or dose.route not in INFUSED):
        raise EventTableError(
            f"{said}: {dose.duration_h:g} h for {dose.mg:g} mg by the {dose.route} "
            "route. A table states a duration as a rate, which needs an amount and one "
            f"of {', '.join(INFUSED)}. Set duration_h to 0: it changes nothing here."
        )
    numbers = {pair: number for number, pair in mapping.items()}
    number = numbers.get((dose.molecule, dose.route))
    if number is None:
        raise EventTableError(
            f"{said}: compartments= has no number for {dose.molecule}, {dose.route}. "
            "Add one, or leave compartments= out."
        )
    return {
        "AMT": _text(dose.mg),
        "RATE": _rate(dose.mg, dose.duration_h),
        "EVID": "1",
        "CMT": str(number),
        "DV": ".",
        "MDV": "1",
        "II": _text(given.every_h),
        "SS": str(int(given.steady)),
        "DEVICES": str(dose.devices),
    }


def _other(event: Sample | Reset) -> dict[str, str]:
    """Cells of anything but a dose."""
    if isinstance(event, Reset):
        return {"EVID": "3", "CMT": ".", "DV": ".", "MDV": "1", "DEVICES": "."}
    return {
        "EVID": "2" if event.other else "0",
        "CMT": "." if event.cmt is None else str(event.cmt),
        "DV": "." if event.dv is None else _text(event.dv),
        "MDV": "1" if event.dv is None else "0",
        "DEVICES": ".",
    }


def _rate(mg: float, duration_h: float) -> str:
    """The shortest rate from which the duration comes back to the last bit."""
    if not duration_h:
        return "0"
    exact, longest = Fraction(mg) / Fraction(duration_h), "0"
    for longest in _roundings(exact):
        if float(Fraction(mg) / Fraction(longest)) == duration_h:
            break
    return longest


def _roundings(number: Fraction) -> Iterator[str]:
    """A number as text with more and more digits."""
    for digits in _DIGITS:
        context = Context(prec=digits)
        top, bottom = Decimal(number.numerator), Decimal(number.denominator)
        yield f"{context.divide(top, bottom).normalize(context):f}"


def _text(value: float) -> str:
    """The shortest text from which the number comes back to the last bit."""
    return repr(float(value)).removesuffix(".0")
