"""How a parameter record is written in a table."""

from kapsim.evidence import Kind, Parameter, Source, library
from kapsim.report.basis import value_text
from scripts.pages.markdown import cell


def short_citation(source: Source) -> str:
    """Authors and year as they stand in running text."""
    family = [name.split(",")[0] for name in source.authors]
    if len(family) > 2 or family[-1] == "et al.":
        return f"{family[0]} et al. {source.year}"
    return f"{' and '.join(family)} {source.year}"


def citations(keys: list[str], up: str) -> str:
    """Links to the bibliography; `up` leads to the top of the documentation."""
    found = library().sources
    return "; ".join(
        f"[{cell(short_citation(found[key]))}]({up}evidence/sources.md#{key})"
        for key in keys
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
