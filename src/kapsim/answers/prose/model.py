"""A language model behind an address that the reader names; nothing is asked unasked.

Any server that speaks the OpenAI API will do: one on the same machine keeps the
question and the answer there.
"""

import dataclasses
import os
import urllib.parse

from kapsim.answers.prose.errors import ModelError

ADDRESS, NAME, KEY = "KAPSIM_MODEL_ADDRESS", "KAPSIM_MODEL", "KAPSIM_MODEL_KEY"
"""Environment variables that name the model."""
_TIMEOUT_S = 120.0


@dataclasses.dataclass(frozen=True)
class Model:
    """A language model.

    Attributes
    ----------
    address
        Beginning of its addresses, such as ``http://localhost:11434/v1``.
    name
        Name by which the server knows it.
    key
        Key sent with each request; none if empty. It is never shown.
    timeout_s
        Longest wait for the server.
    """

    address: str
    name: str
    key: str = dataclasses.field(default="", repr=False)
    timeout_s: float = _TIMEOUT_S

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ModelError(
                f"{self.address!r} is no address of a language model. Give one such as "
                "http://localhost:11434/v1."
            )
        if not self.name:
            raise ModelError(
                f"no model is named for {self.address}. Set {NAME}, or name it."
            )


def named_model(address: str | None = None, name: str | None = None) -> Model | None:
    """The model that is named here or else in the environment; None if none is.

    Parameters
    ----------
    address
        Its address; KAPSIM_MODEL_ADDRESS if None.
    name
        Its name; KAPSIM_MODEL if None. The key is always KAPSIM_MODEL_KEY.

    Raises
    ------
    ModelError
        If only one of the two is given, or the address is none.
    """
    address = address or os.environ.get(ADDRESS, "")
    name = name or os.environ.get(NAME, "")
    if not address and not name:
        return None
    if not address:
        raise ModelError(
            f"the model {name!r} has no address. Set {ADDRESS}, such as "
            "http://localhost:11434/v1."
        )
    return Model(address, name, os.environ.get(KEY, ""))
