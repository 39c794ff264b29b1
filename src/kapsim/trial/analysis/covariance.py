"""Covariances of the visits of one patient, from the fullest to the plainest.

    us      any positive definite matrix                            V (V + 1) / 2
    toeph   s_v s_w r_|v - w|                                       2 V - 1
    adh     s_v s_w r_v r_(v+1) ... r_(w-1), antedependence         2 V - 1
    ar1h    s_v s_w r^|v - w|                                       V + 1
    csh     s_v s_w r                                               V + 1
    cs      s^2 r                                                   2

with the number of parameters of V visits at the right, s a standard deviation and r a
correlation, 1 on the diagonal. Parameters are free numbers and every one of their
values gives a positive definite matrix: logarithms of standard deviations, the Cholesky
factor for `us`, partial correlations through tanh for `toeph`.

Source: Pinheiro and Bates (1996), Unconstrained parametrizations for
variance-covariance matrices (log-Cholesky). The recursion from partial correlations to
correlations is that of Durbin and Levinson.
"""

import enum

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

_MOST = 0.95  # of a correlation at the start of a search [1]


class Structure(enum.StrEnum):
    """What is assumed of the covariance of a patient's visits."""

    US = "us"
    TOEPH = "toeph"
    ADH = "adh"
    AR1H = "ar1h"
    CSH = "csh"
    CS = "cs"


def covariance(
    structure: Structure, theta: Float[Array, " J"], visits: int
) -> Float[Array, "V V"]:
    """Covariance of a patient's visits.

    Parameters
    ----------
    structure
        What is assumed of it.
    theta
        Free parameters, as `start` orders them [1].
    visits
        Number of visits V.
    """
    if structure is Structure.US:
        root = jnp.diag(jnp.exp(theta[:visits]))
        root = root.at[np.tril_indices(visits, -1)].set(theta[visits:])
        return root @ root.T
    scales = 1 if structure is Structure.CS else visits
    deviations = jnp.broadcast_to(jnp.exp(theta[:scales]), (visits,))
    among = _correlation(structure, theta[scales:], visits)
    return deviations[:, None] * deviations[None] * among


def start(
    structure: Structure, moments: Float[np.ndarray, "R V V"]
) -> Float[np.ndarray, "R J"]:
    """Parameters near given covariances, where a search may start.

    Parameters
    ----------
    structure
        What is assumed of the covariance.
    moments
        Positive definite matrices, such as moment estimates.
    """
    visits = moments.shape[-1]
    variances = np.diagonal(moments, axis1=-2, axis2=-1)
    if structure is Structure.US:
        root = np.linalg.cholesky(moments)
        below = root[(..., *np.tril_indices(visits, -1))]
        logs = np.log(np.diagonal(root, axis1=-2, axis2=-1))
        return np.concatenate([logs, below], axis=-1)
    if structure is Structure.CS:
        variances = variances.mean(axis=-1, keepdims=True)
    roots = np.sqrt(np.diagonal(moments, axis1=-2, axis2=-1))
    among = moments / (roots[:, :, None] * roots[:, None])
    free = _free_correlations(structure, among)
    return np.concatenate([np.log(variances) / 2, free], axis=-1)


def _correlation(
    structure: Structure, free: Float[Array, " F"], visits: int
) -> Float[Array, "V V"]:
    """Correlations of a patient's visits, 1 on the diagonal."""
    match structure:
        case Structure.TOEPH:
            lags = jnp.abs(np.subtract.outer(np.arange(visits), np.arange(visits)))
            return _by_lag(jnp.tanh(free))[lags]
        case Structure.ADH:
            return _antedependence(jnp.tanh(free))
        case Structure.AR1H:
            return _antedependence(jnp.broadcast_to(jnp.tanh(free), (visits - 1,)))
        case _:
            low = _least(visits)
            same = low + (1 - low) * jax.nn.sigmoid(free[:, None])
            return jnp.where(np.eye(visits, dtype=bool), 1.0, same)


def _free_correlations(
    structure: Structure, among: Float[np.ndarray, "R V V"]
) -> Float[np.ndarray, "R F"]:
    """Free parameters near given correlations."""
    visits = among.shape[-1]
    next_to = np.diagonal(among, 1, -2, -1)
    match structure:
        case Structure.TOEPH:
            lags = [np.diagonal(among, k, -2, -1).mean(-1) for k in range(1, visits)]
            return np.arctanh(_partial(np.stack(lags, axis=-1)))
        case Structure.ADH:
            return np.arctanh(next_to.clip(-_MOST, _MOST))
        case Structure.AR1H:
            mean = next_to.mean(axis=-1, keepdims=True)
            return np.arctanh(mean.clip(-_MOST, _MOST))
        case _:
            pairs = among[(..., *np.tril_indices(visits, -1))]
            low = _least(visits)
            share = (pairs.mean(axis=-1, keepdims=True) - low) / (1 - low)
            share = share.clip(1 - _MOST, _MOST)
            return np.log(share / (1 - share))


def _least(visits: int) -> float:
    """Least correlation that all pairs of visits may share [1]."""
    return -1 / max(visits - 1, 1)


def _by_lag(partial: Float[Array, " L"]) -> Float[Array, " V"]:
    """Correlations at lags 0 to V - 1 from partial correlations."""
    found, weights = [jnp.ones(())], []
    for last in partial:
        back = found[:0:-1]
        told = sum((w * r for w, r in zip(weights, back, strict=True)), jnp.zeros(()))
        left = 1 - sum(
            (w * r for w, r in zip(weights, found[1:], strict=True)), jnp.zeros(())
        )
        found.append(told + last * left)
        turned = weights[::-1]
        weights = [w - last * u for w, u in zip(weights, turned, strict=True)]
        weights.append(last)
    return jnp.stack(found)


def _partial(by_lag: Float[np.ndarray, "R L"]) -> Float[np.ndarray, "R L"]:
    """Partial correlations from those at lags 1 to V - 1, kept off the bounds."""
    found: list[np.ndarray] = []
    weights: list[np.ndarray] = []
    for k in range(by_lag.shape[-1]):
        behind = [by_lag[:, j] for j in range(k)]
        told = sum(w * r for w, r in zip(weights, behind[::-1], strict=True))
        left = 1 - sum(w * r for w, r in zip(weights, behind, strict=True))
        last = ((by_lag[:, k] - told) / left).clip(-_MOST, _MOST)
        turned = weights[::-1]
        weights = [w - last * u for w, u in zip(weights, turned, strict=True)]
        weights.append(last)
        found.append(last)
    return np.stack(found, axis=-1)


def _antedependence(steps: Float[Array, " L"]) -> Float[Array, "V V"]:
    """Correlations that are products of those between neighbouring visits."""
    visits = steps.shape[0] + 1
    rows = [
        jnp.concatenate([jnp.zeros(v + 1), jnp.cumprod(steps[v:])])
        for v in range(visits)
    ]
    above = jnp.stack(rows)
    return above + above.T + jnp.eye(visits)
