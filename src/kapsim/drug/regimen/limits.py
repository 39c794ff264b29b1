"""What the label and usual practice allow, and how much is given in all.

Three kinds of rule, each a record with its source:

- **label**: the prescribing information of nasal esketamine (most in a session, the
  first session, sessions a week by phase);
- **practice**: how racemic ketamine is usually infused in trials of depression. It has
  no label for depression, so this is no rule that anybody has set;
- **concern**: frequency and weekly mass from which on harm, of the bladder above all,
  is feared. No threshold is published; the records are assumptions.

Nothing here refuses a dose: a breach is told, and whoever reads it judges. The label
names contraindications too, which no dose can break: aneurysmal vascular disease,
malformation of arteries and veins, and bleeding within the brain.

Assumes: doses begun within the monitoring time of the first are one session; a week is
seven days, counted from the first dose for the label and practice, any seven days for
what is of concern.
Does not cover: limits by age or liver disease, other indications, other medicines.
"""

import dataclasses
import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from kapsim.drug.kinetics.schedule import KETAMINES, Dose, Molecule, RouteName
from kapsim.evidence import library
from kapsim.units import plain, to_internal

_ACTIVE = (*KETAMINES, Molecule.MIDAZOLAM)


class BreachKind(enum.StrEnum):
    """Whose rule a dose breaks."""

    LABEL = "label"
    PRACTICE = "practice"
    CONCERN = "concern"


@dataclasses.dataclass(frozen=True)
class Breach:
    """One rule that doses break.

    Attributes
    ----------
    rule
        Id of the record that holds the limit.
    said
        One sentence: which dose, how much, the limit.
    kind
        Whose rule it is.
    sources
        Keys of the sources of the limit.
    times_h
        Start of every dose, or of every week, that breaks it [h].
    """

    rule: str
    said: str
    kind: BreachKind
    sources: tuple[str, ...]
    times_h: tuple[float, ...]


@dataclasses.dataclass(frozen=True)
class Exposure:
    """What is given of one active molecule in all.

    Attributes
    ----------
    molecule
        What.
    doses
        Number of administrations.
    mg
        Base in all [mg].
    mg_per_week
        Most base within any seven days [mg].
    """

    molecule: Molecule
    doses: int
    mg: float
    mg_per_week: float

    @property
    def said(self) -> str:
        """The same in words."""
        return (
            f"{self.molecule}: {self.doses} dose{'s' if self.doses > 1 else ''}, "
            f"{plain(self.mg)} mg of base in all, at most {plain(self.mg_per_week)} mg "
            "in a week"
        )


@dataclasses.dataclass(frozen=True)
class PressureRule:
    """What the label asks before and after a dose.

    Attributes
    ----------
    systolic_mmhg, diastolic_mmhg
        Pressure before a dose above which a delay is considered [mmHg].
    monitoring_h
        Time for which a patient is watched afterwards, at least [h].
    said
        The same in one sentence.
    sources
        Keys of its sources.
    """

    systolic_mmhg: float
    diastolic_mmhg: float
    monitoring_h: float
    said: str
    sources: tuple[str, ...]


class _Session(NamedTuple):
    """Doses of one molecule by one route, begun within the monitoring time."""

    start_h: float
    mg: float


def pressure_rule() -> PressureRule:
    """The label's rule for blood pressure and monitoring."""
    ids = [
        "drug.limits.pressure.systolic",
        "drug.limits.pressure.diastolic",
        "drug.limits.esketamine.monitoring",
    ]
    systolic, diastolic, hours = map(_limit, ids)
    said = (
        f"Label of esketamine: consider a delay if the pressure before a dose is above "
        f"{systolic:g}/{diastolic:g} mmHg, and watch the patient for at least "
        f"{hours:g} h."
    )
    return PressureRule(systolic, diastolic, hours, said, _sources(ids[0]))


def cumulative(
    doses: Sequence[Dose], weight_kg: float | None = None
) -> tuple[Exposure, ...]:
    """What is given of each active molecule in all, in the order of `Molecule`.

    Parameters
    ----------
    doses
        Administrations, in any order; placebo is left out.
    weight_kg
        Body weight that an amount per kg is for; the record's typical one if None.

    Raises
    ------
    ValueError
        If the weight is not above 0.
    """
    found = []
    for molecule in _ACTIVE:
        own = [dose for dose in doses if dose.molecule is molecule]
        if own:
            mg = [_mg(dose, weight_kg) for dose in own]
            most = max(sum(_mg(d, weight_kg) for d in week) for week in _any_week(own))
            found.append(Exposure(molecule, len(own), sum(mg), most))
    return tuple(found)


def breaches(
    doses: Sequence[Dose], weight_kg: float | None = None
) -> tuple[Breach, ...]:
    """Rules that these doses break, each told once; labels first.

    Parameters
    ----------
    doses
        Administrations to one person, in any order.
    weight_kg
        Body weight that amounts per kg are for; the record's typical one if None.

    Raises
    ------
    ValueError
        If the weight is not above 0.
    """
    spray = _of(doses, Molecule.ESKETAMINE, RouteName.NASAL)
    drip = _of(doses, Molecule.KETAMINE, RouteName.INTRAVENOUS)
    return (
        *_labelled(spray, weight_kg),
        *_usual(drip, weight_kg),
        *_concerning(doses, weight_kg),
    )


def _labelled(doses: list[Dose], weight_kg: float | None) -> Iterator[Breach]:
    """Breaches of the label by esketamine sprays."""
    sessions = _sessions(doses, weight_kg)
    what = "mg of nasal esketamine"
    for rule, judged, limit in (
        ("drug.limits.esketamine.session", sessions, "the most in a session"),
        ("drug.limits.esketamine.first", sessions[:1], "the first dose"),
    ):
        most = _limit(rule)
        over = [one for one in judged if _above(one.mg, most)]
        if over:
            said = f"{_given(over, what)}; by the label {limit} is {most:g} mg."
            yield _breach(rule, said, BreachKind.LABEL, _starts(over))
    rule = "drug.limits.esketamine.weekly"
    phases = library().parameter("drug.limits.esketamine.phase").internal_value
    by_phase = library().parameter(rule).internal_value
    allowed = lambda start_h: by_phase[sum(start_h >= end for end in phases)]
    said = "by the label there are at most {} in that week."
    yield from _too_often(sessions, rule, allowed, BreachKind.LABEL, said)


def _usual(doses: list[Dose], weight_kg: float | None) -> Iterator[Breach]:
    """Departures of ketamine infusions from usual practice."""
    rule = "drug.limits.ketamine.usual"
    usual, weight = _limit(rule), _weight(weight_kg)
    sessions = _sessions(doses, weight_kg)
    per_kg = [one._replace(mg=one.mg / weight) for one in sessions]
    over = [one for one in per_kg if _above(one.mg, usual)]
    if over:
        said = f"{_given(over, 'mg/kg of intravenous ketamine')}; {usual:g} is usual."
        yield _breach(rule, said, BreachKind.PRACTICE, _starts(over))
    rule = "drug.limits.ketamine.over"
    length, minute = _limit(rule), to_internal(1.0, "min")
    fast = [dose for dose in doses if _above(length, dose.duration_h)]
    if fast:
        said = (
            f"{_moment(fast[0].time_h)}: intravenous ketamine over "
            f"{fast[0].duration_h / minute:g} min{_more(len(fast))}; "
            f"{length / minute:g} min is usual."
        )
        times = tuple(dose.time_h for dose in fast)
        yield _breach(rule, said, BreachKind.PRACTICE, times)
    rule = "drug.limits.ketamine.weekly"
    most = _limit(rule)
    said = "{} a week is usual, and a third brought no benefit."
    yield from _too_often(
        sessions, rule, lambda start_h: most, BreachKind.PRACTICE, said
    )


def _concerning(doses: Sequence[Dose], weight_kg: float | None) -> Iterator[Breach]:
    """Frequency and mass of ketamines that are feared to harm."""
    weeks = list(_any_week([dose for dose in doses if dose.molecule in KETAMINES]))
    mass = lambda week: sum(_mg(dose, weight_kg) for dose in week)
    for rule, measure, unit, use in (
        ("drug.limits.concern.weekly", len, "doses", "daily"),
        ("drug.limits.concern.mass", mass, "mg", "gram-scale"),
    ):
        limit = _limit(rule)
        over = [week for week in weeks if measure(week) >= limit]
        if over:
            said = (
                f"{_moment(over[0][0].time_h)}: {plain(measure(over[0]))} {unit} of "
                f"ketamine within seven days{_more(len(over))}; {limit:g} {unit} count "
                f"as {use} use, feared to harm the bladder (threshold assumed)."
            )
            times = tuple(week[0].time_h for week in over)
            yield _breach(rule, said, BreachKind.CONCERN, times)


def _too_often(
    sessions: list[_Session],
    rule: str,
    allowed: Callable[[float], float],
    kind: BreachKind,
    limit: str,
) -> Iterator[Breach]:
    """Weeks, counted from the first session, with more of them than `allowed`."""
    weeks: dict[int, list[_Session]] = {}
    for one in sessions:
        number = int((one.start_h - sessions[0].start_h) // _week_h())
        weeks.setdefault(number, []).append(one)
    first_h = lambda number: number * _week_h()
    over = [n for n, own in weeks.items() if len(own) > allowed(first_h(n))]
    if over:
        count, start = len(weeks[over[0]]), weeks[over[0]][0].start_h
        most = f"{allowed(first_h(over[0])):g}"
        said = f"{_moment(start)}: {count} sessions in week {over[0] + 1}"
        said += f"{_more(len(over))}; {limit.format(most)}"
        times = tuple(weeks[number][0].start_h for number in over)
        yield _breach(rule, said, kind, times)


# -- doses ---------------------------------------------------------------------------


def _of(doses: Sequence[Dose], molecule: Molecule, route: RouteName) -> list[Dose]:
    """Doses of a molecule by a route, in order of time."""
    own = [d for d in doses if d.molecule is molecule and d.route is route]
    return sorted(own, key=lambda dose: dose.time_h)


def _sessions(doses: list[Dose], weight_kg: float | None) -> list[_Session]:
    """Doses in order of time, those of one session added up."""
    together = _limit("drug.limits.esketamine.monitoring")
    sessions: list[_Session] = []
    for dose in doses:
        mg = _mg(dose, weight_kg)
        if sessions and dose.time_h < sessions[-1].start_h + together:
            sessions[-1] = sessions[-1]._replace(mg=sessions[-1].mg + mg)
        else:
            sessions.append(_Session(dose.time_h, mg))
    return sessions


def _any_week(doses: Iterable[Dose]) -> Iterator[list[Dose]]:
    """For each dose, those that begin within the seven days from it."""
    ordered = sorted(doses, key=lambda dose: dose.time_h)
    for start, first in enumerate(ordered):
        end = first.time_h + _week_h()
        yield [dose for dose in ordered[start:] if dose.time_h < end]


def _mg(dose: Dose, weight_kg: float | None) -> float:
    """Base in a dose [mg]."""
    return dose.mg + dose.mg_per_kg * _weight(weight_kg)


def _weight(weight_kg: float | None) -> float:
    """Body weight, or the typical one [kg]."""
    if weight_kg is None:
        return _limit("drug.allometry.reference_weight")
    if not weight_kg > 0:
        raise ValueError(f"weight_kg must be above 0 kg; got {weight_kg}.")
    return weight_kg


def _week_h() -> float:
    """Length of a week [h]."""
    return to_internal(1.0, "wk")


# -- rules and words -----------------------------------------------------------------


def _limit(rule: str) -> float:
    """Number of a record, in internal units."""
    return library().parameter(rule).internal_value


def _sources(rule: str) -> tuple[str, ...]:
    return tuple(library().parameter(rule).sources)


def _above(amount: float, limit: float) -> bool:
    """Whether an amount exceeds a limit by more than rounding."""
    return amount > limit * (1 + _limit("drug.limits.rounding"))


def _breach(
    rule: str, said: str, kind: BreachKind, times_h: tuple[float, ...]
) -> Breach:
    return Breach(rule, said, kind, _sources(rule), times_h)


def _starts(sessions: list[_Session]) -> tuple[float, ...]:
    return tuple(one.start_h for one in sessions)


def _given(sessions: list[_Session], what: str) -> str:
    """The first of these sessions, and how many more there are."""
    first = sessions[0]
    return f"{_moment(first.start_h)}: {plain(first.mg)} {what}{_more(len(sessions))}"


def _more(count: int) -> str:
    """That the one which is told is not the only one."""
    return f" (first of {count})" if count > 1 else ""


def _moment(time_h: float) -> str:
    """Time since the first dose in words, days counted from 1."""
    day_h = to_internal(1.0, "d")
    day = int(time_h // day_h)
    rest = time_h - day * day_h
    return f"day {day + 1}" + (f" + {rest:.3g} h" if rest else "")
