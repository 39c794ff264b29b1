"""Scores that are analysed under each strategy for what happens after randomisation.

- Treatment policy: all scores that were seen, whatever had happened.
- Hypothetical: as if treatment had gone on without rescue; what was seen after either
  is set aside, and left to the method that deals with missing scores.
- Composite: to stop, to be rescued, or to leave for lack of effect or adverse effects
  is a failure. From then on the score is that of the baseline: no change, hence no
  response, and no remission in anybody who was enrolled ill.
- While on treatment: the last score before treatment stopped, rescue was given or the
  person left stands for all later visits.

People whose simulation failed have no scores under any of them.
"""

import numpy as np
from jaxtyping import Bool, Float, Int

from kapsim.trial.conduct.trials import Reason, Trials
from kapsim.trial.protocol import Measure, Protocol, Strategy

_FAILURES = (Reason.LACK_OF_EFFECT, Reason.ADVERSE_EFFECTS)


def analysed(
    trials: Trials, protocol: Protocol, measure: Measure, strategy: Strategy
) -> Float[np.ndarray, "R P V"]:
    """Scores to analyse [point]; not a number where there is none.

    Parameters
    ----------
    trials
        Trials as data.
    protocol
        Their protocol.
    measure
        Scale.
    strategy
        What becomes of scores after treatment stopped, or rescue.
    """
    column = protocol.measures.index(measure)
    score, visits = trials.score[..., column], len(protocol.visits)
    visit = np.arange(visits)
    rated = np.array([measure in one.scales for one in protocol.visits])
    changed = np.minimum(trials.stopped, trials.rescued)
    if strategy is Strategy.HYPOTHETICAL:
        return np.where(visit < changed[..., None], score, np.nan)
    if strategy is Strategy.COMPOSITE:
        gone = np.where(np.isin(trials.reason, _FAILURES), trials.left, visits)
        after = visit >= np.minimum(changed, gone)[..., None]
        return np.where(after & rated, trials.baseline[..., [column]], score)
    if strategy is Strategy.WHILE_ON_TREATMENT:
        return _carried(score, np.minimum(changed, trials.left), rated)
    return score.copy()


def _carried(
    score: Float[np.ndarray, "R P V"],
    until: Int[np.ndarray, "R P"],
    rated: Bool[np.ndarray, " V"],
) -> Float[np.ndarray, "R P V"]:
    """Scores with the last one before a visit in the place of all from it on."""
    visit = np.arange(score.shape[-1])
    on = visit < until[..., None]
    last = np.where(on & ~np.isnan(score), visit, -1).max(axis=-1)
    found = np.take_along_axis(score, np.maximum(last, 0)[..., None], axis=-1)
    stands = np.where(last[..., None] >= 0, found, np.nan)
    return np.where(on, score, np.where(rated, stands, np.nan))
