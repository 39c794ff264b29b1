"""A cortical node at its steady state."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from kapsim.brain.network import Node, NodeInputs
from kapsim.brain.network.node import rate

HOUR_S = 3600.0


def inputs(loss_e=0.0, loss_i=0.0):
    return NodeInputs(jnp.full(1, loss_e), jnp.full(1, loss_i))


def read(node, given):
    gates = node.read(given)
    rates = node.rates(gates, given)
    return [float(x[0]) for x in (*gates, *(r / HOUR_S for r in rates))]


def settled(loss_e=0.0, loss_i=0.0, recurrence=1.4):
    """Gates after a minute from rest, by an implicit method, times in seconds."""

    def slope(_, gates):
        s_e, s_i = gates
        x_e = recurrence * 0.15 * s_e * (1 - loss_e) - s_i + 0.382
        x_i = 0.15 * s_e * (1 - loss_i) - s_i + 0.7 * 0.382
        over_e, over_i = 310 * x_e - 125, 615 * x_i - 177
        h_e = over_e / (1 - np.exp(-0.16 * over_e))
        h_i = over_i / (1 - np.exp(-0.087 * over_i))
        return -s_e / 0.1 + (1 - s_e) * 0.641 * h_e, -s_i / 0.01 + h_i

    found = solve_ivp(slope, (0, 60), (0.0, 0.0), "LSODA", rtol=1e-11, atol=1e-13)
    return found.y[:, -1]


@pytest.mark.parametrize(
    "case",
    [
        {},
        {"loss_i": 0.1},
        {"loss_i": 0.5},
        {"loss_e": 0.3, "loss_i": 0.3},
        {"recurrence": 2.6},
    ],
)
def test_the_node_settles_where_its_equations_do(case):
    losses = {name: case[name] for name in case if name != "recurrence"}
    node = Node(recurrence=jnp.asarray(case.get("recurrence", 1.4)))
    gates = read(node, inputs(**losses))[:2]
    # the integration is asked for 1e-11 a step
    np.testing.assert_allclose(gates, settled(**case), rtol=1e-8, atol=0)


def lacking(node, s_e):
    """What a gate lacks to the one that its own firing opens, inhibition settled."""
    low, high = np.zeros_like(s_e), np.ones_like(s_e)
    for _ in range(60):
        s_i = (low + high) / 2
        over = 615 * (0.15 * s_e - s_i + 0.7 * float(node.i_o)) - 177
        more = 0.01 * over / (1 - np.exp(-0.087 * over)) > s_i
        low, high = np.where(more, s_i, low), np.where(more, high, s_i)
    x_e = float(node.recurrence) * 0.15 * s_e - low + float(node.i_o)
    over = 310 * x_e - 125
    opened = 0.1 * 0.641 * over / (1 - np.exp(-0.16 * over))
    return s_e - opened / (1 + opened)


@pytest.mark.parametrize(("recurrence", "i_o"), [(2.2, 0.34), (2.6, 0.3), (3.0, 0.3)])
def test_of_two_steady_states_the_one_nearer_to_rest_is_found(recurrence, i_o):
    """Strong recurrence: firing little and firing much are both stable."""
    node = Node(recurrence=jnp.asarray(recurrence), i_o=jnp.asarray(i_o))
    s_e = np.linspace(1e-3, 0.99, 4000)
    roots = s_e[1:][np.diff(np.sign(lacking(node, s_e))) != 0]
    assert roots.size == 3
    assert abs(float(node.read(inputs()).excitatory[0]) - roots[0]) < s_e[1] - s_e[0]


def test_the_sign_of_the_effect_depends_on_where_the_drive_is_lost():
    node = Node()
    at_rest, disinhibited, both = (
        read(node, inputs(*losses))[2] for losses in ((0, 0), (0, 0.2), (0.2, 0.2))
    )
    assert both < at_rest < disinhibited


def test_slopes_are_those_of_the_steady_state():
    node, nothing = Node(), jnp.zeros(1)

    def fired(loss):
        given = NodeInputs(nothing, jnp.broadcast_to(loss, (1,)))
        return node.rates(node.read(given), given)[0][0] / HOUR_S

    slope = float(jax.jit(jax.grad(fired))(jnp.asarray(0.2)))
    step = 1e-4
    around = float(fired(jnp.asarray(0.2 + step)) - fired(jnp.asarray(0.2 - step)))
    # a central difference errs by the step squared
    np.testing.assert_allclose(slope, around / (2 * step), rtol=1e-5, atol=0)


def test_the_rate_is_smooth_where_its_formula_is_nought_by_nought():
    a, b, d = (jnp.asarray(x) for x in (310.0, 125.0, 0.16))
    at = b / a
    near = jnp.asarray([-1e-7, -1e-12, 0.0, 1e-12, 1e-7]) + at
    want = 1 / 0.16 + (np.asarray(near) * 310 - 125) / 2
    np.testing.assert_allclose(rate(near, a, b, d), want, rtol=1e-10, atol=0)


def test_the_drug_takes_drive_from_inhibitory_cells_alone():
    node = Node()
    given = node.under(jnp.asarray([0.0, 0.5, 1.0]))
    np.testing.assert_array_equal(given.loss_e, np.zeros(3))
    np.testing.assert_allclose(
        given.loss_i, np.array([0, 0.5, 1]) * float(node.loss_max), rtol=1e-15, atol=0
    )
