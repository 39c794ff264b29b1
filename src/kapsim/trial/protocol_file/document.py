"""Text of a protocol file: read with limits, never trusted."""

import codecs
from pathlib import Path

from kapsim.trial.protocol_file.problems import Problem, ProtocolError

MAX_BYTES = 2_000_000
_CONTROL = frozenset(range(32)) - {9, 10, 13}


def read_document(path: Path) -> str:
    """Text of a file.

    Raises
    ------
    ProtocolError
        If it cannot be read, is larger than 2 MB, is empty, or is not UTF-8 text.
    """
    name = str(path)
    data = _read_bytes(path)
    if len(data) > MAX_BYTES:
        raise _refused(
            name,
            f"the file is larger than {MAX_BYTES // 1_000_000} MB",
            "a protocol, which is some hundred lines of YAML",
            "Check that this is the file you meant.",
        )
    data = data.removeprefix(codecs.BOM_UTF8)
    position = next((i for i, byte in enumerate(data) if byte in _CONTROL), None)
    if position is not None:
        raise _refused(
            name,
            f"the file is not text (byte {data[position]:#04x} at position {position})",
            "a YAML file in UTF-8",
            "Check that this is the file you meant.",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        given = f"byte {data[error.start]:#04x} is not UTF-8"
        do = "Save the file with the encoding UTF-8."
        problem = Problem("", given, "text in UTF-8", do, line)
        raise ProtocolError(name, (problem,)) from error
    if not text.strip():
        do = "Write a protocol; `kapsim protocols` lists bundled ones to start from."
        raise _refused(name, "the file is empty", "a protocol in YAML", do)
    return text


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        given = (error.strerror or type(error).__name__).lower()
        do = "Check the path and that you may read it."
        raise _refused(str(path), given, "a readable file", do) from error


def _refused(name: str, given: str, allowed: str, do: str) -> ProtocolError:
    return ProtocolError(name, (Problem("", given, allowed, do),))
