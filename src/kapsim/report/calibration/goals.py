"""What a calibration was asked for, what it reached, and whether that is enough."""

import dataclasses
from collections.abc import Iterator

from kapsim.lab.verdict import Word
from kapsim.report.calibration.record import CalibrationRecord, Row
from kapsim.report.calibration.words import EFFECTS, amount, distance, estimate
from kapsim.report.trial.words import NONE, percent

LEAST_INSIDE = 0.9
"""Least share of endpoints inside their 95 % interval [1]."""
FARTHEST = 3.0
"""Standard errors beyond which an endpoint needs a record that explains it."""
_R_HAT = 1.01  # largest that is taken as convergence
_ESS = 400.0  # least effective number of draws
_SHIFT = 1.0  # largest shift of a mean under another seed, in posterior SDs


@dataclasses.dataclass(frozen=True)
class Goal:
    """One goal with what was found.

    Attributes
    ----------
    name
        What is judged.
    found
        What came out, in words.
    asked
        The limit, set before the calibration.
    word
        Verdict.
    """

    name: str
    found: str
    asked: str
    word: Word


def goals(record: CalibrationRecord) -> Iterator[Goal]:
    """Goals of fit, of sampling and of repetition, each with its verdict."""
    yield _inside(record)
    yield _farthest(record)
    yield _r_hat(record)
    yield _ess(record)
    yield _divergences(record)
    yield _seed(record)


def unexplained(record: CalibrationRecord) -> list[Row]:
    """Endpoints beyond `FARTHEST` that no discrepancy record explains."""
    return [
        row
        for row in record.worst
        if abs(row["z"]) > FARTHEST and row["id"] not in record.explained
    ]


def facts(record: CalibrationRecord) -> Iterator[tuple[str, str]]:
    """What stands at the head of the page beside the goals."""
    data = record.data
    contrasts = sum(bool(row["contrast"]) for row in record.targets)
    studies = len({row["study"] for row in record.targets})
    yield "Endpoints", f"{len(record.targets)}, of which {contrasts} contrasts"
    yield "Studies", f"{studies}"
    yield "Freed parameters", f"{len(record.parameters)}"
    if "directions" in data:
        said = f"{data['directions']} of {len(record.parameters)}"
        yield "Directions that the data inform", said
    for key, said in EFFECTS.items():
        yield f"{said} (95 %)", spread(data.get(key))
    yield "Version", f"{data['version']}"


def spread(found: Row | None) -> str:
    """A standard deviation with its 95 % interval; a dash for none."""
    if not found:
        return NONE
    return estimate(found["mean"], found.get("low"), found.get("high"))


def _word(met: bool | None) -> Word:
    if met is None:
        return Word.NOT_COMPARABLE
    return Word.MET if met else Word.MISSED


def _inside(record: CalibrationRecord) -> Goal:
    many, total = record.inside, len(record.scored)
    share = many / total if total else None
    found = f"{many} of {total} ({percent(share)} %)" if total else NONE
    return Goal(
        "Endpoints inside their 95 % interval",
        found,
        f"at least {100 * LEAST_INSIDE:g} %",
        _word(None if share is None else share >= LEAST_INSIDE),
    )


def _farthest(record: CalibrationRecord) -> Goal:
    name = f"Beyond {FARTHEST:g} standard errors, and no record explains it"
    if not record.worst:
        return Goal(name, NONE, "none", _word(None))
    left = unexplained(record)
    worst = record.worst[0]
    found = (
        f"{len(left) or 'none'}; the farthest is {distance(worst)} ({worst['label']})"
    )
    return Goal(name, found, "none", _word(not left))


def _r_hat(record: CalibrationRecord) -> Goal:
    worst = max(_known(record, "r_hat"), default=None)
    found = NONE if worst is None else f"{worst:.3f}"
    met = None if worst is None else worst <= _R_HAT
    return Goal(
        "Largest R-hat of a parameter", found, f"at most {_R_HAT:g}", _word(met)
    )


def _ess(record: CalibrationRecord) -> Goal:
    least = min(_known(record, "ess"), default=None)
    met = None if least is None else least >= _ESS
    asked = f"at least {_ESS:g}"
    return Goal("Least effective number of draws", amount(least), asked, _word(met))


def _divergences(record: CalibrationRecord) -> Goal:
    found = record.data.get("divergences")
    met = None if found is None else found == 0
    said = NONE if found is None else f"{found or 'none'}"
    return Goal("Divergent transitions", said, "none", _word(met))


def _seed(record: CalibrationRecord) -> Goal:
    shift = record.agreement.get("other_seed_max_shift_sd")
    found = "not repeated" if shift is None else f"{amount(shift)} posterior SDs"
    return Goal(
        "Largest shift of a mean under another seed",
        found,
        f"at most {_SHIFT:g} posterior SD",
        _word(None if shift is None else shift <= _SHIFT),
    )


def _known(record: CalibrationRecord, column: str) -> list[float]:
    found = (row.get(column) for row in record.parameters)
    return [value for value in found if value is not None]
