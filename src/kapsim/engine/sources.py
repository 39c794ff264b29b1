"""Digest of kapsim's own code and data: what a result depends on beside its request."""

import functools
import hashlib
import importlib.resources
from collections.abc import Iterator
from importlib.resources.abc import Traversable

_NOT_COMPUTED = ("/answers", "/cli", "/report", "/lab/durations.yaml")
"""Folders and files that no number comes from."""


@functools.cache
def sources_digest() -> str:
    """SHA-256 of the code and the data that a number can come from."""
    found = hashlib.sha256()
    for path, file in _sources(importlib.resources.files("kapsim"), ""):
        found.update(path.encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()


def _sources(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        inside = f"{path}/{entry.name}"
        if inside in _NOT_COMPUTED:
            continue
        if entry.is_dir():
            yield from _sources(entry, inside)
        elif entry.name.endswith((".py", ".yaml")):
            yield inside, entry
