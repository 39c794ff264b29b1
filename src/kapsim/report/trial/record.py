"""Reading what a virtual trial left behind: the only thing that its page rests on."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kapsim.report.run_directory import RunDirectoryError, read_finished, told
from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol.trial_terms import Objective

FILES = ("request.json", "provenance.json", "trial.json")
_NEEDED = (
    *("protocol", "title", "shown", "replicates", "cohort", "seed", "alpha"),
    *("endpoints", "power"),
)

Row = Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class TrialRecord:
    """A finished virtual trial.

    Attributes
    ----------
    request, provenance
        Content of request.json and of provenance.json.
    protocol
        What was simulated.
    data
        Content of trial.json.
    """

    request: dict[str, Any]
    provenance: dict[str, Any]
    protocol: Protocol
    data: dict[str, Any]

    @property
    def arms(self) -> list[str]:
        """Names of the arms in the order of the protocol."""
        return [arm.name for arm in self.protocol.arms]


@dataclasses.dataclass(frozen=True)
class Question:
    """An endpoint under one comparison, with its row of each size in rising order."""

    endpoint: Row
    comparison: str
    rows: tuple[Row, ...]

    @property
    def title(self) -> str:
        """Endpoint and comparison in one line."""
        return f"{self.endpoint['id']}, {self.comparison}"

    @property
    def primary(self) -> bool:
        """Whether the endpoint is a primary one."""
        return self.endpoint.get("role") == "primary"

    @property
    def margin(self) -> bool:
        """Whether its test is held against a margin, and so has one side."""
        aim = self.rows[0].get("tested") if self.rows else None
        return aim not in (None, Objective.SUPERIORITY.value)

    def at(self, per_arm: int) -> Row | None:
        """Row of a size; None if it has none."""
        return next((row for row in self.rows if row["per_arm"] == per_arm), None)


def questions(data: Row) -> list[Question]:
    """Endpoints under each comparison, primary ones first, else in their order."""
    return sorted(_questions(data), key=lambda one: not one.primary)


def _questions(data: Row) -> Iterator[Question]:
    asked = dict.fromkeys((row["endpoint"], row["comparison"]) for row in data["power"])
    for name, comparison in asked:
        rows = (
            row
            for row in data["power"]
            if (row["endpoint"], row["comparison"]) == (name, comparison)
        )
        ordered = tuple(sorted(rows, key=lambda row: row["per_arm"]))
        endpoint = _endpoint(data["endpoints"], name, ordered[0].get("unit"))
        yield Question(endpoint, comparison, ordered)


def _endpoint(endpoints: Sequence[Row], name: str, unit: str | None) -> Row:
    """What is known of an endpoint.

    A second effect of an endpoint, such as its odds ratio, has that one's name with
    something in brackets behind it, and is supportive.
    """
    for one in endpoints:
        if one["id"] == name:
            return {**one, "unit": unit or one.get("unit")}
    for one in endpoints:
        if name.startswith(f"{one['id']} ("):
            return {**one, "id": name, "unit": unit, "role": "supportive"}
    return {"id": name, "unit": unit, "role": "supportive"}


def read_trial(directory: Path) -> TrialRecord:
    """Read the files of a virtual trial that its page needs.

    Raises
    ------
    RunDirectoryError
        If a file is missing or malformed; the message names it and says what to do.
    """
    made = "virtual trial", "kapsim trial"
    request, provenance, data = read_finished(directory, FILES, _NEEDED, made)
    if not data["power"]:
        raise RunDirectoryError(
            f"{directory}: trial.json lacks any row of power. Run `kapsim trial` again."
        )
    try:
        protocol = Protocol.model_validate(request.get("protocol"))
    except ValueError as error:
        raise RunDirectoryError(f"{directory}: {told(error)}. Run it again.") from error
    return TrialRecord(request, provenance, protocol, data)
