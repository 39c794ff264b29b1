"""The result files of a run directory: which ones there are, and writing them."""

from collections.abc import Callable
from pathlib import Path

from kapsim.engine.atomic import write_bytes
from kapsim.engine.store import assemble, write_table
from kapsim.trial.arms.burden import burden
from kapsim.trial.arms.factorial import shows_interaction
from kapsim.trial.request import RunRequest
from kapsim.trial.summaries.contrasts import NAME as CONTRASTS, contrasts, pairs
from kapsim.trial.summaries.drawn_scores import drawn_scores
from kapsim.trial.summaries.interaction import NAME as INTERACTION, Interaction
from kapsim.trial.summaries.new_trial import NAME as UNCERTAINTY, NewTrial
from kapsim.trial.summaries.rows import dictionaries
from kapsim.trial.summaries.summary import summarise
from kapsim.trial.summaries.trajectories import trajectories

_RESULTS = (
    "visits.parquet",
    "summary.csv",
    "trajectories.parquet",
    "burden.csv",
    "citations.bib",
)


def result_files(request: RunRequest) -> tuple[str, ...]:
    """Names of what a finished run holds, beside its provenance."""
    compared = (CONTRASTS,) if pairs(request.protocol) else ()
    if not request.draws:
        return (*_RESULTS, *compared)
    told = (INTERACTION,) if shows_interaction(request.protocol) else ()
    return (*_RESULTS, UNCERTAINTY, *compared, *told)


def write_results(
    request: RunRequest,
    directory: Path,
    chunks: list[Path],
    on_stage: Callable[[str], None],
) -> None:
    """Ratings, summary, inner signals, burden, what draws tell, and contrasts."""
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
    new = _write_drawn(request, directory, on_stage) if request.draws else None
    if pairs(request.protocol):
        on_stage("comparing arms")
        apart = contrasts(visits, request, new).to_csv(index=False, float_format="%.8g")
        write_bytes(directory / CONTRASTS, apart.encode())


def _write_drawn(
    request: RunRequest, directory: Path, on_stage: Callable[[str], None]
) -> NewTrial:
    """Intervals for a new trial, and the interaction if the arms tell it.

    Both come from the same simulated draws, which contrasts need too.
    """
    new = NewTrial(request)
    told = shows_interaction(request.protocol)
    together = Interaction(request.protocol) if told else None
    stage = lambda draw: on_stage(f"draw {draw} of {request.draws}")
    for k, drawn in enumerate(drawn_scores(request, on_draw=stage)):
        if together is not None:
            together.add(drawn.scores)
        if k > 0:  # the first has the recorded parameters
            new.add(drawn)
    text = new.table().to_csv(index=False, float_format="%.8g")
    write_bytes(directory / UNCERTAINTY, text.encode())
    if together is not None:
        table = together.table()
        write_bytes(directory / INTERACTION, table.to_csv(index=False).encode())
    return new
