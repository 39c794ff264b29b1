"""Differences between arms in the same virtual persons, streamed from visits.parquet.

A person has the same luck in every arm, so the difference of two arms is taken person
by person: most of the Monte Carlo error of the arms cancels. Those without a score in
one of the two arms are left out of both. The sums are whole numbers, so that nothing
depends on how the file is read, and memory does not grow with the number of persons.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Bool, Float, Int

from kapsim.measures.rules import Remission, Response
from kapsim.trial.protocol import Protocol
from kapsim.trial.request import RunRequest
from kapsim.trial.summaries.rows import cells
from kapsim.trial.summaries.tally import TallyError, codes, points

FIGURES = ("change", "response", "remission")
"""What is compared: mean change, and the shares of people that meet a rule."""

Pair = tuple[str, str]

_ROWS_AT_ONCE = 262_144
_COLUMNS = ["arm", "patient", "score", "baseline", "result"]
_PERCENT = 100.0


class Paired(NamedTuple):
    """Differences of two arms; the last axis is of visits and measures, as in `cells`.

    Attributes
    ----------
    persons
        Those with a score in both arms [1].
    value
        By figure: mean change [point], shares [percent], the first arm less the second.
    error
        By figure: its Monte Carlo standard error [same].
    """

    persons: Int[np.ndarray, " cells"]
    value: dict[str, Float[np.ndarray, " cells"]]
    error: dict[str, Float[np.ndarray, " cells"]]


class _Outcomes(NamedTuple):
    """What each person of an arm has: figures, and whether they are known."""

    value: Int[np.ndarray, "figures n cells"]
    known: Bool[np.ndarray, "figures n cells"]
    scored: Bool[np.ndarray, "n cells"]


class _Sums:
    """Numbers, sums and sums of squares of differences, all exact."""

    def __init__(self, width: int) -> None:
        self._scored = np.zeros(width, np.int64)
        self._n, self._total, self._squares = np.zeros((3, len(FIGURES), width), int)

    def add(self, one: _Outcomes, other: _Outcomes) -> None:
        """Take in some persons."""
        both = one.known & other.known
        apart = np.where(both, one.value - other.value, 0)
        self._scored += (one.scored & other.scored).sum(axis=0)
        self._n += both.sum(axis=1)
        self._total += apart.sum(axis=1)
        self._squares += (apart**2).sum(axis=1)

    def paired(self) -> Paired:
        """Means and their standard errors; not a number of too few persons."""
        n = self._n
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = self._total / n
            variance = (self._squares - mean * self._total) / (n - 1)
            error = np.sqrt(np.maximum(variance, 0.0) / n)
        scale = [1.0 if name == "change" else _PERCENT for name in FIGURES]
        of = lambda table: {
            name: by * row for name, by, row in zip(FIGURES, scale, table, strict=True)
        }
        return Paired(self._scored, of(mean), of(error))


def paired(
    visits_path: Path, request: RunRequest, pairs: Sequence[Pair]
) -> dict[Pair, Paired]:
    """Differences of arms, person by person.

    Parameters
    ----------
    visits_path
        A visits.parquet as a run writes it.
    request
        That run.
    pairs
        Arms that are compared, the treatment first.

    Raises
    ------
    TallyError
        If the file is not that of the run.
    """
    protocol = request.protocol
    visits, _ = cells(protocol)
    sums = {pair: _Sums(len(visits)) for pair in pairs}
    for arms in _blocks(visits_path, request, {arm for pair in pairs for arm in pair}):
        for (one, other), own in sums.items():
            if one in arms and other in arms:
                n = min(arms[one].scored.shape[0], arms[other].scored.shape[0])
                own.add(*(_first(arms[name], n) for name in (one, other)))
    return {pair: own.paired() for pair, own in sums.items()}


def _first(outcomes: _Outcomes, n: int) -> _Outcomes:
    """Those of the first persons."""
    value, known, scored = outcomes
    return _Outcomes(value[:, :n], known[:, :n], scored[:n])


def _blocks(
    path: Path, request: RunRequest, needed: set[str]
) -> Iterator[dict[str, _Outcomes]]:
    """Outcomes of the same persons in each of the arms, some persons at a time."""
    width = len(cells(request.protocol)[0])
    step = max(1, _ROWS_AT_ONCE // width)
    begin, start = 0, {}
    for arm in request.protocol.arms:
        start[arm.name] = begin
        begin += request.patients[arm.name] * width
    most = max((request.patients[arm] for arm in needed), default=0)
    with pq.ParquetFile(path) as file:
        if file.metadata.num_rows != begin:
            raise TallyError(
                f"{path.name} has {file.metadata.num_rows} rows, and the run {begin}. "
                "The file belongs to another run."
            )
        for first in range(0, most, step):
            last = {arm: min(first + step, request.patients[arm]) for arm in needed}
            yield {
                arm: _outcomes(
                    request.protocol,
                    _rows(file, start[arm] + first * width, start[arm] + end * width),
                    arm,
                    range(first, end),
                )
                for arm, end in last.items()
                if end > first
            }


def _rows(file: pq.ParquetFile, first: int, last: int) -> pa.RecordBatch:
    """Rows `first` to `last` of a file, from the row groups that hold them."""
    sizes = [file.metadata.row_group(k).num_rows for k in range(file.num_row_groups)]
    ends = np.cumsum([0, *sizes])
    groups = np.flatnonzero((ends[:-1] < last) & (ends[1:] > first))
    table = file.read_row_groups(groups.tolist(), columns=_COLUMNS)
    own = table.slice(first - int(ends[groups[0]]), last - first)
    return own.combine_chunks().to_batches()[0]


def _outcomes(
    protocol: Protocol, rows: pa.RecordBatch, arm: str, persons: range
) -> _Outcomes:
    """Outcomes of these persons of an arm; refuses rows of anybody else."""
    _, measures = cells(protocol)
    shape = (len(persons), len(measures))
    names = [one.name for one in protocol.arms]
    own = codes("arm", rows.column("arm"), names) == names.index(arm)
    who = np.asarray(rows.column("patient")).reshape(shape)
    if not own.all() or (who != np.asarray(persons)[:, None]).any():
        raise TallyError(
            f"the rows of arm {arm!r} are not in the order of its patients. The file "
            "belongs to another run."
        )
    score = points(rows, "score").reshape(shape)
    start = points(rows, "baseline").reshape(shape)
    failed = np.asarray(rows.column("result")).reshape(shape) != 0
    scored = (score >= 0) & ~failed
    begun = scored & (start >= 0)
    value = np.stack([score - start, *np.zeros((2, *shape), np.int64)])
    known = np.stack([begun, *np.zeros((2, *shape), bool)])
    for m, measure in enumerate(protocol.measures):
        here, rule = measures == m, protocol.rule(measure)
        if rule.response_percent is not None:
            met = Response(percent=rule.response_percent, baseline="baseline")
            value[1][:, here] = met.met(score[:, here], start[:, here])
            known[1][:, here] = begun[:, here]
        if rule.remission_at_most is not None:
            met = Remission(cut=rule.remission_at_most)
            value[2][:, here] = met.met(score[:, here])
            known[2][:, here] = scored[:, here]
    return _Outcomes(value, known, scored)
