"""The reports that the credibility report is made from. Each may be missing."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from kapsim.evidence.sensitivity import Ranking, load_ranking
from kapsim.evidence.shipped import FALLBACK
from kapsim.report.calibration.record import CalibrationRecord
from kapsim.report.credibility.recorded import Validation, posterior_of, recorded

VALIDATIONS = "validation/REPORT.md"
EXTERNAL = "validation/external/validation.json"
LABORATORY = "docs/laboratory/verdicts.json"
CALIBRATION = "validation/calibration/calibration.json"
REPEATED = "validation/calibration/repeated/calibration.json"
LEFT_OUT = "validation/calibration/left_out.json"
RIVALS = "validation/calibration/rivals.json"
RANKINGS = "src/kapsim/evidence/sensitivity"
SENSITIVITY = f"{RANKINGS}/{FALLBACK}.json"

MADE_BY = {
    VALIDATIONS: "make validate",
    EXTERNAL: "make external",
    LABORATORY: "make lab",
    CALIBRATION: "kapsim calibrate",
    REPEATED: "make repeated",
    LEFT_OUT: "kapsim calibrate, each study left out",
    RIVALS: "kapsim calibrate, rival explanations",
    SENSITIVITY: f"kapsim sensitivity {FALLBACK}",
}
"""Every report by its path, with what it is."""


NOT_AVAILABLE = "Not available: the report has not been made."
"""Said where a report is missing."""


class Reports(NamedTuple):
    """What was found; None where there is no report.

    Attributes
    ----------
    validations
        Numbers with limits, file by file.
    validated_with
        Version of the posterior that they were obtained with.
    external
        Published studies against trials of their size.
    laboratory
        Numbers of the published experiments.
    calibration, left_out, rivals
        Of the calibration: its fit, prediction of each study without itself, and rival
        explanations.
    sensitivity
        What the outcomes of some protocols depend on; empty if there is no ranking.
    digests
        SHA-256 of each report that was found, by path.
    """

    validations: tuple[Validation, ...] | None
    validated_with: str | None
    external: dict[str, Any] | None
    laboratory: dict[str, Any] | None
    calibration: dict[str, Any] | None
    left_out: dict[str, Any] | None
    rivals: dict[str, Any] | None
    sensitivity: tuple[Ranking, ...]
    digests: dict[str, str]

    @property
    def validated(self) -> str:
        """With which posterior the validations ran, and if that is an older one."""
        if self.validated_with is None:
            return ""
        said = f"Obtained with posterior {self.validated_with}"
        fitted = (self.calibration or {}).get("version", self.validated_with)
        if fitted == self.validated_with:
            return f"{said}."
        return f"**{said}, not yet with posterior {fitted}, which kapsim runs with.**"


def read(root: Path) -> Reports:
    """Reports below the root of the repository.

    Raises
    ------
    ReportError
        If the report of the validations is not written as expected.
    EvidenceError
        If a ranking is malformed.
    json.JSONDecodeError
        If another one is not JSON.
    """
    ranked = (f"{RANKINGS}/{one.name}" for one in (root / RANKINGS).glob("*.json"))
    names = dict.fromkeys([*MADE_BY, *sorted(ranked)])
    found = {name: root / name for name in names if (root / name).exists()}
    data = {
        name: json.loads(path.read_text(encoding="utf-8"))
        for name, path in found.items()
        if path.suffix == ".json"
    }
    page = found.get(VALIDATIONS)
    text = page.read_text(encoding="utf-8") if page else None
    return Reports(
        validations=recorded(text) if text else None,
        validated_with=posterior_of(text) if text else None,
        external=data.get(EXTERNAL),
        laboratory=data.get(LABORATORY),
        calibration=_repeated(data.get(CALIBRATION), data.get(REPEATED)),
        left_out=data.get(LEFT_OUT),
        rivals=data.get(RIVALS),
        sensitivity=tuple(_rankings(root / RANKINGS)),
        digests={
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in found.items()
        },
    )


def _repeated(
    calibration: dict[str, Any] | None, repetition: dict[str, Any] | None
) -> dict[str, Any] | None:
    """A calibration with how near its repetition from another seed came."""
    if calibration is None:
        return None
    record = CalibrationRecord({}, {}, calibration, repetition)
    return {**calibration, "agreement": record.agreement}


def _rankings(folder: Path) -> Iterator[Ranking]:
    for path in sorted(folder.glob("*.json")):
        found = load_ranking(folder, path.stem)
        if found is not None:
            yield found
