"""Quantities as people write them: a number and its unit, nothing else.

Text is never evaluated. A number is digits with an optional decimal point and
exponent; what follows is a unit of the table in `kapsim.units.internal`.
"""

import dataclasses
import enum
import math
import re

from kapsim.units.errors import UnitError
from kapsim.units.internal import internal_unit, to_internal

_NUMBER = r"[+-]?\s*(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})(?:[eE][+-]?\d{1,3})?"
_UNIT = r"[A-Za-zµμ%(].{0,40}|1/.{1,40}"
_QUANTITY = re.compile(rf"({_NUMBER})\s*({_UNIT})?")
_COMMA = re.compile(r"[+-]?\s*\d*,\d")
_DAY = re.compile(r"(day|week)\s*([+-]?\d{1,6})(?:\s*([+-])\s*(\S.*))?", re.IGNORECASE)
_SHOWN = 60
_YEARS = ("y", "yr", "year", "years")
_HOURS = {"day": 24.0, "week": 168.0}


class QuantityKind(enum.Enum):
    """What a text must be a quantity of: internal unit, whether signed, an example."""

    AMOUNT = ("mg", False, "84 mg")
    AMOUNT_PER_KG = ("mg/kg", False, "0.5 mg/kg")
    CONCENTRATION = ("ng/mL", False, "185 ng/mL")
    MOLAR_CONCENTRATION = ("umol/L", False, "0.78 umol/L")
    DURATION = ("h", False, "40 min")
    OFFSET = ("h", True, "- 30 min")
    WEIGHT = ("kg", False, "70 kg")
    AGE = ("yr_age", False, "44 yr")
    PRESSURE = ("mmHg", False, "140 mmHg")
    SHARE = ("1", False, "60 %")

    def __init__(self, unit: str, signed: bool, example: str) -> None:
        self.unit = unit
        self.signed = signed
        self.example = example

    @property
    def words(self) -> str:
        """The kind in words."""
        return self.name.lower().replace("_per_kg", " per kg").replace("_", " ")


@dataclasses.dataclass(frozen=True)
class Quantity:
    """A quantity that was read.

    Attributes
    ----------
    value
        In the internal unit.
    unit
        Short name of the internal unit.
    text
        As it was written.
    """

    value: float
    unit: str
    text: str

    def __str__(self) -> str:
        """As it was written."""
        return self.text


def _refuse(text: str, why: str, allowed: str, example: str) -> UnitError:
    text = text if len(text) <= _SHOWN else text[:_SHOWN] + "..."
    return UnitError(f"{text!r} {why}. Needed: {allowed}, for example {example!r}.")


def parse_quantity(text: str | float | int, *kinds: QuantityKind) -> Quantity:
    """Quantity that `text` says, of one of `kinds`.

    Parameters
    ----------
    text
        Number and unit, such as ``"0.5 mg/kg"``. A bare number is refused, since it
        has no unit.
    kinds
        Kinds that are allowed here, at least one.

    Raises
    ------
    UnitError
        If the text is not a finite number with a unit, the unit is of another kind, or
        the number is negative where that means nothing. The message says what was
        given, what is allowed, and an example.
    """
    allowed = " or ".join(f"{kind.words} [{kind.unit}]" for kind in kinds)
    example = kinds[0].example
    if not isinstance(text, str):
        raise UnitError(
            f"{text} has no unit: give '{text} {example.split()[-1]}'. "
            f"Needed: {allowed}, for example {example!r}."
        )
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        why = "is not a number followed by a unit"
        if _COMMA.match(text.strip()):
            why = "has a comma in its number: write a point, as in '0.5'"
        raise _refuse(text, why, allowed, example)
    number, unit = float(match[1].replace(" ", "")), match[2]
    if unit is None:
        raise _refuse(text, "has no unit", allowed, example)
    for kind in kinds:
        spelled = "yr_age" if kind is QuantityKind.AGE and unit in _YEARS else unit
        try:
            found = internal_unit(spelled)
        except UnitError as error:
            raise UnitError(f"{text!r}: {error}") from error
        if found != kind.unit:
            continue
        value = to_internal(number, spelled)
        if not math.isfinite(value):
            raise _refuse(text, "is not a finite number", allowed, example)
        if value < 0 and not kind.signed:
            raise _refuse(text, "is negative", allowed, example)
        return Quantity(value, kind.unit, text.strip())
    raise _refuse(text, f"is in {unit!r}, which is of another kind", allowed, example)


def parse_time(text: str) -> float:
    """Time since the first dose [h] that `text` says.

    Days count from 1 and there is no day 0: ``day 1`` is the first dose, ``day 8``
    seven days later, ``day -1`` the day before. ``week 4`` is four weeks after it
    (day 29). An offset may follow: ``day 1 + 2 h``, ``week 4 - 30 min``.

    Raises
    ------
    UnitError
        If the text is not such a time.
    """
    allowed, example = "a day counted from 1, with or without an offset", "day 1 + 2 h"
    match = _DAY.fullmatch(text.strip())
    if match is None:
        raise _refuse(text, "is not a time of a protocol", allowed, example)
    word, count = match[1].lower(), int(match[2])
    if word == "day" and count == 0:
        why = "does not exist: the first dose is on 'day 1', the day before is 'day -1'"
        raise _refuse(text, why, allowed, example)
    if word == "week" and count < 0:
        raise _refuse(text, "is before the first dose: write a day", allowed, example)
    start = (count - 1 if word == "day" and count > 0 else count) * _HOURS[word]
    if match[3] is None:
        return start
    offset = parse_quantity(match[4].strip(), QuantityKind.DURATION).value
    return start + offset if match[3] == "+" else start - offset
