"""Simulating a protocol at many sets of numbers, in the same persons."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from jaxtyping import Float

from kapsim.engine.progress import OnProgress, silent
from kapsim.engine.provenance import content_hash, fingerprint
from kapsim.engine.store import read_table
from kapsim.engine.tasks import Task, run_tasks
from kapsim.inference.sensitivity.outcomes import outcomes
from kapsim.trial.arms.simulation import prepare_all, scores_of
from kapsim.trial.parameters.uncertainty import Values, with_values
from kapsim.trial.protocol import Protocol
from kapsim.trial.summaries.interaction import first_measure

_AT_ONCE = 16
"""Runs of a chunk."""


def simulate(
    protocol: Protocol,
    sets: Sequence[Values],
    chunks: Path,
    *,
    persons: int,
    seed: int,
    workers: int = 1,
    on_progress: OnProgress = silent,
    label: str = "runs",
) -> Float[np.ndarray, "n K"]:
    """Key outcomes at each set of numbers.

    Parameters
    ----------
    protocol
        Which.
    sets
        Values by the id of the record, in its unit.
    chunks
        Directory of finished parts, which are used if it was interrupted.
    persons
        Virtual persons, the same in each arm and run.
    seed
        Of the persons.
    workers
        Processes.
    on_progress
        Called with the label and how many more runs are done.
    label
        What the runs are for.

    Raises
    ------
    TaskError
        If a part fails; finished ones are kept.
    StoreError
        If a part cannot be written.
    """
    made_with = fingerprint()
    tasks = []
    for first in range(0, len(sets), _AT_ONCE):
        part = sets[first : first + _AT_ONCE]
        payload = {
            "protocol": protocol.model_dump(mode="json"),
            "sets": list(part),
            "persons": persons,
            "seed": seed,
        }
        key = content_hash(payload | made_with)
        tasks.append(Task(key, label, len(part), payload))
    paths = run_tasks(
        tasks, simulate_part, chunks, workers=workers, on_progress=on_progress
    )
    tables = [read_table(path).to_pandas().to_numpy(float) for path in paths]
    return np.concatenate(tables)


def simulate_part(payload: dict[str, Any]) -> pa.Table:
    """Key outcomes of some runs, one row each.

    Every number counts wherever it is read: in the persons, in their kinetics, in who
    is enrolled and in how they are rated.
    """
    plain = Protocol.model_validate(payload["protocol"])
    wanted, measure = outcomes(plain), first_measure(plain)
    rows = []
    for values in payload["sets"]:
        arms = prepare_all(with_values(plain, values), payload["seed"])
        scores = {
            name: scores_of(one, measure, payload["persons"])
            for name, one in arms.items()
        }
        rows.append([one.of(scores) for one in wanted])
    columns = zip(*rows, strict=True)
    return pa.table({f"y{k}": list(column) for k, column in enumerate(columns)})
