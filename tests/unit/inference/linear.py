"""A linear Gaussian calibration, whose every answer is known in closed form."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Bool, Float

from kapsim.evidence.posterior import Spreads
from kapsim.inference.emulation.emulator import Emulator
from kapsim.inference.posterior.sampling import Posterior
from kapsim.inference.targets.problem import Freed, Problem, Target

SPREADS = Spreads(study_sd=1.5, arm_sd=0.5, share_sd=0.4)
FREED = ("mind.belief.beta_plus", "mind.belief.beta_minus", "therapy.modality.kappa")


def problem(studies: int = 6, seed: int = 5, lever: float = 1.0) -> Problem:
    """Four endpoints per study, two arms, of which the last endpoint is a contrast.

    `lever` is the true u of the first two parameters, counted from where the records
    are zero; with 0 the lever does nothing.
    """
    rng = np.random.default_rng(seed)
    freed = tuple(Freed(name, "identity", 0.2, 0.15, -5.0, 5.0) for name in FREED)
    names = tuple(f"study {k}" for k in range(studies))
    targets = tuple(_target(name, k) for name in names for k in range(4))
    size = len(targets)
    level, arm = np.zeros((size, studies)), np.zeros((size, 2 * studies))
    share = np.zeros((size, studies))
    for k in range(size):
        if k % 4 < 3:
            level[k, k // 4] = 1.0
            arm[k, 2 * (k // 4) + (k % 4 == 2)] = 1.0
            share[k, k // 4] = float(k % 4 == 1)
    parts = np.zeros(size), np.eye(size), level, arm, share
    made = Problem(freed, targets, names, *parts)
    zero = np.array([one.u(0.0) for one in freed])
    truth = zero + np.array([lever, lever, 1.0]) * 3.0
    mean = np.asarray(emulator(made).linear) @ truth
    noise = np.linalg.cholesky(covariance(made)) @ rng.standard_normal(size)
    return made._replace(observed=mean + noise)


def emulator(made: Problem) -> Emulator:
    """Slopes that differ from endpoint to endpoint, without curvature."""
    size, many = len(made.targets), len(made.freed)
    slopes = np.random.default_rng(7).normal(size=(size, many))
    return Emulator(
        constant=np.zeros(size),
        linear=slopes,
        quadratic=np.zeros((size, many, many)),
        error=np.full(size, 0.1),
    )


def covariance(made: Problem) -> Float[np.ndarray, "K K"]:
    """Of the endpoints at the true spreads."""
    return made.covariance(SPREADS, np.full(len(made.targets), 0.1))


def normal(
    made: Problem, own: Emulator, keep: Bool[np.ndarray, " K"]
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the posterior of u at the true spreads."""
    slopes = np.asarray(own.linear)[keep]
    weighed = np.linalg.solve(covariance(made)[np.ix_(keep, keep)], slopes).T
    spread = np.linalg.inv(np.eye(slopes.shape[1]) + weighed @ slopes)
    away = (made.observed - np.asarray(own.constant))[keep]
    return spread @ (weighed @ away), spread


def exact(
    made: Problem,
    own: Emulator,
    *,
    keep: Bool[np.ndarray, " K"] | None = None,
    fixed: Mapping[int, float] | None = None,
    draws: int = 1000,
    seed: int = 1,
) -> Posterior:
    """Draws from that posterior; in place of `sampling.sample`."""
    assert not fixed
    used = np.ones(len(made.targets), bool) if keep is None else keep
    mean, spread = normal(made, own, used)
    rng = np.random.default_rng(seed)
    u = rng.multivariate_normal(mean, spread, size=draws)
    spreads, extra = np.tile(SPREADS, (draws, 1)), np.ones(len(mean) + len(SPREADS))
    return Posterior(u, spreads, extra, draws * extra, 0)


def _target(study: str, k: int) -> Target:
    return Target(
        id=f"{study}/{k}",
        study=study,
        protocol=study,
        kind="mean_difference" if k == 3 else "change_mean",
        arm="drug",
        versus="control" if k == 3 else "",
        measure="MADRS",
        metric="mean_difference" if k == 3 else "change_mean",
        day=1.0 + k,
        unit="points",
        observed=0.0,
        n=40,
        label=f"{study}, endpoint {k}",
        contrast=k == 3,
    )
