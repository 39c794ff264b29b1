"""The resolved plan of a run: what `--dry-run` shows."""

from typing import Any

from kapsim.engine import platform
from kapsim.evidence import counts, library
from kapsim.trial.arms.cohorts import cohort
from kapsim.trial.arms.given import given, parameter_sets
from kapsim.trial.arms.timeline import timeline
from kapsim.trial.catalogue import calendar, contents
from kapsim.trial.cautions import cautions
from kapsim.trial.parameters.used import used_records
from kapsim.trial.request import RunRequest


def plan(request: RunRequest) -> dict[str, Any]:
    """Arms, sessions, grid, amounts, seed, kinetics, monitoring, evidence, warnings."""
    platform.configure()
    protocol, known = request.protocol, library()
    drug, rows = given(protocol), []
    for arm in protocol.arms:
        people = cohort(protocol, arm, seed=request.seed, precision=request.precision)
        line = timeline(protocol, arm, people.route, refine=request.refine)
        rows.append(
            {
                "arm": arm.name,
                "receives": contents(arm),
                "kinetics": parameter_sets(people.route),
                "patients": request.patients[arm.name],
                "visits": len(protocol.visits),
                "nodes": line.nodes,
            }
        )
    used = [known.parameter(name) for name in used_records(protocol)]
    return {
        "title": protocol.title,
        "weight_kg": drug.weight_kg,
        "exposure": [
            {
                "arm": one.arm,
                "drug": part.molecule.value + (", at most" if one.most else ""),
                "doses": part.doses,
                "mg_in_all": part.mg,
                "most_mg_in_a_week": part.mg_per_week,
            }
            for one in drug.arms
            for part in one.exposure
        ],
        "seed": request.seed,
        "precision": request.precision,
        "refine": request.refine,
        "arms": rows,
        "sessions": [row for arm in protocol.arms for row in calendar(arm)],
        "kinetics": {one.kinetics: one.said for one in drug.arms},
        "monitoring": drug.rule,
        "evidence": counts(used).as_data(),
        "warnings": [caution.text for caution in cautions(protocol)],
    }
