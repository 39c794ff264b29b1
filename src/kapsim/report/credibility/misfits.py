"""Pages of what does not fit, and of what was not tried."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from kapsim.evidence import Discrepancy, Kind, counts_by_room, library
from kapsim.report.calibration.goals import FARTHEST
from kapsim.report.calibration.record import CalibrationRecord
from kapsim.report.calibration.words import distance, predicted
from kapsim.report.credibility.figures import of_studies
from kapsim.report.credibility.goals import figures_of
from kapsim.report.credibility.markdown import cell, page, table
from kapsim.report.credibility.recorded import Validation
from kapsim.report.credibility.reports import MADE_BY, NOT_AVAILABLE, Reports
from kapsim.trial.protocol import ProtocolRole

MISFITS = """\
What misses its limits, with the reason that was written down for it; endpoints and
predictions that are off; and where the literature disagrees with itself.
"""

RECORDS = """\
Records of the evidence library; [in full](../evidence/discrepancies.md), with sources.
"""

OPEN = """\
What no number of this report speaks for. Absence from this list is no evidence either.

- **One person.** Nothing tests the course of an individual. Spreads between people are
  compared with those of groups only.
- **Harm.** Rare events, suicidal acts, dependence, damage to the bladder and cognitive
  harm are not simulated. Pressure, dissociation and sedation are means over groups, and
  no report may be read as a statement on safety.
- **People outside the trials**: children and adolescents, pregnancy, bipolar and
  psychotic depression, and people whose other diseases kept them out of trials.
- **Years.** No outcome beyond those of the studies listed is compared.
- **What happens in a session.** What is said, how well, and how a dosing session is
  lived through are a few numbers here. No published figure tests them.
- **The brain as measured.** States that are named after processes of the brain are not
  compared with measurements of it beyond the experiments listed.
- **Who wrote it.** Model, records and validations were written by the same hands.
  Second entries and other programs guard against slips, not against a shared
  misreading.
"""


def discrepancies(reports: Reports) -> str:
    """Everything that does not fit, with the reasons known."""
    return page(
        "What does not fit",
        MISFITS,
        "## Numbers outside their limits",
        *_missed(reports),
        f"## Endpoints of the calibration beyond {FARTHEST:g} standard errors",
        *_beyond(reports),
        "## Published figures outside their interval",
        *_outside(reports),
        "## Literature against itself",
        RECORDS,
        _records(),
    )


def _missed(reports: Reports) -> Iterator[str]:
    if reports.validations is None:
        yield NOT_AVAILABLE
        return
    yield reports.validated
    for one in reports.validations:
        if one.reasons:
            yield f"### {one.title}\n\n{_reasons(one)}"


def _reasons(one: Validation) -> str:
    """Reasons, each once, after all that it is said of."""
    of: dict[str, list[str]] = {}
    for name, why in one.reasons:
        of.setdefault(why, []).append(name)
    lines = (f"- **{'; '.join(names)}.** {why}" for why, names in of.items())
    return "\n".join(lines)


def _beyond(reports: Reports) -> Iterator[str]:
    if reports.calibration is None:
        yield NOT_AVAILABLE
        return
    record = CalibrationRecord({}, {}, reports.calibration)
    far = [row for row in record.worst if abs(row["z"]) > FARTHEST]
    if not far:
        yield "None."
        return
    rows = (
        [
            cell(row["label"]),
            predicted(row),
            distance(row),
            _why(record.explained.get(row["id"])),
        ]
        for row in far
    )
    yield table(("endpoint", "fitted", "distance", "explained by"), rows)


def _why(found: Discrepancy | None) -> str:
    if found is None:
        return "**no record**"
    return (
        f"[{found.id}](../evidence/discrepancies.md#{found.id}): {cell(found.reason)}"
    )


def _outside(reports: Reports) -> Iterator[str]:
    """Figures outside, study by study; what could not be simulated."""
    if reports.external is None:
        yield NOT_AVAILABLE
        return
    figures = figures_of(reports.external)
    scored = figures["scored"].astype(bool)
    outside = figures[scored & ~figures["inside"].astype(bool)]
    yield f"{len(outside)} of {int(scored.sum())}."
    yield from of_studies(outside, reports.external["titles"])
    for one in reports.external["failures"]:
        yield f"`{one['name']}` could not be simulated: {cell(one['error'])}"


def _records() -> str:
    found = library().discrepancies
    rows = (
        [
            f"[{cell(one.about)}](../evidence/discrepancies.md#{one.id})",
            cell(one.published),
            cell(one.obtained),
            cell(one.reason),
            cell(one.choice),
        ]
        for one in (found[name] for name in sorted(found))
    )
    return table(("about", "published", "obtained", "why", "choice"), rows)


def not_validated(reports: Reports) -> str:
    """What has not been shown, by hand and by count."""
    return page(
        "What is not validated",
        OPEN,
        "## Reports that are missing",
        _missing(reports),
        "## Parameters that rest on no evidence",
        _assumed(),
        "## Parameters that the calibration does not fix",
        _loose(reports),
        "## Protocols without a published figure",
        _unpublished(reports),
        "## Figures that were not looked up again",
        _recalled(reports),
    )


def _missing(reports: Reports) -> str:
    lines = [
        f"- `{name}`, from: {made}."
        for name, made in MADE_BY.items()
        if name not in reports.digests
    ]
    return "\n".join(lines) or "None."


def _assumed() -> str:
    """Records by room: all, and those that are assumed."""
    rows = [
        [room, str(found.records), str(found.kind[Kind.ASSUMED])]
        for room, found in counts_by_room(library()).items()
    ]
    all_of = [str(sum(int(row[k]) for row in rows)) for k in (1, 2)]
    return "\n\n".join(
        (
            table(("room", "records", "assumed"), [*rows, ["all", *all_of]]),
            "[Each with its range and reason](../evidence/status.md).",
        )
    )


def _loose(reports: Reports) -> str:
    if reports.calibration is None:
        return NOT_AVAILABLE
    record = CalibrationRecord({}, {}, reports.calibration)
    counts = Counter(row["identified"] for row in record.parameters)
    lines = [
        f"- [{cell(row['meaning'])}](../evidence/parameters.md#{row['id']})"
        for row in sorted(record.identified("not"), key=lambda row: row["id"])
    ]
    said = (
        f"Of {len(record.parameters)} freed parameters the trials fix "
        f"{counts['well']} well, {counts['partly']} partly and {counts['not']} not. "
        "The last keep what was assumed before:"
    )
    return "\n\n".join((said, "\n".join(lines))) if lines else said


def _unpublished(reports: Reports) -> str:
    if reports.external is None:
        return NOT_AVAILABLE
    lines = [
        f"- `{one['name']}`: {cell(one['error'])}"
        for one in reports.external["left_out"]
    ]
    return "\n".join(lines) or "None."


def _recalled(reports: Reports) -> str:
    if reports.external is None:
        return NOT_AVAILABLE
    figures = figures_of(reports.external)
    fitted = figures[figures["role"] == ProtocolRole.CALIBRATION.value]
    return (
        f"Of {len(figures)} published figures: {_by_grade(figures)}. Of the "
        f"{len(fitted)} among them that were fitted: {_by_grade(fitted)}; those from "
        "memory were fitted with the weight of the others."
    )


def _by_grade(figures: pd.DataFrame) -> str:
    counts = Counter(figures["grade"])
    return ", ".join(f"{counts[name]} {name}" for name in sorted(counts))
