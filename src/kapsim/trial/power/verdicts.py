"""Which tests succeed: superiority or a margin, and the family of primary tests.

The p value that is held against the two-sided alpha is

    superiority       of no difference
    non-inferiority   twice the one-sided p of a difference at the margin
    equivalence       the greater of the two one-sided tests' p

The test of no difference is two-sided and rejects in either direction. A trial succeeds
where it rejects in favour of the first arm of the comparison; the two tests against a
margin cannot reject in favour of the other one.

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
from kapsim.trial.power.benefit import aim_of
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
    aim, margin = aim_of(found.unit, protocol), protocol.design.margin
    if margin is None or aim is Objective.SUPERIORITY:
        return found.p
    shares = found.unit == PERCENT_POINTS
    *numbers, method = found[1:]
    rows = zip(*(column.tolist() for column in numbers), method, strict=True)
    each = [Estimate._make(row) for row in rows]
    if aim is Objective.EQUIVALENCE:
        return np.array([equivalence_test(one, -margin, margin).p for one in each])
    ones = (margin_test(one, margin, lower_is_better=not shares) for one in each)
    return np.array([min(2 * one.p, 1.0) for one in ones])


def with_verdicts(table: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """Effects with what each test says, alone and, over the primary tests, adjusted.

    `rejected` and `rejected_adjusted` are two-sided. `succeeded` is a rejection in
    favour of the first arm, or of a null at the margin. `succeeded_adjusted` is that of
    the plan's procedure when an effect in favour of the comparator counts as p = 1, so
    that nothing is handed on by a rejection in the wrong direction.

    Parameters
    ----------
    table
        One row per world, size, replicate, endpoint and comparison, with `p_tested`,
        `tested`, `favours_first` and `primary`; in each replicate in the same order.
    protocol
        The trial.
    """
    alpha = protocol.plan.alpha
    right = table["favours_first"] | (table["tested"] != Objective.SUPERIORITY.value)
    directed = table["p_tested"].where(right, 1.0)
    return table.assign(
        rejected=table["p_tested"] < alpha,
        rejected_adjusted=_adjusted(table, table["p_tested"], protocol) < alpha,
        succeeded=directed < alpha,
        succeeded_adjusted=_adjusted(table, directed, protocol) < alpha,
    )


def _adjusted(table: pd.DataFrame, p: pd.Series, protocol: Protocol) -> pd.Series:
    """P values of primary tests adjusted within their replicate; others as they are."""
    adjust = _ADJUST.get(protocol.plan.multiplicity)
    family = table[table["primary"]]
    if adjust is None or family.empty:
        return p
    keys = ["world", "size", "replicate"]
    tests = family.groupby(keys, sort=False).cumcount()
    family = family.assign(test=tests, p=p[table["primary"]])
    wide = family.pivot(index=keys, columns="test", values="p")
    found = pd.DataFrame(
        adjust(wide.to_numpy(float)), index=wide.index, columns=wide.columns
    )
    long = found.melt(ignore_index=False, value_name="adjusted").reset_index()
    joined = family.reset_index().merge(long, on=[*keys, "test"], how="left")
    adjusted = p.copy()
    adjusted.loc[joined["index"]] = joined["adjusted"].to_numpy(float)
    return adjusted
