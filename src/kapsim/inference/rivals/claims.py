"""What a protocol comes to under each rival explanation: the whole model, simulated.

Each explanation is calibrated to the published trials on its emulator; draws of its
posterior, with what it holds at zero, then go through the whole model in the same
persons. A claim that does not hold under all of them rests on the explanation, as the
published trials do not tell them apart.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

import kapsim
from kapsim.engine import platform
from kapsim.engine.progress import OnProgress, silent
from kapsim.engine.provenance import write_json
from kapsim.engine.scan import WIDTH
from kapsim.engine.tasks import remove_chunks
from kapsim.inference.left_out.forecast import DRAWS, Sampler
from kapsim.inference.posterior.sampling import sample
from kapsim.inference.rivals.explanations import RIVALS, Rival, fixed_values
from kapsim.inference.rivals.runs import read_calibrated, ready
from kapsim.inference.sensitivity.outcomes import outcomes
from kapsim.inference.sensitivity.runs import simulate
from kapsim.inference.targets.problem import Problem
from kapsim.trial.conduct.usual import RECORDS
from kapsim.trial.parameters.uncertainty import Values
from kapsim.trial.parameters.used import used_records
from kapsim.trial.protocol import Protocol
from kapsim.trial.summaries.intervals import ENDS

SIMULATED = 64
"""Draws of each posterior that are simulated."""


def claim(
    directory: Path,
    protocol: Protocol,
    on_progress: OnProgress = silent,
    *,
    simulated: int = SIMULATED,
    persons: int = WIDTH,
    seed: int = 1,
    workers: int = 1,
    sampler: Sampler = sample,
) -> Path:
    """Simulate a protocol under every rival explanation, and write what comes of it.

    Parameters
    ----------
    directory, protocol
        Of a calibration whose rivals were compared (`run_rivals`); what is simulated.
    on_progress
        Called with the explanation and how many more runs are done.
    simulated, sampler
        Draws of each posterior, and what draws them.
    persons, seed
        Virtual persons, the same in each arm, draw and explanation; of all draws.
    workers
        Processes.

    Returns
    -------
    Path
        claims-<protocol>.json in the directory.

    Raises
    ------
    OSError
        If the calibration or the comparison is not there.
    TaskError
        If a simulation fails; finished ones are kept, and used when it is repeated.
    StoreError
        If a file cannot be written.
    """
    platform.configure()
    compared, made = (_read(directory, name) for name in ("rivals", "calibration"))
    scores = {one["name"]: one for one in compared["rivals"]}
    chunks, rows = directory / "chunks", []
    for rival, sets in _under_each(directory, protocol, simulated, seed, sampler):
        told = {"on_progress": on_progress, "label": rival.title}
        of = {"persons": persons, "seed": seed, "workers": workers}
        found = simulate(protocol, sets, chunks, **of, **told)
        rows.append(_entry(rival, scores[rival.name], found))
    path = directory / f"claims-{protocol.name}.json"
    made_with = {"calibration": made["version"], "draws": simulated}
    made_with |= {"persons": persons, "seed": seed}
    write_json(path, _content(protocol, compared, rows, made_with))
    remove_chunks(chunks)
    return path


def _read(directory: Path, name: str) -> dict[str, Any]:
    return json.loads((directory / f"{name}.json").read_text(encoding="utf-8"))


def _content(
    protocol: Protocol,
    compared: dict[str, Any],
    rows: list[dict[str, Any]],
    made_with: dict[str, Any],
) -> dict[str, Any]:
    return {
        "protocol": protocol.name,
        "kapsim": kapsim.__version__,
        **made_with,
        "outcomes": [
            {"name": one.name, "unit": one.unit, "contrast": one.contrast}
            for one in outcomes(protocol)
        ],
        "rivals": rows,
        "not_compared": {one["title"]: one["why"] for one in compared["left_out"]},
    }


def _under_each(
    directory: Path, protocol: Protocol, simulated: int, seed: int, sampler: Sampler
) -> Iterator[tuple[Rival, list[Values]]]:
    """Every explanation that can be calibrated, with what is simulated under it."""
    problem, emulator = read_calibrated(directory)
    for rival in RIVALS:
        own = ready(directory, problem, emulator, rival)
        if isinstance(own, str):
            continue
        u = sampler(*own, draws=DRAWS, seed=seed).u
        chosen = u[np.linspace(0, len(u) - 1, simulated).round().astype(int)]
        held = fixed_values(problem, rival)
        yield rival, value_sets(protocol, own[0], chosen, held)


def value_sets(
    protocol: Protocol,
    problem: Problem,
    u: Float[np.ndarray, "D P"],
    held: Mapping[str, float],
) -> list[Values]:
    """Values of those records that a protocol reads, a set for each draw.

    Parameters
    ----------
    protocol
        Which.
    problem
        Of the explanation: what it leaves free.
    u
        Draws, in SDs of the priors.
    held
        Records that the explanation holds, in their units.
    """
    read = {*used_records(protocol), *RECORDS}
    free = [(k, one) for k, one in enumerate(problem.freed) if one.id in read]
    columns = {one.id: one.value(u[:, k]).tolist() for k, one in free}
    fixed = {name: value for name, value in held.items() if name in read}
    return [
        {name: column[row] for name, column in columns.items()} | fixed
        for row in range(len(u))
    ]


def _entry(
    rival: Rival, score: dict[str, Any], found: Float[np.ndarray, "n K"]
) -> dict[str, Any]:
    low, high = np.quantile(found, ENDS, axis=0)
    whole = not score["verdict"]
    return {
        "name": rival.name,
        "title": rival.title,
        "meaning": rival.meaning,
        "difference": None if whole else score["difference"],
        "se": None if whole else score["se"],
        "verdict": score["verdict"],
        "contrast_verdict": score["contrast_verdict"],
        "resimulated": whole or score["resimulated"],
        "claims": [
            {"mean": float(mean), "low": float(start), "high": float(end)}
            for mean, start, end in zip(found.mean(axis=0), low, high, strict=True)
        ],
    }
