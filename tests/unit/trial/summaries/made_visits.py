"""A visits.parquet of made-up scores, in the order in which a run writes it."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from kapsim.trial.protocol import Protocol
from kapsim.trial.summaries.rows import cells


def made_visits(
    path: Path,
    protocol: Protocol,
    scores: Mapping[str, np.ndarray],
    *,
    rows: int = 1000,
) -> Path:
    """Write scores [visits, scales, n] of each arm; no number is a failed patient."""
    visits, measures = cells(protocol)
    start = protocol.visits.index(protocol.baseline_visit)
    parts = []
    for arm in protocol.arms:
        own = scores[arm.name][visits, measures].T
        base = scores[arm.name][start][measures].T
        parts.append(
            pd.DataFrame(
                {
                    "arm": arm.name,
                    "patient": np.repeat(np.arange(len(own)), len(visits)),
                    "visit": np.tile(
                        [protocol.visits[v].name for v in visits], len(own)
                    ),
                    "measure": np.tile(
                        [protocol.measures[m].value for m in measures], len(own)
                    ),
                    "score": own.ravel(),
                    "baseline": base.ravel(),
                    "result": np.isnan(own).any(axis=1).repeat(len(visits)).astype(int),
                }
            )
        )
    table = pd.concat(parts).astype({"score": "Int16", "baseline": "Int16"})
    table = table.astype(dict.fromkeys(("arm", "visit", "measure"), "category"))
    pq.write_table(
        pa.Table.from_pandas(table, preserve_index=False), path, row_group_size=rows
    )
    return path
