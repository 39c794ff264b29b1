"""Made-up trials and cohorts for tests of power: no patient is simulated."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kapsim.evidence.posterior import ON_THE_MODEL
from kapsim.trial.conduct.outcomes import Outcomes
from kapsim.trial.conduct.trials import Reason, Trials
from kapsim.trial.power.effects import Analysis
from kapsim.trial.power.worlds import DRUG, Held, write_cohort
from kapsim.trial.protocol import Protocol
from tests.unit.trial.conduct import builders

CHANGE = {"measure": "MADRS", "kind": "change", "at": "day 29"}
PAIR = ("ketamine", "saline")
SIZES = {"ketamine": 20, "saline": 20}


def trial(*endpoints: Mapping[str, Any], **changes: Any) -> Protocol:
    """Two arms over four weeks, with these endpoints."""
    return builders.trial(endpoints=list(endpoints or (CHANGE,)), **changes)


def trials(arm: np.ndarray, score: np.ndarray, **fields: np.ndarray) -> Trials:
    """Trials of these arms [R P] and scores [R P V M], in which nothing went wrong."""
    replicates, people, visits, _ = score.shape
    each, never = np.zeros(arm.shape, int), np.full(arm.shape, visits)
    plain = {
        "replicate": np.arange(replicates),
        "arm": arm,
        "person": np.tile(np.arange(people), (replicates, 1)),
        "site": each,
        "stratum": each,
        "score": score.astype(float),
        "baseline": score[:, :, 0].astype(float),
        "day": np.zeros((replicates, people, visits)),
        "guess": np.zeros((replicates, people, visits), bool),
        "rater_guess": np.zeros((replicates, people, visits), bool),
        "left": never,
        "reason": np.full(arm.shape, int(Reason.COMPLETED)),
        "stopped": never,
        "rescued": never,
        "deviated": np.zeros(arm.shape, bool),
        "assessed": np.full(replicates, people),
        "eligible": np.full(replicates, people),
    }
    return Trials(**{**plain, **fields})


def drawn(
    replicates: int = 3, people: int = 24, visits: int = 6, spread: int = 6
) -> Trials:
    """Trials in which the first half is given ketamine and falls by ten points more."""
    luck = np.random.default_rng(8)
    arm = np.tile(np.arange(people) // (people // 2), (replicates, 1))
    start = luck.integers(26, 44, (replicates, people, 1))
    slope = np.where(arm == 0, 14, 4)[..., None] * np.linspace(0, 1, visits)
    noise = luck.integers(-spread, spread + 1, (replicates, people, visits))
    noise[..., 0] = 0
    madrs = np.clip(np.rint(start - slope + noise), 0, 60)
    return trials(arm, np.stack([madrs, np.rint(madrs * 27 / 60)], axis=-1))


def asked(protocol: Protocol, of: Trials, which: int = 0, **fields: Any) -> Analysis:
    """An endpoint of the protocol, of these trials."""
    nothing = np.zeros((*of.arm.shape, 0))
    usual = {"covariates": nothing, "cohort": {}}
    end = protocol.endpoints[which]
    return Analysis(of, protocol, end, **{**usual, **fields})


def held(**arms: Outcomes) -> Held:
    """The cohort of `trial`, with who the people are."""
    return Held(dict(builders.cohort(**arms)), builders.covariates())


def written(place: Path, **arms: Outcomes) -> Path:
    """The cohort of `trial` in a file."""
    path = place / "cohort.npz"
    write_cohort(path, held(**arms))
    return path


def payload(protocol: Protocol, cohort: Path, **changes: Any) -> dict[str, Any]:
    """Task of eight replicates."""
    usual = {
        "what": "effects",
        "protocol_json": protocol.model_dump_json(),
        "cohort": str(cohort),
        "world": DRUG,
        "spreads": ON_THE_MODEL,
        "control": "",
        "size": 0,
        "patients": SIZES,
        "first": 0,
        "count": 8,
        "seed": 5,
    }
    return {**usual, **changes}
