"""Benefit beside burden: what an arm brings, what it takes, what both rest on."""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from kapsim.evidence import Parameter
from kapsim.report.axes import minus
from kapsim.report.basis import assumed, value_text
from kapsim.report.results import Endpoint, endpoints, estimate, rows_of
from kapsim.report.run_directory import RunDirectory
from kapsim.trial.protocol import Hypothesis, Protocol

_NONE = "\N{EN DASH}"

_OF_SESSIONS = {
    "therapy.modality": "what a session does",
    "therapy.format": "remote and group format",
    "therapy.alliance": "the alliance",
    "therapy.attendance": "attendance and stopping",
    "therapy.skill": "skill",
    "therapy.self_blame": "self-blame",
    "therapy.effort": "sensitivity to effort",
    "therapy.insight": "insight",
    "therapy.trait": "the slow trait",
}
_OF_DOSES = {
    "therapy.experience": "what a dosing session brings up",
    "therapy.guess": "the guess about the arm",
    "therapy.expectancy": "expectancy",
    "brain.consolidation": "consolidation",
}
_OF_RELIEF = {"therapy.reliance": "reliance on the dose"}
_OF_LIFE = {"patient.life": "life beside the treatment"}


@dataclasses.dataclass(frozen=True)
class Column:
    """A column of burden and how it is written."""

    name: str
    title: str
    decimals: int = 0
    of: str = ""
    """Column that the value is a part of."""


COLUMNS = (
    Column("sessions_attended", "Sessions attended", 1, "sessions_offered"),
    Column("session_h_offered", "Sessions offered, h"),
    Column("doses", "Doses"),
    Column("ketamine_base_mg", "Ketamine, mg base"),
    Column("peak_dissociation_cadss_points", "Peak CADSS, points", 1),
    Column("peak_systolic_rise_mmhg", "Peak systolic rise, mmHg", 1),
    Column("peak_sedation_points", "Peak sedation, of 5", 1),
    Column("reliance_end", "Reliance at the end", 2),
)


@dataclasses.dataclass(frozen=True)
class Benefit:
    """Change and remission of an arm at one endpoint."""

    change: str
    remission: str


@dataclasses.dataclass(frozen=True)
class BurdenRow:
    """One arm: benefit at each endpoint, and its burden under each heading."""

    arm: str
    benefits: tuple[Benefit, ...]
    burdens: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class BurdenTable:
    """Benefit beside burden.

    Attributes
    ----------
    benefit
        What is shown of the benefit.
    ends
        Endpoints, each of which has a column of benefit.
    heads
        Headings of the burdens; only of those that some arm has.
    rows
        One per arm.
    used, assumed
        Number of records that the run used, and how many of them are assumed.
    deciding
        Assumed records of therapy and slow change that tell these arms apart.
    groups
        What these are about, in words, and how many are about it.
    """

    benefit: str
    ends: tuple[str, ...]
    heads: tuple[str, ...]
    rows: tuple[BurdenRow, ...]
    used: int
    assumed: int
    deciding: tuple[Mapping[str, str], ...]
    groups: tuple[tuple[str, int], ...]


def burden_table(run: RunDirectory, records: list[Parameter]) -> BurdenTable | None:
    """Benefit beside burden; None for a run that recorded no burden.

    Parameters
    ----------
    run
        A finished run.
    records
        Records that it used.
    """
    table = run.burden
    if table is None:
        return None
    ends, columns = tuple(endpoints(run)), tuple(_columns(table))
    about = _deciding(run.protocol)
    deciding = [
        (word, record)
        for record in assumed(records)
        if (word := about.get(_group(record)))
    ]
    counted = Counter(word for word, _ in deciding)
    measures = {end.measure for end in ends}
    one = len(measures) == 1
    return BurdenTable(
        benefit=f"{ends[0].measure} change" if one else "change",
        ends=tuple(end.visit if one else f"{end.measure}, {end.visit}" for end in ends),
        heads=tuple(column.title for column in columns),
        rows=tuple(_row(run, row, ends, columns) for row in table.to_dict("records")),
        used=len(records),
        assumed=len(assumed(records)),
        deciding=tuple(_told(record) for _, record in deciding),
        groups=tuple((word, counted[word]) for word in about.values() if counted[word]),
    )


def _columns(table: pd.DataFrame) -> Iterator[Column]:
    """Columns in which some arm has anything."""
    for column in COLUMNS:
        if (table[column.of or column.name].fillna(0) > 0).any():
            yield column


def _row(
    run: RunDirectory,
    row: Mapping[Any, Any],
    ends: tuple[Endpoint, ...],
    columns: tuple[Column, ...],
) -> BurdenRow:
    arm = str(row["arm"])
    return BurdenRow(
        arm=arm,
        benefits=tuple(_benefit(run, arm, end) for end in ends),
        burdens=tuple(_burden(row, column) for column in columns),
    )


def _benefit(run: RunDirectory, arm: str, end: Endpoint) -> Benefit:
    rows = rows_of(run, arm, end.measure, end.visit)
    if not rows:
        return Benefit(_NONE, _NONE)
    change, remission = (estimate(rows[0], kind) for kind in ("change", "remission"))
    return Benefit(
        minus(f"{change.value:.1f}") if change.known else _NONE,
        f"{remission.value:.0f} %" if remission.known else _NONE,
    )


def _burden(row: Mapping[Any, Any], column: Column) -> str:
    """A value; a dash where the arm has nothing of it."""
    value, whole = row[column.name], row[column.of] if column.of else None
    if pd.isna(value) or not (value if whole is None else whole):
        return _NONE
    said = minus(f"{value:,.{column.decimals}f}")
    return said if whole is None else f"{said} of {whole}"


def _deciding(protocol: Protocol) -> dict[str, str]:
    """Groups of records that tell the arms of a protocol apart, in words."""
    talked = {
        tuple(
            (one.time_h, one.session.words, one.session.homework)
            for one in arm.meetings
        )
        for arm in protocol.arms
    }
    dosed = {
        (
            arm.treatments,
            arm.adjustments,
            arm.masked,
            arm.open_label,
            arm.open_changes_h,
        )
        for arm in protocol.arms
    }
    found: dict[str, str] = {}
    if len(talked) > 1:
        found |= _OF_SESSIONS
    if len(dosed) > 1:
        found |= _OF_DOSES
        relief = protocol.hypotheses.get(Hypothesis.RELIEF_SEEKING, False)
        found |= _OF_RELIEF if relief else {}
    return found | _OF_LIFE if found else {}


def _group(record: Parameter) -> str:
    """Room and mechanism of a record."""
    return ".".join(record.id.split(".")[:2])


def _told(record: Parameter) -> dict[str, str]:
    return {
        "meaning": record.meaning,
        "value": value_text(record.value),
        "range": " to ".join(f"{end:g}" for end in record.range or ()),
        "unit": record.unit,
    }
