"""Firing of one cortical node that loses NMDA drive, against the computed table."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.integrate import solve_ivp

from kapsim.brain.network import Node, NodeInputs
from kapsim.lab.catalogue import experiment
from kapsim.lab.experiment import Setting
from kapsim.lab.experiments.brain import disinhibition
from kapsim.lab.published import published

NAME = "disinhibition"
TOLERANCE = 1e-8
"""A thousand times what the solver is asked for."""


def simulated(loss_e, loss_i):
    """Firing of excitatory cells [Hz] after a minute, from the equations in ms."""
    h = lambda x, a, b, d: (a * x - b) / (1 - np.exp(-d * (a * x - b)))
    x_e = lambda s: 1.4 * 0.15 * s[0] * (1 - loss_e) - s[1] + 0.382
    x_i = lambda s: 0.15 * s[0] * (1 - loss_i) - s[1] + 0.7 * 0.382

    def slope(_, s):
        h_e, h_i = h(x_e(s), 310, 125, 0.16), h(x_i(s), 615, 177, 0.087)
        opened = (1 - s[0]) * 0.641e-3 * h_e
        return opened - s[0] / 100, 1e-3 * h_i - s[1] / 10

    settled = solve_ivp(slope, (0, 6e4), (0.1, 0.1), "LSODA", rtol=1e-11, atol=1e-13)
    return h(x_e(settled.y[:, -1]), 310, 125, 0.16)


def fired(node, loss_e, loss_i):
    """Firing of excitatory cells [Hz] at the model's steady state."""
    row = lambda value: jnp.full(len(disinhibition.LOSSES), value)
    return float(disinhibition.firing(node, NodeInputs(row(loss_e), row(loss_i)))[0, 0])


def test_the_table(check):
    numbers = experiment(NAME).run(Setting(0, 1)).numbers
    names = {one.id: f"{NAME}: {one.meaning}" for one in published(NAME).results}
    for one in published(NAME).results:
        check(
            names[one.id],
            numbers[one.id],
            -np.inf if one.low is None else one.low,
            np.inf if one.high is None else one.high,
            unit=one.unit,
            source=one.source,
            note=one.note,
            missed=one.missed,
        )
    tenth = Node(j_i=Node().j_i * 1.01)
    fault = "inhibition a hundredth stronger"
    check.planted(names["rate_e"], fault, fired(tenth, 0.0, 0.0))
    check.planted(names["rate_e_inhibitory_20"], fault, fired(tenth, 0.0, 0.2))
    check.planted(names["rate_e_both_20"], fault, fired(tenth, 0.2, 0.2))
    swapped = fired(Node(), 0.5, 0.0) - fired(Node(), 0.0, 0.0)
    fault = "drive lost by excitatory cells instead"
    check.planted(names["lift_inhibitory"], fault, swapped)
    alone = fired(Node(), 0.0, 0.5) - fired(Node(), 0.0, 0.0)
    check.planted(names["lift_both"], "excitatory cells spared", alone)


@pytest.mark.parametrize("losses", [(0.0, 0.1), (0.0, 0.5), (0.3, 0.3)])
def test_a_simulation_settles_where_the_node_is_found(check, losses):
    name = f"firing with {losses[0]:.0%} and {losses[1]:.0%} of drive lost, relative"
    settled = simulated(*losses)
    error = fired(Node(), *losses) / settled - 1
    check(name, error, -TOLERANCE, TOLERANCE, source="deco_2014")
    other = fired(Node(w_i=Node().w_i * (1 + 1e-6)), *losses) / settled - 1
    check.planted(name, "inhibitory share a millionth greater", other)
