"""Quantities as they are written in a protocol, checked when they are read.

A protocol keeps the text (`"0.5 mg/kg"`); what it means in internal units is parsed
from it on demand. Each text type carries its check and an example for editors.
"""

import dataclasses
import math
import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field

from kapsim.trial.protocol.element import issue_error
from kapsim.units import Quantity, QuantityKind, UnitError, parse_quantity, parse_time

_DAY = 24.0
_FROM_DOSE = re.compile(
    r"(?:dose\s+(?P<number>\d{1,4})|(?P<word>last|each)\s+dose)"
    r"(?:\s*(?P<sign>[+-])\s*(?P<offset>\S.*))?",
    re.IGNORECASE,
)
_SIGN = re.compile(r"(?:(?<=\d)|(?<=dose))\s*([+-])\s*(?=[\d.])", re.IGNORECASE)
_DOSE = (QuantityKind.AMOUNT, QuantityKind.AMOUNT_PER_KG)


def dose(text: str) -> Quantity:
    """Amount of a dose [mg or mg/kg]."""
    return parse_quantity(text, *_DOSE)


def hours(text: str) -> float:
    """Duration or offset such as ``"40 min"`` or ``"- 2 h"`` [h]."""
    return parse_quantity(text, QuantityKind.OFFSET).value


def clean(text: str) -> str:
    """The text with single spaces, and signs set apart."""
    return " ".join(_SIGN.sub(r" \1 ", text).split())


def moment_text(time_h: float) -> str:
    """Time since the first dose [h] in the words of a protocol: ``day 8 + 2 h``."""
    if -_DAY < time_h < 0:
        return f"day 1 - {_duration_text(-time_h)}"
    day, rest = divmod(time_h, _DAY)
    number = int(day) + 1 if day >= 0 else int(day)
    return f"day {number}" + (f" + {_duration_text(rest)}" if rest else "")


@dataclasses.dataclass(frozen=True)
class DoseMoment:
    """A time counted from the doses of an arm.

    Attributes
    ----------
    which
        Number of the dose, from 1; or ``last``; or ``each``, which is one time a dose.
    offset_h
        Time since that dose begins, negative before it [h].
    """

    which: int | str
    offset_h: float

    def times_h(self, doses_h: Sequence[float]) -> tuple[float, ...]:
        """Times since the first dose [h]; none where there is no such dose.

        Parameters
        ----------
        doses_h
            Starts of the doses of the arm, ascending [h since the first dose].
        """
        if isinstance(self.which, int):
            chosen = doses_h[self.which - 1 : self.which]
        else:
            chosen = doses_h if self.which == "each" else doses_h[-1:]
        return tuple(start + self.offset_h for start in chosen)


def moment(text: str) -> float | DoseMoment:
    """Time that a text says: since the first dose [h], or counted from some dose.

    Raises
    ------
    UnitError
        If the text is no such time.
    """
    match = _FROM_DOSE.fullmatch(text.strip())
    if match is None:
        return parse_time(text)
    which = match["word"].lower() if match["word"] else int(match["number"])
    if which == 0:
        raise UnitError(f"{text!r} does not exist: doses count from 1.")
    if match["sign"] is None:
        return DoseMoment(which, 0.0)
    offset = parse_quantity(match["offset"].strip(), QuantityKind.DURATION).value
    return DoseMoment(which, offset if match["sign"] == "+" else -offset)


def _duration_text(duration_h: float) -> str:
    minutes = duration_h * 60.0
    return f"{duration_h:g} h" if minutes % 60.0 == 0 else f"{minutes:.6g} min"


@dataclasses.dataclass(frozen=True)
class _Check:
    """Check of one text type: its kinds, its range, and how to say what is allowed."""

    allowed: str
    kinds: tuple[QuantityKind, ...]
    low: float = 0.0
    high: float = math.inf
    zero: bool = False

    def __call__(self, text: str) -> str:
        """The text with its spaces set right, if it is allowed."""
        try:
            value = parse_quantity(text, *self.kinds).value
        except UnitError as error:
            raise issue_error(self.allowed, str(error)) from error
        above = value > self.low or (self.zero and value == 0)
        if not (above and value <= self.high):
            do = f"{text!r} is out of range: correct it."
            raise issue_error(self.allowed, do)
        return clean(text)


def _check_time(text: str) -> str:
    allowed = "a day counted from 1, with or without an offset"
    if isinstance(_moment(text, allowed), DoseMoment):
        do = "Write the day: only therapy sessions can be counted from a dose."
        raise issue_error(allowed, do)
    return clean(text)


def _check_session_time(text: str) -> str:
    _moment(
        text,
        "a day counted from 1, or a dose of the arm ('dose 3', 'last dose', 'each "
        "dose'), with or without an offset",
    )
    return clean(text)


def _moment(text: str, allowed: str) -> float | DoseMoment:
    try:
        return moment(text)
    except UnitError as error:
        raise issue_error(allowed, str(error)) from error


def _kind(
    kind: QuantityKind, allowed: str, *, low: float = 0.0, high: float
) -> AfterValidator:
    return AfterValidator(_Check(allowed, (kind,), low, high))


Amount = Annotated[
    str,
    Field(examples=["0.5 mg/kg", "56 mg"]),
    AfterValidator(_Check("a mass, or a mass per kg, above zero", _DOSE)),
]
Duration = Annotated[
    str,
    Field(examples=["40 min", "0 min"]),
    AfterValidator(
        _Check(
            "a duration up to 24 h, 0 min for a bolus",
            (QuantityKind.DURATION,),
            high=24.0,
            zero=True,
        )
    ),
]
Span = Annotated[
    str,
    Field(examples=["2 d", "14 d"]),
    AfterValidator(
        _Check(
            "a duration up to a year", (QuantityKind.DURATION,), high=8784.0, zero=True
        )
    ),
]
Offset = Annotated[
    str,
    Field(examples=["+ 24 h", "-30 min"]),
    _kind(QuantityKind.OFFSET, "an offset within a year", low=-8784.0, high=8784.0),
]
Moment = Annotated[
    str,
    Field(examples=["day 8", "day 1 + 2 h"]),
    AfterValidator(_check_time),
]
SessionMoment = Annotated[
    str,
    Field(examples=["day 8 + 2 h", "dose 3 + 24 h", "last dose + 7 d"]),
    AfterValidator(_check_session_time),
]
Age = Annotated[
    str,
    Field(examples=["44 yr"]),
    _kind(QuantityKind.AGE, "an age, or its spread, up to 120 yr", high=120.0),
]
Weight = Annotated[
    str,
    Field(examples=["80 kg"]),
    _kind(
        QuantityKind.WEIGHT, "a body weight, or its spread, up to 400 kg", high=400.0
    ),
]
Share = Annotated[
    str,
    Field(examples=["60 %"]),
    AfterValidator(_Check("0 % to 100 %", (QuantityKind.SHARE,), high=1.0, zero=True)),
]
