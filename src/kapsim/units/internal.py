"""The one internal unit per kind of quantity, and conversion to it.

Inside kapsim time is in h, mass in mg (body weight in kg), volume in L, substance in
umol, pressure in mmHg and mass per volume in ng/mL. Conversion happens here and
nowhere else. The table below is the whole vocabulary: a record or a protocol that needs
another unit needs a line here first.
"""

import functools
import re
from fractions import Fraction

from kapsim.units.errors import UnitError

Powers = dict[str, int]

_TABLE: dict[str, tuple[tuple[str, int | Fraction], ...]] = {
    "h": (
        ("s sec second seconds", Fraction(1, 3600)),
        ("min minute minutes", Fraction(1, 60)),
        ("h hr hour hours", 1),
        ("d day days", 24),
        ("wk week weeks", 168),
        ("month months", Fraction(1461, 2)),
        ("yr year years", 8766),
    ),
    "mg": (
        ("ng", Fraction(1, 1_000_000)),
        ("ug mcg µg μg", Fraction(1, 1000)),
        ("mg milligram milligrams", 1),
        ("g gram grams", 1000),
    ),
    "kg": (("kg kilogram kilograms", 1),),
    "L": (
        ("uL ul µL μL", Fraction(1, 1_000_000)),
        ("mL ml", Fraction(1, 1000)),
        ("dL dl", Fraction(1, 10)),
        ("L l liter litre liters litres", 1),
    ),
    "umol": (
        ("pmol", Fraction(1, 1_000_000)),
        ("nmol", Fraction(1, 1000)),
        ("umol µmol μmol", 1),
        ("mmol", 1000),
        ("mol", 1_000_000),
    ),
    "mmHg": (("mmHg", 1),),
    "bpm": (("bpm", 1),),
    "point": (("point points", 1),),
    "device": (("device devices", 1),),
    "yr_age": (("yr_age", 1),),
    "": (("1 dimensionless", 1), ("% percent", Fraction(1, 100))),
}
_COMPOUND: dict[str, tuple[Fraction, Powers]] = {
    "Hz": (Fraction(3600), {"h": -1}),
    "nM": (Fraction(1, 1000), {"umol": 1, "L": -1}),
    "uM": (Fraction(1), {"umol": 1, "L": -1}),
    "µM": (Fraction(1), {"umol": 1, "L": -1}),
    "μM": (Fraction(1), {"umol": 1, "L": -1}),
    "mM": (Fraction(1000), {"umol": 1, "L": -1}),
}
_UNITS: dict[str, tuple[Fraction, Powers]] = {
    name: (Fraction(scale), Powers({kind: 1} if kind else {}))
    for kind, rows in _TABLE.items()
    for names, scale in rows
    for name in names.split()
} | _COMPOUND

_FACTOR = re.compile(r"(\([^()]*\)|[A-Za-zµμ%_]+|1)(?:(?:\^|\*\*)(-?\d))?")
_BETWEEN = re.compile(r"\s*([*/])\s*|\s+")


def _refuse(unit: str, why: str) -> UnitError:
    return UnitError(
        f"unit {unit!r} cannot be read ({why}). Write for example 'mg', 'L/h', "
        "'ng/mL', '1/d', 'ng*h/mL', 'mmHg', 'point', or '1' for a pure number."
    )


def _factors(text: str, unit: str) -> list[tuple[str, int]]:
    """Named factors of a unit text with their powers."""
    factors: list[tuple[str, int]] = []
    position, sign, divided = 0, 1, False
    while match := _FACTOR.match(text, position):
        body, power = match[1], int(match[2] or 1) * sign
        inner = _factors(body[1:-1], unit) if body.startswith("(") else [(body, 1)]
        factors += [(name, inside * power) for name, inside in inner]
        position = match.end()
        if position == len(text):
            return factors
        between = _BETWEEN.match(text, position)
        if between is None:
            break
        if divided and between[1] != "/":
            raise _refuse(unit, "put what is divided by in brackets: 'mg/(kg*h)'")
        sign = -1 if between[1] == "/" else 1
        divided = sign < 0
        position = between.end()
    raise _refuse(unit, f"at {text[position:] or 'its end'!r}")


@functools.cache
def _measure(unit: str) -> tuple[Fraction, Powers]:
    """Factor to the internal unit, and the powers of the basic units it is made of."""
    scale, powers = Fraction(1), Powers()
    for name, power in _factors(unit.strip(), unit):
        if name not in _UNITS:
            raise _refuse(unit, f"{name!r} is not a unit that kapsim knows")
        factor, kinds = _UNITS[name]
        scale *= factor**power
        for kind, inside in kinds.items():
            powers[kind] = powers.get(kind, 0) + inside * power
    mass, volume = powers.get("mg", 0), powers.get("L", 0)
    if mass * volume < 0:
        shared = min(abs(mass), abs(volume)) * (1 if mass > 0 else -1)
        powers["mg"] = mass - shared
        powers["L"] = volume + shared
        powers["ng/mL"] = shared
        scale *= Fraction(1000) ** shared
    return scale, {name: power for name, power in powers.items() if power}


def to_internal(value: float, unit: str) -> float:
    """Value in the internal unit of its kind.

    Parameters
    ----------
    value
        Number as written.
    unit
        Its unit as written; ``"1"`` for a pure number.

    Raises
    ------
    UnitError
        If the unit cannot be read or is of a kind that kapsim does not use.
    """
    scale, _ = _measure(unit)
    return float(value) * scale.numerator / scale.denominator


def internal_unit(unit: str) -> str:
    """Short name of the internal unit of the same kind as `unit`."""
    _, powers = _measure(unit)
    over, under = [], []
    for name, power in powers.items():
        compound = "/" in name and (power != 1 or len(powers) > 1)
        exponent = "" if abs(power) == 1 else f"^{abs(power)}"
        short = (f"({name})" if compound else name) + exponent
        (over if power > 0 else under).append(short)
    top = " ".join(over) or "1"
    return top + "".join(f"/{name}" for name in under)


def time_exponent(unit: str) -> float:
    """Power of time in the internal unit of the same kind as `unit`."""
    return float(_measure(unit)[1].get("h", 0))


DAY_H = to_internal(1.0, "d")
"""Hours of a day."""
