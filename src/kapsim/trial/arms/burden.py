"""What each arm asks of its patients and does to them, to be read beside its benefit.

Offers come from the protocol, what was attended and felt from the inner signals of the
first patients of each arm (see `trajectories`).
"""

import math

import pandas as pd

from kapsim.drug import KETAMINES
from kapsim.trial.arms.given import Given, given
from kapsim.trial.protocol import Arm, Hypothesis, Protocol

PEAKS = {
    "peak_dissociation_cadss_points": "dissociation",
    "peak_systolic_rise_mmhg": "systolic_rise_mmhg",
    "peak_sedation_points": "sedation",
}
"""Signal that each peak is the highest mean of."""


def burden(protocol: Protocol, followed: pd.DataFrame) -> pd.DataFrame:
    """Burden of a protocol: one row per arm.

    Parameters
    ----------
    protocol
        The trial.
    followed
        The trajectories of a run of it.

    Returns
    -------
    DataFrame
        Columns arm; sessions_offered, sessions_attended (mean), session_h_offered [h];
        doses (placebo included; the mean, where they depend on how people fare),
        ketamine_base_mg [mg] of all its forms in all, at the mean body weight (then the
        most that anybody can be given); the highest mean over the patients of
        dissociation [CADSS point], of the rise in systolic pressure [mmHg] and of
        sedation as felt [point, 0 to 5]; reliance_end [1] on the dose at the end of the
        trial, missing where relief seeking is off.
    """
    drug = given(protocol)
    means = followed.set_index(["arm", "signal"]).sort_values("time_h")["mean"]
    relief = protocol.hypotheses.get(Hypothesis.RELIEF_SEEKING, False)
    rows = []
    for arm in protocol.arms:
        own = means.loc[arm.name]
        held = [item for item in arm.meetings if item.time_h < protocol.horizon_h]
        doses = [time for time in arm.dose_times_h if time < protocol.horizon_h]
        rows.append(
            {
                "arm": arm.name,
                "sessions_offered": len(held),
                "sessions_attended": own.loc["sessions_attended"].iloc[-1],
                "session_h_offered": math.fsum(
                    item.session.duration_h for item in held
                ),
                "doses": own.loc["doses_given"].iloc[-1] if arm.depends else len(doses),
                "ketamine_base_mg": _ketamine_mg(drug, arm),
                **{peak: own.loc[signal].max() for peak, signal in PEAKS.items()},
                "reliance_end": own.loc["reliance"].iloc[-1] if relief else None,
            }
        )
    return pd.DataFrame(rows)


def _ketamine_mg(drug: Given, arm: Arm) -> float:
    """Ketamine of all forms that an arm is given in all, as base [mg]."""
    own = [part for one in drug.arms if one.arm == arm.name for part in one.exposure]
    return float(sum(part.mg for part in own if part.molecule in KETAMINES))
