"""The resolved plan of a run: what `--dry-run` shows."""

from typing import Any

from kapsim.engine import platform
from kapsim.evidence import counts, library
from kapsim.trial.catalogue import contents
from kapsim.trial.cohorts import cohort
from kapsim.trial.request import RunRequest
from kapsim.trial.runner import used_records
from kapsim.trial.timeline import timeline


def plan(request: RunRequest) -> dict[str, Any]:
    """Arms with doses, patients and grid; seed; what the numbers rest on."""
    platform.configure()
    protocol, known = request.protocol, library()
    rows = []
    for arm in protocol.arms:
        people = cohort(protocol, arm, seed=request.seed, precision=request.precision)
        line = timeline(protocol, arm, people.route, refine=request.refine)
        rows.append(
            {
                "arm": arm.name,
                "receives": contents(arm),
                "kinetics": type(people.route).__name__,
                "patients": request.patients[arm.name],
                "visits": len(protocol.visits),
                "nodes": line.nodes,
            }
        )
    used = [known.parameter(name) for name in used_records(request)]
    return {
        "title": protocol.title,
        "seed": request.seed,
        "precision": request.precision,
        "refine": request.refine,
        "arms": rows,
        "evidence": counts(used).as_data(),
    }
