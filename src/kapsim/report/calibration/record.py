"""Reading what a calibration left behind: the only thing that its page rests on."""

import dataclasses
import functools
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kapsim.evidence import Discrepancy, library
from kapsim.report.run_directory import read_document, read_finished

FILES = ("request.json", "provenance.json", "calibration.json")
REPEATED = "repeated"
"""Folder, in that of a calibration, of its repetition from another seed."""

IDENTIFIED = ("well", "partly", "not")
"""How far the data fix a parameter, best first."""
_NEEDED = ("version", "command", "parameters", "targets", "kinds")

Row = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class CalibrationRecord:
    """A finished calibration.

    Attributes
    ----------
    request, provenance
        Content of request.json and of provenance.json.
    data
        Content of calibration.json.
    repeated
        Content of repeated/calibration.json: a quick calibration from another seed;
        None where there is none.
    """

    request: dict[str, Any]
    provenance: dict[str, Any]
    data: dict[str, Any]
    repeated: dict[str, Any] | None = None

    @property
    def agreement(self) -> dict[str, Any]:
        """How near a repetition from another seed came; empty without one.

        That of another posterior than this one says nothing of it.
        """
        if held := self.data.get("agreement"):
            return held
        other = (self.repeated or {}).get("agreement") or {}
        return other if other.get("shipped") == self.data["version"] else {}

    @property
    def software(self) -> str:
        """Version of kapsim that wrote the calibration; empty if it does not say."""
        written = self.provenance.get("software") or {}
        known = self.request.get("kapsim"), written.get("version")
        return next((version for version in known if version), "")

    @property
    def caveat(self) -> str:
        """What keeps the command from giving the same bits; empty if nothing does."""
        return self.provenance.get("note", "")

    @functools.cached_property
    def parameters(self) -> list[Row]:
        """Freed parameters, those that the data fix best first."""
        rows = self.data["parameters"]
        return sorted(rows, key=lambda row: -(row["shrinkage"] or 0.0))

    def identified(self, how: str) -> list[Row]:
        """Parameters that the data fix well, partly or not (`IDENTIFIED`)."""
        return [row for row in self.parameters if row["identified"] == how]

    @property
    def targets(self) -> list[Row]:
        """Endpoints in the order of the calibration."""
        return self.data["targets"]

    @functools.cached_property
    def scored(self) -> list[Row]:
        """Endpoints that were held against an interval."""
        return [row for row in self.targets if row.get("inside") is not None]

    @property
    def inside(self) -> int:
        """How many endpoints lie inside their 95 % interval."""
        return sum(bool(row["inside"]) for row in self.scored)

    @functools.cached_property
    def worst(self) -> list[Row]:
        """Endpoints with a distance, the farthest first."""
        far = [row for row in self.targets if row.get("z") is not None]
        return sorted(far, key=lambda row: -abs(row["z"]))

    @functools.cached_property
    def explained(self) -> dict[str, Discrepancy]:
        """Record that explains an endpoint's misfit, by the id of the endpoint."""
        records = library().discrepancies.values()
        found = ((row["id"], explanation(row["id"], records)) for row in self.targets)
        return {name: record for name, record in found if record is not None}


def explanation(target: str, records: Iterable[Discrepancy]) -> Discrepancy | None:
    """The discrepancy record that names an endpoint in what it is about, if any."""
    whole = re.compile(rf"(?<![\w/.-]){re.escape(target)}(?![\w/-])")
    return next((record for record in records if whole.search(record.about)), None)


def read_calibration(directory: Path) -> CalibrationRecord:
    """Read the files of a calibration that its page needs.

    Raises
    ------
    RunDirectoryError
        If a file is missing or malformed; the message names it and says what to do.
    """
    made = "calibration", "kapsim calibrate"
    request, provenance, data = read_finished(directory, FILES, _NEEDED, made)
    return CalibrationRecord(request, provenance, data, repetition(directory))


def repetition(directory: Path) -> dict[str, Any] | None:
    """Content of repeated/calibration.json of a calibration; None without it."""
    path = directory / REPEATED / "calibration.json"
    return read_document(path) if path.is_file() else None
