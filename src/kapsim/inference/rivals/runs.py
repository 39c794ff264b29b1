"""`kapsim calibrate`: the rival explanations of one calibration, run and written.

In the directory of a calibration lie problem.npz and emulator.npz; a rival that was
simulated anew has its own in rivals/<name>/. Written are

    left_out.csv, left_out.json    each study foretold from the others, whole model
    rivals.json                    the comparison
    rivals/<name>.json             what each rival came to, and the whole model from as
                                   few points (brief); kept, so that an interrupted run
                                   goes on where it was
"""

import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from kapsim.engine import platform
from kapsim.engine.atomic import make_directory, write_bytes
from kapsim.engine.progress import OnProgress, silent
from kapsim.engine.provenance import write_json
from kapsim.inference.emulation.emulator import Emulator
from kapsim.inference.left_out.forecast import DRAWS, LeftOut, Sampler, StudyScore
from kapsim.inference.left_out.table import beside, sums, table
from kapsim.inference.posterior.predictive import Predictive
from kapsim.inference.posterior.sampling import sample
from kapsim.inference.rivals.brief import Calibrated, alike, brief_emulator
from kapsim.inference.rivals.design import design, endpoints_apart
from kapsim.inference.rivals.explanations import (
    BRIEFLY,
    FULL,
    RIVALS,
    Rival,
    command,
    held,
    inert,
    missing,
    restricted,
    says_nothing,
)
from kapsim.inference.rivals.scores import (
    TOLD_APART,
    Scored,
    compared,
    counterparts,
    score,
)
from kapsim.inference.targets.problem import Problem
from kapsim.trial.external.naive import SAID
from kapsim.trial.request import RequestError

FOLDER = "rivals"
"""Folder of the rivals in that of a calibration."""


def run_rivals(
    directory: Path,
    on_progress: OnProgress = silent,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    sampler: Sampler = sample,
) -> Path:
    """Calibrate every rival, compare them, and write what came of it.

    Parameters
    ----------
    directory
        Of a calibration.
    on_progress
        Told of each study of each rival.
    draws, seed, sampler
        Of each posterior.

    Returns
    -------
    Path
        rivals.json.

    Raises
    ------
    OSError
        If the calibration is not there, or something cannot be written.
    RequestError
        If a rival was fitted to other endpoints.
    """
    platform.configure()
    problem, emulator = read_calibrated(directory)
    make_directory(directory / FOLDER)
    calibrated, absent = _calibrated(directory, problem, emulator)
    scores = {}
    for name, (rival, own) in calibrated.items():
        path = directory / FOLDER / f"{name}.json"
        asked = {"draws": draws, "seed": seed}
        told = _told(name, on_progress)
        scores[name] = rival, _scored(path, own, asked, sampler, told)
    others = counterparts(scores)
    _write_left_out(directory, problem, scores[FULL][1].left_out)
    content = {
        "draws": draws,
        "seed": seed,
        "endpoints": len(problem.observed),
        "studies": list(problem.studies),
        "told_apart_beyond_se": TOLD_APART,
        "rivals": compared(scores, others),
        "left_out": absent,
        "apart": endpoints_apart(problem, scores, others),
        "design": design(directory),
    }
    write_json(directory / "rivals.json", plain(content))
    return directory / "rivals.json"


def _calibrated(
    directory: Path, problem: Problem, emulator: Emulator
) -> tuple[dict[str, tuple[Rival, Calibrated]], list[dict[str, str]]]:
    """What is compared, and rivals that cannot be, with why."""
    found: dict[str, tuple[Rival, Calibrated]] = {}
    absent = []
    for rival in RIVALS:
        own = ready(directory, problem, emulator, rival)
        if isinstance(own, str):
            absent.append({"name": rival.name, "title": rival.title, "why": own})
            continue
        anew = _own(directory, rival).exists()
        found[rival.name] = rival._replace(resimulate=anew), own
    few = brief_emulator(directory, directory / FOLDER)
    if few is not None:
        brief = {BRIEFLY.name: (BRIEFLY, (problem, few))}
        found = alike({FULL: found[FULL], **brief, **found})
    return found, absent


def read_calibrated(directory: Path) -> Calibrated:
    """Problem and emulator of a calibration."""
    problem = Problem.load(directory / "problem.npz")
    return problem, Emulator.load(directory / "emulator.npz")


def ready(
    directory: Path, problem: Problem, emulator: Emulator, rival: Rival
) -> Calibrated | str:
    """Problem and emulator of a rival, or why it cannot be compared.

    Raises
    ------
    RequestError
        If it has simulations of its own that were fitted to other endpoints.
    """
    own = _own(directory, rival)
    if own.exists():
        whole, (problem, emulator) = problem, read_calibrated(own.parent)
        _refuse_other_endpoints(whole, problem, own.parent)
        return restricted(problem, emulator, inert(problem, rival))
    if missing(problem, rival):
        there = command(rival, f"{directory.name}/{FOLDER}/{rival.name}")
        return f"It needs simulations of its own, which were not run: {there}"
    if says_nothing(problem, rival):
        return "Its lever is off in the calibrated model: it is the whole model."
    return restricted(problem, emulator, held(problem, rival))


def _refuse_other_endpoints(whole: Problem, problem: Problem, own: Path) -> None:
    """Refuse a rival whose scores would be of other endpoints than the whole model's.

    The calibration studies may have changed between the two calibrations.
    """
    if (problem.targets, problem.studies) == (whole.targets, whole.studies):
        return
    differing = [one.id for one in set(whole.targets) ^ set(problem.targets)]
    first = min(differing, default="their order")
    raise RequestError(
        f"{own} was fitted to other endpoints than the calibration that it is to be "
        f"compared with, {own.parent.parent}: {first}. Delete it, and simulate the "
        "rival anew with `kapsim calibrate --fix`, or calibrate both anew."
    )


def _own(directory: Path, rival: Rival) -> Path:
    """The emulator of an own ensemble of a rival."""
    return directory / FOLDER / rival.name / "emulator.npz"


def _told(name: str, on_progress: OnProgress) -> OnProgress:
    return lambda study, done: on_progress(f"{name}, without {study}", done)


def _scored(
    path: Path,
    ready: Calibrated,
    asked: dict[str, int],
    sampler: Sampler,
    on_progress: OnProgress,
) -> Scored:
    """Score of a rival; that which an earlier run has left, if it is the same."""
    key = _key(*ready, asked)
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["key"] == key:
            return scored_of(kept["scored"])
    found = score(*ready, **asked, sampler=sampler, on_progress=on_progress)
    write_json(path, {"key": key, "scored": plain(scored_data(found))})
    return found


def _key(problem: Problem, emulator: Emulator, asked: dict[str, int]) -> str:
    """Name of all that a score depends on."""
    made = hashlib.sha256(json.dumps([asked, problem.freed]).encode())
    arrays = problem.observed, problem.sampling, *problem.effects, *emulator
    for array in arrays:
        made.update(np.ascontiguousarray(array, float).tobytes())
    return made.hexdigest()


def scored_data(found: Scored) -> dict[str, Any]:
    """A score as plain data."""
    left_out = found.left_out
    return {
        **found._asdict(),
        "left_out": {
            "studies": [one._asdict() for one in left_out.studies],
            "forecast": left_out.forecast._asdict(),
        },
        "forecast": found.forecast._asdict(),
    }


def scored_of(data: dict[str, Any]) -> Scored:
    """The score that `scored_data` made into plain data."""
    studies = tuple(StudyScore(**_floats(one)) for one in data["left_out"]["studies"])
    return Scored(
        **{
            **data,
            "left_out": LeftOut(studies, _predictive(data["left_out"]["forecast"])),
            "forecast": _predictive(data["forecast"]),
        }
    )


def _predictive(data: dict[str, list[float]]) -> Predictive:
    return Predictive(**{name: np.array(data[name], float) for name in data})


def _floats(data: dict[str, Any]) -> dict[str, Any]:
    """Plain data with not a number in place of none."""
    return {name: math.nan if one is None else one for name, one in data.items()}


def _write_left_out(directory: Path, problem: Problem, found: LeftOut) -> None:
    rows = table(problem, found, beside(problem))
    text = rows.to_csv(index=False, float_format="%.8g", lineterminator="\n")
    write_bytes(directory / "left_out.csv", text.encode())
    content = {
        "sums": sums(rows, found),
        "studies": [one._asdict() for one in found.studies],
        "endpoints": rows.to_dict("records"),
        "naive": SAID,
    }
    write_json(directory / "left_out.json", plain(content))


def plain(content: Any) -> Any:
    """Data that JSON can hold: lists for arrays, none for what is not finite."""
    if isinstance(content, dict):
        return {str(name): plain(one) for name, one in content.items()}
    if isinstance(content, list | tuple | np.ndarray):
        return [plain(one) for one in content]
    if isinstance(content, bool | np.bool_):
        return bool(content)
    if isinstance(content, float | np.floating):
        return float(content) if math.isfinite(content) else None
    return int(content) if isinstance(content, np.integer) else content
