"""Linear kinetics as independent exponential modes, composed block by block.

A system with inputs p, outputs o and poles lambda_k is kept as

    dz_k/dt = -lambda_k z_k + sum_p w_pk r_p(t),        y_o = sum_k v_ok z_k

so that its transfer function is H_op(s) = sum_k v_ok w_pk / (s + lambda_k). At a simple
pole the matrix of residues has rank one, which is why one state per pole is enough
however many absorption paths end in the same compartments.

Blocks are put side by side with `parallel` and one after the other with `cascade`: a
pole of the upstream block keeps its inputs and sees the downstream block at s =
-lambda; a pole of the downstream block keeps its outputs and is fed through the
upstream block at its own lambda.

Assumes: constant coefficients, simple poles. Where two blocks share a pole, the partial
fractions cancel. Poles of the downstream block that lie closer than sqrt(eps) times
their size to an upstream one are moved to that distance, with eps the precision that
the modes are stepped in: at that distance the error of the move and the rounding error
of the cancellation are equal, about sqrt(eps) of the curve.
Does not cover: saturable or time-varying kinetics.
"""

from collections.abc import Mapping, Sequence

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine.platform import materialise


class Modes(eqx.Module):
    """A linear system in modal form.

    Attributes
    ----------
    rate
        [K, n] 1/h, poles lambda.
    inputs
        [P, K, n] amplitude of mode k per unit given at input p.
    outputs
        [O, K, n] share of mode k in output o.
    """

    rate: Float[Array, "K n"]
    inputs: Float[Array, "P K n"]
    outputs: Float[Array, "O K n"]

    def respond(
        self,
        many: Float[Array, "I K n"],
        one: Float[Array, "K n"],
        poles: Float[Array, "M n"],
    ) -> Float[Array, "I M n"]:
        """Transfer functions at s = -`poles` [h], between many ends and a single one.

        Parameters
        ----------
        many
            All `inputs` (or all `outputs`).
        one
            One row of `outputs` (or of `inputs`).
        poles
            Where to evaluate [1/h].
        """
        total = jnp.zeros((len(many), *poles.shape), poles.dtype)
        for k, rate in enumerate(self.rate):
            share = one[k][None] / (rate[None] - poles)
            total = total + many[:, k, None, :] * share[None]
        return total

    def pick(self, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> "Modes":
        """The same modes with only these inputs and outputs, in this order."""
        return Modes(
            rate=self.rate,
            inputs=jnp.stack([self.inputs[i] for i in inputs]),
            outputs=jnp.stack([self.outputs[i] for i in outputs]),
        )

    def rewire(
        self,
        inputs: Sequence[Mapping[int, Float[Array, "#n"]]],
        outputs: Sequence[Mapping[int, Float[Array, "#n"]]],
    ) -> "Modes":
        """The same modes with new inputs and outputs.

        Parameters
        ----------
        inputs, outputs
            For each new one, the old ones that it mixes and their gains [#n].
        """
        mix = lambda table, gains: sum(
            (table[i] * gain[None, :] for i, gain in gains.items()),
            jnp.zeros_like(self.rate),
        )
        return Modes(
            rate=self.rate,
            inputs=jnp.stack([mix(self.inputs, row) for row in inputs]),
            outputs=jnp.stack([mix(self.outputs, row) for row in outputs]),
        )


def first_order(rate: Float[Array, " n"]) -> Modes:
    """One compartment that empties at `rate` [1/h]; its output is its content."""
    one = jnp.ones_like(rate)[None, None]
    return Modes(rate=rate[None], inputs=one, outputs=one)


def parallel(one: Modes, other: Modes) -> Modes:
    """Two systems side by side; inputs and outputs of `one` come first."""
    k, m = one.rate.shape[0], other.rate.shape[0]
    stack = lambda a, b: jnp.concatenate(
        [jnp.pad(a, ((0, 0), (0, m), (0, 0))), jnp.pad(b, ((0, 0), (k, 0), (0, 0)))]
    )
    return Modes(
        rate=jnp.concatenate([one.rate, other.rate]),
        inputs=stack(one.inputs, other.inputs),
        outputs=stack(one.outputs, other.outputs),
    )


def separate(
    rate: Float[Array, "K n"], fixed: Float[Array, "M n"], precision: float
) -> Float[Array, "K n"]:
    """Poles `rate`, moved off any of the `fixed` ones that they nearly meet.

    Parameters
    ----------
    rate
        Poles that may move [1/h].
    fixed
        Poles that stay [1/h].
    precision
        eps of the floating-point type in which the modes will be stepped.
    """
    nudge = precision**0.5
    for _ in range(2):  # a move may bring a pole near another one
        for pole in fixed:
            gap = rate - pole[None, :]
            away = jnp.where(gap < 0, 1 - nudge, 1 + nudge) * pole[None, :]
            rate = jnp.where(jnp.abs(gap) < nudge * pole[None, :], away, rate)
    return rate


def cascade(
    upstream: Modes,
    downstream: Modes,
    links: Mapping[tuple[int, int], Float[Array, "#n"]],
    precision: float,
) -> Modes:
    """Downstream system driven by outputs of an upstream one.

    Parameters
    ----------
    upstream, downstream
        The two systems. Inputs and outputs of both are kept, upstream first.
    links
        Gain [#n] of each connection, by (output of upstream, input of downstream).
    precision
        eps of the floating-point type in which the modes will be stepped.

    Returns
    -------
    Modes
        The whole, its poles in the order upstream, downstream.
    """
    below = Modes(
        rate=separate(downstream.rate, upstream.rate, precision),
        inputs=downstream.inputs,
        outputs=downstream.outputs,
    )
    fed = jnp.zeros((len(upstream.inputs), *below.rate.shape), below.rate.dtype)
    seen = jnp.zeros((len(below.outputs), *upstream.rate.shape), below.rate.dtype)
    for (source, target), gain in links.items():
        tap = upstream.outputs[source]
        entering = upstream.respond(upstream.inputs, tap, below.rate)
        fed = fed + entering * (gain[None] * below.inputs[target])[None]
        leaving = below.respond(below.outputs, below.inputs[target], upstream.rate)
        seen = seen + leaving * (gain[None] * tap)[None]
    k, m = len(upstream.rate), len(below.rate)
    whole = Modes(
        rate=jnp.concatenate([upstream.rate, below.rate]),
        inputs=jnp.concatenate(
            [
                jnp.concatenate([upstream.inputs, fed], axis=1),
                jnp.pad(below.inputs, ((0, 0), (k, 0), (0, 0))),
            ]
        ),
        outputs=jnp.concatenate(
            [
                jnp.pad(upstream.outputs, ((0, 0), (0, m), (0, 0))),
                jnp.concatenate([seen, below.outputs], axis=1),
            ]
        ),
    )
    # computed once: without the barrier every reader would be fused with all divisions
    return materialise(whole)
