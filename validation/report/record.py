"""What a validation leaves for the report: numbers with limits, tables, figures."""

import dataclasses
import math

from kapsim.evidence import library

NO_SOURCE = ("our choice", "required", "exact")
"""Where limits come from that no publication gives."""

SHORTEST_REASON = 20
"""Letters that the reason of a miss has at least."""


@dataclasses.dataclass(frozen=True)
class Check:
    """One number with its limits.

    Attributes
    ----------
    file
        Validation that it belongs to.
    name
        What is checked.
    value, low, high
        Number obtained; where it must lie, bounds included.
    unit
        Unit of the three.
    source
        Key of the source of the limits, or whose choice they are.
    note
        Remark, such as a standard error.
    missed
        Why it is known to miss; empty where it must not.
    faults
        Planted faults, each with the number that it gave.
    """

    file: str
    name: str
    value: float
    low: float
    high: float
    unit: str
    source: str
    note: str = ""
    missed: str = ""
    faults: tuple[tuple[str, float], ...] = ()

    def holds(self, value: float) -> bool:
        """Whether a value lies within the limits; nothing else than a number does."""
        return not math.isnan(value) and self.low <= value <= self.high

    @property
    def met(self) -> bool:
        """Whether the number obtained lies within the limits."""
        return self.holds(self.value)


@dataclasses.dataclass(frozen=True)
class Table:
    """A comparison that is reported without a limit."""

    file: str
    title: str
    words: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclasses.dataclass(frozen=True)
class Figure:
    """A picture, and the name of its file."""

    file: str
    name: str
    caption: str
    svg: str


@dataclasses.dataclass
class Gathered:
    """Everything that the validations of a session left."""

    checks: list[Check] = dataclasses.field(default_factory=list)
    tables: list[Table] = dataclasses.field(default_factory=list)
    figures: list[Figure] = dataclasses.field(default_factory=list)

    def add(self, other: "Gathered") -> None:
        """Take in what another session left."""
        self.checks += other.checks
        self.tables += other.tables
        self.figures += other.figures


def reason(missed: str) -> str:
    """Why a check misses: the text of a discrepancy record, or words of the test.

    Raises
    ------
    ValueError
        If it is neither a record nor a sentence.
    """
    record = library().discrepancies.get(missed)
    if record is not None:
        return f"{record.reason} ({missed})"
    if missed and len(missed) < SHORTEST_REASON:
        raise ValueError(
            f"missed must be the id of a discrepancy record or a written reason of "
            f"at least {SHORTEST_REASON} letters; got {missed!r}."
        )
    return missed


class Recorder:
    """What a validation calls: records a number, and fails where it misses.

    Parameters
    ----------
    file
        Path of the validation, below the repository.
    gathered
        Where the records go.
    """

    def __init__(self, file: str, gathered: Gathered) -> None:
        self._file, self._gathered = file, gathered

    def __call__(
        self,
        name: str,
        value: float,
        low: float = -math.inf,
        high: float = math.inf,
        *,
        source: str,
        unit: str = "",
        note: str = "",
        missed: str = "",
    ) -> None:
        """Record a number and assert that it lies within its limits.

        With `missed` the number is known to lie outside: it is reported as missed with
        that reason and the test passes, until the number is within the limits.

        Raises
        ------
        AssertionError
            If the number misses, or no longer misses as `missed` says.
        ValueError
            If there is no limit, no such source, or `missed` is no reason.
        """
        if math.isinf(low) and math.isinf(high):
            raise ValueError(f"{name} has no limit: give low or high.")
        if source not in library().sources and source not in NO_SOURCE:
            raise ValueError(f"{name}: {source} is neither a source nor {NO_SOURCE}.")
        why = reason(missed)
        number = float(value)
        check = Check(
            self._file, name, number, low, high, unit, source, note, missed=why
        )
        self._gathered.checks.append(check)
        if missed:
            assert not check.met, f"{name}: {number:g} is met; remove missed={missed!r}"
            return
        assert check.met, f"{name}: got {number:g}, must lie in [{low:g}, {high:g}]"

    def planted(self, name: str, fault: str, value: float) -> None:
        """Show that the check of this name fails on a planted fault.

        Raises
        ------
        AssertionError
            If the value that the fault gives lies within the limits.
        KeyError
            If this validation has no such check yet.
        """
        place = self._find(name)
        check = self._gathered.checks[place]
        assert not check.holds(float(value)), f"{name}: {fault} is not seen: {value:g}"
        faults = (*check.faults, (fault, float(value)))
        self._gathered.checks[place] = dataclasses.replace(check, faults=faults)

    def _find(self, name: str) -> int:
        for place, check in enumerate(self._gathered.checks):
            if (check.file, check.name) == (self._file, name):
                return place
        raise KeyError(name)

    def table(
        self,
        title: str,
        words: str,
        header: tuple[str, ...],
        rows: tuple[tuple[str, ...], ...],
    ) -> None:
        """Record a comparison that has no limit."""
        self._gathered.tables.append(Table(self._file, title, words, header, rows))

    def figure(self, name: str, caption: str, svg: str) -> None:
        """Record a picture; `name` becomes the name of its file."""
        self._gathered.figures.append(Figure(self._file, name, caption, svg))
