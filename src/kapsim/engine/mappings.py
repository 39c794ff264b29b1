"""Compiled programs that a process holds: Linux lets it map only so many pieces.

Every program that JAX compiles is mapped in three pieces or more, and a process that
maps more than the system allows (65,530, unless set otherwise) is ended by the
compiler. Long work over many studies asks here between two of them.

What keeps an object that has run compiled once, as a sampler does, says so with
`holds_programs`: such an object may not run again when its programs are gone.
"""

import gc
from collections.abc import Callable
from pathlib import Path

import jax

_MAPPED = Path("/proc/self/maps")
_ALLOWED = Path("/proc/sys/vm/max_map_count")
_SHARE = 0.85  # of the pieces allowed, from which on programs are forgotten


_HOLDERS: list[Callable[[], None]] = []


def holds_programs(forget: Callable[[], None]) -> None:
    """Have this called whenever compiled programs are forgotten."""
    _HOLDERS.append(forget)


def forget_programs() -> None:
    """Forget all compiled programs, and what cannot do without them."""
    for forget in _HOLDERS:
        forget()
    jax.clear_caches()
    gc.collect()


def mapped() -> tuple[int, int] | None:
    """Pieces that this process has mapped, and how many it may; None if not Linux."""
    try:
        with _MAPPED.open("rb") as pieces:
            return sum(1 for _ in pieces), int(_ALLOWED.read_text())
    except OSError:
        return None


def spare_mappings(share: float = _SHARE) -> bool:
    """Forget all compiled programs if the process has mapped nearly all it may.

    They are loaded from disk again where they are needed, so no result changes.

    Returns
    -------
    bool
        Whether they were forgotten.
    """
    held = mapped()
    if held is None or held[0] < share * held[1]:
        return False
    forget_programs()
    return True
