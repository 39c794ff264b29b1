"""Made-up cohorts for tests of conduct: no patient is simulated."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from kapsim.trial.conduct.outcomes import Outcomes
from kapsim.trial.conduct.people import Covariates
from kapsim.trial.protocol import Protocol
from tests.unit.trial import builders

DAYS = (1, 2, 8, 15, 22, 29)
ITEMS = 10
PEOPLE = 2000
ENDS = [{"measure": "MADRS", "kind": "change", "at": "day 29"}]


def visits(days: tuple[int, ...] = DAYS, **fields: Any) -> list[dict[str, Any]]:
    """Visits at which two scales are rated; the first is the baseline."""
    scales = ["MADRS", "QIDS-SR"]
    return [
        {"at": f"day {day}", "baseline": index == 0, "scales": scales, **fields}
        for index, day in enumerate(days)
    ]


def trial(**changes: Any) -> Protocol:
    """Two arms over four weeks."""
    usual = {"visits": visits(), "endpoints": ENDS, "published": []}
    return builders.protocol(**{**usual, **changes})


def outcomes(
    fall: float | np.ndarray = 10.0,
    *,
    n: int = PEOPLE,
    count: int = len(DAYS),
    guess: float = 0.5,
    felt: float = 0.0,
    failed: tuple[int, ...] = (),
    **signals: np.ndarray,
) -> Outcomes:
    """People of one arm: severities fall evenly to `fall` points less, with spread."""
    luck = np.random.default_rng(3)
    start, own = luck.normal(32, 5, n), luck.normal(0, 8, n)
    severity = start - np.linspace(0, 1, count)[:, None] * (fall + own)
    error = luck.normal(0, 2, (count, n))
    madrs = np.clip(np.rint(severity + error), 0, 60)
    qids = np.clip(np.rint(severity * 27 / 60), 0, 27)
    same = lambda value: np.full((count, n), value)
    usual = {"severity": severity, "guess_active": same(guess), "felt": same(felt)}
    return Outcomes(
        totals=np.stack([madrs, qids], axis=1).astype(np.int16),
        items=luck.integers(0, 7, (count, ITEMS, n)).astype(np.int8),
        signals={**usual, **signals},
        failed=np.isin(np.arange(n), failed),
    )


def cohort(**arms: Any) -> Mapping[str, Outcomes]:
    """Both arms of `trial`."""
    drug = arms.get("ketamine", outcomes(14, guess=0.8, felt=0.8))
    return {"ketamine": drug, "saline": arms.get("saline", outcomes(4, guess=0.3))}


def covariates(n: int = PEOPLE) -> Covariates:
    """People at entry."""
    luck = np.random.default_rng(5)
    return Covariates(
        age_years=luck.normal(44, 10, n),
        weight_kg=luck.normal(80, 16, n),
        female=(luck.random(n) < 0.6).astype(float),
        failures=luck.poisson(2, n).astype(float),
    )
