"""A limit on what the streams of a PDF may expand to."""

import re
import zlib
from collections.abc import Iterator

from kapsim.answers.documents.errors import DocumentError

LARGEST_STREAM = 256_000_000
"""Bytes that a stream of text, fonts or drawing may hold when expanded."""

_MOST_FOLD = 1032
"""By how much deflate can shrink its input at most."""

_STEP = 1 << 20
_STREAM = re.compile(rb"stream\r?\n(?=\x78)")
_IMAGE = b"/Image"


def refuse_bomb(data: bytes) -> None:
    """Raise `DocumentError` if a stream would fill the memory.

    Pictures do not count: they are never expanded.
    """
    for start, end in _streams(data):
        if (end - start) * _MOST_FOLD > LARGEST_STREAM and _expands(data[start:end]):
            raise DocumentError(
                f"it looks like a bomb: a stream of {(end - start) / 1e3:.0f} kB "
                f"expands beyond {LARGEST_STREAM / 1e6:.0f} MB. It was not read."
            )


def _streams(data: bytes) -> Iterator[tuple[int, int]]:
    for found in _STREAM.finditer(data):
        fields = data[max(0, found.start() - 400) : found.start()]
        end = data.find(b"endstream", found.end())
        if end > 0 and _IMAGE not in fields[fields.rfind(b" obj") :]:
            yield found.end(), end


def _expands(packed: bytes) -> bool:
    """Whether a stream goes beyond the limit; a broken one is left to the reader."""
    inflate = zlib.decompressobj()
    size = 0
    try:
        while packed and size <= LARGEST_STREAM:
            size += len(inflate.decompress(packed, _STEP))
            packed = inflate.unconsumed_tail
    except zlib.error:
        return False
    return size > LARGEST_STREAM
