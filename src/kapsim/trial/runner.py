"""Running a protocol: chunks of patients, and the directory that a run leaves.

    request.json        everything resolved, the drawn seed included
    visits.parquet      one row per arm, patient, visit and measure
    summary.csv         per arm, visit and measure
    trajectories.parquet  inner signals over time, summarised over patients
    uncertainty.csv     intervals for a new trial: study, parameters and people
    contrasts.csv       differences between arms that are compared
    interaction.csv     whether therapy does more beside the drug, where arms can tell
    burden.csv          per arm: sessions, doses, exposure, side effects
    citations.bib       sources of the parameters used
    provenance.json     software, environment, evidence, resources, result codes

A chunk is named by the hash of what made it, so an interrupted run resumes and an
unchanged arm is not simulated again.
"""

import dataclasses
import json
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

import kapsim
from kapsim.engine import platform
from kapsim.engine.atomic import make_directory, remove_partial, write_bytes
from kapsim.engine.memory import Workload, available, estimate, require
from kapsim.engine.outcome import Outcome
from kapsim.engine.progress import OnProgress, silent
from kapsim.engine.provenance import (
    content_hash,
    fingerprint,
    provenance,
    write_json,
)
from kapsim.engine.sources import sources_digest
from kapsim.engine.tasks import Task, remove_chunks, run_tasks
from kapsim.evidence import bibtex, library, sources_of
from kapsim.trial.arms.given import given
from kapsim.trial.arms.simulation import prepare, ratings
from kapsim.trial.cautions import Caution, ProtocolWarning, cautions
from kapsim.trial.loading import load_protocol
from kapsim.trial.parameters.draws_from import DRAWS, drawn_with
from kapsim.trial.parameters.used import used_records
from kapsim.trial.protocol import Protocol
from kapsim.trial.request import (
    CHUNK,
    RequestError,
    RunRequest,
    check_means,
    per_arm,
    read_request,
    seed_for,
)
from kapsim.trial.results import result_files, write_results
from kapsim.trial.summaries.contrasts import NAME as CONTRASTS
from kapsim.trial.summaries.interaction import NAME as INTERACTION
from kapsim.trial.summaries.new_trial import NAME as UNCERTAINTY
from kapsim.trial.summaries.rows import visit_rows
from kapsim.trial.summaries.summary import read_summary

if TYPE_CHECKING:
    import xarray as xr

_STATE_FLOATS = 400
"""Numbers that the kernel holds for one patient: parameters, state, temporaries."""

_ROW_BYTES = 160

_ROWS_AT_ONCE = 1_000_000


@dataclasses.dataclass(frozen=True)
class Run:
    """A finished run."""

    directory: Path
    request: RunRequest

    def summary(self) -> pd.DataFrame:
        """Summary per arm, visit and measure."""
        return read_summary(self.directory / "summary.csv")

    def uncertainty(self) -> pd.DataFrame | None:
        """Intervals for a new trial; None for a run without draws."""
        path = self.directory / UNCERTAINTY
        return read_summary(path) if path.exists() else None

    def contrasts(self) -> pd.DataFrame | None:
        """Differences between the arms that are compared; None where none are."""
        path = self.directory / CONTRASTS
        return read_summary(path) if path.exists() else None

    def interaction(self) -> pd.DataFrame | None:
        """Drug-times-therapy interaction; None where the arms cannot tell it."""
        path = self.directory / INTERACTION
        return read_summary(path) if path.exists() else None

    def visits(self) -> pd.DataFrame:
        """All ratings; large for many patients."""
        return pd.read_parquet(self.directory / "visits.parquet")

    def warnings(self) -> tuple[Caution, ...]:
        """What must be seen of the protocol; empty if all is as usual."""
        return cautions(self.request.protocol)

    def trajectories(self, arm: str) -> "xr.Dataset":
        """Inner signals of an arm over time, one variable per signal.

        Returns
        -------
        xarray.Dataset
            Dimensions ``time_h`` [h since the first dose] and ``statistic`` (mean and
            quantiles over the first patients); units stand in the names, else [1].

        Raises
        ------
        KeyError
            If the run has no such arm.
        """
        self.request.protocol.arm(arm)
        table = pd.read_parquet(self.directory / "trajectories.parquet")
        own = table[table["arm"] == arm].drop(columns="arm")
        long = own.set_index(["signal", "time_h"]).rename_axis(columns="statistic")
        signals = long.stack().to_xarray()
        return signals.to_dataset(dim="signal")


def simulate_chunk(payload: dict[str, Any]) -> pa.Table:
    """Rows of one chunk of patients; runs in a worker."""
    prepared = prepare(
        payload["protocol"],
        payload["arm"],
        payload["seed"],
        payload["precision"],
        payload["refine"],
    )
    first, count = payload["first"], payload["count"]
    rated = ratings(prepared, first, count)
    arm = prepared.protocol.arm(payload["arm"])
    return visit_rows(prepared.protocol, arm, first, rated)


def tasks_of(request: RunRequest, chunk: int) -> list[Task]:
    """Chunks of a run, arm by arm.

    A chunk's name is the hash of what it depends on: its own arm, the people and the
    visits, the numbers of the evidence library and the version, not the other arms.
    """
    tasks = []
    made_with = fingerprint()
    for arm in request.protocol.arms:
        own = request.protocol.met_by(arm)
        text = json.dumps(own.model_dump(mode="json"), sort_keys=True)
        for first in range(0, request.patients[arm.name], chunk):
            payload = {
                "protocol": text,
                "arm": arm.name,
                "first": first,
                "count": min(chunk, request.patients[arm.name] - first),
                "seed": request.seed,
                "precision": request.precision,
                "refine": request.refine,
            }
            key = content_hash(payload | made_with)
            tasks.append(Task(key, arm.name, payload["count"], payload))
    return tasks


def workload(request: RunRequest, chunk: int) -> Workload:
    """What a run holds in memory at a time."""
    protocol = request.protocol
    cells = sum(len(visit.scales) for visit in protocol.visits)
    return Workload(
        floats_per_patient=_STATE_FLOATS,
        records=len(protocol.visits),
        floats_per_record=len(protocol.measures) + 1,
        bytes_per_float=8 if request.precision == "float64" else 4,
        patients_per_chunk=min(chunk, max(request.patients.values())),
        rows_per_patient=cells,
        bytes_per_row=_ROW_BYTES,
    )


def execute(
    request: RunRequest,
    directory: Path,
    *,
    workers: int = 1,
    chunk: int = CHUNK,
    on_progress: OnProgress = silent,
    on_stage: Callable[[str], None] = lambda stage: None,
) -> Run:
    """Carry out a request and leave its run directory.

    Parameters
    ----------
    request
        What to run.
    directory
        Where the results go; chunks of an earlier, interrupted run are used.
    workers
        Worker processes.
    chunk
        Patients of a chunk; changes nothing in the results.
    on_progress, on_stage
        Told of finished patients, and of what is being done.

    Raises
    ------
    RequestError
        If `workers` or `chunk` is below 1, or the directory holds another run.
    InsufficientMemoryError
        If the run would not fit into memory.
    StoreError
        If the directory cannot be written.
    """
    check_means(workers=workers, chunk=chunk)
    platform.configure()
    platform.check_arithmetic()
    chunks = directory / "chunks"
    if not finished(request, directory):
        began = time.perf_counter()
        require(estimate(workload(request, chunk), workers=workers), available())
        make_directory(directory)
        remove_partial(directory)
        write_json(directory / "request.json", request.as_data())
        on_stage("simulating")
        tasks = tasks_of(request, chunk)
        paths = run_tasks(
            tasks, simulate_chunk, chunks, workers=workers, on_progress=on_progress
        )
        simulated = time.perf_counter() - began
        write_results(request, directory, paths, on_stage)
        _finish(request, directory, simulated, workers)
    remove_chunks(chunks)
    return Run(directory, request)


def _finish(
    request: RunRequest,
    directory: Path,
    wall_s: float,
    workers: int,
) -> None:
    """Citations, and provenance with the warnings and with what was given."""
    known, drug = library(), given(request.protocol)
    used, told = used_records(request.protocol), cautions(request.protocol)
    cited = sources_of(known, used)
    keys = [*request.protocol.sources, *(key for one in told for key in one.sources)]
    keys += drug.sources
    own = [known.source(key) for key in keys]
    everything = {source.key: source for source in (*cited, *own)}
    write_bytes(directory / "citations.bib", bibtex(everything.values()).encode())
    record = provenance(
        request.as_data(),
        record_ids=used,
        outcomes=_outcomes(request.protocol, directory / "visits.parquet"),
        patients=request.total,
        wall_s=wall_s,
        workers=workers,
    )
    record["warnings"] = [caution.as_data() for caution in told]
    record["drug"] = drug.as_data()
    record["draws"] = drawn_with(request.draws, request.draws_from)
    write_json(directory / "provenance.json", record)


def _outcomes(protocol: Protocol, visits: Path) -> dict[str, dict[str, int]]:
    """Patients by result code, for each arm; all patients have as many rows."""
    rows: Counter[tuple[str, int]] = Counter()
    with pq.ParquetFile(visits) as file:
        for batch in file.iter_batches(_ROWS_AT_ONCE, columns=["arm", "result"]):
            table = pa.Table.from_batches([batch])
            for found in (
                table.group_by(["arm", "result"])
                .aggregate([([], "count_all")])
                .to_pylist()
            ):
                rows[found["arm"], found["result"]] += found["count_all"]
    cells = sum(len(visit.scales) for visit in protocol.visits)
    return {
        arm.name: {
            code.name.lower(): rows[arm.name, int(code)] // cells for code in Outcome
        }
        for arm in protocol.arms
    }


def finished(request: RunRequest, directory: Path) -> bool:
    """Whether the directory holds this very run, finished.

    Raises
    ------
    RequestError
        If it holds another one.
    """
    if not (directory / "request.json").exists():
        return False
    if read_request(directory).as_data() != request.as_data():
        raise RequestError(
            f"{directory} holds another run. Choose another directory with -o, or "
            "remove that one."
        )
    if not all((directory / name).exists() for name in result_files(request)):
        return False
    return not made_otherwise(request, directory)


def made_otherwise(request: RunRequest, directory: Path) -> list[str]:
    """What the results in a directory were made with that is different today."""
    drawn = drawn_with(request.draws, request.draws_from)
    try:
        record = json.loads((directory / "provenance.json").read_text("utf-8"))
        pairs = {
            "version of kapsim": (record["software"]["version"], kapsim.__version__),
            "source code": (record["software"].get("sources"), sources_digest()),
            "evidence records": (record["evidence"]["library"], library().digest),
            "draws of parameters": (record["draws"], drawn),
        }
    except (OSError, ValueError, KeyError, TypeError):
        return ["provenance, which cannot be read"]
    return [name for name, (then, now) in pairs.items() if then != now]


def run(
    protocol: str | Path | Protocol,
    *,
    patients: int | None = None,
    seed: int | None = None,
    directory: str | Path | None = None,
    workers: int = 1,
    draws: int = DRAWS,
) -> Run:
    """Simulate a protocol.

    Parameters
    ----------
    protocol
        A protocol, a file, or the name of a bundled one.
    patients
        Virtual patients in each arm; as in the protocol if absent.
    seed
        Seed; if absent, that of the run begun in the directory, or drawn and recorded.
    directory
        Where the results go; ``kapsim-runs/<name>-<seed>`` if absent.
    workers
        Worker processes.
    draws
        Draws of the parameters, for the intervals of a new trial; 0 for none.

    Returns
    -------
    Run
        With the summary, the ratings and the directory.

    Warns
    -----
    ProtocolWarning
        If the protocol breaks a limit of dosing, overrides what no arm reads, compares
        a control with an arm that is none in this order, or has sessions in a group.
    """
    loaded = protocol if isinstance(protocol, Protocol) else load_protocol(protocol)
    place = None if directory is None else Path(directory)
    request = RunRequest(
        protocol=loaded,
        patients=per_arm(loaded, patients),
        seed=seed_for(place) if seed is None else seed,
        draws=draws,
    )
    for caution in cautions(loaded):
        warnings.warn(caution.text, ProtocolWarning, stacklevel=2)
    return execute(request, place or default_directory(request), workers=workers)


def default_directory(request: RunRequest) -> Path:
    """Where a run goes that names no directory."""
    return Path("kapsim-runs") / f"{request.protocol.name}-{request.seed}"
