"""Loss of NMDA drive in one cortical node, by the cells that lose it."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from kapsim.brain.network import Node, NodeInputs
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.units import to_internal

LOSSES = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Shares of NMDA drive that are lost in the published sweeps."""

HERTZ = to_internal(1.0, "Hz")


def firing(node: Node, inputs: NodeInputs) -> Float[np.ndarray, "2 k"]:
    """Firing rates [Hz] of excitatory and of inhibitory cells at the steady state."""
    return np.stack(node.rates(node.read(inputs), inputs)) / HERTZ


def run(setting: Setting) -> Outcome:
    """Firing rates over the share lost, in inhibitory cells alone and in both kinds."""
    node, loss = Node(), jnp.asarray(LOSSES)
    nothing = jnp.zeros_like(loss)
    alone, both = (firing(node, NodeInputs(loss_e, loss)) for loss_e in (nothing, loss))
    rest = NodeInputs(nothing[:1], nothing[:1])
    numbers = {
        "rate_e": float(alone[0, 0]),
        "rate_i": float(alone[1, 0]),
        "gate_e": float(node.read(rest).excitatory[0]),
        **named("rate_e_inhibitory", alone[0]),
        **named("rate_e_both", both[0]),
        "lift_inhibitory": float((np.diff(alone[0])).min()),
        "lift_both": float((np.diff(both[0])).max()),
    }
    series = [
        Series("lost by inhibitory cells", LOSSES, alone[0].tolist()),
        Series("lost by both", LOSSES, both[0].tolist()),
    ]
    if setting.drug is not None:
        given = node.under(jnp.full(1, setting.drug.at(0.0).drive))
        lost, fired = float(given.loss_i[0]), float(firing(node, given)[0, 0])
        numbers["rate_e_drug"] = fired
        series.append(Series(setting.drug.text, [lost], [fired], kind="points"))
    panel = Panel(
        title="Excitatory cells",
        x_label="share of NMDA drive lost",
        y_label="firing rate (Hz)",
        series=tuple(series),
    )
    caption = (
        "An antagonist excites a cortical node where inhibitory cells lose more NMDA "
        "drive than excitatory ones, and quietens it where both lose the same."
    )
    return Outcome(numbers, Figure(caption, (panel,)))


def named(name: str, rates: Float[np.ndarray, " k"]) -> dict[str, float]:
    """Rates [Hz] by name and percent lost, without those where nothing is."""
    return {
        f"{name}_{round(100 * loss)}": float(value)
        for loss, value in zip(LOSSES[1:], rates[1:], strict=True)
    }


EXPERIMENT = Experiment(run=run, drug=True)
