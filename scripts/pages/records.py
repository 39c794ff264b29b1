"""How a parameter record is written in a table."""

from kapsim.answers.labels import label_of
from kapsim.evidence import Kind, Parameter, library
from kapsim.report.basis import value_text
from kapsim.report.credibility.markdown import cell


def citations(keys: list[str], up: str) -> str:
    """Links to the bibliography; `up` leads to the top of the documentation."""
    found = [library().source(key) for key in keys]
    return "; ".join(
        f"[{cell(label_of(one.authors, one.year, one.title))}]"
        f"({up}evidence/sources.md#{one.key})"
        for one in found
    )


def amount(record: Parameter) -> str:
    """Value with its unit, where it has one."""
    return f"{value_text(record.value)} {record.unit}".removesuffix(" 1")


def between(record: Parameter) -> str:
    """Spread between people, on the scale on which it is normal."""
    if record.between is None:
        return ""
    spread = record.between
    return f"{spread.distribution}, SD {spread.sd:g} ({spread.kind.value})"


def ground(record: Parameter, up: str) -> str:
    """Where the number comes from, or why it was chosen."""
    parts = [citations(record.sources, up), cell(record.locator)]
    if record.formula:
        parts.append(f"formula: {cell(record.formula)}")
    if record.calibration:
        parts.append(f"calibration: {cell(record.calibration)}")
    if record.kind is Kind.ASSUMED and record.range is not None:
        low, high = record.range
        prior = f"; prior {record.prior.words}" if record.prior else ""
        parts.append(f"range {low:g} to {high:g}{prior}. {cell(record.reason)}")
    return "; ".join(part for part in parts if part)


def of_room(room: str) -> list[Parameter]:
    """Records of one room, in the order of their ids."""
    found = library().parameters
    return [found[name] for name in sorted(found) if name.split(".")[0] == room]


HEADER = ["parameter", "value", "between people", "kind and grades", "where from"]


def row(record: Parameter, up: str) -> list[str]:
    """Line of one record."""
    name = f"{cell(record.symbol)}: {cell(record.meaning)}<br>`{record.id}`"
    grades = f"{record.kind.value}, {record.strength.value}, {record.reading.value}"
    return [
        name,
        cell(amount(record)),
        cell(between(record)),
        grades,
        ground(record, up),
    ]
