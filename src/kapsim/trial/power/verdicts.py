"""Which tests succeed: superiority or a margin, and the family of primary tests.

The p value that is held against the two-sided alpha is

    superiority       of no difference
    non-inferiority   twice the one-sided p of a difference at the margin
    equivalence       the greater of the two one-sided tests' p

The family is every comparison on every primary endpoint, in the order written.
"""

import numpy as np
import pandas as pd
from jaxtyping import Float

from kapsim.trial.analysis.estimate import Estimate
from kapsim.trial.analysis.multiplicity import (
    bonferroni,
    fixed_sequence,
    hochberg,
    holm,
)
from kapsim.trial.analysis.noninferiority import equivalence_test, margin_test
from kapsim.trial.power.effects import PERCENT_POINTS, Effects
from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol.trial_terms import Multiplicity, Objective

_ADJUST = {
    Multiplicity.BONFERRONI: bonferroni,
    Multiplicity.HOLM: holm,
    Multiplicity.HOCHBERG: hochberg,
    Multiplicity.FIXED_SEQUENCE: fixed_sequence,
}


def tested_p(found: Effects, protocol: Protocol) -> Float[np.ndarray, " R"]:
    """P value of each replicate that is held against the two-sided alpha [1]."""
    design = protocol.design
    margin = design.margin
    if margin is None or found.unit not in ("points", PERCENT_POINTS):
        return found.p
    shares = found.unit == PERCENT_POINTS
    *numbers, method = found[1:]
    rows = zip(*(column.tolist() for column in numbers), method, strict=True)
    each = [Estimate._make(row) for row in rows]
    if design.objective is Objective.EQUIVALENCE:
        return np.array([equivalence_test(one, -margin, margin).p for one in each])
    ones = (margin_test(one, margin, lower_is_better=not shares) for one in each)
    return np.array([min(2 * one.p, 1.0) for one in ones])


def with_verdicts(table: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """Effects with `rejected` and, over the primary tests, `rejected_adjusted`.

    Parameters
    ----------
    table
        One row per world, size, replicate, endpoint and comparison, with `p_tested`
        and `primary`; in each replicate in the same order.
    protocol
        The trial.
    """
    alpha = protocol.plan.alpha
    table = table.assign(rejected=table["p_tested"] < alpha)
    table["rejected_adjusted"] = table["rejected"]
    adjust = _ADJUST.get(protocol.plan.multiplicity)
    family = table[table["primary"]]
    if adjust is None or family.empty:
        return table
    keys = ["world", "size", "replicate"]
    tests = family.groupby(keys, sort=False).cumcount()
    wide = family.assign(test=tests).pivot(
        index=keys, columns="test", values="p_tested"
    )
    adjusted = pd.DataFrame(
        adjust(wide.to_numpy(float)), index=wide.index, columns=wide.columns
    )
    long = adjusted.melt(ignore_index=False, value_name="adjusted").reset_index()
    joined = family.assign(test=tests).reset_index()
    joined = joined.merge(long, on=[*keys, "test"], how="left").set_index("index")
    table.loc[joined.index, "rejected_adjusted"] = joined["adjusted"] < alpha
    return table
