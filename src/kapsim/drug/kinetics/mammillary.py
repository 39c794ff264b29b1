"""Modes of a star of compartments: one centre that exchanges with all others.

    dX_c/dt = -k X_c + sum_j b_j X_j
    dX_j/dt =  f_j X_c - o_j X_j                      o_j = b_j + elimination from j

With X = exp(-lambda t) the matrix is an arrowhead, and lambda solves

    p(lambda) = (k - lambda) prod_j (o_j - lambda)
                - sum_j f_j b_j prod_(i != j) (o_i - lambda) = 0

The sorted o_j separate the roots, so each has a bracket of its own; Newton steps on the
polynomial (which has no poles), safeguarded by bisection, find them all at once. One
more Newton step from the constant found gives the derivatives of the implicit function.

The right eigenvector of a root is 1 at the centre and f_j / (o_j - lambda) at j, the
left one 1 and b_j / (o_j - lambda).

Assumes: linear exchange and elimination, f_j b_j >= 0. Equal o_j, and a root that meets
an o_j because an exchange is zero, are moved apart by about the square root of the
float64 precision, which changes the curves by some 1e-8 of their height.
Does not cover: chains of peripherals (use `modal.cascade`), saturable elimination.
"""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug.kinetics.modal import Modes

_SETTLED = 1e-14  # relative change at which a root is taken as found
_MOST_STEPS = 100


def _polynomial(
    centre: Float[Array, " n"],
    coupling: Float[Array, "m n"],
    loss: Float[Array, "m n"],
    root: Float[Array, "roots n"],
) -> tuple[Float[Array, "roots n"], Float[Array, "roots n"]]:
    """Characteristic polynomial and its derivative at each root [roots, n]."""
    inner = jnp.ones_like(root)
    inner_slope = jnp.zeros_like(root)
    minor = jnp.zeros_like(root)
    minor_slope = jnp.zeros_like(root)
    for c, o in zip(coupling, loss, strict=True):
        factor = o[None, :] - root
        minor_slope = minor_slope * factor - minor + c[None, :] * inner_slope
        minor = minor * factor + c[None, :] * inner
        inner_slope = inner_slope * factor - inner
        inner = inner * factor
    lead = centre[None, :] - root
    value = lead * inner - minor
    return value, lead * inner_slope - inner - minor_slope


def _apart(loss: Float[Array, "m n"]) -> Float[Array, "m n"]:
    """`loss` with no two rows closer than a few nudges."""
    nudge = 2 * float(jnp.finfo(loss.dtype).eps) ** 0.5
    rows: list[Array] = []
    for row in loss:
        for _ in rows:  # a move may bring it near another one
            for other in rows:
                near = jnp.abs(row - other) < nudge * other
                row = jnp.where(near, other * (1 + nudge), row)
        rows.append(row)
    return jnp.stack(rows)


def _sorted_pairs(
    loss: Float[Array, "m n"], coupling: Float[Array, "m n"]
) -> tuple[Float[Array, "m n"], Float[Array, "m n"]]:
    """Both, ordered by ascending `loss`, by exchanges of neighbours."""
    o, c = list(loss), list(coupling)
    for end in range(len(o) - 1, 0, -1):
        for i in range(end):
            swap = o[i] > o[i + 1]
            for rows in (o, c):
                small = jnp.where(swap, rows[i + 1], rows[i])
                rows[i + 1] = jnp.where(swap, rows[i], rows[i + 1])
                rows[i] = small
    return jnp.stack(o), jnp.stack(c)


def _search(
    centre: Float[Array, " n"],
    coupling: Float[Array, "m n"],
    loss: Float[Array, "m n"],
    low: Float[Array, "roots n"],
    high: Float[Array, "roots n"],
) -> Float[Array, "roots n"]:
    """Root in each bracket by Newton steps, halving the bracket where one leaves it.

    A root that has settled is left alone, so what else is in the block cannot touch it.
    """
    sign = jnp.asarray([(-1.0) ** i for i in range(len(low))], loss.dtype)[:, None]

    def improve(carry: tuple[Array, ...]) -> tuple[Array, ...]:
        count, root, left, right, moving = carry
        value, slope = _polynomial(centre, coupling, loss, root)
        below = sign * value > 0
        left, right = jnp.where(below, root, left), jnp.where(below, right, root)
        jump = root - value / jnp.where(slope == 0, jnp.ones_like(slope), slope)
        settled = jnp.abs(jump - root) <= _SETTLED * root
        inside = (jump > left) & (jump < right)
        new = jnp.where(inside, jump, 0.5 * (left + right))
        moving = moving & ~settled
        return count + 1, jnp.where(moving, new, root), left, right, moving

    def unsettled(carry: tuple[Array, ...]) -> Array:
        return (carry[0] < _MOST_STEPS) & jnp.any(carry[-1])

    start = 0.5 * (low + high)
    carry = (jnp.asarray(0), start, low, high, jnp.ones_like(start, bool))
    return jax.lax.while_loop(unsettled, improve, carry)[1]


def _roots(
    centre: Float[Array, " n"],
    coupling: Float[Array, "m n"],
    loss: Float[Array, "m n"],
) -> Float[Array, "roots n"]:
    """Roots of the characteristic polynomial, ascending; rows of `loss` are apart."""
    o, c = _sorted_pairs(loss, coupling)
    nudge = float(jnp.finfo(o.dtype).eps) ** 0.5 / 2
    low = jnp.concatenate([jnp.zeros_like(o[:1]), o * (1 + nudge)])
    high = jnp.concatenate([o * (1 - nudge), (centre + jnp.sum(o, axis=0))[None]])
    found = _search(*jax.lax.stop_gradient((centre, c, o, low, high)))
    value, slope = _polynomial(centre, c, o, found)
    safe = jnp.where(slope == 0, jnp.ones_like(slope), slope)
    return jnp.clip(found - value / safe, low, high)


def star(
    centre: Float[Array, " n"],
    forward: Float[Array, "m n"],
    back: Float[Array, "m n"],
    loss: Float[Array, "m n"],
) -> Modes:
    """Modes of a star; input and output i is the amount in compartment i, centre first.

    Parameters
    ----------
    centre
        Total rate of loss from the centre, exchange and elimination [1/h].
    forward
        Rate from the centre to each other compartment, f_j [1/h].
    back
        Rate from each other compartment to the centre, b_j [1/h].
    loss
        Total rate of loss from each other compartment, o_j >= b_j [1/h].

    Returns
    -------
    Modes
        m + 1 modes, inputs and outputs.
    """
    o = _apart(loss)
    root = _roots(centre, forward * back, o)
    distance = o[:, None, :] - root[None, :, :]
    right = forward[:, None, :] / distance
    left = back[:, None, :] / distance
    norm = 1 + jnp.sum(right * left, axis=0)
    ones = jnp.ones_like(root)[None]
    return Modes(
        rate=root,
        inputs=jnp.concatenate([ones, left]) / norm[None],
        outputs=jnp.concatenate([ones, right]),
    )
