"""When a calibration may go on in a directory: asked the same, made with the same.

The simulated points of a calibration are of one model, fitted to one set of endpoints.
Points of two models in one emulator would be of neither, so request.json says what the
first of them were made with, under ``made_with``, and others are not added to them.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kapsim.engine import platform
from kapsim.engine.provenance import content_hash, fingerprint, write_json
from kapsim.evidence.posterior import posterior
from kapsim.inference.request import CalibrationRequest
from kapsim.trial.external.studies import may_be_learnt_from
from kapsim.trial.request import RequestError

MADE_WITH = "made_with"
"""Key in request.json of what a calibration was begun with."""

_REQUEST = "request.json"
_POINTS = ("problem.npz", "ensemble.npz")
_FINISHED = ("provenance.json", "calibration.json", "problem.npz", "emulator.npz")
_REMEDY = "Name another directory with -o, or delete this one to begin anew."
_UNKNOWN = "it does not say what it was made with"
_WORDS = {
    "kapsim": "version of kapsim",
    "evidence": "evidence records",
    "sources": "source code of kapsim",
    "protocols": "protocols that are fitted to",
    "posterior": "shipped posterior",
}


def made_with(request: CalibrationRequest) -> dict[str, str]:
    """What a calibration depends on beside its request: versions and digests.

    The shipped posterior counts for a quick one only, which begins at it.
    """
    platform.configure()  # before the backend is asked for its name
    protocols = [one.model_dump(mode="json") for one in may_be_learnt_from()]
    found = {
        **fingerprint(),
        "protocols": content_hash(protocols),
    }
    begins_at = posterior() if request.quick else None
    return found if begins_at is None else found | {"posterior": begins_at.digest}


def claim(request: CalibrationRequest, directory: Path) -> dict[str, str]:
    """Take a directory for a calibration, or go on with the one that it holds.

    Returns
    -------
    dict
        What it is made with.

    Raises
    ------
    RequestError
        If the directory holds another calibration, or points that were made with
        something else or nobody says with what.
    StoreError
        If the directory cannot be written.
    """
    own, path = made_with(request), directory / _REQUEST
    if path.exists():
        held = _held(path)
        _refuse_other(request, directory, held)
        _refuse_stale(directory, held.get(MADE_WITH), own)
    elif left := [name for name in _POINTS if (directory / name).exists()]:
        raise RequestError(
            f"{directory} has {' and '.join(left)}, but no {_REQUEST} that says what "
            f"was asked for. {_REMEDY}"
        )
    write_json(path, {**request.as_data(), MADE_WITH: own})
    return own


def finished(request: CalibrationRequest, directory: Path) -> bool:
    """Whether a directory holds the results of this request, whatever made them."""
    path = directory / _REQUEST
    if not path.exists():
        return False
    same = not [*_asked_otherwise(request, _held(path))]
    return same and all((directory / name).exists() for name in _FINISHED)


def made_otherwise(request: CalibrationRequest, directory: Path) -> str:
    """How what a calibration was made with differs from what is here; empty if not."""
    held, own = _held(directory / _REQUEST).get(MADE_WITH), made_with(request)
    return _UNKNOWN if held is None else _differences(held, own)


def _held(path: Path) -> dict[str, Any]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RequestError(f"{path} cannot be read ({error}). {_REMEDY}") from error
    if not isinstance(held, dict):
        raise RequestError(f"{path} holds no request. {_REMEDY}")
    return held


def _asked_otherwise(
    request: CalibrationRequest, held: Mapping[str, Any]
) -> Iterator[str]:
    """What of a request differs; the version of kapsim is no part of what was asked."""
    for name, value in request.as_data().items():
        if name != "kapsim" and held.get(name) != value:
            yield f"{name} ({_short(held.get(name))} there, {_short(value)} asked)"


def _refuse_other(
    request: CalibrationRequest, directory: Path, held: Mapping[str, Any]
) -> None:
    if differing := [*_asked_otherwise(request, held)]:
        raise RequestError(
            f"{directory} holds another calibration, with another "
            f"{', '.join(differing)}. Repeat its request to go on with it. {_REMEDY}"
        )


def _refuse_stale(directory: Path, held: Any, own: Mapping[str, str]) -> None:
    """Refuse to add points to those that were made with something else."""
    if not isinstance(held, dict):
        differing = _UNKNOWN
    elif not (differing := _differences(held, own)):
        return
    raise RequestError(
        f"{directory} holds a calibration that cannot go on here: {differing}. Points "
        "of two models would be mixed. "
        f"{_REMEDY} A finished one can still be read: --rivals and --claims do."
    )


def _differences(held: Mapping[str, Any], own: Mapping[str, str]) -> str:
    told = [
        f"{_WORDS.get(name, name)} ({_short(held.get(name))} there, "
        f"{_short(own.get(name))} here)"
        for name in sorted({*held, *own})
        if held.get(name) != own.get(name)
    ]
    return f"it was made with another {', '.join(told)}" if told else ""


def _short(value: Any) -> str:
    """A value in an error: of a digest its beginning."""
    if value is None:
        return "none"
    text = str(value)
    return text[:12] if len(text) == 64 else text
