"""Directories of calibrations with made-up but realistic numbers.

The numbers come from hand-chosen formulas; nothing is simulated or fitted.
"""

import json
import math
from pathlib import Path

from kapsim.evidence import Kind, library

PARAMETERS = 48
HOSTILE = 'arm <b>"A"</b> & B'
"""Part of a label that a page must escape."""
STUDIES = ("zarate_2006", "fava_2018", "transform_1", "synapse", "sustain_1", "cobalt")
_ROWS = (
    ("MADRS change day 2", "change", "points", -11.4, 1.9, False),
    ("MADRS change day 28", "change", "points", -17.2, 2.1, False),
    ("MADRS response day 28", "response", "percent points", 54.1, 9.0, False),
    ("MADRS remission day 28", "remission", "percent points", 36.0, 8.0, False),
    ("drug less control, MADRS day 28", "difference", "points", -3.2, 1.2, True),
    ("relapse, hazard ratio", "hazard ratio", "ratio", 0.47, 0.3, True),
)


def _identified(shrinkage):
    return "well" if shrinkage > 0.75 else "partly" if shrinkage > 0.25 else "not"


def _parameter(k, record):
    shrinkage = round(0.97 * math.exp(-k / 14), 4)
    spread = math.sqrt(1 - shrinkage)
    moved = round(1.4 * math.sin(1.7 * k) * math.sqrt(shrinkage), 3)
    unit = 0.3 * abs(record.value) or 1.0
    value = record.value + unit * moved
    return {
        "id": record.id,
        "meaning": record.meaning,
        "unit": record.unit,
        "scale": "identity",
        "prior_mean": record.value,
        "prior_low": record.value - 1.96 * unit,
        "prior_high": record.value + 1.96 * unit,
        "mean": value,
        "low": value - 1.96 * unit * spread,
        "high": value + 1.96 * unit * spread,
        "prior_sd": unit,
        "sd": unit * spread,
        "shrinkage": shrinkage,
        "identified": _identified(shrinkage),
        "r_hat": round(1.0005 + 0.0001 * k, 4),
        "ess": 4100.0 - 31.0 * k,
        "moved": moved,
    }


def _target(study, place, row, index):
    name, kind, unit, value, se, contrast = row
    z = round(1.1 * math.sin(2.3 * index + place), 3)
    z = -3.4 if (study, kind) == ("cobalt", "difference") else z
    log = unit == "ratio"
    observed = value * math.exp(0.05 * place) if log else value + 0.4 * place
    inside = abs(z) < 1.96

    def away(distance):
        return observed * math.exp(distance) if log else observed + distance

    return {
        "id": f"{study}/{index}",
        "label": f"{name}, {HOSTILE if index == 0 else 'ketamine'}",
        "study": study,
        "kind": kind,
        "unit": unit,
        "contrast": contrast,
        "observed": observed,
        "predicted": away(-z * se),
        "low": away(-z * se - 1.96 * se),
        "high": away(-z * se + 1.96 * se),
        "se": se,
        "z": z,
        "inside": inside,
        "emulator_error": 0.12 * se,
    }


def _kinds(targets):
    for kind, unit in dict.fromkeys((t["kind"], t["unit"]) for t in targets):
        rows = [t for t in targets if t["kind"] == kind]
        inside = sum(t["inside"] for t in rows)
        off = sum(abs(t["observed"] - t["predicted"]) for t in rows) / len(rows)
        yield {
            "kind": kind,
            "n": len(rows),
            "inside": inside,
            "coverage": inside / len(rows),
            "mae": off,
            "unit": unit,
        }


def _matrix(size):
    return [
        [
            1.0 if a == b else 0.9 * math.cos(a + b) * math.exp(-abs(a - b) / 4)
            for b in range(size)
        ]
        for a in range(size)
    ]


def _correlations(ids, matrix):
    pairs = [
        {"a": ids[a], "b": ids[b], "r": matrix[a][b]}
        for a in range(len(ids))
        for b in range(a)
    ]
    return sorted(pairs, key=lambda one: -abs(one["r"]))[:30]


def calibration_data():
    """Content of calibration.json."""
    records = [
        record
        for record in library().parameters.values()
        if record.kind is Kind.ASSUMED and isinstance(record.value, float)
    ]
    freed = [_parameter(k, record) for k, record in enumerate(records[:PARAMETERS])]
    targets = [
        _target(study, place, row, index)
        for place, study in enumerate(STUDIES)
        for index, row in enumerate(_ROWS)
    ]
    inside = sum(t["inside"] for t in targets)
    matrix = _matrix(PARAMETERS)
    return {
        "version": "1",
        "command": "kapsim calibrate --seed 7 -o validation/calibration",
        "seconds": 7984.2,
        "seed": 7,
        "persons": 2048,
        "evaluations": 612,
        "rounds": [
            {
                "round": k,
                "points": 153,
                "temperature": 8.0 / 2**k,
                "misfit_mean": 402.0 / (k + 1) ** 1.4,
                "misfit_best": 88.0 - 11 * k,
                "emulator_r2_median": 0.9 + 0.02 * k,
            }
            for k in range(4)
        ],
        "parameters": freed,
        "study_sd": {"mean": 1.62, "low": 0.94, "high": 2.51},
        "arm_sd": {"mean": 0.71, "low": 0.21, "high": 1.32},
        "correlations": _correlations([row["id"] for row in freed], matrix),
        "correlation_matrix": matrix,
        "targets": targets,
        "kinds": list(_kinds(targets)),
        "coverage": inside / len(targets),
        "worst_z": max(abs(t["z"]) for t in targets),
        "divergences": 0,
        "agreement": {"other_seed_max_shift_sd": 0.37, "other_seed": 8},
        "spectrum": [40 * math.exp(-k / 5) for k in range(PARAMETERS)],
        "directions": 19,
    }


def least_data():
    """What is left where nothing optional was recorded."""
    data = calibration_data()
    optional = ("rounds", "study_sd", "arm_sd", "divergences", "spectrum", "directions")
    kept = {name: value for name, value in data.items() if name not in optional}
    bare = [{**row, "r_hat": None, "ess": None} for row in data["parameters"]]
    unknown = {"predicted": None, "low": None, "high": None, "z": None, "inside": None}
    first, *others = data["targets"]
    return {
        **kept,
        "parameters": bare,
        "targets": [{**first, **unknown, "emulator_error": None}, *others],
        "correlations": [],
        "correlation_matrix": [],
        "agreement": None,
    }


def write_calibration(directory: Path, data):
    """Write the files of a calibration that its page needs."""
    request = {"kapsim": "0.9.9", "version": "1", "seed": 7, "quick": False}
    provenance = {"software": {"name": "kapsim", "version": "0.9.9"}, "seed": 7}
    files = {"request": request, "provenance": provenance, "calibration": data}
    for name, content in files.items():
        text = json.dumps(content, allow_nan=False)
        (directory / f"{name}.json").write_text(text, encoding="utf-8")
    return directory
