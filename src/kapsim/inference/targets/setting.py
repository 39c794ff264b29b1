"""Setting a calibration up: endpoints, their covariance, what a point does to them.

The covariance of sampling is that of replicates of the published size, conducted as
usual, at a reference set of parameters; figures that few replicates can tell have none
with the others.

Relapse is counted at one visit here, where studies asked for two, or for a judgement,
or do not say; so its figures have an error of their own beside the others, which is
assumed (the records `inference.relapse`).
"""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from scipy.linalg import block_diag

from kapsim.engine.mappings import spare_mappings
from kapsim.inference.emulation.simulator import Slopes
from kapsim.inference.targets import bias
from kapsim.inference.targets.assumed import relapse_sds
from kapsim.inference.targets.endpoints import drawn, figures, targets
from kapsim.inference.targets.freed import freed
from kapsim.inference.targets.problem import Problem, Target
from kapsim.trial.external.replicates import replicated
from kapsim.trial.external.request import ValidationRequest
from kapsim.trial.external.sizes import sizes
from kapsim.trial.external.studies import Study
from kapsim.trial.external.table import patients_behind
from kapsim.trial.protocol import Protocol

COUNTED = ("response_percent", "remission_percent")
"""Kinds of figures that count people by a rule, which studies apply differently."""

REPLICATES = 400
"""Trials of the published size for the covariance of sampling."""

_WIDEST = 3.0  # SD of an endpoint that replicates can hardly tell [working scale]
_LEAST = 20  # replicates that tell an endpoint
_RIDGE = 1e-3  # of the variances, added to them


class Sampled(NamedTuple):
    """Covariance of the endpoints of a study, and the patients behind each."""

    covariance: Float[np.ndarray, "k k"]
    behind: list[int]


def problem(
    protocols: Sequence[Protocol], slopes: Slopes, sampled: Sequence[Sampled]
) -> Problem:
    """The calibration to these protocols.

    Parameters
    ----------
    protocols
        Studies to fit to.
    slopes
        What a point does to their endpoints, as `Simulator.slopes` has it.
    sampled
        Of each study, as `sampling` has it.
    """
    learnt, learnt_se = bias.target()
    level, arm = slopes
    fitted, averaged = [], list[float]()
    for protocol, (_, behind) in zip(protocols, sampled, strict=True):
        fitted += targets(protocol, behind)
        averaged += [protocol.design.averaged(1.0)] * len(behind)
    made = (*fitted, learnt)
    studies = tuple(dict.fromkeys(one.study for one in made))
    one_effect = np.array([*averaged, 1.0])
    counted = [float(one.kind in COUNTED) for one in made]
    defined = relapse_sds()
    return Problem(
        freed=freed(),
        targets=made,
        studies=studies,
        observed=np.array([one.observed for one in made]),
        sampling=np.asarray(
            block_diag(*[one.covariance for one in sampled], [[learnt_se**2]])
        )
        + np.diag([defined.get(one.kind, 0.0) ** 2 for one in made]),
        level=_by_study(made, studies, one_effect * [*itertools.chain(*level), 0.0]),
        arm=_by_arm(arm),
        share=_by_study(made, studies, one_effect * counted),
    )


def sampling(protocol: Protocol, seed: int) -> Sampled:
    """What replicates of its size say about the endpoints of a study.

    Parameters
    ----------
    protocol
        The study, at the reference values.
    seed
        Seed of the replicates.
    """
    spare_mappings()
    chosen = figures(protocol)
    own = protocol.model_copy(update={"published": tuple(chosen)})
    request = ValidationRequest(
        given=(protocol.name,), replicates=REPLICATES, draws=0, seed=seed
    )
    study, known = Study(protocol.name, own), sizes(protocol)
    made = replicated(study, known, request, lambda *_: None)
    each = np.stack(
        [
            np.full(REPLICATES, np.nan) if isinstance(one, str) else drawn(figure, one)
            for figure, one in zip(chosen, made.drawn, strict=True)
        ]
    )
    pairs = zip(chosen, made.drawn, strict=True)
    behind = [patients_behind(*pair, known) for pair in pairs]
    return Sampled(covariance(each), behind)


def covariance(each: Float[np.ndarray, "k R"]) -> Float[np.ndarray, "k k"]:
    """Covariance over replicates, some of which cannot tell some endpoints."""
    told = np.isfinite(each).sum(axis=1) >= _LEAST
    found = np.asarray(np.ma.cov(np.ma.masked_invalid(each)).filled(0.0))
    found = np.atleast_2d(found)
    found[~told], found[:, ~told] = 0.0, 0.0
    found[~told, ~told] = _WIDEST**2
    size, turned = np.linalg.eigh(found)
    least = _RIDGE * np.diag(found)
    return (turned * np.maximum(size, 0.0)) @ turned.T + np.diag(least)


def _by_study(
    made: Sequence[Target], studies: Sequence[str], slope: Float[np.ndarray, " K"]
) -> Float[np.ndarray, "K S"]:
    """Slopes of the endpoints, each in the column of its study."""
    column = [studies.index(one.study) for one in made]
    found = np.zeros((len(made), len(studies)))
    found[np.arange(len(made)), column] = np.nan_to_num(slope)
    return found


def _by_arm(arm: Sequence[Sequence[Sequence[float]]]) -> Float[np.ndarray, "K A"]:
    """Arms of all protocols one after another; the laboratory has none."""
    blocks = [np.nan_to_num(np.array(one, float)).T for one in arm]
    joined = np.asarray(block_diag(*blocks))
    return np.concatenate([joined, np.zeros((1, joined.shape[1]))])
