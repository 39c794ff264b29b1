"""One estimate of several imputed data sets.

    value = mean of values,   T = W + (1 + 1/m) B

with W the mean of the squared errors and B the variance of the values; degrees of
freedom after Barnard and Rubin, which never exceed those of complete data.

Source: Rubin (1987), Multiple imputation for nonresponse in surveys; Barnard and Rubin
(1999), Small-sample degrees of freedom with multiple imputation.
"""

import math

import numpy as np
from jaxtyping import Float

from kapsim.trial.analysis.estimate import Estimate, estimate
from kapsim.trial.analysis.estimates import not_estimable


def pooled(
    values: Float[np.ndarray, " M"],
    errors: Float[np.ndarray, " M"],
    method: str,
    *,
    complete_df: float = math.inf,
) -> Estimate:
    """Estimate by Rubin's rules.

    Parameters
    ----------
    values, errors
        Estimate and standard error of each imputed data set.
    method
        What was computed.
    complete_df
        Degrees of freedom, had nothing been missing [1].

    Returns
    -------
    Estimate
        Not estimable of fewer than two data sets, or if one gave no estimate.
    """
    m = len(values)
    if m < 2:
        return not_estimable(method, "fewer than two imputations")
    if not (np.isfinite(values).all() and np.isfinite(errors).all()):
        return not_estimable(method, "an imputed data set gave no estimate")
    within = float((errors**2).mean())
    between = (1 + 1 / m) * float(values.var(ddof=1))
    total = within + between
    if total == 0:
        return not_estimable(method, "no variance")
    share = between / total
    seen = 1.0
    if math.isfinite(complete_df):
        seen = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)
    inverse = share**2 / (m - 1)
    if math.isfinite(complete_df):
        inverse += 1 / seen if seen > 0 else math.inf
    df = 1 / inverse if inverse > 0 else math.inf
    return estimate(float(values.mean()), math.sqrt(total), method, df=df)
