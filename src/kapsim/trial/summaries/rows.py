"""Rows of visits.parquet: one per arm, patient, visit and measure."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from kapsim.engine.outcome import Outcome
from kapsim.measures import scale
from kapsim.patient import Ratings
from kapsim.trial.protocol import Arm, Protocol
from kapsim.units import DAY_H

_DIGITS = 7


def dictionaries(protocol: Protocol) -> dict[str, Sequence[str]]:
    """All values of the dictionary-encoded columns."""
    arms = [arm.name for arm in protocol.arms]
    visits = [visit.name for visit in protocol.visits]
    measures = [measure.value for measure in protocol.measures]
    return {
        "arm": arms,
        "visit": visits,
        "measure": measures,
        "TRT01P": arms,
        "AVISIT": visits,
        "PARAMCD": [scale(name).code for name in measures],
    }


def visit_rows(protocol: Protocol, arm: Arm, first: int, ratings: Ratings) -> pa.Table:
    """Rows of some patients of an arm, by patient, then visit, then measure.

    A patient whose simulation failed has no scores, and the result code says why.

    Parameters
    ----------
    protocol, arm
        What was run.
    first
        Index of the first patient; the first of all is 0.
    ratings
        Totals [visits, scales, n] and result codes [visits, n], NumPy.
    """
    visits, measures = cells(protocol)
    n, width = ratings.totals.shape[-1], len(visits)
    result = _results(ratings)
    start = protocol.visits.index(protocol.baseline_visit)
    score = ratings.totals[visits, measures].T.ravel().astype(np.int16)
    baseline = ratings.totals[start, measures].T.ravel().astype(np.int16)
    missing = np.repeat(result != Outcome.OK, width) | (score < 0)
    unknown = missing | (baseline < 0)
    names = dictionaries(protocol)

    def coded(name: str, column: np.ndarray) -> pa.DictionaryArray:
        codes = pa.array(np.tile(column.astype(np.int16), n))
        return pa.DictionaryArray.from_arrays(codes, pa.array(names[name], pa.string()))

    hours = np.array([visit.time_h for visit in protocol.visits])
    here = np.full(width, names["arm"].index(arm.name))
    points, base = pa.array(score, mask=missing), pa.array(baseline, mask=unknown)
    change = pa.array(score - baseline, mask=unknown)
    treatment, occasion = coded("arm", here), coded("visit", visits)
    return pa.table(
        {
            "arm": treatment,
            "patient": np.repeat(np.arange(first, first + n, dtype=np.int32), width),
            "visit": occasion,
            "day": np.tile((hours / DAY_H)[visits].astype(np.float32), n),
            "measure": coded("measure", measures),
            "score": points,
            "baseline": base,
            "change": change,
            "result": np.repeat(result, width),
            "USUBJID": _subjects(protocol, arm, first, n, width),
            "TRT01P": treatment,
            "AVISIT": occasion,
            "AVISITN": np.tile(visits.astype(np.int16), n),
            "ADY": np.tile(_study_days(hours)[visits], n),
            "PARAMCD": coded("PARAMCD", measures),
            "AVAL": points,
            "BASE": base,
            "CHG": change,
        }
    )


def cells(protocol: Protocol) -> tuple[np.ndarray, np.ndarray]:
    """Visit and measure of each row of a patient."""
    found = [
        (v, m)
        for v, visit in enumerate(protocol.visits)
        for m, measure in enumerate(protocol.measures)
        if measure in visit.scales
    ]
    visits, measures = np.array(found).T
    return visits, measures


def _results(ratings: Ratings) -> np.ndarray:
    """Result code of each patient: the first failure."""
    outcome = np.asarray(ratings.outcome)
    failed = outcome != Outcome.OK
    first = np.take_along_axis(outcome, failed.argmax(axis=0)[None], axis=0)[0]
    return np.where(failed.any(axis=0), first, np.int8(Outcome.OK)).astype(np.int8)


def _study_days(hours: np.ndarray) -> np.ndarray:
    """Study day of a time: the first dose opens day 1, and there is no day 0."""
    day = np.floor(hours / DAY_H).astype(np.int16)
    return np.where(day >= 0, day + 1, day).astype(np.int16)


def _subjects(protocol: Protocol, arm: Arm, first: int, n: int, width: int) -> pa.Array:
    """Unique subject identifiers: trial, arm, patient counted from 1."""
    prefix = f"{protocol.name}/{arm.name}/"
    names = [f"{prefix}{i:0{_DIGITS}d}" for i in range(first + 1, first + n + 1)]
    return pa.array(names).take(pa.array(np.repeat(np.arange(n), width)))
