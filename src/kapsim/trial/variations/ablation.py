"""A trial with one piece of the model taken out at a time.

Every variant treats the same virtual patients with the same noise as the intact model,
so that each patient is his own control: a paired difference is known far better than
the difference of two independent samples, and by how much is reported.

A verdict looks at the visit where the difference is largest. So that this choice does
not make chance a finding, a difference counts as one beyond the margin of Bonferroni
over the visits k at which the scale is rated,

    |difference| > z(1 - 0.05 / 2k) se

which takes a difference for one where there is none in 5 % of the lines at most.
"""

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import scipy.special
from jaxtyping import Float

from kapsim.drug.kinetics.schedule import KETAMINES
from kapsim.engine.progress import OnProgress, silent
from kapsim.patient.ablations import ABLATIONS, Ablation, Direction, Part
from kapsim.trial.arms.doses import doses
from kapsim.trial.arms.simulation import prepare_all, scores_of
from kapsim.trial.protocol import Arm, Measure, Protocol
from kapsim.trial.request import RequestError, RunRequest
from kapsim.trial.summaries.interaction import first_measure, mean_and_error
from kapsim.trial.summaries.intervals import LEVEL

Scores = Float[np.ndarray, "visits n"]

_NEGLIGIBLE = 0.1
"""Points below which a score counts as unchanged, as in the check of the time grid."""


@dataclasses.dataclass(frozen=True)
class Ablated:
    """An ablation table.

    Attributes
    ----------
    visits
        One row per piece, arm and visit at which the scale is rated: ablation, arm,
        visit, intact, ablated, difference, se [point], saved (variance of the
        difference of two independent samples over that of the paired one), patients
        (with a score both times; a failed simulation gives none, and enters nothing).
    verdicts
        One row per piece and arm: ablation, meaning, arm, expected, why, seen, verdict,
        and visit, difference and se [point] where the difference is largest.
    measure
        Scale that is compared.
    """

    visits: pd.DataFrame
    verdicts: pd.DataFrame
    measure: str


def ablate(request: RunRequest, on_progress: OnProgress = silent) -> Ablated:
    """Run a trial whole, and with each piece taken out.

    The scale is that of the protocol's first endpoint, or the first that is rated.

    Parameters
    ----------
    request
        Protocol, patients, seed, precision and refinement, as for a run.
    on_progress
        Called with a label and how many more patients are done.

    Raises
    ------
    RequestError
        If the protocol has cuts already.
    """
    protocol = request.protocol
    if protocol.cut:
        raise RequestError(
            f"{protocol.name} cuts {', '.join(protocol.cut)} already. Remove 'cut': "
            "every ablation is compared with the intact model."
        )
    measure = first_measure(protocol)
    intact = _scores(request, protocol, measure)
    on_progress("intact", request.total)
    tables = []
    for ablation in ABLATIONS:
        scores = _scores(request, _without(protocol, ablation), measure)
        paired = _pairs(protocol, measure, intact, scores)
        tables.append(
            pd.DataFrame({"ablation": ablation.name, **row} for row in paired)
        )
        on_progress(ablation.name, request.total)
    visits = pd.concat(tables, ignore_index=True)
    verdicts = pd.DataFrame(_verdicts(protocol, visits))
    return Ablated(visits, verdicts, measure.value)


def variants() -> int:
    """How many trials an ablation table takes, the intact one included."""
    return 1 + len(ABLATIONS)


def _without(protocol: Protocol, ablation: Ablation) -> Protocol:
    """The protocol with one piece taken out; its own settings stay."""
    data = protocol.model_dump(mode="json")
    data["hypotheses"] = data["hypotheses"] | dict(ablation.switches)
    data["parameters"] = data["parameters"] | dict(ablation.parameters)
    data["cut"] = list(ablation.cut)
    return Protocol.model_validate(data)


def _scores(
    request: RunRequest, protocol: Protocol, measure: Measure
) -> dict[str, Scores]:
    """Scores by arm."""
    arms = prepare_all(protocol, request.seed, request.precision, request.refine)
    return {
        name: scores_of(arm, measure, request.patients[name])
        for name, arm in arms.items()
    }


def _pairs(
    protocol: Protocol,
    measure: Measure,
    intact: dict[str, Scores],
    ablated: dict[str, Scores],
) -> Iterator[dict[str, Any]]:
    """A row for each arm and visit at which the scale is rated."""
    for arm in protocol.arms:
        for k, visit in enumerate(protocol.visits):
            if measure not in visit.scales:
                continue
            found = _paired(intact[arm.name][k], ablated[arm.name][k])
            yield {"arm": arm.name, "visit": visit.name, **found}


def _paired(
    whole: Float[np.ndarray, " n"], part: Float[np.ndarray, " n"]
) -> dict[str, float]:
    """Difference of the same patients, its error, and what pairing saves."""
    sound = np.isfinite(part - whole)
    found = np.stack([whole, part, part - whole])[:, sound]
    means, errors = mean_and_error(found)
    return {
        "intact": float(means[0]),
        "ablated": float(means[1]),
        "difference": float(means[2]),
        "se": float(errors[2]),
        "saved": _saved(errors),
        "patients": int(sound.sum()),
    }


def _saved(errors: Float[np.ndarray, "3"]) -> float:
    """Variance apart over variance paired; 1 where too few patients tell either."""
    whole, part, paired = errors
    if paired == 0:
        return math.inf
    return float((whole**2 + part**2) / paired**2) if paired > 0 else 1.0


def _verdicts(protocol: Protocol, visits: pd.DataFrame) -> Iterator[dict[str, Any]]:
    has = {arm.name: _parts(protocol, arm) for arm in protocol.arms}
    for ablation in ABLATIONS:
        own = visits[visits["ablation"] == ablation.name]
        for arm, rows in own.groupby("arm", sort=False):
            largest = rows.iloc[int(rows["difference"].abs().fillna(-1.0).argmax())]
            there = ablation.part in has[str(arm)]
            expected = ablation.expected if there else Direction.UNCHANGED
            difference, error = float(largest["difference"]), float(largest["se"])
            found = seen(difference, error, looks=len(rows))
            yield {
                "ablation": ablation.name,
                "meaning": ablation.meaning,
                "arm": arm,
                "expected": expected.value,
                "why": ablation.why if there else f"the arm has no {ablation.part}",
                "seen": found.value,
                "verdict": verdict(expected, found),
                "visit": largest["visit"],
                "difference": difference,
                "se": error,
            }


def _parts(protocol: Protocol, arm: Arm) -> set[Part]:
    """What the treatment of an arm is made of."""
    found = {Part.PERSON}
    if any(dose.molecule in KETAMINES for dose in doses(protocol, arm)):
        found.add(Part.DRUG)
    if arm.sessions:
        found.add(Part.THERAPY)
    return found


def seen(difference: float, error: float, *, looks: int) -> Direction:
    """Direction of the largest paired difference of several.

    Parameters
    ----------
    difference, error
        The largest, and its standard error [point].
    looks
        Among how many visits it is the largest [1].
    """
    margin = float(scipy.special.ndtri(1 - (1 - LEVEL) / (2 * looks))) * error
    if abs(difference) > max(margin, _NEGLIGIBLE):
        return Direction.HIGHER if difference > 0 else Direction.LOWER
    return Direction.UNCHANGED if abs(difference) <= _NEGLIGIBLE else Direction.OPEN


def verdict(expected: Direction, found: Direction) -> str:
    """What was seen beside what theory expects, in words."""
    if expected is Direction.OPEN:
        return "no expectation"
    if found is expected:
        return "as expected"
    if found in (Direction.OPEN, Direction.UNCHANGED):
        return "not seen"
    return "against expectation"
