"""What a design does at each size: quantities down, sizes across."""

import dataclasses
from collections.abc import Callable, Iterable, Iterator

from kapsim.report.trial.record import Question, Row
from kapsim.report.trial.words import (
    NONE,
    Number,
    count,
    number,
    percent,
    share,
    span,
    with_error,
)

FOR_COMPARATOR = "Rejected in favour of the comparator, %"
"""Row of rejections in the wrong direction."""

_SHARES = (
    ("Power, %", "power"),
    ("After multiplicity, %", "power_adjusted"),
    (FOR_COMPARATOR, "for_comparator"),
    ("Assurance, %", "assurance"),
    ("Type I error, two-sided, %", "type_1"),
    ("Felt but inert drug, %", "felt_only"),
    ("Blind fails, %", "failed_blind"),
)
_OF_MARGINS = {"type_1": "Shown of equal arms, %"}
"""Names of quantities that differ where a test is held against a margin."""

_BRIEF = (
    "Power",
    "Type I",
    "Shown of",
    "True effect, p",
    "True effect, l",
    "Mean estimate",
    "95 %",
    "Failed",
)


@dataclasses.dataclass(frozen=True)
class Quantity:
    """A row of the table: its name and a cell for each size."""

    name: str
    cells: tuple[str, ...]


def quantities(question: Question) -> list[Quantity]:
    """Operating characteristics of an endpoint; what no size has is left out."""
    rows = question.rows
    people = _row("Patients in all", rows, lambda row: count(row.get("n_total")))
    found = [people, *_tests(question), *_estimates(question), *_methods(rows)]
    return [one for one in found if set(one.cells) != {NONE}]


def in_brief(question: Question) -> list[Quantity]:
    """Power, type I error and estimates; rejections in the wrong direction if any."""
    never = all(not row.get("for_comparator") for row in question.rows)
    brief = _BRIEF if never else (*_BRIEF, FOR_COMPARATOR)
    return [one for one in quantities(question) if one.name.startswith(brief)]


def _row(name: str, rows: Iterable[Row], cell: Callable[[Row], str]) -> Quantity:
    return Quantity(name, tuple(cell(row) for row in rows))


def _tests(question: Question) -> Iterator[Quantity]:
    """How often the test rejects, and how often the blind fails."""
    named = _OF_MARGINS if question.margin else {}
    for name, key in _SHARES:
        if key == "power_adjusted" and _same(question.rows, "power", key):
            continue
        said = named.get(key, name)
        yield _row(said, question.rows, lambda row, key=key: share(row, key))


def _same(rows: Iterable[Row], one: str, other: str) -> bool:
    return all(row.get(one) == row.get(other) for row in rows)


def _estimates(question: Question) -> Iterator[Quantity]:
    """What the estimates do around the truth."""
    rows, unit = question.rows, question.endpoint.get("unit") or ""
    yield _row(
        f"True effect, {unit}",
        rows,
        lambda row: with_error(row.get("truth"), row.get("truth_se"), 2),
    )
    yield _row(
        "True effect, only felt",
        rows,
        lambda row: with_error(
            row.get("truth_felt_only"), row.get("truth_felt_only_se"), 2
        ),
    )
    yield _row("Only felt, % of it", rows, lambda row: share(row, "felt_share"))
    yield _row(
        f"Mean estimate, {unit}", rows, lambda row: number(row.get("mean_estimate"), 2)
    )
    yield _row(
        "95 % of estimates",
        rows,
        lambda row: span(row.get("low"), row.get("high"), 2),
    )
    yield _row("Bias", rows, lambda r: with_error(r.get("bias"), r.get("bias_se"), 3))
    yield _row(
        "SD of estimates; mean SE",
        rows,
        lambda row: _pair(row.get("sd_estimate"), row.get("mean_se")),
    )
    yield _row(
        "Interval coverage, %",
        rows,
        lambda row: share(row, "coverage"),
    )


def _pair(one: Number, other: Number) -> str:
    both = number(one, 2), number(other, 2)
    return NONE if both == (NONE, NONE) else "; ".join(both)


def _methods(rows: tuple[Row, ...]) -> Iterator[Quantity]:
    """Share of replicates that each method analysed, and replicates without one."""
    used = dict.fromkeys(name for row in rows for name in row.get("methods") or {})
    for name in used:
        yield _row(
            f"Method {name}, %",
            rows,
            lambda row, name=name: percent((row.get("methods") or {}).get(name, 0.0)),
        )
    yield _row(
        "Failed replicates",
        rows,
        lambda row: _failed(row.get("failed"), row.get("replicates")),
    )


def _failed(failed: int | None, replicates: int | None) -> str:
    if failed is None:
        return NONE
    return count(failed) if replicates is None else f"{failed:,} of {replicates:,}"
