"""A program that adds a folder to a library, and may be killed while it does.

``importer.py LIBRARY FOLDER [die N] [unsafe]``: `die` kills it, as a failing machine
would, after N thousand steps of SQLite; `unsafe` is the planted fault, an import
without transactions.
"""

import contextlib
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

from kapsim.answers.shelf import adding, open_shelf

STEPS = 1_000


@contextlib.contextmanager
def unsafe_writing(connection: sqlite3.Connection) -> Iterator[None]:
    yield


def die_after(connection: sqlite3.Connection, thousands: int) -> None:
    left = [thousands]

    def step() -> int:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    connection.set_progress_handler(step, STEPS)


def main(library: str, folder: str, *options: str) -> None:
    if "unsafe" in options:
        adding.writing = unsafe_writing
    with open_shelf(Path(library)) as shelf:
        if "die" in options:
            thousands = int(options[options.index("die") + 1])
            die_after(shelf._connection, thousands)
        for outcome in shelf.add([Path(folder)]):
            sys.stdout.write(f"{outcome.kind} {Path(outcome.path).name}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
