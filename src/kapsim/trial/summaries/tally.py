"""Exact counts of scores per arm, visit and measure, streamed from visits.parquet.

Scores are whole numbers, so a count for each pair of baseline and score holds all that
means, changes, responses and remissions need. Counts add up without rounding: what is
computed from them does not depend on chunks, row groups or order, and memory does not
grow with the number of patients.
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Int
from numpy import ndarray

from kapsim.trial.protocol import Protocol
from kapsim.units import KapsimError

LEVELS = 128
"""Scores and baselines that can be told apart: 0 to 126, and one for no baseline."""
_NO_BASELINE = LEVELS - 1
_ROWS_AT_ONCE = 1_000_000
_COLUMNS = ["arm", "visit", "measure", "score", "baseline", "result"]


class TallyError(KapsimError, ValueError):
    """Rows that do not belong to the protocol, or scores that no scale has."""


@dataclasses.dataclass(frozen=True)
class Tally:
    """Counts of one run.

    Attributes
    ----------
    arms, visits, measures
        Names along the first three axes.
    counts
        Patients by baseline (last but one axis; the last entry is for those without)
        and by score (last axis) [1].
    failed
        Patients whose simulation failed [1].
    """

    arms: tuple[str, ...]
    visits: tuple[str, ...]
    measures: tuple[str, ...]
    counts: Int[ndarray, "arms visits measures baselines scores"]
    failed: Int[ndarray, "arms visits measures"]


def tally(visits_path: Path, protocol: Protocol) -> Tally:
    """Counts from a file of visits.

    Parameters
    ----------
    visits_path
        A visits.parquet as a run writes it.
    protocol
        The protocol of that run: its arms, visits and measures order the counts.

    Raises
    ------
    TallyError
        If a row names an arm, visit or measure that the protocol lacks, or a score is
        outside 0 to 126 points.
    """
    arms = tuple(arm.name for arm in protocol.arms)
    visits = tuple(visit.name for visit in protocol.visits)
    measures = tuple(measure.value for measure in protocol.measures)
    cells = len(arms) * len(visits) * len(measures)
    counts = np.zeros(cells * LEVELS * LEVELS, np.int64)
    failed = np.zeros(cells, np.int64)
    with pq.ParquetFile(visits_path) as file:
        for batch in file.iter_batches(_ROWS_AT_ONCE, columns=_COLUMNS):
            cell = np.zeros(batch.num_rows, np.int64)
            for name, known in (
                ("arm", arms),
                ("visit", visits),
                ("measure", measures),
            ):
                cell = cell * len(known) + codes(name, batch.column(name), known)
            score, baseline = points(batch, "score"), points(batch, "baseline")
            bad = (np.asarray(batch.column("result")) != 0) | (score < 0)
            baseline[baseline < 0] = _NO_BASELINE
            code = (cell * LEVELS + baseline) * LEVELS + score
            np.add.at(counts, code[~bad] if bad.any() else code, 1)
            failed += np.bincount(cell[bad], minlength=cells)
    shape = (len(arms), len(visits), len(measures))
    return Tally(
        arms,
        visits,
        measures,
        counts.reshape(*shape, LEVELS, LEVELS),
        failed.reshape(shape),
    )


def points(batch: pa.RecordBatch, name: str) -> Int[ndarray, "rows"]:
    """Column of whole points, with -1 where there is none."""
    found = np.array(batch.column(name).fill_null(-1), np.int64)
    if found.size and not -1 <= found.min() <= found.max() < _NO_BASELINE:
        raise TallyError(
            f"column {name} must lie in 0 to {_NO_BASELINE - 1} points; got "
            f"{found.min()} to {found.max()}."
        )
    return found


def codes(name: str, column: pa.Array, known: Sequence[str]) -> Int[ndarray, "rows"]:
    """Place of each text among the known ones."""
    if not isinstance(column, pa.DictionaryArray):
        column = column.dictionary_encode()
    texts = column.dictionary.to_pylist()
    places = np.asarray([known.index(t) if t in known else -1 for t in texts], np.int64)
    found = places[np.asarray(column.indices)]
    if found.size and found.min() < 0:
        stranger = texts[int(np.asarray(column.indices)[found.argmin()])]
        raise TallyError(
            f"column {name} holds {stranger!r}, which the protocol does not: "
            f"{', '.join(known)}. The file belongs to another protocol."
        )
    return found
