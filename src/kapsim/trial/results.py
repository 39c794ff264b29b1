"""The result files of a run directory: which ones there are, and writing them."""

from collections.abc import Callable
from pathlib import Path

from kapsim.engine.atomic import write_bytes
from kapsim.engine.store import assemble, write_table
from kapsim.trial.burden import burden
from kapsim.trial.interaction import (
    DRAWS,
    NAME as INTERACTION,
    interaction,
    shows_interaction,
)
from kapsim.trial.protocol import Protocol
from kapsim.trial.request import RunRequest
from kapsim.trial.rows import dictionaries
from kapsim.trial.summary import summarise
from kapsim.trial.trajectories import trajectories

_RESULTS = (
    "visits.parquet",
    "summary.csv",
    "trajectories.parquet",
    "burden.csv",
    "citations.bib",
)


def result_files(protocol: Protocol) -> tuple[str, ...]:
    """Names of what a finished run of a protocol holds, beside its provenance."""
    return (*_RESULTS, INTERACTION) if shows_interaction(protocol) else _RESULTS


def write_results(
    request: RunRequest,
    directory: Path,
    chunks: list[Path],
    on_stage: Callable[[str], None],
) -> None:
    """Ratings, summary, inner signals, burden, and the interaction if arms tell it."""
    on_stage("writing visits.parquet")
    visits = directory / "visits.parquet"
    assemble(chunks, visits, dictionaries=dictionaries(request.protocol))
    on_stage("summarising")
    summary = summarise(visits, request.protocol)
    write_bytes(directory / "summary.csv", summary.to_csv(index=False).encode())
    on_stage("following inner signals")
    followed = trajectories(request)
    write_table(followed, directory / "trajectories.parquet")
    beside = burden(request.protocol, followed.to_pandas())
    write_bytes(directory / "burden.csv", beside.to_csv(index=False).encode())
    if shows_interaction(request.protocol):
        stage = lambda draw: on_stage(f"interaction, draw {draw} of {DRAWS}")
        table = interaction(request, on_draw=stage)
        write_bytes(directory / INTERACTION, table.to_csv(index=False).encode())
