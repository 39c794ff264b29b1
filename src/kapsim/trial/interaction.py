"""Whether therapy does more beside the drug: the interaction, with its interval.

    interaction = (drug with therapy - drug without) - (therapy alone - neither)

in points of the score at a visit, of the same virtual patients in all arms. Below zero,
therapy lowers the score by more beside the drug than without it. Where several arms
fall into a cell, the mean of their scores stands for it.

The interval is over draws of the assumed parameters (`trial.uncertainty`). The patients
and their luck are the same in all draws, so it holds the uncertainty of the parameters
and little of chance. It holds nothing of what every draw has in common: the equations.
A narrow band is therefore no evidence.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from jaxtyping import Float

from kapsim.drug import KETAMINES
from kapsim.engine.scan import WIDTH
from kapsim.trial.doses import doses
from kapsim.trial.protocol import Arm, Measure, Modality, Protocol
from kapsim.trial.request import RunRequest
from kapsim.trial.simulation import prepare_all, redrawn, scores_of
from kapsim.trial.uncertainty import drawn_records, draws, with_values
from kapsim.trial.values import protocol_values
from kapsim.units import DAY_H

NAME = "interaction.csv"

DRAWS = 32
"""Draws of the parameters."""

PATIENTS = WIDTH
"""Patients in each arm, however many the run has: one block of the kernel."""

BAND = (0.025, 0.5, 0.975)
"""Quantiles over draws: the ends of the 95 % band, and the median between."""

_NO_THERAPY = (Modality.SUPPORT, Modality.PREPARATION)


class Cell(NamedTuple):
    """One of the four: with or without drug, with or without therapy."""

    drug: bool
    therapy: bool


CELLS = (Cell(True, True), Cell(True, False), Cell(False, True), Cell(False, False))
_SIGNS = (1.0, -1.0, -1.0, 1.0)


def has_therapy(arm: Arm) -> bool:
    """Whether an arm has sessions that are more than contact or preparation."""
    return any(item.modality not in _NO_THERAPY for item in arm.sessions)


def has_drug(protocol: Protocol, arm: Arm) -> bool:
    """Whether ketamine, esketamine or arketamine is given in an arm."""
    return any(dose.molecule in KETAMINES for dose in doses(protocol, arm))


def cells(protocol: Protocol) -> dict[Cell, tuple[str, ...]]:
    """Names of the arms in each of the four cells; empty if one of them has none."""
    kind = {
        arm.name: Cell(has_drug(protocol, arm), has_therapy(arm))
        for arm in protocol.arms
    }
    found = {
        cell: tuple(name for name, own in kind.items() if own == cell) for cell in CELLS
    }
    return found if all(found.values()) else {}


def shows_interaction(protocol: Protocol) -> bool:
    """Whether the arms of a protocol tell the interaction."""
    return bool(cells(protocol))


def read_interaction(path: Path) -> pd.DataFrame:
    """Interaction that a run has written."""
    return pd.read_csv(path, dtype={"visit": str, "measure": str})


def first_measure(protocol: Protocol) -> Measure:
    """Scale of the first endpoint, or the first that is rated."""
    return protocol.endpoints[0].measure if protocol.endpoints else protocol.measures[0]


def interaction(
    request: RunRequest,
    *,
    number: int = DRAWS,
    count: int = PATIENTS,
    on_draw: Callable[[int], None] = lambda draw: None,
) -> pd.DataFrame:
    """Drug-times-therapy interaction at each visit, with its interval over draws.

    Parameters
    ----------
    request
        A run of a protocol whose arms fill the four cells.
    number
        Draws of the parameters beside the recorded ones.
    count
        Patients in each arm.
    on_draw
        Told of each draw before it is simulated; 0 has the recorded parameters.

    Returns
    -------
    DataFrame
        One row per visit at which the scale is rated: visit, day [d since the first
        dose], measure, interaction and se (recorded parameters, and the Monte Carlo
        error), low, median and high (95 % band over draws) [point], draws, patients.

    Raises
    ------
    ValueError
        If a cell has no arm.
    """
    protocol, measure = request.protocol, first_measure(request.protocol)
    grouped = cells(protocol)
    if not grouped:
        raise ValueError(f"the arms of {protocol.name} do not fill the four cells.")
    arms = prepare_all(protocol, request.seed, request.precision, request.refine)
    found = []
    for draw, values in enumerate(draws(drawn_records(protocol), number, request.seed)):
        on_draw(draw)
        drawn = redrawn(arms, protocol_values(with_values(protocol, values)))
        of_arms = {name: scores_of(one, measure, count) for name, one in drawn.items()}
        found.append(contrast(of_arms, grouped))
    return _table(protocol, measure, found)


def contrast(
    of_arms: Mapping[str, Float[np.ndarray, "visits n"]],
    grouped: Mapping[Cell, Sequence[str]],
) -> Float[np.ndarray, "visits n"]:
    """Interaction of each patient: the difference of two differences [point].

    Parameters
    ----------
    of_arms
        Scores of the same patients in each arm [point].
    grouped
        Arms of each cell.
    """
    means = (
        np.mean([of_arms[name] for name in grouped[cell]], axis=0) for cell in CELLS
    )
    return np.sum([s * mean for s, mean in zip(_SIGNS, means, strict=True)], axis=0)


def mean_and_error(
    values: Float[np.ndarray, "visits n"],
) -> tuple[Float[np.ndarray, " visits"], Float[np.ndarray, " visits"]]:
    """Mean over patients and its standard error; those without a number are left out.

    Neither is a number where too few patients are left.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        left = np.isfinite(values).sum(axis=1)
        error = np.nanstd(values, axis=1, ddof=1) / np.sqrt(left)
        return np.nanmean(values, axis=1), error


def _table(
    protocol: Protocol, measure: Measure, found: Sequence[Float[np.ndarray, "visits n"]]
) -> pd.DataFrame:
    value, error = mean_and_error(found[0])
    drawn = np.stack([mean_and_error(one)[0] for one in found[1:]])
    rows = []
    for k, visit in enumerate(protocol.visits):
        if measure not in visit.scales:
            continue
        sound = drawn[np.isfinite(drawn[:, k]), k]
        low, median, high = (
            np.quantile(sound, BAND) if len(sound) else np.full(3, np.nan)
        )
        rows.append(
            {
                "visit": visit.name,
                "day": visit.time_h / DAY_H,
                "measure": measure.value,
                "interaction": float(value[k]),
                "se": float(error[k]),
                "low": float(low),
                "median": float(median),
                "high": float(high),
                "draws": len(sound),
                "patients": int(np.isfinite(found[0][k]).sum()),
            }
        )
    return pd.DataFrame(rows)
