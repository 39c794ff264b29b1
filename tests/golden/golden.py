"""The numbers that must not change by accident: whole courses of two bundled trials.

`python -m tests.golden.golden` (`make golden`) writes the table anew and shows what
has changed.
"""

import pathlib
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

import equinox as eqx
import numpy as np
import pandas as pd
from jaxtyping import Array, Float

from kapsim.engine import AbstractSystem, platform, simulate
from kapsim.engine.random import patient_indices
from kapsim.patient import PatientNode, Ratings
from kapsim.patient.rating import RatedPatient, RatedState
from kapsim.trial.arms.simulation import prepare_all
from kapsim.trial.loading import load_protocol
from tests.unit.patient.people import QUICK

TABLE = pathlib.Path(__file__).with_name("numbers.csv")
TRIALS = ("kap-2x2", "hollon-2005")
"""Infusions beside therapy; therapy and antidepressants for a year and a half."""

PEOPLE = 256
SEED = 1
KEY = ["trial", "arm", "visit"]


class Seen(NamedTuple):
    """Latent severity [points] and the ratings of it."""

    severity: Float[Array, " n"]
    rated: Ratings


class Both(AbstractSystem[RatedState, Seen]):
    """Rated patients whose latent severity is recorded too."""

    patients: RatedPatient

    def init(self) -> RatedState:
        return self.patients.init()

    def step(self, state: RatedState, node: PatientNode) -> RatedState:
        return self.patients.step(state, node)

    def observe(self, state: RatedState, node: PatientNode) -> Seen:
        return Seen(state.patient.severity, self.patients.observe(state, node))


@eqx.filter_jit(**QUICK)
def _followed(people: Any, schedule: Any, indices: Any, visits: int) -> Any:
    return simulate(Both(people.rated(indices)), schedule, visits)[1]


def means(name: str, values: Mapping[str, Any] | None = None) -> pd.DataFrame:
    """Mean severity and MADRS [points] by arm and visit, in double precision.

    Parameters
    ----------
    name
        A bundled protocol.
    values
        Other values of parameters than those it has.
    """
    trial = load_protocol(name)
    if values:
        trial = trial.model_copy(update={"parameters": dict(values)})
    rows = []
    for arm, ready in prepare_all(trial, SEED, "float64").items():
        indices, visits = patient_indices(0, PEOPLE), len(trial.visits)
        seen = _followed(ready.cohort, ready.schedule, indices, visits)
        madrs = [measure.value for measure in trial.measures].index("MADRS")
        totals = np.asarray(seen.rated.totals)[:, madrs].mean(axis=1)
        severity = np.asarray(seen.severity).mean(axis=1)
        for visit, latent, total in zip(trial.visits, severity, totals, strict=True):
            rows.append((name, arm, visit.name, latent, total))
    return pd.DataFrame(rows, columns=[*KEY, "severity", "madrs"])


def stored() -> pd.DataFrame:
    """The table as it was last agreed upon."""
    return pd.read_csv(TABLE)


def main() -> int:
    """Write the table anew and say by how much each number has moved."""
    platform.configure()
    now = pd.concat([means(name) for name in TRIALS], ignore_index=True)
    if TABLE.exists():
        both = stored().merge(now, on=KEY, how="outer", suffixes=("_was", ""))
        for column in ("severity", "madrs"):
            both[f"{column}_moved"] = both[column] - both[f"{column}_was"]
        moved = both[both["severity_moved"] != 0]
        sys.stdout.write(f"{moved.to_string() if len(moved) else 'nothing moved'}\n")
    now.to_csv(TABLE, index=False, float_format="%.12g", lineterminator="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
