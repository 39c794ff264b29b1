"""A regimen in words, read into doses.

    ketamine racemate 0.5 mg/kg iv over 40 min
    esketamine 56 mg nasal then 84 mg at 3 d, 7 d
    S-ketamine hydrochloride 20 mg iv over 20 min every 3 d x 8

A part names molecule, amount and route; form, duration, devices and times may be added.
The order is free. Parts are joined by ``+`` (both count from 0 h) or ``then`` (starts
when the part before it has ended, unless it says when). A later part inherits the
molecule, with form, route and duration, where it names no other.

Amounts are of free base unless the text says hydrochloride. Text is never evaluated.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from kapsim.drug.kinetics.schedule import Dose, Molecule, RouteName
from kapsim.drug.regimen.salt import base_mg
from kapsim.drug.regimen.words import EXAMPLE, Words
from kapsim.drug.routes.choice import TAKES
from kapsim.evidence import library
from kapsim.units import Quantity, QuantityKind, SaltForm, UnitError, parse_time

_MOLECULES = {
    "ketamine": Molecule.KETAMINE,
    "ketamine racemate": Molecule.KETAMINE,
    "racemic ketamine": Molecule.KETAMINE,
    "esketamine": Molecule.ESKETAMINE,
    "s-ketamine": Molecule.ESKETAMINE,
    "arketamine": Molecule.ARKETAMINE,
    "r-ketamine": Molecule.ARKETAMINE,
    "midazolam": Molecule.MIDAZOLAM,
}
_FORMS = {
    "base": SaltForm.BASE,
    "as base": SaltForm.BASE,
    "hydrochloride": SaltForm.HYDROCHLORIDE,
    "as hydrochloride": SaltForm.HYDROCHLORIDE,
    "hcl": SaltForm.HYDROCHLORIDE,
}
_ROUTE_WORDS = {
    RouteName.INTRAVENOUS: "iv, i.v., intravenous, intravenously",
    RouteName.INTRAMUSCULAR: "im, i.m., intramuscular, intramuscularly",
    RouteName.SUBCUTANEOUS: "sc, s.c., subcutaneous, subcutaneously",
    RouteName.NASAL: "nasal, in, i.n., intranasal, nasal spray",
    RouteName.SUBLINGUAL: "sublingual, sublingually, sl",
    RouteName.BUCCAL: "buccal, buccally",
    RouteName.ORAL: "oral, orally, po, p.o., by mouth",
    RouteName.ORAL_EXTENDED: "oral er, er, oral extended release, extended release",
    RouteName.RECTAL: "rectal, rectally, pr, p.r.",
}
_ROUTES = {
    word: route for route, words in _ROUTE_WORDS.items() for word in words.split(", ")
}
_SHAPES = {"bolus": "bolus", "infusion": "infusion"}
_DEVICES = {word: word for word in ("devices", "device", "sprays", "spray")}
_JOINED = {"+": False, "then": True}
_AGAIN = {",": ",", "and": "and"}
_OTHERS = ("over", "at", "every", "with", "bolus", "infusion", "then", "+")
_KNOWN = (*_MOLECULES, *_FORMS, *_ROUTES, *_OTHERS)
_SHOWN = (
    *_MOLECULES,
    *(salt.value for salt in SaltForm),
    *(words.partition(",")[0] for words in _ROUTE_WORDS.values()),
    *_OTHERS,
)
_LASTING = (RouteName.INTRAVENOUS, RouteName.SUBCUTANEOUS)
_TIMES = re.compile(r"[x×](\d*)", re.IGNORECASE)


class _Said(NamedTuple):
    """What a clause says, and which words say it."""

    value: Any
    words: slice


Clauses = dict[str, _Said]


class _Part(NamedTuple):
    """One part of the text, amounts as stated."""

    molecule: Molecule
    salt: SaltForm
    amount: Quantity
    route: RouteName
    duration_h: float
    devices: int
    times_h: tuple[float, ...]

    @property
    def end_h(self) -> float:
        """End of the last administration [h]."""
        return self.times_h[-1] + self.duration_h

    def doses(self) -> Iterator[Dose]:
        """One dose per time, as free base."""
        per_kg = self.amount.unit == QuantityKind.AMOUNT_PER_KG.unit
        amount = base_mg(self.amount.value, self.molecule, self.salt)
        for time_h in self.times_h:
            yield Dose(
                time_h=time_h,
                molecule=self.molecule,
                route=self.route,
                mg=0.0 if per_kg else amount,
                mg_per_kg=amount if per_kg else 0.0,
                duration_h=self.duration_h,
                devices=self.devices,
            )


def parse_regimen(text: str) -> tuple[Dose, ...]:
    """Doses that a text describes, in order of time, as free base.

    Parameters
    ----------
    text
        As in the text of this module, such as
        ``"ketamine racemate 0.5 mg/kg iv over 40 min"``.

    Raises
    ------
    RegimenError
        If it cannot be read: the message shows the text, marks the word, lists what is
        allowed there and says what to do.
    """
    words = Words(text)
    parts = [_part(words, None, 0.0)]
    while words.ahead():
        start_h = parts[-1].end_h if words.accept(_JOINED) else 0.0
        parts.append(_part(words, parts[-1], start_h))
    doses = (dose for part in parts for dose in part.doses())
    return tuple(sorted(doses, key=lambda dose: dose.time_h))


def _part(words: Words, before: _Part | None, start_h: float) -> _Part:
    """One part, from here to the next joining word or the end."""
    said: Clauses = {}
    while words.ahead() and words.ahead() not in _JOINED:
        start = words.place
        name, value = _clause(words)
        where = slice(start, words.place)
        if name in said:
            do = "Leave one out, or join two parts by ' + ' or ' then '."
            raise words.refuse(f"A second {name}.", f"one {name} per part", do, where)
        said[name] = _Said(value, where)
    if "amount" not in said:
        example = QuantityKind.AMOUNT_PER_KG.example
        do = f"Add it, as in '{EXAMPLE}'."
        allowed = f"an amount such as '{example}'"
        raise words.refuse("The amount is missing.", allowed, do, words.next())
    if "molecule" not in said and before is not None:
        said = _inherited(said, before) | said
    return _checked(words, said, start_h)


def _inherited(said: Clauses, before: _Part) -> Clauses:
    """Molecule, form and route of the part before, and its duration with the route."""
    where = said["amount"].words
    earlier = {"molecule": before.molecule, "form": before.salt, "route": before.route}
    if not {"route", "shape"} & set(said) and before.duration_h:
        earlier["over"] = before.duration_h
    return {name: _Said(value, where) for name, value in earlier.items()}


def _clause(words: Words) -> tuple[str, Any]:
    """Name and meaning of the clause that comes next."""
    verbs = {"over": _over, "at": _at, "every": _every, "with": _with}
    word = words.ahead()
    if word in verbs:
        words.take()
        return word, verbs[word](words)
    if word[0].isdigit() or word[0] in "+-.":
        kinds = QuantityKind.AMOUNT, QuantityKind.AMOUNT_PER_KG
        return "amount", words.quantity(*kinds)
    tables = {
        "molecule": _MOLECULES,
        "form": _FORMS,
        "route": _ROUTES,
        "shape": _SHAPES,
    }
    for name, table in tables.items():
        meaning = words.accept(table)
        if meaning is not None:
            return name, meaning
    raise words.unknown("a word of a regimen", _KNOWN, _SHOWN)


def _over(words: Words) -> float:
    return words.quantity(QuantityKind.DURATION).value


def _with(words: Words) -> int:
    start = words.place
    count = words.take()
    if not count.isdecimal() or int(count) == 0 or not words.accept(_DEVICES):
        do = "Correct it. Medicines taken beside are named outside the regimen."
        allowed = "a number of spray devices, as in 'with 3 devices'"
        where = slice(start, words.place + 1)
        raise words.refuse("'with' is not understood.", allowed, do, where)
    return int(count)


def _at(words: Words) -> tuple[float, ...]:
    times = [_moment(words)]
    while words.accept(_AGAIN):
        times.append(_moment(words))
    return tuple(sorted(set(times)))


def _moment(words: Words) -> float:
    """A time since the first dose [h], in hours or as a day counted from 1."""
    start = words.place
    if words.ahead() not in ("day", "week"):
        return words.quantity(QuantityKind.DURATION, zero=True).value
    text = words.phrase(2)
    words.place = min(start + 2, len(words.found))
    try:
        return parse_time(text)
    except UnitError as error:
        allowed = "times such as '48 h', 'day 3' or 'week 2'"
        where = slice(start, words.place)
        raise words.refuse(str(error), allowed, "Correct it.", where) from error


def _every(words: Words) -> tuple[float, int]:
    gap = words.quantity(QuantityKind.DURATION).value
    start = words.place
    match = _TIMES.fullmatch(words.take())
    count = match[1] or words.take() if match else ""
    if not count.isdecimal() or int(count) == 0:
        allowed = "how many doses in all, as in 'every 3 d x 8'"
        where = slice(start, max(words.place, start + 1))
        do = "Say how often it is given."
        raise words.refuse("The number of doses is missing.", allowed, do, where)
    return gap, int(count)


def _checked(words: Words, said: Clauses, start_h: float) -> _Part:
    """The part whose clauses are all read; refuses what does not go together."""
    if "molecule" not in said:
        do = f"Say what is given, as in '{EXAMPLE}'."
        allowed = ", ".join(_MOLECULES)
        where = said["amount"].words
        raise words.refuse("The molecule is missing.", allowed, do, where)
    molecule = said["molecule"].value
    routes = ", ".join(route.value for route in TAKES[molecule])
    if "route" not in said:
        do = f"Say how it is given, as in '{EXAMPLE}'."
        raise words.refuse("The route is missing.", routes, do, words.next())
    route, where = said["route"]
    if route not in TAKES[molecule]:
        problem = f"{molecule.value} by the {route.value} route has no model."
        raise words.refuse(problem, routes, "Choose one of these routes.", where)
    _check_length(words, said, route)
    salt = said["form"].value if "form" in said else SaltForm.BASE
    return _Part(
        molecule=molecule,
        salt=salt,
        amount=said["amount"].value,
        route=route,
        duration_h=said["over"].value if "over" in said else 0.0,
        devices=_devices(words, said, molecule, salt),
        times_h=_times(words, said, start_h),
    )


def _check_length(words: Words, said: Clauses, route: RouteName) -> None:
    """Refuse a duration that the route or the shape excludes, or lacks."""
    shape = said["shape"].value if "shape" in said else ""
    lasting = " or ".join(way.value for way in _LASTING)
    if "over" in said and route not in _LASTING:
        problem, allowed = (
            f"A {route.value} dose has no duration.",
            f"'over' for {lasting}",
        )
        do = "Leave out 'over' and its time."
        raise words.refuse(problem, allowed, do, said["over"].words)
    if "over" in said and shape == "bolus":
        allowed, do = "'bolus' or 'over'", "Leave out one of the two."
        raise words.refuse("A bolus has no duration.", allowed, do, said["shape"].words)
    if "over" not in said and shape == "infusion":
        allowed, do = "'over' with a time", "Add for example 'over 40 min'."
        problem = "An infusion needs a duration."
        raise words.refuse(problem, allowed, do, said["shape"].words)


def _times(words: Words, said: Clauses, start_h: float) -> tuple[float, ...]:
    """Times of the part's administrations [h]."""
    starts = said["at"].value if "at" in said else (start_h,)
    if "every" not in said:
        return starts
    (gap, count), where = said["every"]
    if len(starts) > 1:
        allowed = "one time at which the repetition starts"
        do = "Write two parts joined by ' + '."
        problem = "'every' cannot follow several times."
        raise words.refuse(problem, allowed, do, where)
    return tuple(starts[0] + gap * k for k in range(count))


def _devices(words: Words, said: Clauses, molecule: Molecule, salt: SaltForm) -> int:
    """Spray devices: as said, or as many as the label's strength makes."""
    route, amount = said["route"].value, said["amount"].value
    nasal = route is RouteName.NASAL
    if "with" in said and not nasal:
        allowed, do = "'with ... devices' for nasal doses", "Leave it out."
        problem = f"A {route.value} dose has no devices."
        raise words.refuse(problem, allowed, do, said["with"].words)
    if "with" in said or not nasal:
        return said["with"].value if "with" in said else 1
    if amount.unit != QuantityKind.AMOUNT.unit:
        allowed = "an amount in mg, or a number of devices"
        do = "Add for example 'with 2 devices'."
        problem = "An amount per kg does not tell the number of spray devices."
        raise words.refuse(problem, allowed, do, said["amount"].words)
    device = library().parameter("drug.nasal.device").internal_value
    return max(1, round(base_mg(amount.value, molecule, salt) / device))
