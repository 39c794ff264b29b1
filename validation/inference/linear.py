"""A small calibration that is linear, so that its posterior is known exactly.

Three parameters, nine endpoints of three studies with two arms each. Given the SDs of
the effects the posterior of u is normal; those three are summed over a fine grid.
Shares no code with `posterior.sampling`, nor with the covariance of `targets.problem`.
"""

import numpy as np

from kapsim.inference.emulation.emulator import Emulator
from kapsim.inference.posterior.sampling import Posterior
from kapsim.inference.targets.assumed import effect_scales
from kapsim.inference.targets.problem import Freed, Problem, Target

PARAMETERS, STUDIES, ARMS = 3, 3, 2
PER_STUDY = 3
"""Endpoints of a study: both arms, and what lies between them."""

_CELLS = (50, 40, 12)
_REACH = 5.0  # of the grid, in scales of the priors


def target(number, observed=0.0):
    study = number // PER_STUDY
    return Target(
        id=f"endpoint-{number}",
        study=f"study-{study}",
        protocol=f"protocol-{study}",
        kind="change",
        arm="ketamine",
        versus="",
        measure="MADRS",
        metric="mean",
        day=1.0,
        unit="1",
        observed=observed,
        n=30,
        label=f"endpoint {number} of study {study}",
        contrast=number % PER_STUDY == PER_STUDY - 1,
    )


def problem():
    """Levels of two arms and their contrast, of each of three studies."""
    count = STUDIES * PER_STUDY
    level, arm = np.zeros((count, STUDIES)), np.zeros((count, STUDIES * ARMS))
    share = np.zeros((count, STUDIES))
    sampling = np.zeros((count, count))
    for study in range(STUDIES):
        rows = slice(PER_STUDY * study, PER_STUDY * (study + 1))
        one, other = 1.0 + 0.1 * study, 0.9
        level[rows, study] = [one, other, one - other]
        share[rows, study] = [4.0, 3.0, 1.0]
        arm[rows, ARMS * study : ARMS * (study + 1)] = [
            [one, 0.0],
            [0.0, other],
            [one, -other],
        ]
        sampling[rows, rows] = [[1.0, 0.1, 0.9], [0.1, 1.2, -1.1], [0.9, -1.1, 2.2]]
    targets = tuple(target(number) for number in range(count))
    freed = tuple(
        Freed(f"parameter-{number}", "identity", 0.0, 1.0, -10.0, 10.0)
        for number in range(PARAMETERS)
    )
    names = tuple(f"study-{study}" for study in range(STUDIES))
    return Problem(freed, targets, names, np.zeros(count), sampling, level, arm, share)


def emulator():
    """Slopes of a few points for each SD of a prior; no quadratic part."""
    source = np.random.default_rng(11)
    count = STUDIES * PER_STUDY
    linear = 3.0 * source.standard_normal((count, PARAMETERS))
    return Emulator(
        constant=source.standard_normal(count),
        linear=linear,
        quadratic=np.zeros((count, PARAMETERS, PARAMETERS)),
        error=np.full(count, 0.4),
    )


def grid():
    """Middles and half widths of the cells of the SDs [cells, 3], [3]."""
    scale = np.array(effect_scales())
    width = _REACH * scale / np.array(_CELLS)
    axes = [(np.arange(n) + 0.5) * w for n, w in zip(_CELLS, width, strict=True)]
    sds = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    return sds.reshape(-1, len(_CELLS)), width / 2


def conditional(made, fitted, keep):
    """Weight of each cell, mean [cells, P] and covariance [cells, P, P] of u there."""
    sds, _ = grid()
    slopes, away = fitted.linear[keep], (made.observed - fitted.constant)[keep]
    block = np.ix_(keep, keep)
    own = made.sampling[block] + np.diag(fitted.error[keep] ** 2)
    study, arm, share = made.level[keep], made.arm[keep], made.share[keep]
    tau, delta, omega = (sds**2).T[:, :, None, None]
    noise = own + tau * (study @ study.T) + delta * (arm @ arm.T)
    noise = noise + omega * (share @ share.T)
    whole = noise + slopes @ slopes.T
    solved = np.linalg.solve(
        whole, np.broadcast_to(away[:, None], (len(sds), len(away), 1))
    )
    weight = -0.5 * (away @ solved[..., 0].T) - 0.5 * np.linalg.slogdet(whole)[1]
    weight -= 0.5 * ((sds / np.array(effect_scales())) ** 2).sum(axis=1)
    weight = np.exp(weight - weight.max())
    precision = np.eye(slopes.shape[1]) + slopes.T @ np.linalg.solve(noise, slopes)
    covariance = np.linalg.inv(precision)
    mean = slopes.T @ solved
    return weight / weight.sum(), mean[..., 0], covariance


def moments(made, fitted):
    """Exact mean and SD of u and of the SDs [P+3]."""
    keep = np.ones(len(made.observed), bool)
    weight, means, covariances = conditional(made, fitted, keep)
    sds, half = grid()
    values = np.column_stack([means, sds])
    mean = weight @ values
    variance = weight @ (values - mean) ** 2
    variance[: -len(half)] += weight @ np.diagonal(covariances, axis1=1, axis2=2)
    variance[-len(half) :] += half**2 / 3
    return mean, np.sqrt(variance)


def exact(made, fitted, *, keep=None, draws=1000, seed=1):
    """Independent draws of the exact posterior; as `sample`."""
    keep = np.ones(len(made.observed), bool) if keep is None else keep
    weight, means, covariances = conditional(made, fitted, keep)
    source = np.random.default_rng(seed)
    cell = source.choice(len(weight), size=draws, p=weight)
    factors = np.linalg.cholesky(covariances)[cell]
    noise = source.standard_normal((draws, means.shape[1], 1))
    u = means[cell] + (factors @ noise)[..., 0]
    middles, half = grid()
    sds = middles[cell] + half * source.uniform(-1.0, 1.0, (draws, len(half)))
    nothing = np.zeros(0)
    return Posterior(u, sds, nothing, nothing, 0)


def narrowed(sampler, factor):
    """A faulty sampler: spread of u around its mean times `factor`."""

    def faulty(*args, **more):
        made = sampler(*args, **more)
        middle = made.u.mean(axis=0)
        return made._replace(u=middle + factor * (made.u - middle))

    return faulty


def shifted(sampler, sds):
    """A faulty sampler: u too high by so many posterior SDs."""

    def faulty(*args, **more):
        made = sampler(*args, **more)
        return made._replace(u=made.u + sds * made.u.std(axis=0))

    return faulty
