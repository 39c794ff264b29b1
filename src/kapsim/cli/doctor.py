"""The verb `doctor`: is everything in place? Made to be pasted into a report."""

import dataclasses
import os
import sys
import tempfile
from collections.abc import Callable
from typing import Annotated, Any

import typer

from kapsim import __version__
from kapsim.cli.console import Format, show_rows

_PACKAGES = (
    "jax",
    "jaxlib",
    "equinox",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "typer",
)
_OLDEST_PYTHON = (3, 11)
_SPARE_MEMORY_MB = 500


@dataclasses.dataclass(frozen=True)
class Check:
    """One thing that was looked at, and whether it is as it must be."""

    name: str
    ok: bool
    found: str


def command(
    form: Annotated[
        Format, typer.Option("--format", help="Print a table or JSON.")
    ] = Format.TABLE,
) -> None:
    """Check this installation. Nothing about you or your machine's name is shown."""
    checks = [_checked(name, look) for name, look in _LOOKS.items()]
    rows: list[dict[str, Any]] = [
        {"check": check.name, "result": "ok" if check.ok else "FAILED"}
        | {"found": check.found}
        for check in checks
    ]
    show_rows(rows, title="kapsim doctor", form=form)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _checked(name: str, look: Callable[[], tuple[bool, str]]) -> Check:
    """The check carried out; an exception is a finding, not an end."""
    try:
        return Check(name, *look())
    except Exception as error:
        return Check(name, False, f"{type(error).__name__}: {error}")


def _python() -> tuple[bool, str]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return sys.version_info[:2] >= _OLDEST_PYTHON, f"{version}, needs 3.11 or newer"


def _packages() -> tuple[bool, str]:
    from importlib import metadata

    found = [f"{name} {metadata.version(name)}" for name in _PACKAGES]
    return True, ", ".join(found)


def _backend() -> tuple[bool, str]:
    from kapsim.engine.platform import configure, describe

    configure()
    found = describe()
    flags = os.environ.get("XLA_FLAGS", "none")
    return bool(found["x64"]), (
        f"{found['backend']} on {found['os']}, {found['cores']} core(s), double "
        f"precision {'on' if found['x64'] else 'off'}, flags {flags}"
    )


def _memory() -> tuple[bool, str]:
    import psutil

    memory = psutil.virtual_memory()
    free, total = memory.available // 2**20, memory.total // 2**20
    return free >= _SPARE_MEMORY_MB, f"{free} of {total} MB free"


def _output() -> tuple[bool, str]:
    with tempfile.TemporaryFile(dir="."):
        return True, "this directory can be written to"


def _evidence() -> tuple[bool, str]:
    from kapsim.evidence import library

    shelf = library()
    return bool(shelf.parameters), (
        f"{len(shelf.parameters)} numbers, {len(shelf.sources)} sources, "
        f"{len(shelf.discrepancies)} discrepancies, digest {shelf.digest[:12]}"
    )


_LOOKS: dict[str, Callable[[], tuple[bool, str]]] = {
    "kapsim": lambda: (True, __version__),
    "python": _python,
    "packages": _packages,
    "backend": _backend,
    "memory": _memory,
    "output": _output,
    "evidence": _evidence,
}
