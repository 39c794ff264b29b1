"""Shapley effects of a quadratic function of correlated inputs, without simulation.

For y = c + b'x + x'Qx, where x has mean 0, unit variances and correlation R, normal in
each correlated block and symmetric where it stands alone, what a set S of inputs
explains has a closed form. With x = L e in an order that begins with S (L the Cholesky
factor of R in that order), g = L'b and G = L'QL,

    Var(E[y | x_S]) = sum_(i in S) g_i^2 + sum_(i != j in S) 2 G_ij^2
                      + sum_(i in S) (k_i - 1) G_ii^2

where k_i is the fourth moment of e_i: 3 if normal, 1.8 if uniform. The Shapley effect
of an input is what it adds to this, averaged over all orders in which inputs can come
to be known. Effects are never negative and add up to the variance; what correlated
inputs have in common is shared among them. Orders are drawn at random, each with its
reverse.

Sources: Owen (2014), Sobol' indices and Shapley value; Song, Nelson and Staum (2016),
Shapley effects for global sensitivity analysis; Owen and Prieur (2017), On Shapley
value for measuring importance of dependent inputs (linear case); Iooss and Prieur
(2019), Shapley effects for sensitivity analysis with correlated inputs.
"""

import numpy as np
from jaxtyping import Float

ORDERS = 512
"""Pairs of an order and its reverse."""

_JITTER = 1e-9


def shapley_effects(
    linear: Float[np.ndarray, " P"],
    quadratic: Float[np.ndarray, "P P"],
    correlation: Float[np.ndarray, "P P"],
    fourth: Float[np.ndarray, " P"],
    *,
    orders: int = ORDERS,
    seed: int = 0,
) -> Float[np.ndarray, " P"]:
    """Part of the variance that is due to each input [unit of y squared].

    Parameters
    ----------
    linear, quadratic
        b and Q; Q is made symmetric.
    correlation
        R; positive semidefinite.
    fourth
        Fourth moments of the inputs. Those that are not 3 must be correlated with
        none.
    orders
        Pairs of orders that are averaged.
    seed
        Of the orders.

    Raises
    ------
    ValueError
        If an input that is not normal is correlated with another.
    """
    count = len(linear)
    mixed = (np.abs(correlation - np.eye(count)) > 0).any(axis=0)
    if (mixed & (fourth != 3.0)).any():
        raise ValueError("only normal inputs may be correlated.")
    whole = 0.5 * (quadratic + quadratic.T)
    source = np.random.default_rng(seed)
    total = np.zeros(count)
    for _ in range(orders):
        order = source.permutation(count)
        for one in (order, order[::-1]):
            total[one] += gains(linear, whole, correlation, fourth, one)
    return total / (2 * orders)


def gains(
    linear: Float[np.ndarray, " P"],
    quadratic: Float[np.ndarray, "P P"],
    correlation: Float[np.ndarray, "P P"],
    fourth: Float[np.ndarray, " P"],
    order: np.ndarray,
) -> Float[np.ndarray, " P"]:
    """What each input adds to the variance explained, known in this order."""
    place = np.ix_(order, order)
    root = np.linalg.cholesky(correlation[place] + _JITTER * np.eye(len(order)))
    slope = root.T @ linear[order]
    bend = root.T @ quadratic[place] @ root
    own = np.diag(bend)
    earlier = np.tril(bend, -1)
    return slope**2 + 4.0 * (earlier**2).sum(axis=1) + (fourth[order] - 1.0) * own**2
