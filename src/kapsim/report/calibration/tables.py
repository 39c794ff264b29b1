"""Rows of the tables of a calibration, as plain text cells in a fixed order."""

import statistics
from collections.abc import Iterator, Sequence
from typing import Any

from kapsim.report.calibration.record import CalibrationRecord, Row
from kapsim.report.calibration.words import (
    amount,
    distance,
    estimate,
    figure,
    predicted,
    unit_words,
)
from kapsim.report.trial.words import NONE, Number, number, percent

WORST = 10
"""Endpoints on the list of the farthest."""
ROUNDS = ("points", "temperature", "misfit_mean", "misfit_best", "emulator_r2_median")


def parameter_rows(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Prior, posterior and how far the data fix each parameter."""
    for row in rows:
        prior = row["prior_mean"], row["prior_low"], row["prior_high"]
        yield {
            "id": row["id"],
            "meaning": row["meaning"],
            "unit": row["unit"],
            "prior": estimate(*prior),
            "posterior": estimate(row["mean"], row["low"], row["high"]),
            "shrinkage": percent(row["shrinkage"]),
            "identified": row["identified"],
            "moved": number(row["moved"], 2),
            "r_hat": number(row.get("r_hat"), 3),
            "ess": amount(row.get("ess")),
        }


def target_rows(record: CalibrationRecord, rows: Sequence[Row]) -> Iterator[dict]:
    """Published and predicted of each endpoint, and the record that explains it."""
    for row in rows:
        why = record.explained.get(row["id"])
        yield {
            "id": row["id"],
            "study": row["study"],
            "label": row["label"],
            "kind": row["kind"],
            "contrast": bool(row["contrast"]),
            "unit": unit_words(row["unit"]),
            "observed": figure(row, "observed"),
            "predicted": predicted(row),
            "z": distance(row),
            "outside": row.get("inside") is False,
            "emulator": _share(row.get("emulator_error"), row.get("se")),
            "why": why,
        }


def by_study(record: CalibrationRecord) -> dict[str, list[Row]]:
    """Endpoints of each study, levels first and then contrasts."""
    found: dict[str, list[Row]] = {}
    for row in sorted(record.targets, key=lambda one: bool(one["contrast"])):
        found.setdefault(row["study"], []).append(row)
    order = dict.fromkeys(row["study"] for row in record.targets)
    return {study: found[study] for study in order}


def kind_rows(record: CalibrationRecord) -> Iterator[list[str]]:
    """How many endpoints of each kind lie inside, and how far they are on average."""
    for row in record.data["kinds"]:
        yield [
            row["kind"],
            str(row["n"]),
            str(row["inside"]),
            NONE if row.get("coverage") is None else f"{percent(row['coverage'])} %",
            amount(row.get("mae")),
            unit_words(row.get("unit") or ""),
        ]


def round_rows(record: CalibrationRecord) -> Iterator[list[str]]:
    """Points, temperature, misfit and quality of the emulator of each round."""
    for row in record.data.get("rounds") or ():
        yield [str(row["round"]), *(amount(row.get(name)) for name in ROUNDS)]


def emulator_facts(record: CalibrationRecord) -> Iterator[tuple[str, str]]:
    """How far the error of the emulator matters beside the whole standard error."""
    shares = [
        row["emulator_error"] / row["se"]
        for row in record.targets
        if row.get("emulator_error") is not None and row.get("se")
    ]
    if not shares:
        return
    yield (
        "Emulator error, median share of an endpoint's SE, %",
        percent(statistics.median(shares)),
    )
    yield "Its largest share, %", percent(max(shares))
    rounds = record.data.get("rounds") or ()
    if rounds:
        last = rounds[-1].get("emulator_r2_median")
        yield "Median R² of the emulator, last round", amount(last)


def agreement_facts(record: CalibrationRecord) -> list[tuple[str, str]]:
    """What a repetition from another seed gave; nothing where there was none."""
    return [(_plain(name), _value(value)) for name, value in record.agreement.items()]


def _share(part: Number, whole: Number) -> str:
    return NONE if part is None or not whole else percent(part / whole)


def _plain(name: str) -> str:
    return name.replace("_", " ").capitalize().replace(" sd", " SD")


def _value(value: Any) -> str:
    """A number to three figures; anything else as it stands."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return amount(value) if is_number else str(value)
