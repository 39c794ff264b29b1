"""The laboratory endpoint: how much more is learned from good news after a dose.

Learning rates from good over bad news 4 h after 0.5 mg/kg of ketamine over 40 min, as
the belief learner of the model has them (E8): the mean over people of 1 + beta_+ W*
over that of 1 - beta_- W*. Surge and store are those of the simulated people.

Source: Bottemanne et al. (2022). The figure is remembered, its limits are worked out;
see `lab/published/belief-updating.yaml`.
"""

import math
from collections.abc import Mapping
from typing import Any

import jax.numpy as jnp
import numpy as np

from kapsim.brain import Window
from kapsim.engine import build
from kapsim.inference.targets.problem import Target
from kapsim.lab.published import published
from kapsim.trial.arms.simulation import prepare_all, redrawn, signals
from kapsim.trial.arms.values import number, protocol_values
from kapsim.trial.loading import load_protocol
from kapsim.trial.parameters.uncertainty import with_values

_PROTOCOL, _ARM = "phillips-2019-single", "ketamine"
_AFTER_H = 4.0
_PEOPLE = 256
_NORMAL_95 = 1.96
_N = 26


def target() -> tuple[Target, float]:
    """The endpoint, and its standard error on the working scale."""
    found = {one.id: one for one in published("belief-updating").results}["ratio_after"]
    assert found.value is not None
    assert found.low is not None
    assert found.high is not None
    low, high = math.log(found.low), math.log(found.high)
    made = Target(
        id="laboratory/ratio_after",
        study="bottemanne_2022",
        protocol="laboratory",
        kind="learning_rate_ratio",
        arm=_ARM,
        versus="",
        measure="belief updating",
        metric="learning_rate_ratio",
        day=_AFTER_H / 24.0,
        unit="ratio",
        observed=math.log(found.value),
        n=_N,
        label="laboratory: learning from good over bad news, 4 h after ketamine",
        contrast=False,
    )
    return made, (high - low) / (2 * _NORMAL_95)


class Bias:
    """The endpoint at any set of parameters, on its working scale.

    Parameters
    ----------
    seed
        Seed of the people.
    """

    def __init__(self, seed: int) -> None:
        self._protocol = load_protocol(_PROTOCOL)
        self._seed = seed

    def __call__(self, values: Mapping[str, Any]) -> float:
        """Logarithm of the ratio of learning rates."""
        own = with_values(self._protocol, values)
        internal = protocol_values(own)
        ready = redrawn(prepare_all(self._protocol, self._seed), own)
        times, shown = signals(ready[_ARM], _PEOPLE)
        node = int(np.abs(times - _AFTER_H).argmin())
        window = build(Window, internal)
        opened, surge = (
            jnp.asarray(shown[name][node], jnp.float64) for name in ("window", "surge")
        )
        store = window.p50 * opened / (1 - opened)
        induced = np.asarray(window.induced(store, surge))
        plus = number(own, "mind.belief.beta_plus")
        minus = number(own, "mind.belief.beta_minus")
        good, bad = (1 + plus * induced).mean(), (1 - minus * induced).mean()
        return math.log(max(float(good), 1e-3) / max(float(bad), 1e-3))
