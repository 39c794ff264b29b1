"""YAML parsed once: what a text holds is kept as JSON, which reads thirty times faster.

Each kept file begins with a seal, the hash of the text and of what was parsed from it;
where text, parser or kept file have changed, the text is parsed again. Without a place
to write it is parsed each time.
"""

import contextlib
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import yaml

from kapsim.cache import cache_directory

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parsed(name: str, text: str) -> Any:
    """What a YAML text holds.

    Parameters
    ----------
    name
        Of the document, under which it is kept.
    text
        Of the document.

    Raises
    ------
    yaml.YAMLError
        If it is not readable.
    """
    path = cache_directory("records") / f"{name.replace('/', '-')}.json"
    with contextlib.suppress(OSError, UnicodeDecodeError):
        seal, _, body = path.read_text(encoding="utf-8").partition("\n")
        if seal == _seal(text, body):
            return json.loads(body)
    content = yaml.load(text, Loader=_LOADER)
    with contextlib.suppress(TypeError):  # dates, which JSON does not know
        body = json.dumps(content)
        if json.loads(body) == content:
            _keep(path, f"{_seal(text, body)}\n{body}")
    return content


def _seal(text: str, body: str) -> str:
    sealed = "\0".join((yaml.__version__, text, body))
    return hashlib.sha256(sealed.encode()).hexdigest()


def _keep(path: Path, text: str) -> None:
    """Write at once or not at all: others may read meanwhile."""
    partial = path.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
