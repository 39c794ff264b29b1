"""The p value of a group-sequential trial that has stopped.

Outcomes are ordered by look and then by Z: a bound crossed earlier is more extreme
than one crossed later. Futility is left out, as it is not binding.

Source: Fairbanks and Madsen (1982); Jennison and Turnbull (2000), chapter 8.
"""

import numpy as np
from jaxtyping import Float, Int

from kapsim.trial.analysis.crossing import gap_after, go_on, upper_tail
from kapsim.trial.analysis.sequential import Bounds


def stagewise_p(
    z: Float[np.ndarray, "R"], look: Int[np.ndarray, "R"], design: Bounds
) -> Float[np.ndarray, "R"]:
    """P value of each replicate on stopping, of the design's sides [1].

    It is at most alpha just where the trial rejects.

    Parameters
    ----------
    z
        Statistic on stopping [1].
    look
        Index of the look of stopping, from 0 (`Stopped.look`).
    design
        From `bounds`.
    """
    low = -design.z if design.sided == 2 else np.full_like(design.z, -np.inf)
    found = np.full(z.shape, np.nan)
    going, before = None, 0.0
    for k, t in enumerate(design.fraction):
        here = look == k
        found[here] = before + upper_tail(going, t, z[here], 0.0)
        before += float(upper_tail(going, t, design.z[k : k + 1], 0.0)[0])
        going = go_on(going, t, low[k], design.z[k], 0.0, gap_after(design.fraction, k))
    if design.sided == 1:
        return found
    return np.minimum(1.0, 2 * np.minimum(found, 1 - found))
