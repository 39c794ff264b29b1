"""One node of the dynamic mean-field model: excitation, inhibition, disinhibition.

    x_E = w J S_E (1 - eps_E) - J_i S_I + W_E I_o + I_ext
    x_I =   J S_E (1 - eps_I) -     S_I + W_I I_o
    H_p = (a_p x - b_p) / (1 - exp(-d_p (a_p x - b_p)))                  [Hz]
    0   = -S_E / tau_E + (1 - S_E) gamma_E H_E
    0   = -S_I / tau_I + gamma_I H_I

An antagonist takes away the share eps_E of the NMDA drive to excitatory cells and eps_I
of that to inhibitory ones. What follows depends on which is the greater: cells are
disinhibited where inhibitory ones lose more, and quietened where both lose the same.

Currents are in nA and carried as pure numbers. The lowest steady state is found, the
one that the node reaches from rest: the root of one equation in x_I, bracketed by
S_E = 0 and S_E = 1, by bisection; slopes are those of the equation at the root.

Assumes: a steady state; receptors on the two kinds of cell differ in share lost only.
Does not cover: noise, long-range input, rhythms; what disinhibition does to the
couplings between networks.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param

_SEARCHED = 100
"""Stretches in which the lowest root is looked for."""


def rate(
    current: Float[Array, "*batch"],
    a: Float[Array, "*#batch"],
    b: Float[Array, "*#batch"],
    d: Float[Array, "*#batch"],
) -> Float[Array, "*batch"]:
    """Firing rate H [1/h] of a population at a current x [nA].

    Parameters
    ----------
    current
        Current x [nA].
    a
        Gain [1/h per nA].
    b
        Offset [1/h].
    d
        Curvature [h].

    Source
    ------
    `deco_2014`; near a x = b its series 1 / d + (a x - b) / 2.
    """
    over = a * current - b
    small = jnp.abs(d * over) < jnp.sqrt(jnp.finfo(over.dtype).eps)
    safe = jnp.where(small, 1 / d, over)
    return jnp.where(small, 1 / d + over / 2, -safe / jnp.expm1(-d * safe))


class NodeInputs(NamedTuple):
    """Shares of NMDA drive lost by excitatory and inhibitory cells, below one [1]."""

    loss_e: Float[Array, "*batch"]
    loss_i: Float[Array, "*batch"]


class NodeGates(NamedTuple):
    """Open synaptic gates S_E and S_I [1]."""

    excitatory: Float[Array, "*batch"]
    inhibitory: Float[Array, "*batch"]


class Node(AbstractReadout[NodeGates]):
    """An isolated node at its steady state."""

    a_e: Float[Array, "*#batch"] = param("brain.network.a_e")
    b_e: Float[Array, "*#batch"] = param("brain.network.b_e")
    d_e: Float[Array, "*#batch"] = param("brain.network.d_e")
    tau_e: Float[Array, "*#batch"] = param("brain.network.tau_e")
    gamma_e: Float[Array, "*#batch"] = param("brain.network.gamma_e")
    w_e: Float[Array, "*#batch"] = param("brain.network.w_e")
    a_i: Float[Array, "*#batch"] = param("brain.network.a_i")
    b_i: Float[Array, "*#batch"] = param("brain.network.b_i")
    d_i: Float[Array, "*#batch"] = param("brain.network.d_i")
    tau_i: Float[Array, "*#batch"] = param("brain.network.tau_i")
    gamma_i: Float[Array, "*#batch"] = param("brain.network.gamma_i")
    w_i: Float[Array, "*#batch"] = param("brain.network.w_i")
    recurrence: Float[Array, "*#batch"] = param("brain.network.recurrence")
    j_n: Float[Array, "*#batch"] = param("brain.network.j_n")
    j_i: Float[Array, "*#batch"] = param("brain.network.j_i")
    i_o: Float[Array, "*#batch"] = param("brain.network.i_o")
    loss_max: Float[Array, "*#batch"] = param("brain.network.loss_max")

    def under(self, drive: Float[Array, "*batch"]) -> NodeInputs:
        """Shares lost under a drug drive phi [1]; the drug spares excitatory cells."""
        loss_i = self.loss_max * drive
        return NodeInputs(jnp.zeros_like(loss_i), loss_i)

    def currents(
        self, gates: NodeGates, inputs: NodeInputs
    ) -> tuple[Float[Array, "*batch"], Float[Array, "*batch"]]:
        """Currents [nA] into excitatory and into inhibitory cells."""
        drive = self.j_n * gates.excitatory
        to_e = self.recurrence * drive * (1 - inputs.loss_e) + self.w_e * self.i_o
        to_i = drive * (1 - inputs.loss_i) + self.w_i * self.i_o
        return to_e - self.j_i * gates.inhibitory, to_i - gates.inhibitory

    def rates(
        self, gates: NodeGates, inputs: NodeInputs
    ) -> tuple[Float[Array, "*batch"], Float[Array, "*batch"]]:
        """Firing rates r_E and r_I [1/h] at some gates."""
        x_e, x_i = self.currents(gates, inputs)
        return (
            rate(x_e, self.a_e, self.b_e, self.d_e),
            rate(x_i, self.a_i, self.b_i, self.d_i),
        )

    def read(self, inputs: NodeInputs) -> NodeGates:
        """Gates at the lowest steady state."""
        x_i = self._lowest(inputs)
        error, slope = jax.jvp(
            lambda x: self._gates(x, inputs)[1], (x_i,), (jnp.ones_like(x_i),)
        )
        return self._gates(x_i - error / jax.lax.stop_gradient(slope), inputs)[0]

    def _gates(
        self, x_i: Float[Array, "*batch"], inputs: NodeInputs
    ) -> tuple[NodeGates, Float[Array, "*batch"]]:
        """Gates that go with a current into inhibitory cells, and what S_E lacks [1].

        S_I follows from the current, S_E from both, and is compared with the gate that
        its own firing keeps open.
        """
        h_i = rate(x_i, self.a_i, self.b_i, self.d_i)
        s_i = self.tau_i * self.gamma_i * h_i
        coupling = self.j_n * (1 - inputs.loss_i)
        s_e = (x_i + s_i - self.w_i * self.i_o) / coupling
        gates = NodeGates(s_e, s_i)
        opened = self.tau_e * self.gamma_e * self.rates(gates, inputs)[0]
        return gates, s_e - opened / (1 + opened)

    def _lowest(self, inputs: NodeInputs) -> Float[Array, "*batch"]:
        """Current into inhibitory cells [nA] at the lowest steady state."""
        node, inputs = jax.lax.stop_gradient((self, inputs))
        at_rest = node.w_i * node.i_o
        silent = node.tau_i * node.gamma_i * rate(at_rest, node.a_i, node.b_i, node.d_i)
        low = at_rest - silent + jnp.zeros_like(inputs.loss_i)
        high = at_rest + node.j_n * (1 - inputs.loss_i)
        share = jnp.linspace(0, 1, _SEARCHED + 1, dtype=low.dtype)
        share = share.reshape(-1, *(1,) * low.ndim)
        tried = low[None] + (high - low)[None] * share
        lacks = jax.vmap(lambda x: node._gates(x, inputs)[1])(tried)
        first = jnp.maximum(jnp.argmax(lacks > 0, axis=0)[None], 1)
        at = lambda place: jnp.take_along_axis(tried, place, axis=0)[0]

        def halve(_: Any, bracket: tuple) -> tuple:
            below, above = bracket
            middle = (below + above) / 2
            over = node._gates(middle, inputs)[1] > 0
            return jnp.where(over, below, middle), jnp.where(over, middle, above)

        halvings = jnp.finfo(low.dtype).nmant
        bracket = jax.lax.fori_loop(0, halvings, halve, (at(first - 1), at(first)))
        return (bracket[0] + bracket[1]) / 2
