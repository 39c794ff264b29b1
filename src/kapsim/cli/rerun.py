"""The verb `rerun`: repeat a run from its directory, and compare to the bit."""

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from kapsim.cli.console import tell

_FAILED = 1


def command(
    directory: Annotated[Path, typer.Argument(help="Directory of an earlier run.")],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Directory for the repetition."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", help="Worker processes.")
    ] = None,
) -> None:
    """Repeat a run and say whether its visits.parquet is the same to the bit."""
    from kapsim.cli.console import Format
    from kapsim.cli.run import carry_out, report
    from kapsim.trial.request import RequestError, read_request
    from kapsim.trial.runner import finished, made_otherwise

    request = read_request(directory)
    here = directory.resolve()
    place = output or here.with_name(here.name + "-rerun")
    if finished(request, place):
        raise RequestError(
            f"{place} holds this run already, finished: nothing would be repeated. "
            "Choose another directory with -o, or remove that one."
        )
    if other := made_otherwise(request, directory):
        tell(f"Made with other {', '.join(other)} than there are today.")
    before = _digest(directory / "visits.parquet")
    report(carry_out(request, place, workers=workers), Format.TABLE)
    after = _digest(place / "visits.parquet")
    if before != after:
        tell(
            f"visits.parquet differs: {before[:12]} before, {after[:12]} now. Another "
            "version, platform or evidence library gives other bits."
        )
        raise typer.Exit(_FAILED)
    tell(f"visits.parquet is the same to the bit ({after[:12]}).")


def _digest(path: Path) -> str:
    """SHA-256 of a file.

    Raises
    ------
    StoreError
        If it cannot be read.
    """
    from kapsim.engine.atomic import StoreError

    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise StoreError(f"cannot read {path}: {error.strerror or error}.") from error
