"""Graded-response items with residuals that stay with the person.

    P(X_j >= k | theta) = 1 / (1 + exp(-a_j (theta - b_jk)))

The same probability arises when the item's continuous response crosses its
thresholds,

    X_j = number of k with a_j theta + L(g_j) >= a_j b_jk,
    L(g) = logit(Phi(g)),   g_j = sqrt(r) p_j + sqrt(1 - r) f_j,

since L turns a standard normal into a standard logistic variate. The persistent
normal p_j is a person's symptom profile and the fresh normal f_j belongs to one
rating, so item residuals of two ratings correlate by r and the marginal law is the
logistic one exactly.

Arrays have patients last: theta [n], items [j, n], thresholds [j, c].

Assumes: residuals of different items are independent given theta.
Does not cover: items that depend on one another beyond theta, drift of a profile.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

# Odd polynomial for logit(Phi(g)), least maximum error relative to max(1, L) over
# |g| <= 5.5; the implied probability is right to 1.1e-4 everywhere.
_LOGIT_OF_NORMAL = (
    1.5942553335705212,
    0.07512844411430972,
    -0.0009239375511027072,
    7.573705825700844e-06,
)
# Phi(x) = (1 + u / sqrt(1 + u^2)) / 2 with u odd in x, least maximum error 6.3e-4.
_NORMAL_CDF = (0.8040558702967296, 0.10183023068535632, 0.02520023042623028)
_QUADRATURE_ORDER = 40


def _odd_polynomial(
    x: Float[Array, "*shape"], coefficients: tuple[float, ...]
) -> Float[Array, "*shape"]:
    square = x * x
    total = jnp.full_like(x, coefficients[-1])
    for coefficient in coefficients[-2::-1]:
        total = total * square + coefficient
    return x * total


def logistic_from_normal(g: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Standard logistic variate of a standard normal one, logit(Phi(g)).

    Parameters
    ----------
    g
        Standard normal draws [1].

    Returns
    -------
    Array
        logit(Phi(g)) [1], by a polynomial whose probability errs by at most 1.1e-4.
    """
    return _odd_polynomial(g, _LOGIT_OF_NORMAL)


def fast_normal_cdf(x: Float[Array, "*shape"]) -> Float[Array, "*shape"]:
    """Normal distribution function, monotone, to 6.3e-4, without exponentials."""
    u = _odd_polynomial(x, _NORMAL_CDF)
    return 0.5 + 0.5 * u * jax.lax.rsqrt(1 + u * u)


def item_normals(
    persistent: Float[Array, "j n"],
    fresh: Float[Array, "j n"],
    persistence: Float[Array, ""],
) -> Float[Array, "j n"]:
    """Item residuals of one rating as standard normals, sqrt(r) p + sqrt(1-r) f.

    Parameters
    ----------
    persistent
        The person's profile, standard normal [1].
    fresh
        This rating's own draws, standard normal [1].
    persistence
        Correlation r of the residuals of two ratings [1].
    """
    return jnp.sqrt(persistence) * persistent + jnp.sqrt(1 - persistence) * fresh


def item_scores(
    theta: Float[Array, " n"],
    residual: Float[Array, "j n"],
    slope: Float[Array, " j"],
    threshold: Float[Array, "j c"],
) -> Int[Array, "j n"]:
    """Integer item scores: how many thresholds the continuous response has crossed.

    Parameters
    ----------
    theta
        Latent trait in the metric of the item parameters [1].
    residual
        Standard logistic residual of each item [1], see `logistic_from_normal`.
    slope
        Item slopes a_j [1].
    threshold
        Item thresholds b_jk, ascending in k [1].

    Returns
    -------
    Array
        int32 scores from 0 to c.
    """
    response = slope[:, None] * theta[None, :] + residual
    cut = slope[:, None] * threshold
    score = jnp.zeros(response.shape, jnp.int32)
    for k in range(threshold.shape[1]):
        score = score + (response >= cut[:, k, None]).astype(jnp.int32)
    return score


def exceedance(
    theta: Float[Array, " m"],
    slope: Float[Array, " j"],
    threshold: Float[Array, "j c"],
) -> Float[Array, "j c m"]:
    """P(X_j >= k | theta) of every item and threshold [1]."""
    distance = theta[None, None, :] - threshold[:, :, None]
    return jax.nn.sigmoid(slope[:, None, None] * distance)


def expected_total(
    theta: Float[Array, " m"],
    slope: Float[Array, " j"],
    threshold: Float[Array, "j c"],
) -> Float[Array, " m"]:
    """Expected sum score at theta [point].

    Parameters
    ----------
    theta
        Latent trait [1].
    slope, threshold
        Item parameters [1].
    """
    return exceedance(theta, slope, threshold).sum(axis=(0, 1))


def _normal_cuts(
    theta: Float[Array, " m"],
    slope: Float[Array, " j"],
    threshold: Float[Array, "j c"],
) -> Float[Array, "j c m"]:
    """Phi^-1 of P(X_j >= k | theta), by symmetry accurate in both tails."""
    distance = theta[None, None, :] - threshold[:, :, None]
    logit = slope[:, None, None] * distance
    upper = -jax.scipy.special.ndtri(jax.nn.sigmoid(-jnp.abs(logit)))
    return jnp.where(logit < 0, -upper, upper)


def expected_total_of_person(
    theta: Float[Array, " m"],
    persistent: Float[Array, "j n"],
    persistence: Float[Array, ""],
    slope: Float[Array, " j"],
    threshold: Float[Array, "j c"],
) -> Float[Array, "m n"]:
    """Expected sum score at theta of persons with given symptom profiles [point].

    The mean over fresh draws only,
    sum_jk Phi((sqrt(r) p_j + Phi^-1(P_jk(theta))) / sqrt(1 - r)).

    Parameters
    ----------
    theta
        Values at which the curve is wanted [1].
    persistent
        Symptom profiles, standard normal [1].
    persistence
        Correlation r of the residuals of two ratings, below one [1].
    slope, threshold
        Item parameters [1].
    """
    scale = jax.lax.rsqrt(1 - persistence)
    cuts = scale * _normal_cuts(theta, slope, threshold)
    profile = scale * jnp.sqrt(persistence) * persistent

    def add_item(
        total: Float[Array, "m n"],
        item: tuple[Float[Array, "c m"], Float[Array, " n"]],
    ) -> tuple[Float[Array, "m n"], None]:
        for cut in item[0]:
            total = total + fast_normal_cdf(cut[:, None] + item[1][None, :])
        return total, None

    start = jnp.zeros((theta.shape[0], persistent.shape[1]), persistent.dtype)
    return jax.lax.scan(add_item, start, (cuts, profile))[0]


def fresh_variance(
    theta: Float[Array, " m"],
    persistence: Float[Array, ""],
    slope: Float[Array, " j"],
    threshold: Float[Array, "j c"],
) -> Float[Array, " m"]:
    """Variance of the sum score within a person at fixed theta [point^2].

    What a second rating of the same state would differ by, averaged over profiles by
    Gauss-Hermite quadrature.

    Parameters
    ----------
    theta
        Latent trait [1].
    persistence
        Correlation r of the residuals of two ratings, below one [1].
    slope, threshold
        Item parameters [1].
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(_QUADRATURE_ORDER)
    node = jnp.asarray(nodes, theta.dtype)[:, None, None, None]
    weight = jnp.asarray(weights / weights.sum(), theta.dtype)[:, None, None]
    cuts = _normal_cuts(theta, slope, threshold)[None]
    standardised = (jnp.sqrt(persistence) * node + cuts) / jnp.sqrt(1 - persistence)
    above = jax.scipy.special.ndtr(standardised)
    step = 2 * jnp.arange(threshold.shape[1], dtype=theta.dtype) + 1
    square = (above * step[None, None, :, None]).sum(axis=2)
    variance = square - above.sum(axis=2) ** 2
    return (weight * variance).sum(axis=(0, 1))
