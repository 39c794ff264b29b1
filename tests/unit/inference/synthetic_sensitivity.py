"""A small sensitivity analysis with known shares, for tests."""

import numpy as np

from kapsim.evidence import Kind, Parameter, library
from kapsim.evidence.posterior import Calibrated, Posterior
from kapsim.inference.sensitivity.analysis import Sensitivity, analyse
from kapsim.inference.sensitivity.factors import Factors, factor
from kapsim.inference.sensitivity.outcomes import Outcome
from kapsim.inference.sensitivity.posterior import margins
from kapsim.inference.sensitivity.request import SensitivityRequest
from kapsim.trial import load_protocol

ASSUMED = ("mind.mood.k_e", "mind.belief.kappa")
CALIBRATED = ("mind.mood.tau_m", "mind.mood.k_h")


def _number(record: Parameter) -> float:
    assert not isinstance(record.value, list)
    return record.value


def posterior(correlation: float = 0.8) -> Posterior:
    source = np.random.default_rng(1)
    joint = [[1.0, correlation], [correlation, 1.0]]
    u = source.multivariate_normal([0.0, 0.0], joint, 200)
    records = [library().parameter(name) for name in CALIBRATED]
    values = np.stack(
        [abs(_number(r)) * np.exp(0.1 * c) for r, c in zip(records, u.T, strict=True)],
        axis=1,
    )
    return Posterior(
        version="1",
        parameters=tuple(
            Calibrated(
                id=record.id,
                unit=record.unit,
                scale="log",
                low=record.bounds[0],
                high=record.bounds[1],
                prior_mean=0.0,
                prior_sd=1.0,
                mean=_number(record),
                sd=0.1,
            )
            for record in records
        ),
        values=values,
        spreads=np.ones((200, 3)),
        studies=(),
        provenance={},
        digest="",
    )


def assumed(name: str) -> Parameter:
    """A record as it would be if it were assumed and had no prior."""
    changed = {"kind": Kind.ASSUMED, "range": (0.0, 1.0), "prior": None}
    return library().parameter(name).model_copy(update=changed)


def small() -> Factors:
    """Two calibrated, one published and two assumed numbers."""
    known = margins(posterior())
    each = (
        *(factor(library().parameter(name), known) for name in CALIBRATED),
        factor(library().parameter("drug.intravenous.cl"), {}),
        *(factor(assumed(name), {}) for name in ASSUMED),
    )
    joint = np.eye(5)
    joint[0, 1] = joint[1, 0] = 0.5
    return Factors(each, joint, "1")


def request(**changed: int) -> SensitivityRequest:
    given = {"trajectories": 4, "base": 32, "retained": 4, "persons": 8} | changed
    return SensitivityRequest(protocol=load_protocol("kap-2x2"), **given)


WANTED = tuple(Outcome(f"outcome {k}", "point", lambda scores: 0.0) for k in range(2))


SLOPES = np.array([1.0, 0.0, 0.0, 2.0, 1.0])


def straight(x: np.ndarray, label: str) -> np.ndarray:
    """A straight function of the coordinates, and one that does not vary."""
    assert label in ("screening", "variance")
    return np.stack([x @ SLOPES, np.full(len(x), 3.0)], axis=1)


def found() -> Sensitivity:
    """The analysis of it."""
    return analyse(request(), small(), WANTED, straight)
