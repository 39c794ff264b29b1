"""A made-up posterior of two parameters, as a file and as loaded."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kapsim.trial.parameters.draws_from
from kapsim.evidence import library
from kapsim.evidence.posterior import Posterior, load_posterior

IDS = ("brain.window.tau_p", "mind.belief.kappa")
DRAWS = 200


def content(**changes: Any) -> dict[str, Any]:
    """What a file holds; the two parameters go together."""
    luck = np.random.default_rng(7)
    common = luck.normal(size=DRAWS)
    records = [library().parameter(name) for name in IDS]
    middles = [float(np.asarray(record.value)) for record in records]
    columns = [
        np.clip(m * np.exp(0.1 * common), *r.bounds)
        for m, r in zip(middles, records, strict=True)
    ]
    return {
        "version": "7",
        "provenance": {"kapsim": "0"},
        "studies": ["one", "two"],
        "parameters": [
            {
                "id": record.id,
                "unit": record.unit,
                "scale": "log",
                "low": record.bounds[0],
                "high": record.bounds[1],
                "prior_mean": 0.0,
                "prior_sd": 1.0,
                "mean": middle,
                "sd": 0.1,
            }
            for record, middle in zip(records, middles, strict=True)
        ],
        "study_sd": 2.0,
        "arm_sd": 1.0,
        "share_sd": 0.5,
        "draws": {
            "values": np.stack(columns, axis=1).tolist(),
            "study_sd": [2.0] * DRAWS,
            "arm_sd": [1.0] * DRAWS,
            "share_sd": [0.5] * DRAWS,
        },
        **changes,
    }


def write(place: Path, data: dict[str, Any]) -> Path:
    """The file, named by its version; the folder is returned."""
    (place / f"{data['version']}.json").write_text(json.dumps(data))
    return place


def ship(patch: pytest.MonkeyPatch, place: Path, **changes: Any) -> Posterior:
    """Let kapsim ship this posterior for the length of a test."""
    found = load_posterior(write(place, content(**changes)))
    assert found is not None
    patch.setattr(kapsim.trial.parameters.draws_from, "posterior", lambda: found)
    return found
