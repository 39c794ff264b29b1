"""What a published figure looks at in simulated trials."""

import dataclasses
import functools

import numpy as np
from jaxtyping import Bool, Float

from kapsim.trial.conduct.standing import stands
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.protocol import Protocol, Published, Rule, Standing


@dataclasses.dataclass(frozen=True)
class Sight:
    """Scores of the people of each replicate on the scale of a figure.

    Axes: R replicates, P people.

    Attributes
    ----------
    protocol, trials, figure
        What is looked at, in what, for which figure.
    counting
        Shift of the logits of shares that respond or remit, of each replicate.
    """

    protocol: Protocol
    trials: Trials
    figure: Published
    counting: Float[np.ndarray, " R"] | float = 0.0

    @functools.cached_property
    def measure(self) -> int:
        """Index of the scale."""
        return self.protocol.measures.index(self.figure.measure)

    def visit(self, time_h: float) -> int:
        """Index of the visit at a time [h since the first dose]."""
        return [visit.time_h for visit in self.protocol.visits].index(time_h)

    def members(self, arm: str) -> Bool[np.ndarray, "R P"]:
        """Who was randomised to an arm."""
        names = [one.name for one in self.protocol.arms]
        return self.trials.arm == names.index(arm)

    @functools.cached_property
    def baseline(self) -> Float[np.ndarray, "R P"]:
        """Score at the baseline visit [point]."""
        return self.trials.baseline[:, :, self.measure]

    def score(self, time_h: float) -> Float[np.ndarray, "R P"]:
        """Score at the visit of a time [point]; not a number where not seen."""
        return self.trials.score[:, :, self.visit(time_h), self.measure]

    @functools.cached_property
    def change(self) -> Float[np.ndarray, "R P"]:
        """Change since baseline at the visit of the figure [point]."""
        return self.score(self.figure.time_h) - self.baseline

    @functools.cached_property
    def rule(self) -> Rule:
        """Rule of the scale."""
        return self.protocol.rule(self.figure.measure)

    def responds(self, score: Float[np.ndarray, "R P"]) -> Bool[np.ndarray, "R P"]:
        """Whether the fall since baseline is that of a response; no if not seen.

        Raises
        ------
        NoRuleError
            If no rule is known for the scale.
        """
        return stands(Standing.RESPONSE, score, self.baseline, self.rule)

    def remits(self, score: Float[np.ndarray, "R P"]) -> Bool[np.ndarray, "R P"]:
        """Whether the score is that of remission; no if not seen.

        Raises
        ------
        NoRuleError
            If no rule is known for the scale.
        """
        return stands(Standing.REMISSION, score, self.baseline, self.rule)
