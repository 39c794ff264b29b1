"""Carrying out virtual trials: worlds, replicates, and the directory they leave.

    request.json       everything resolved
    power.csv          operating characteristics by size, endpoint and comparison
    replicates.csv     one row per world, size, replicate, endpoint and comparison
    arms.csv           one row per size, replicate, arm, visit and scale
    blinding.csv       guesses and indices by visit, arm and who guesses
    adsl.csv, adqs.csv the shown trial in CDISC's style
    flow.json          its CONSORT counts, and their means over trials
    trial.json         all that the report shows
    citations.bib, provenance.json

Worlds and blocks of replicates are named by the hash of what made them: an interrupted
command resumes.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

import kapsim
from kapsim.engine import platform
from kapsim.engine.atomic import make_directory, remove_partial, write_bytes
from kapsim.engine.progress import OnProgress, silent
from kapsim.engine.provenance import content_hash, provenance, write_json
from kapsim.engine.store import read_table
from kapsim.engine.tasks import Task, Work, remove_chunks, run_tasks
from kapsim.evidence import bibtex, library, sources_of
from kapsim.trial.cautions import cautions
from kapsim.trial.conduct.usual import RECORDS
from kapsim.trial.parameters.used import used_records
from kapsim.trial.power.operating import operating
from kapsim.trial.power.questions import check, references
from kapsim.trial.power.replicates import BLOCK, arm_block, blind_block, effect_block
from kapsim.trial.power.request import TrialRequest
from kapsim.trial.power.shown import Tables, shown, some_trials, write_shown
from kapsim.trial.power.truth import truths
from kapsim.trial.power.verdicts import with_verdicts
from kapsim.trial.power.worlds import (
    DRUG,
    FELT_ONLY,
    NO_DRUG,
    World,
    read_cohort,
    simulate,
    worlds,
)
from kapsim.trial.request import RequestError, check_means


def execute(
    request: TrialRequest,
    directory: Path,
    *,
    workers: int = 1,
    on_progress: OnProgress = silent,
    on_stage: Callable[[str], None] = lambda stage: None,
) -> dict[str, Any]:
    """Carry out virtual trials and leave their directory.

    Parameters
    ----------
    request
        What to do.
    directory
        Where the results go; parts of an interrupted command are used.
    workers
        Worker processes.
    on_progress, on_stage
        Told of finished trials, and of what is being done.

    Returns
    -------
    dict
        What trial.json holds.

    Raises
    ------
    RequestError
        If nothing can be compared, `workers` is below 1, or the directory holds another
        request.
    StoreError
        If the directory cannot be written.
    TaskError
        If a block fails; finished ones are kept.
    """
    check(request.protocol)
    check_means(workers=workers, chunk=BLOCK)
    _check_directory(request, directory)
    platform.configure()
    platform.check_arithmetic()
    began, parts = time.perf_counter(), directory / "chunks"
    make_directory(directory)
    remove_partial(directory)
    write_json(directory / "request.json", request.as_data())
    made = worlds(request, parts)
    simulate(request, made, lambda name: on_stage(f"simulating: {name}"))
    on_stage("running trials")
    found = _replicates(request, made, parts, workers, on_progress)
    on_stage("summarising")
    data = _write(request, directory, made, found)
    _finish(request, directory, time.perf_counter() - began, workers)
    for world in made:
        world.path.unlink(missing_ok=True)
    remove_chunks(parts)
    return data


def _check_directory(request: TrialRequest, directory: Path) -> None:
    """Refuse a directory that holds another request."""
    path = directory / "request.json"
    if not path.exists():
        return
    try:
        other = json.loads(path.read_text(encoding="utf-8")) != request.as_data()
    except (OSError, ValueError):
        other = True
    if other:
        raise RequestError(
            f"{directory} holds another request. Choose another directory with -o, or "
            "remove that one."
        )


# -- replicates ------------------------------------------------------------------------


def _replicates(
    request: TrialRequest,
    made: list[World],
    parts: Path,
    workers: int,
    on_progress: OnProgress,
) -> Tables:
    """All rows of all replicates."""

    def done(tasks: list[Task], work: Work) -> pd.DataFrame:
        paths = run_tasks(tasks, work, parts, workers=workers, on_progress=on_progress)
        rows = [read_table(path).to_pandas() for path in paths]
        return pd.concat(rows, ignore_index=True)

    main = [world for world in made if world.name == DRUG]
    effects = done(list(_tasks(request, made, "effects")), effect_block)
    return Tables(
        effects=effects,
        arms=done(list(_tasks(request, main, "arms")), arm_block),
        blinds=done(list(_tasks(request, main, "blinds")), blind_block),
    )


def _tasks(request: TrialRequest, made: list[World], what: str) -> Iterator[Task]:
    """Blocks of replicates, size by size and world by world."""
    for size in range(len(request.sizes)):
        for world, control in _kinds(request, made, what):
            of_world = request.of_world(world.name)
            for first in range(0, of_world, BLOCK):
                block = world.first + first, min(BLOCK, of_world - first)
                yield _task(request, world, control, size, block, what)


def _kinds(
    request: TrialRequest, made: list[World], what: str
) -> Iterator[tuple[World, str]]:
    """Worlds, and for effects the one with the drug once more for every control."""
    for world in made:
        yield world, ""
        if world.name == DRUG and what == "effects":
            yield from ((world, control) for control in references(request.protocol))


def _task(
    request: TrialRequest,
    world: World,
    control: str,
    size: int,
    block: tuple[int, int],
    what: str,
) -> Task:
    protocol = request.protocol.model_dump(mode="json")
    payload = {
        "what": what,
        "protocol_json": json.dumps(protocol, sort_keys=True),
        "cohort": str(world.path),
        "world": NO_DRUG if control else world.name,
        "spreads": world.spreads,
        "control": control,
        "size": size,
        "patients": request.sizes[size],
        "first": block[0],
        "count": block[1],
        "seed": request.seed,
    }
    made_by = {**payload, "cohort": world.path.name, "kapsim": kapsim.__version__}
    return Task(content_hash(made_by), payload["world"], block[1], payload)


# -- files -----------------------------------------------------------------------------


def _write(
    request: TrialRequest, directory: Path, made: list[World], found: Tables
) -> dict[str, Any]:
    """Tables and trial.json."""
    protocol = request.protocol
    of = {world.name: world for world in made}
    held, felt = (read_cohort(of[name].path, protocol) for name in (DRUG, FELT_ONLY))
    final = with_verdicts(found.effects[found.effects["look"] == 0], protocol)
    true = truths(held, felt, protocol)
    power = operating(final, true, found.blinds)
    power.insert(0, "per_arm", [_per_arm(request, size) for size in power["size"]])
    totals = [sum(request.sizes[size].values()) for size in power["size"]]
    power.insert(1, "n_total", totals)
    for name, table in (
        ("power.csv", power.drop(columns="size")),
        ("replicates.csv", _by_size(request, final)),
        ("arms.csv", _by_size(request, found.arms)),
    ):
        text = table.to_csv(index=False, float_format="%.8g", lineterminator="\n")
        write_bytes(directory / name, text.encode())
    interim = found.effects[found.effects["look"] > 0]
    rows = pd.concat([final, interim], ignore_index=True)
    trials = some_trials(request, held)
    data = shown(request, held, trials, found._replace(effects=rows), power, true)
    write_shown(protocol, directory, held, trials, data)
    return data


def _by_size(request: TrialRequest, table: pd.DataFrame) -> pd.DataFrame:
    """A table with patients per arm in the place of the number of the size."""
    sizes = [_per_arm(request, size) for size in table["size"]]
    own = table.drop(columns="size")
    own.insert(0, "per_arm", sizes)
    return own


def _per_arm(request: TrialRequest, size: int) -> int:
    """Patients of an arm of ratio 1, or the least of an arm as planned."""
    return request.per_arm[size] if request.per_arm else min(request.sizes[0].values())


def _finish(
    request: TrialRequest, directory: Path, wall_s: float, workers: int
) -> None:
    """Citations and provenance."""
    known = library()
    used = sorted({*used_records(request.protocol), *RECORDS})
    own = [known.source(key) for key in request.protocol.sources]
    everything = {one.key: one for one in (*sources_of(known, used), *own)}
    write_bytes(directory / "citations.bib", bibtex(everything.values()).encode())
    record = provenance(
        request.as_data(),
        record_ids=used,
        outcomes={},
        patients=request.cohort * len(request.protocol.arms),
        wall_s=wall_s,
        workers=workers,
    )
    record["warnings"] = [one.as_data() for one in cautions(request.protocol)]
    write_json(directory / "provenance.json", record)
