"""The flow of people through a trial, as CONSORT asks for it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Bool

from kapsim.trial.conduct.trials import Reason, Trials
from kapsim.trial.protocol import Measure, Protocol

LEAVING = tuple(reason for reason in Reason if reason is not Reason.COMPLETED)
"""Reasons for which people are lost, those whose simulation failed among them."""


def has_outcome(
    trials: Trials, protocol: Protocol, measure: Measure
) -> Bool[np.ndarray, "R P"]:
    """Who has a baseline score and at least one after the arms parted."""
    column = protocol.measures.index(measure)
    later = [visit.time_h > protocol.randomised_h for visit in protocol.visits]
    seen = ~np.isnan(trials.score[..., column])
    return seen[..., later].any(axis=-1) & ~np.isnan(trials.baseline[..., column])


def flow(trials: Trials, protocol: Protocol, measure: Measure) -> pd.DataFrame:
    """Counts of people: one row per replicate and arm.

    Parameters
    ----------
    trials
        Trials as data.
    protocol
        Their protocol.
    measure
        Scale of the analysis.

    Returns
    -------
    DataFrame
        Columns replicate; assessed and excluded, of the whole trial; arm; randomised;
        discontinued; one column for each reason; completed; deviated; analysed, those
        with a score on the scale after the arms parted.
    """
    analysed = has_outcome(trials, protocol, measure)
    return pd.DataFrame(list(_rows(trials, protocol, analysed)))


def _rows(
    trials: Trials, protocol: Protocol, analysed: Bool[np.ndarray, "R P"]
) -> Iterator[dict[str, Any]]:
    for index, number in enumerate(trials.replicate):
        for place, arm in enumerate(protocol.arms):
            own = trials.arm[index] == place
            reason = trials.reason[index][own]
            counts = {one.name.lower(): int((reason == one).sum()) for one in LEAVING}
            yield {
                "replicate": int(number),
                "assessed": int(trials.assessed[index]),
                "excluded": int(trials.assessed[index] - trials.eligible[index]),
                "arm": arm.name,
                "randomised": int(own.sum()),
                "discontinued": sum(counts.values()),
                **counts,
                "completed": int((reason == Reason.COMPLETED).sum()),
                "deviated": int(trials.deviated[index][own].sum()),
                "analysed": int(analysed[index][own].sum()),
            }
