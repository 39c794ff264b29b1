"""Rivals with simulations of their own, compared with the whole model on equal terms.

They have fewer points than the calibration that ships. An emulator of fewer points errs
more, and its error widens all that is foretold, which alone moves a log score. So they
are compared with the whole model from the first points of each round, as many as they
have; and all of these are given the same error of the emulator, at each endpoint the
largest of any.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from kapsim.inference.calibration import emulated
from kapsim.inference.emulation import ensemble as ensembles
from kapsim.inference.emulation.emulator import Emulator
from kapsim.inference.emulation.ensemble import Ensemble
from kapsim.inference.rivals.explanations import Rival
from kapsim.inference.targets.problem import Problem

Calibrated = tuple[Problem, Emulator]
"""What is fitted to what, and the stand-in of the simulator."""


def brief_emulator(directory: Path, rivals: Path) -> Emulator | None:
    """Emulator of the first points of a calibration, as many as its rivals have.

    Parameters
    ----------
    directory
        Of the calibration.
    rivals
        Folder of its rivals; those with simulations of their own have directories.

    Returns
    -------
    Emulator or None
        None where no rival has points of its own, or the calibration has fewer.
    """
    path = directory / "ensemble.npz"
    points = _points(rivals)
    if not points or not path.exists():
        return None
    made = first(ensembles.load(path), points)
    return None if made is None else emulated(made, len(points) - 1)


def alike(
    found: Mapping[str, tuple[Rival, Calibrated]],
) -> dict[str, tuple[Rival, Calibrated]]:
    """The same with one error of the emulator for all that have own simulations."""
    errors = [own[1].error for rival, own in found.values() if rival.resimulate]
    error = np.max(np.stack(errors), axis=0)
    return {
        name: (rival, (own[0], own[1]._replace(error=error)))
        if rival.resimulate
        else (rival, own)
        for name, (rival, own) in found.items()
    }


def first(made: Ensemble, points: tuple[int, ...]) -> Ensemble | None:
    """The first points of each round; None where there are fewer."""
    of_rounds = [np.flatnonzero(made.round == number) for number in range(len(points))]
    if any(len(own) < n for own, n in zip(of_rounds, points, strict=True)):
        return None
    chosen = np.concatenate([own[:n] for own, n in zip(of_rounds, points, strict=True)])
    return Ensemble(*(array[chosen] for array in made))


def _points(rivals: Path) -> tuple[int, ...]:
    """Points of each round of the rival that has the most; none if no rival has any."""
    asked = (
        json.loads(one.read_text("utf-8")) for one in rivals.glob("*/request.json")
    )
    return max((tuple(one["points"]) for one in asked), key=sum, default=())
