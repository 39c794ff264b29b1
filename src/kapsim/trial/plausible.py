"""Single doses that no bundled trial comes near, told with what is usual.

The usual range is what the bundled protocols give by the same route, of ketamine or of
either of its halves. Doses into a muscle or under the skin reach the blood nearly whole
and are compared with those into a vein. By the other routes no bundled protocol gives
anything: such a dose is told of if it is, alone, as much as counts as gram-scale use
within a whole week (a record, and an assumption). So is a spray of esketamine that no
slip explains: what exceeds its label is told of already.

Nothing here is refused: it is told, with the place, so that a slip is seen.
"""

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from kapsim.drug import Dose, RouteName
from kapsim.drug.kinetics.schedule import KETAMINES
from kapsim.evidence import library
from kapsim.trial.arms.doses import doses_of, uses_devices
from kapsim.trial.loading import bundled_names, load_protocol
from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol.texts import dose, moment_text
from kapsim.trial.protocol.treatment import Treatment
from kapsim.trial.protocol_file.outline import Path
from kapsim.units import plain

_AS_INTO_A_VEIN = (RouteName.INTRAMUSCULAR, RouteName.SUBCUTANEOUS)
_GRAM_SCALE = "drug.limits.concern.mass"
_USUAL = "drug.limits.ketamine.usual"
_UNITS = ("mg/kg", "mg")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


class Implausible(NamedTuple):
    """A single dose far from what is usual.

    Attributes
    ----------
    arm
        Name of the arm.
    where
        Path of the amount in the protocol, such as arms, 0, treatments, 1, amount.
    said
        One sentence: the dose, what is usual, and what may have been meant.
    sources
        Keys of the sources of what is usual.
    """

    arm: str
    where: Path
    said: str
    sources: tuple[str, ...]


class Usual(NamedTuple):
    """Doses that bundled protocols give by one route.

    Attributes
    ----------
    low, high
        Least and most of one dose, as base [mg/kg, or mg where not `per_kg`].
    per_kg
        Whether all of them are per kg of body weight.
    sources
        Keys of the sources of the protocol with the largest.
    """

    low: float
    high: float
    per_kg: bool
    sources: tuple[str, ...]

    def of(self, mg: float, weight_kg: float) -> float:
        """An amount [mg] in the unit of this range."""
        return mg / weight_kg if self.per_kg else mg

    @property
    def said(self) -> str:
        """The range in words."""
        unit = "mg/kg" if self.per_kg else "mg"
        same = self.low == self.high
        return f"{'' if same else f'{plain(self.low)} to '}{plain(self.high)} {unit}"


def implausible(protocol: Protocol) -> Iterator[Implausible]:
    """Single doses of a protocol that are larger than any that is usual."""
    weight_kg = protocol.population.weight.mean_kg
    for number, arm in enumerate(protocol.arms):
        for place, item in enumerate(arm.treatments):
            given = doses_of(protocol, item, max(item.choices))[0]
            found = _judged(item, given, weight_kg)
            if found is not None:
                where = ("arms", number, "treatments", place, "amount")
                yield Implausible(arm.name, where, *found)


def _judged(
    item: Treatment, given: Dose, weight_kg: float
) -> tuple[str, tuple[str, ...]] | None:
    """What is said of a dose, and its sources; None where it is not too large."""
    mg = given.mg + given.mg_per_kg * weight_kg
    small = library().parameter(_USUAL).internal_value * weight_kg
    if given.molecule not in KETAMINES or mg <= small:
        return None
    route = given.route
    as_if = RouteName.INTRAVENOUS if route in _AS_INTO_A_VEIN else route
    usual = usual_doses().get(as_if)
    record = library().parameter(_GRAM_SCALE)
    scale, meant = record.internal_value, _meant(item, given, usual, weight_kg)
    if usual is None or (uses_devices(item) and not meant):
        if mg < scale:
            return None
        limit = f"{plain(scale)} mg in a whole week count as gram-scale use (assumed)"
        return _sentence(item, mg, limit) + meant, tuple(record.sources)
    if not _above(usual.of(mg, weight_kg), usual.high):
        return None
    way = "" if as_if is route else " into a vein"
    limit = f"bundled trials give {usual.said}{way}"
    return _sentence(item, mg, limit) + meant, usual.sources


def _sentence(item: Treatment, mg: float, limit: str) -> str:
    """The dose and what it is compared with."""
    amount = f"{plain(item.amount_mg * max(item.choices))} mg"
    whole = f", {plain(mg)} mg of base at the mean weight" if item.per_kg else ""
    return (
        f"{moment_text(item.times_h[0])}: {amount}{'/kg' if item.per_kg else ''} of "
        f"{item.route.value} {item.molecule.value} in one dose{whole}; {limit}."
    )


def _meant(item: Treatment, given: Dose, usual: Usual | None, weight_kg: float) -> str:
    """A question that names the same number with another unit, if that is usual."""
    text = item.amount or ""
    number = _NUMBER.search(text)
    if number is None:
        return ""
    usual = usual or usual_doses()[RouteName.INTRAVENOUS]
    share = (given.mg or given.mg_per_kg) / item.amount_mg  # as base, highest level
    nasal = given.route is RouteName.NASAL  # never per kg
    for unit in _UNITS[1:] if nasal else _UNITS:
        amount = f"{number[0]} {unit}"
        meant = dose(amount).value * share * (weight_kg if unit == "mg/kg" else 1)
        if usual.low <= usual.of(meant, weight_kg) <= usual.high and amount != text:
            return f" Did you mean {amount}?"
    return ""


def _above(amount: float, most: float) -> bool:
    """Whether an amount exceeds another by more than rounding."""
    return amount > most * (
        1 + library().parameter("drug.limits.rounding").internal_value
    )


@functools.cache
def usual_doses() -> dict[RouteName, Usual]:
    """What the bundled protocols give of ketamine or its halves, by route."""
    found: dict[RouteName, list[tuple[Dose, Protocol]]] = {}
    for protocol in map(load_protocol, bundled_names()):
        for given in _largest(protocol):
            found.setdefault(given.route, []).append((given, protocol))
    return {route: _range(pairs) for route, pairs in found.items()}


def _largest(protocol: Protocol) -> Iterator[Dose]:
    """One dose of each treatment with ketamine or a half of it, as high as it gets."""
    for item in (item for arm in protocol.arms for item in arm.treatments):
        given = doses_of(protocol, item, max(item.choices))[0]
        if given.molecule in KETAMINES:
            yield given


def _range(pairs: list[tuple[Dose, Protocol]]) -> Usual:
    """Least and most of doses, each with the protocol that gives it."""
    per_kg = all(given.mg_per_kg > 0 for given, _ in pairs)

    def size(pair: tuple[Dose, Protocol]) -> float:
        given, protocol = pair
        weight_kg = protocol.population.weight.mean_kg
        return given.mg_per_kg if per_kg else given.mg + given.mg_per_kg * weight_kg

    largest = max(pairs, key=size)
    return Usual(min(map(size, pairs)), size(largest), per_kg, largest[1].sources)
