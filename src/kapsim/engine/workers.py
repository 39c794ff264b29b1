"""Worker processes: single-threaded, each on a core of its own, gone with their parent.

They are started afresh (spawned), set JAX up as this process does, and leave Ctrl-C to
it.
"""

import concurrent.futures as futures
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from typing import Any

from kapsim.engine import platform


@contextlib.contextmanager
def worker_pool(workers: int) -> Iterator[futures.ProcessPoolExecutor]:
    """A pool of that many processes; what waits is dropped when the block ends.

    An exception in the block lets them finish what they have begun. An interruption
    (Ctrl-C) ends them at once.
    """
    context = multiprocessing.get_context("spawn")
    lifeline, hold = context.Pipe(duplex=False)
    pool = futures.ProcessPoolExecutor(
        workers,
        mp_context=context,
        initializer=_start_worker,
        initargs=(lifeline, context.Value("i", 0), platform.free_cores()),
    )
    try:
        yield pool
    except BaseException as error:
        if not isinstance(error, Exception):
            hold.close()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        hold.close()
        lifeline.close()


def _start_worker(lifeline: Connection, started: Any, cores: list[int]) -> None:
    """Set a worker up: same JAX, own core, deaf to Ctrl-C, and gone with its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(lifeline,), daemon=True).start()
    platform.configure()
    with started.get_lock():
        index = started.value
        started.value += 1
    platform.pin_to_core(index, cores)


def _leave_with(lifeline: Connection) -> None:
    """End this process when the other end of the pipe closes, however that came."""
    lifeline.poll(None)
    os._exit(1)
