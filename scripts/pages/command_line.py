"""The command line reference, from the program itself."""

import pathlib
from collections.abc import Iterator
from typing import Any

import typer.main

from kapsim.cli.main import app
from kapsim.report.credibility.markdown import cell, page, table

INTRODUCTION = """\
Results go to standard output and everything else (progress, remarks, errors) to
standard error, so that output can be piped.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | ran, but a check failed, or a fault of kapsim itself |
| 2 | bad request: one message says what to correct |
| 3 | interrupted; the same command resumes |
"""


def row(parameter: Any) -> list[str]:
    """Line of one argument or option."""
    flag = parameter.param_type_name == "option"
    names = ", ".join(f"`{name}`" for name in parameter.opts)
    if not flag:
        names = f"`{(parameter.metavar or parameter.name).upper().strip('[]')}`"
    empty = parameter.default in (None, False, ()) or callable(parameter.default)
    return [
        names,
        cell(getattr(parameter, "help", "") or ""),
        "" if empty else f"`{parameter.default}`",
    ]


def sections(name: str, command: Any) -> Iterator[str]:
    """One verb with what it takes, or each verb of a group."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield section(name, command)
        return
    for verb, one in inner.items():
        yield from sections(f"{name} {verb}", one)


def section(name: str, command: Any) -> str:
    """One verb with what it takes."""
    rows = [row(part) for part in command.params if part.name != "help"]
    text = f"## kapsim {name}\n\n{(command.help or '').strip()}\n\n"
    return text + (table(["takes", "meaning", "if absent"], rows) if rows else "")


def pages(root: pathlib.Path) -> dict[str, str]:
    """All verbs, in the order of `kapsim --help`."""
    del root
    verbs: dict[str, Any] = typer.main.get_command(app).commands  # pyright: ignore[reportAttributeAccessIssue]
    parts = [part for name, verb in verbs.items() for part in sections(name, verb)]
    return {"reference/cli.md": page("Command line", INTRODUCTION, *parts)}
