"""Results that ship with kapsim as data, one file for each protocol they are of."""

import json
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from kapsim.evidence.errors import EvidenceError

M = TypeVar("M", bound=BaseModel)

FALLBACK = "kap-2x2"
"""Protocol whose results stand in where there are none of the protocol's own."""


def load_result(model: type[M], folder: Traversable, protocol: str) -> M | None:
    """The result of a protocol in a folder; None if there is none.

    Raises
    ------
    EvidenceError
        If its file is malformed.
    """
    file = folder / f"{protocol}.json"
    if not file.is_file():
        return None
    content = json.loads(file.read_text("utf-8"))
    return read_result(model, content, f"{folder.name}/{file.name}")


def read_result(model: type[M], content: dict[str, Any], name: str) -> M:
    """A result from the content of a file; `name` is told in an error."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, problem["loc"]))
        raise EvidenceError(f"{name}, {where}: {problem['msg']}") from error
