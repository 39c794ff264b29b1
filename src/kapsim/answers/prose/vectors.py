"""Vectors of texts from an embedding model that the reader names."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kapsim.answers.prose.errors import ModelError
from kapsim.answers.prose.model import Model

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_AT_ONCE = 64  # texts in a request


def embed(texts: Sequence[str], model: Model) -> "npt.NDArray[np.float64]":
    """Vectors of texts, a row for each, of length 1.

    Parameters
    ----------
    texts
        Texts, sent to the model in small groups.
    model
        The embedding model that the reader named.

    Raises
    ------
    ModelError
        If the model cannot be reached, or gives other than one vector a text.
    """
    import numpy as np

    groups = [
        texts[first : first + _AT_ONCE] for first in range(0, len(texts), _AT_ONCE)
    ]
    rows = [row for group in groups for row in _embedded(group, model)]
    if not rows:
        return np.empty((0, 0))
    vectors = _array(rows, model)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _embedded(texts: Sequence[str], model: Model) -> list[Any]:
    from kapsim.answers.prose.client import post

    answer = post(model, "embeddings", {"model": model.name, "input": list(texts)})
    try:
        listed = sorted(answer["data"], key=lambda one: one["index"])
        rows = [one["embedding"] for one in listed]
        places = [one["index"] for one in listed]
    except (KeyError, TypeError) as error:
        raise _unusable(model) from error
    if places != list(range(len(texts))):
        raise _unusable(model)
    return rows


def _array(rows: list[Any], model: Model) -> "npt.NDArray[np.float64]":
    import numpy as np

    try:
        vectors = np.array(rows, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise _unusable(model) from error
    usable = (
        vectors.ndim == 2 and np.isfinite(vectors).all() and vectors.any(axis=1).all()
    )
    if not usable:
        raise _unusable(model)
    return vectors


def _unusable(model: Model) -> ModelError:
    return ModelError(
        f"{model.address} did not give one vector for each text. Is {model.name} an "
        "embedding model?"
    )
