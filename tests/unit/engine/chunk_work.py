"""Work functions that worker processes can import."""

import os
import time
from pathlib import Path
from typing import Any

import pyarrow as pa


def squares(payload: dict[str, Any]) -> pa.Table:
    numbers = list(range(payload["first"], payload["first"] + payload["count"]))
    return pa.table({"n": numbers, "square": [n * n for n in numbers]})


def sometimes_fails(payload: dict[str, Any]) -> pa.Table:
    if payload["first"] == payload["fails_at"]:
        raise FloatingPointError("planted")
    return squares(payload)


def dies(payload: dict[str, Any]) -> pa.Table:
    os._exit(9)


def where_it_ran(payload: dict[str, Any]) -> pa.Table:
    import jax

    time.sleep(payload["seconds"])  # long enough for the other worker to take its share
    return pa.table(
        {
            "pid": [os.getpid()],
            "core": [",".join(map(str, sorted(os.sched_getaffinity(0))))],
            "x64": [bool(jax.config.read("jax_enable_x64"))],
            "threads": [os.environ.get("NPROC")],
        }
    )


def notes_its_pid_and_sleeps(payload: dict[str, Any]) -> pa.Table:
    if payload["first"] > 0:
        (Path(payload["directory"]) / f"{os.getpid()}.pid").touch()
        time.sleep(600)
    return squares(payload)
