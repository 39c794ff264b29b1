"""Difference of two arms in every item of a scale.

Each item by analysis of covariance with its own baseline. Nothing is adjusted here for
the number of items.
"""

import numpy as np
from jaxtyping import Float, Shaped

from kapsim.trial.analysis.ancova import ancovas
from kapsim.trial.analysis.estimate import Estimate


def item_differences(
    items: Float[np.ndarray, "P I"],
    baselines: Float[np.ndarray, "P I"],
    arm: Shaped[np.ndarray, " P"],
) -> tuple[Estimate, ...]:
    """Difference of arms in the score of each item.

    Parameters
    ----------
    items, baselines
        Scores of the items at the visit and before treatment [point].
    arm
        1 in the compared arm, 0 in the reference, not a number in others.

    Returns
    -------
    tuple
        One estimate an item [point]; an item that nobody has is not estimable.
    """
    found = ancovas(items.T, arm, baselines.T[..., None])
    return tuple(found.at(item) for item in range(items.shape[1]))
