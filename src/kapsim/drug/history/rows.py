"""What one row of an event table says: a dose, a reset, or a sample."""

import dataclasses
from collections.abc import Iterator, Mapping
from fractions import Fraction

from kapsim.drug.history.cells import Row
from kapsim.drug.history.history import (
    Compartment,
    Event,
    Given,
    Reset,
    Sample,
    SteadyKind,
)
from kapsim.drug.kinetics.schedule import Dose, Molecule, RouteName
from kapsim.evidence import library

INFUSED = (RouteName.INTRAVENOUS, RouteName.INTRAMUSCULAR, RouteName.SUBCUTANEOUS)
"""Ways in which a dose may be given over a time that is chosen."""

_OBSERVATION, _DOSE, _OTHER, _RESET, _RESET_AND_DOSE = _CODES = range(5)
_OWN_DURATION, _OWN_RATE = -2, -1
_DOSE_COLUMNS = ("AMT", "RATE", "ADDL", "II", "SS")
_OTHER_EVENTS = (
    "NONMEM knows 0 to 4 only; rxode2 reads 5 as replacing and 6 as multiplying the "
    "amount in a compartment and 7 as a phantom dose; mrgsolve reads 8 as replacing. "
    "To replace all that is on board, use 4, reset and dose."
)


def device_count(amount_mg: float, compartment: Compartment) -> int:
    """Spray devices that an amount of base [mg] takes, where none are stated."""
    if compartment != (Molecule.ESKETAMINE, RouteName.NASAL):
        return 1
    device = library().parameter("drug.nasal.device").internal_value
    return max(1, round(amount_mg / device))


def events_of(row: Row, compartments: Mapping[int, Compartment]) -> tuple[Event, ...]:
    """What one row says, in order; additional doses are left out.

    Parameters
    ----------
    row
        The row.
    compartments
        What each number in CMT stands for.
    """
    evid, time_h = _code(row), row.cell("TIME").number()
    if evid in (_DOSE, _RESET_AND_DOSE):
        reset = (Reset(time_h=time_h),) if evid == _RESET_AND_DOSE else ()
        return (*reset, _given(row, time_h, compartments))
    for column in _DOSE_COLUMNS:
        if row.number(column) != 0:
            raise row.cell(column).refuse(
                f"stands on a row that is no dose (EVID {evid})",
                allowed="0 or missing",
                remedy="Set EVID to 1 if it is a dose, or clear the cell.",
            )
    return (Reset(time_h=time_h) if evid == _RESET else _sample(row, time_h, evid),)


def additional(row: Row, own: tuple[Event, ...]) -> Iterator[Given]:
    """Doses that ADDL adds to a row whose events are `own`."""
    for event in own:
        if isinstance(event, Given):
            for k in range(1, row.whole("ADDL") + 1):
                time_h = event.time_h + k * row.number("II")
                yield Given(dose=dataclasses.replace(event.dose, time_h=time_h))


def _code(row: Row) -> int:
    """EVID, or what AMT and MDV make of a row without it."""
    if row.has("EVID"):
        return row.cell("EVID").code(_CODES, remedy=_OTHER_EVENTS)
    if row.number("AMT") != 0:
        return _DOSE
    return _OTHER if _unmeasured(row) else _OBSERVATION


def _unmeasured(row: Row) -> bool:
    """Whether MDV says that there is no value."""
    remedy = "1 where there is no value of DV, else 0."
    return row.has("MDV") and row.cell("MDV").code((0, 1), remedy=remedy) == 1


def _sample(row: Row, time_h: float, evid: int) -> Sample:
    measured = evid == _OBSERVATION and row.has("DV") and not _unmeasured(row)
    return Sample(
        time_h=time_h,
        dv=row.number("DV") if measured else None,
        cmt=row.whole("CMT") or None,
        other=evid == _OTHER,
    )


def _given(row: Row, time_h: float, known: Mapping[int, Compartment]) -> Given:
    """The dose of a row."""
    if not row.has("AMT") or row.number("AMT") < 0:
        raise row.cell("AMT").refuse(
            "is no amount",
            allowed="mg of free base, 0 or more",
            remedy="Fill the cell, or set EVID to 0 if it is an observation.",
        )
    molecule, route = pair = _compartment(row, known)
    mg, stated = row.number("AMT"), row.has("DEVICES")
    devices = row.whole("DEVICES", least=1) if stated else device_count(mg, pair)
    steady, every_h = _steady(row)
    dose = Dose(
        time_h=time_h,
        molecule=molecule,
        route=route,
        mg=mg,
        duration_h=_duration(row, route),
        devices=devices,
    )
    return Given(dose=dose, steady=steady, every_h=every_h)


def _compartment(row: Row, known: Mapping[int, Compartment]) -> Compartment:
    """Molecule and route of a dose."""
    number = row.number("CMT")
    if number == 0 and len(known) == 1:
        return next(iter(known.values()))
    if number not in known:
        pairs = (f"{n} ({drug}, {way})" for n, (drug, way) in sorted(known.items()))
        raise row.cell("CMT").refuse(
            "names no compartment that a dose can enter",
            allowed=", ".join(pairs) or "none is stated",
            remedy="State it: compartments={1: (molecule, route)}, or a comment at the "
            "head of the file, `# CMT 1: molecule, route`. Compartments cannot be "
            "turned off.",
        )
    return known[int(number)]


def _duration(row: Row, route: RouteName) -> float:
    """Length of an infusion [h]; 0 for a bolus, and where the route has its own."""
    rate, cell = row.exact("RATE"), row.cell("RATE")
    if rate == _OWN_RATE:
        raise cell.refuse(
            "asks for a modelled rate, and no route of kapsim has one",
            allowed="0, -2, or a rate in mg/h",
            remedy="Write the rate, or -2 for the duration that the route has.",
        )
    if rate == _OWN_DURATION and route in INFUSED:
        raise cell.refuse(
            f"asks for the route's own duration, and {route} has none",
            allowed="0 for a bolus, or a rate in mg/h",
            remedy="Write the amount divided by the hours that it takes.",
        )
    if rate < 0 and rate != _OWN_DURATION:
        raise cell.refuse(
            "is negative", allowed="0, -2, or a rate in mg/h", remedy="Correct it."
        )
    if rate <= 0:
        return 0.0
    if route not in INFUSED:
        raise cell.refuse(
            f"is a rate, and what is given by the {route} route enters in its own time",
            allowed="0 or -2",
            remedy="Clear the cell, or correct CMT.",
        )
    if row.number("AMT") == 0:
        raise cell.refuse(
            "is the rate of an amount of 0",
            allowed="0 where AMT is 0",
            remedy="Clear the cell or fill AMT. A constant infusion at steady state is "
            "an AMT of RATE times II, with an II of your choice.",
        )
    try:
        return float(Fraction(row.number("AMT")) / rate)
    except OverflowError as fault:
        raise cell.refuse(
            "is too low to be a rate", allowed="a rate in mg/h", remedy="Correct it."
        ) from fault


def _steady(row: Row) -> tuple[SteadyKind, float]:
    """Kind of steady state, and its interval [h]; checks ADDL and II."""
    kind = SteadyKind(
        row.cell("SS").code(
            tuple(SteadyKind),
            remedy="1 replaces what went before, 2 adds to it; for the 3 of NONMEM "
            "write 1, which is the same for linear kinetics.",
        )
        if row.has("SS")
        else 0
    )
    every_h, wanted = row.number("II"), bool(kind) or row.whole("ADDL") > 0
    if wanted != (every_h > 0) or every_h < 0:
        raise row.cell("II").refuse(
            "is no interval of the doses that SS or ADDL ask for"
            if wanted
            else "is an interval without SS or ADDL",
            allowed="hours above 0 if SS or ADDL is above 0, else 0 or missing",
            remedy="Fill II, or clear SS and ADDL."
            if wanted
            else "Clear II, or fill SS or ADDL.",
        )
    return kind, every_h if kind else 0.0
