"""One command, timed, with the greatest memory of all its processes together."""

import dataclasses
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence

import psutil

_EVERY_S = 0.05


@dataclasses.dataclass(frozen=True)
class Cost:
    """Time [s] and peak memory [MiB] of a command with its children."""

    seconds: float
    peak_mib: float


def resident(process: psutil.Process) -> float:
    """Memory of a process and its children, pages they share counted once [MiB]."""
    total = 0
    for part in [process, *process.children(recursive=True)]:
        try:
            info = part.memory_full_info()
            total += getattr(info, "pss", info.rss)
        except psutil.Error:  # it has just ended
            continue
    return total / 2**20


def cost(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Cost of running `command`; ends the program if it fails.

    Python keeps what it compiled, as it does for users, even where it is told not to.
    """
    environment = dict(os.environ if environment is None else environment)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    start, peak = time.perf_counter(), 0.0
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=said, env=environment
        ) as child,
    ):
        process = psutil.Process(child.pid)
        while child.poll() is None:
            try:
                peak = max(peak, resident(process))
            except psutil.NoSuchProcess:
                break
            time.sleep(_EVERY_S)
        if child.wait():
            said.seek(0)
            raise SystemExit(f"{' '.join(command)} failed:\n{said.read()[-2000:]}")
    return Cost(time.perf_counter() - start, peak)
