"""`kapsim calibrate`: a directory with everything that a calibration was and found.

    request.json, provenance.json   what was asked for, and with what it was made
    problem.npz                     endpoints, their errors, the freed parameters
    ensemble.npz                    every point that was simulated
    emulator.npz, posterior.npz     the stand-in, and all draws
    fresh.npz                       draws simulated anew
    calibration.json                what the report shows
    posterior.json                  the posterior file, as it ships

A directory whose request is the same, and which was begun with the same records,
protocols and code, goes on where it stopped. calibration.json is written last.
"""

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import as_completed
from pathlib import Path
from typing import Any

from kapsim.engine import platform
from kapsim.engine.atomic import make_directory, write_arrays, write_bytes
from kapsim.engine.progress import OnProgress, silent
from kapsim.engine.provenance import write_json
from kapsim.engine.workers import worker_pool
from kapsim.evidence.posterior import posterior as shipped_posterior
from kapsim.inference.calibration import Calibrated, Plan, calibrated, fresh
from kapsim.inference.checks.check import agreement
from kapsim.inference.emulation.ensemble import workers
from kapsim.inference.emulation.simulator import Simulator, Slopes
from kapsim.inference.findings import findings, shipped
from kapsim.inference.posterior.sampling import Posterior
from kapsim.inference.posterior.shipped import shipped_draws
from kapsim.inference.request import CalibrationRequest
from kapsim.inference.resuming import claim
from kapsim.inference.targets.problem import Problem
from kapsim.inference.targets.setting import problem as set_up, sampling
from kapsim.trial.external.studies import may_be_learnt_from
from kapsim.trial.request import RequestError

_FRESH_SEED = 7919  # added to the seed of the persons


def calibrate(
    request: CalibrationRequest,
    directory: Path,
    *,
    on_progress: OnProgress = silent,
    on_start: Callable[[int], None] = lambda total: None,
) -> dict[str, Any]:
    """Calibrate, and write all of it.

    Parameters
    ----------
    request
        What is asked for.
    directory
        Where; an interrupted calibration of the same request goes on.
    on_progress, on_start
        Told of each step, and of how many there are.

    Returns
    -------
    dict
        What calibration.json holds.

    Raises
    ------
    RequestError
        If the directory holds another calibration or was begun with other records or
        code, or a quick one has none to begin at.
    """
    platform.configure()
    began = time.monotonic()
    make_directory(directory)
    made_of = claim(request, directory)
    protocols = may_be_learnt_from()
    steps = len(protocols) + sum(request.points) + request.fresh
    on_start(steps)
    problem = _problem(request, directory, on_progress)
    plan = Plan(
        points=request.points,
        draws=request.draws,
        fresh=request.fresh,
        seed=request.seed,
        fixed=_fixed(problem, request),
        start=_shipped(problem).u if request.quick else None,
    )
    values = lambda u: {**problem.values(u), **dict(request.fixed)}
    names = [one.name for one in protocols]
    with workers(names, request.persons, request.seed, request.processes) as own:
        made = calibrated(problem, plan, own, values, directory, on_progress)
        _write_draws(directory, made)
        others = own.with_persons_of(request.seed + _FRESH_SEED)
        chosen, outputs = fresh(
            problem, made.posterior, others, values, request.fresh, on_progress
        )
    write_arrays(directory / "fresh.npz", {"outputs": outputs, "draws": chosen})
    anew = chosen, outputs
    return _written(request, directory, problem, made, anew, made_of, began)


def _problem(
    request: CalibrationRequest, directory: Path, on_progress: OnProgress
) -> Problem:
    """What is fitted to what; set up in processes that leave no trace."""
    path, protocols = directory / "problem.npz", may_be_learnt_from()
    if path.exists():
        return Problem.load(path)
    with worker_pool(request.processes) as pool:
        slopes = pool.submit(_slopes, request)
        jobs = [pool.submit(sampling, one, request.seed) for one in protocols]
        for _ in as_completed(jobs):
            on_progress("endpoints", 1)
        found = set_up(protocols, slopes.result(), [job.result() for job in jobs])
    found.save(path)
    return found


def _slopes(request: CalibrationRequest) -> Slopes:
    simulator = Simulator(may_be_learnt_from(), request.persons, request.seed)
    return simulator.slopes({})


def _fixed(problem: Problem, request: CalibrationRequest) -> dict[int, float]:
    """Freed parameters that the request holds fixed, by index."""
    held = dict(request.fixed)
    return {
        k: one.u(held[one.id])
        for k, one in enumerate(problem.freed)
        if one.id in held and (one.scale == "identity" or held[one.id] > 0)
    }


def _shipped(problem: Problem) -> Posterior:
    known = shipped_draws(problem)
    if known is None:
        raise RequestError(
            "no posterior is shipped for a quick calibration to begin at."
        )
    return known


def _write_draws(directory: Path, made: Calibrated) -> None:
    made.emulator.save(directory / "emulator.npz")
    write_arrays(directory / "posterior.npz", made.posterior._asdict())


def _written(
    request: CalibrationRequest,
    directory: Path,
    problem: Problem,
    made: Calibrated,
    anew: tuple[Any, Any],
    made_of: Mapping[str, str],
    began: float,
) -> dict[str, Any]:
    chosen, outputs = anew
    found = findings(problem, made, outputs, chosen, request.seed)
    seconds = round(time.monotonic() - began, 1)
    provenance = _provenance(request, found, made_of, seconds)
    data = {
        "version": request.version,
        "command": command(request),
        "seconds": seconds,
        "seed": request.seed,
        "persons": request.persons,
        **found,
        "agreement": _against_shipped(request, problem, made.posterior),
    }
    file = shipped(problem, made.posterior, provenance, request.version)
    write_json(directory / "provenance.json", provenance)
    write_bytes(directory / "posterior.json", f"{json.dumps(file)}\n".encode())
    write_json(directory / "calibration.json", data)
    return data


def _provenance(
    request: CalibrationRequest,
    found: Mapping[str, Any],
    made_of: Mapping[str, str],
    seconds: float,
) -> dict[str, Any]:
    return {
        **platform.software(),
        "command": command(request),
        "seed": request.seed,
        "persons": request.persons,
        "evaluations": found["evaluations"],
        "seconds": seconds,
        "records": made_of["evidence"],
        "sources": made_of["sources"],
        "protocols": made_of["protocols"],
    }


def command(request: CalibrationRequest) -> str:
    """The command that repeats a calibration."""
    points = ",".join(str(one) for one in request.points)
    parts = ["kapsim calibrate", f"--version {request.version}"]
    parts += ["--quick"] if request.quick else []
    parts += [f"--points {points}"]
    parts += [f"--persons {request.persons}", f"--seed {request.seed}"]
    parts += [f"--fix {name}={value:g}" for name, value in request.fixed]
    return " ".join(parts)


def _against_shipped(
    request: CalibrationRequest, problem: Problem, found: Posterior
) -> dict[str, Any] | None:
    """How far a quick calibration lies from the shipped posterior that it began at."""
    known = shipped_posterior() if request.quick else None
    if known is None:
        return None
    near = agreement(problem, _shipped(problem), found)
    return {
        "shipped": known.version,
        **near._asdict(),
        "words": f"{100 * near.within_one_sd:.0f} % of the means within one SD of it; "
        f"farthest is {near.other_seed_shifted}, by "
        f"{near.other_seed_max_shift_sd:.1f} SD.",
    }
