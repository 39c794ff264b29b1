"""The shipped posterior as a calibration has its own: in SDs of the priors."""

import numpy as np

from kapsim.evidence.posterior import posterior
from kapsim.inference.posterior.sampling import Posterior
from kapsim.inference.targets.problem import Problem


def shipped_draws(problem: Problem) -> Posterior | None:
    """Draws of the shipped posterior on the scales of a problem.

    Parameters
    ----------
    problem
        Whose parameters are asked for; one that was not fitted then is zero in all
        draws.

    Returns
    -------
    Posterior or None
        Without diagnostics, which are not shipped; None if no posterior is.
    """
    known = posterior()
    if known is None:
        return None
    rows = (dict(zip(known.ids, row, strict=True)) for row in known.values.tolist())
    u, nothing = np.stack([problem.u_of(row) for row in rows]), np.zeros(0)
    return Posterior(u, known.spreads, nothing, nothing, 0)
