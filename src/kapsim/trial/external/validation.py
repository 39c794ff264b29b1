"""Observed against predicted, for any protocol with published figures."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from kapsim.engine import platform
from kapsim.engine.mappings import spare_mappings
from kapsim.engine.progress import OnProgress, silent
from kapsim.trial.arms.simulation import prepare_all
from kapsim.trial.external.replicates import replicated, steps
from kapsim.trial.external.request import ValidationRequest
from kapsim.trial.external.sizes import sizes
from kapsim.trial.external.studies import (
    Failure,
    Study,
    may_be_learnt_from,
    read_studies,
)
from kapsim.trial.external.sums import sums
from kapsim.trial.external.table import COLUMNS, table_of
from kapsim.trial.protocol import Protocol
from kapsim.trial.request import RequestError


@dataclasses.dataclass(frozen=True)
class Validation:
    """What came of it.

    Attributes
    ----------
    request
        What was asked for.
    table
        A row per published figure (`table.COLUMNS`).
    titles
        Title of each study.
    notes
        What was assumed of each study, in sentences.
    failures, skipped
        Protocols that could not be validated, and that were left out.
    """

    request: ValidationRequest
    table: pd.DataFrame
    titles: dict[str, str]
    notes: dict[str, tuple[str, ...]]
    failures: tuple[Failure, ...]
    skipped: tuple[Failure, ...]

    @property
    def sums(self) -> list[dict[str, Any]]:
        """Sum of each study, and of all."""
        return sums(self.table)


def validate(
    request: ValidationRequest,
    *,
    on_start: Callable[[int], None] = lambda total: None,
    on_progress: OnProgress = silent,
) -> Validation:
    """Hold published figures against what trials of their size would find.

    Parameters
    ----------
    request
        Which protocols, and how.
    on_start
        Told how many steps there are.
    on_progress
        Told of each study and how many more of its steps are done.

    Raises
    ------
    RequestError
        If no protocol that was given can be validated; it says why of each.
    """
    found = read_studies(request.given, request.role)
    if not found.studies:
        raise RequestError(_nothing([*found.failures, *found.skipped]))
    platform.configure()
    platform.check_arithmetic()
    studies, failures = _ready(found.studies, request.seed)
    on_start(sum(steps(one, sizes(one.protocol), request) for one in studies))
    library, notes, tables = may_be_learnt_from(), {}, []
    for study in studies:
        spare_mappings()
        try:
            rows, said = _validated(study, request, library, on_progress)
        except Exception as error:
            failures.append(Failure(study.name, f"{type(error).__name__}: {error}"))
        else:
            tables.append(rows)
            notes[study.name] = said
    table = pd.concat(tables, ignore_index=True) if tables else _empty()
    return Validation(
        request=request,
        table=table,
        titles={study.name: study.protocol.title for study in studies},
        notes=notes,
        failures=(*found.failures, *failures),
        skipped=found.skipped,
    )


def _validated(
    study: Study,
    request: ValidationRequest,
    library: Sequence[Protocol],
    on_progress: OnProgress,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Rows of a study, and what was assumed of it."""
    known = sizes(study.protocol)
    made = replicated(study, known, request, on_progress)
    said = [size.note for size in known.values() if size.note]
    if made.persons > request.persons:
        said.append(f"Drawn from {made.persons:,} persons, for the size of the trial.")
    return table_of(study, known, made, library), tuple(said)


def _ready(studies: Sequence[Study], seed: int) -> tuple[list[Study], list[Failure]]:
    """Studies whose arms can be made ready, and the others."""
    ready: list[Study] = []
    failures: list[Failure] = []
    for study in studies:
        try:
            prepare_all(study.protocol, seed)
            ready.append(study)
        except Exception as error:
            failures.append(Failure(study.name, f"{type(error).__name__}: {error}"))
    return ready, failures


def _empty() -> pd.DataFrame:
    return pd.DataFrame(columns=list(COLUMNS)).astype({"scored": bool, "inside": bool})


def _nothing(failures: Sequence[Failure]) -> str:
    said = "".join(f"\n  {one.name}: {one.error}" for one in failures)
    return f"none of the protocols can be validated:{said}"
