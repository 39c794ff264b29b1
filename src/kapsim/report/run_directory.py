"""Reading a run directory: the only thing that a report rests on."""

import dataclasses
import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from pydantic import ValidationError

from kapsim.trial.arms.given import Given, read_given
from kapsim.trial.cautions import Caution, read_caution
from kapsim.trial.parameters.draws_from import DrawsFrom, said_short
from kapsim.trial.protocol import Protocol
from kapsim.trial.summaries.contrasts import NAME as CONTRASTS
from kapsim.trial.summaries.new_trial import NAME as UNCERTAINTY
from kapsim.trial.summaries.summary import read_summary

SUMMARY_COLUMNS = (
    "arm",
    "visit",
    "day",
    "measure",
    "n",
    "n_failed",
    "mean",
    "mean_low",
    "mean_high",
)


class RunDirectoryError(ValueError):
    """A run directory that lacks a file, or holds one that cannot be read."""


@dataclasses.dataclass(frozen=True)
class RunDirectory:
    """What a finished run left behind.

    Attributes
    ----------
    request, provenance
        The resolved request and how it was carried out, as written.
    protocol
        What was simulated, read from the request.
    summary
        One row per arm, visit and measure; points and per cent.
    trajectories
        One row per arm, time [h] and signal: mean and quantiles over patients.
    """

    path: Path
    request: dict[str, Any]
    provenance: dict[str, Any]
    protocol: Protocol
    summary: pd.DataFrame
    trajectories: pd.DataFrame

    @functools.cached_property
    def warnings(self) -> tuple[Caution, ...]:
        """Broken limits, and overrides without effect, as told when it was run."""
        return tuple(read_caution(data) for data in self.provenance.get("warnings", ()))

    @functools.cached_property
    def drug(self) -> Given | None:
        """What was given in each arm; None for a run that did not record it."""
        recorded = self.provenance.get("drug")
        return None if recorded is None else read_given(recorded)

    @functools.cached_property
    def new_trial(self) -> pd.DataFrame | None:
        """Intervals for a new trial; None for a run without draws."""
        path = self.path / UNCERTAINTY
        return read_summary(path) if path.is_file() else None

    @functools.cached_property
    def contrasts(self) -> pd.DataFrame | None:
        """Differences between arms; None for a run that compares none or is older."""
        path = self.path / CONTRASTS
        return read_summary(path) if path.is_file() else None

    @property
    def draws_from(self) -> DrawsFrom:
        """What the parameters were drawn from."""
        return DrawsFrom(self.request.get("draws_from", DrawsFrom.ASSUMPTIONS))

    @property
    def drawn(self) -> str:
        """The same in words, with the number of draws."""
        said = said_short(self.draws_from, self.request.get("posterior"))
        return f"{self.request.get('draws', 0)} draws {said}"

    @property
    def new_trial_holds(self) -> str:
        """What the intervals for a new trial hold, in words."""
        study = self.draws_from is DrawsFrom.POSTERIOR
        return ("study, " if study else "") + "parameters and people"

    @functools.cached_property
    def burden(self) -> pd.DataFrame | None:
        """Burden of each arm; None for a run that did not record it."""
        path = self.path / "burden.csv"
        return read_summary(path) if path.is_file() else None

    @property
    def arms(self) -> list[str]:
        """Names of the arms in the order of the protocol."""
        return [arm.name for arm in self.protocol.arms]

    @functools.cached_property
    def signals(self) -> dict[tuple[str, str], pd.DataFrame]:
        """Trajectory over time of each arm and signal."""
        return {
            (str(arm), str(signal)): rows.sort_values("time_h")
            for (arm, signal), rows in self.trajectories.groupby(
                ["arm", "signal"], sort=False, observed=True
            )
        }


def read_document(path: Path) -> dict[str, Any]:
    """Content of a JSON file that holds an object; raises `RunDirectoryError`."""
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise RunDirectoryError(f"{path.name}: expected a JSON object")
    return content


def read_finished(
    directory: Path, names: Sequence[str], needed: Sequence[str], made: tuple[str, str]
) -> list[dict[str, Any]]:
    """Read the JSON files of what a command has finished.

    Parameters
    ----------
    directory
        Where they are.
    names
        Files; the last one holds the results.
    needed
        What the results must have.
    made
        What it is in words, and the command that wrote it.

    Returns
    -------
    list
        Content of each file.

    Raises
    ------
    RunDirectoryError
        If a file is missing or malformed; the message names it and says what to do.
    """
    what, command = made
    missing = [name for name in names if not (directory / name).is_file()]
    if missing:
        raise RunDirectoryError(
            f"{directory} is not a finished {what}: it lacks {', '.join(missing)}. "
            f"Give the directory that `{command}` wrote, or run it again."
        )
    try:
        found = [read_document(directory / name) for name in names]
    except (OSError, ValueError) as error:
        raise RunDirectoryError(f"{directory}: {error}. Run it again.") from error
    lacking = [name for name in needed if name not in found[-1]]
    if lacking:
        raise RunDirectoryError(
            f"{directory}: {names[-1]} lacks {', '.join(lacking)}. Run `{command}` "
            "again."
        )
    return found


def read_run_directory(path: Path) -> RunDirectory:
    """Read the files of a run that its report needs.

    Raises
    ------
    RunDirectoryError
        If a file is missing or malformed; the message names it and says what to do.
    """
    names = ("request.json", "provenance.json", "summary.csv", "trajectories.parquet")
    missing = [name for name in names if not (path / name).is_file()]
    if missing:
        raise RunDirectoryError(
            f"{path} is not a finished run: it lacks {', '.join(missing)}. Give the "
            "directory that `kapsim run` wrote, or run it again to resume."
        )
    try:
        summary = read_summary(path / "summary.csv")
        trajectories = pq.read_table(path / "trajectories.parquet").to_pandas()
        request, provenance = (
            read_document(path / names[0]),
            read_document(path / names[1]),
        )
        protocol = Protocol.model_validate(request.get("protocol"))
    except (OSError, ValueError) as error:
        raise RunDirectoryError(f"{path}: {told(error)}. Run it again.") from error
    lacking = [name for name in SUMMARY_COLUMNS if name not in summary.columns]
    if lacking:
        raise RunDirectoryError(
            f"{path}: summary.csv lacks {', '.join(lacking)}. Run it again."
        )
    return RunDirectory(path, request, provenance, protocol, summary, trajectories)


def told(error: Exception) -> str:
    """What is wrong with a file, in one line; of a protocol its first problem."""
    if not isinstance(error, ValidationError):
        return str(error)
    problem = error.errors()[0]
    place = ".".join(str(part) for part in problem["loc"])
    return f"request.json, protocol {place}: {problem['msg']}"
