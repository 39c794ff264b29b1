"""The resolved plan of a run: what `--dry-run` shows."""

from typing import Any

from kapsim.drug import AbstractRoute, Mixture
from kapsim.engine import platform
from kapsim.evidence import counts, library
from kapsim.trial.catalogue import contents
from kapsim.trial.cautions import cautions
from kapsim.trial.cohorts import cohort
from kapsim.trial.request import RunRequest
from kapsim.trial.timeline import timeline
from kapsim.trial.used import used_records


def plan(request: RunRequest) -> dict[str, Any]:
    """Arms with doses, patients and grid; seed; kinetics; evidence; warnings."""
    platform.configure()
    protocol, known = request.protocol, library()
    rows, kinetics = [], {}
    for arm in protocol.arms:
        people = cohort(protocol, arm, seed=request.seed, precision=request.precision)
        line = timeline(protocol, arm, people.route, refine=request.refine)
        if people.route.n_inlets:
            said = f"measured in {people.route.site}. {people.route.caveat}"
            kinetics[_name(people.route)] = said
        rows.append(
            {
                "arm": arm.name,
                "receives": contents(arm),
                "kinetics": _name(people.route),
                "patients": request.patients[arm.name],
                "visits": len(protocol.visits),
                "nodes": line.nodes,
            }
        )
    used = [known.parameter(name) for name in used_records(protocol)]
    return {
        "title": protocol.title,
        "seed": request.seed,
        "precision": request.precision,
        "refine": request.refine,
        "arms": rows,
        "kinetics": kinetics,
        "evidence": counts(used).as_data(),
        "warnings": [caution.text for caution in cautions(protocol)],
    }


def _name(route: AbstractRoute) -> str:
    """Parameter sets of a route."""
    parts = route.routes if isinstance(route, Mixture) else (route,)
    return " + ".join(type(part).__name__ for part in parts)
