"""What is sent to a language model, and what comes back."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from kapsim.answers.prose.errors import ModelError
from kapsim.answers.prose.model import Model

_LARGEST = 32 * 1024 * 1024  # bytes of an answer
_EXCERPT = 200  # characters of an error's text


def post(model: Model, path: str, request: Mapping[str, Any]) -> Any:
    """What the server answers, as plain data.

    Raises
    ------
    ModelError
        If it cannot be reached in time, refuses, sends the request elsewhere, or does
        not answer with JSON.
    """
    address = f"{model.address.rstrip('/')}/{path}"
    headers = {"Content-Type": "application/json"}
    if model.key:
        headers["Authorization"] = f"Bearer {model.key}"
    asked = urllib.request.Request(
        address, json.dumps(request).encode(), headers, method="POST"
    )
    try:
        with _OPENER.open(asked, timeout=model.timeout_s) as answer:
            content = answer.read(_LARGEST + 1)
    except urllib.error.HTTPError as error:
        with error:
            told = error.read(_EXCERPT).decode("utf-8", "replace")
        raise ModelError(
            f"{address} answered {error.code} {error.reason}: {told} Check the "
            "address, the name of the model and its key."
        ) from error
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{address} cannot be reached ({error}). Start the server, or leave the "
            "language model out."
        ) from error
    return _data(content, address)


def _data(content: bytes, address: str) -> Any:
    if len(content) > _LARGEST:
        raise ModelError(f"{address} answered with more than {_LARGEST} bytes.")
    try:
        return json.loads(content)
    except ValueError as error:
        raise ModelError(
            f"{address} did not answer with JSON. Is it the address of an "
            "OpenAI-compatible server?"
        ) from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: the question and the key go to one address only."""

    def redirect_request(self, *arguments: Any, **named: Any) -> None:
        """Refuse: the redirection is then an error of the server's."""


_OPENER = urllib.request.build_opener(_NoRedirect)
