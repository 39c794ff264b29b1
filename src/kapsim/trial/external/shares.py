"""Published shares and their contrasts, computed in every replicate of a trial.

People who were not seen are left out, or counted as failures where the figure says so.
A study that counts off the model has, for the share p of an arm, the share whose logit
is that of p (with half a person more in each cell) and its shift; so a part of a person
may be counted.
Odds are counted with half a patient more in each cell where a cell is empty (Haldane
and Anscombe).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from kapsim.trial.external.sight import Sight
from kapsim.trial.protocol.terms import Missing

Numbers = Float[np.ndarray, " R"]
Rule = Callable[[Float[np.ndarray, "R P"]], Bool[np.ndarray, "R P"]]

_HALF = 0.5


class Counted(NamedTuple):
    """How many of how many people, in each replicate."""

    hits: Numbers
    of: Numbers

    @property
    def percent(self) -> Numbers:
        """Share [percent]; not a number of none."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return 100.0 * self.hits / self.of


def response(sight: Sight) -> Counted:
    """Who responds at the visit of the figure."""
    return _counted(sight, sight.figure.arm, sight.responds)


def remission(sight: Sight) -> Counted:
    """Who is in remission at the visit of the figure."""
    return _counted(sight, sight.figure.arm, sight.remits)


def response_difference(sight: Sight) -> Numbers:
    """Difference of the shares of responders [percent points]."""
    return _difference(sight, sight.responds)


def remission_difference(sight: Sight) -> Numbers:
    """Difference of the shares in remission [percent points]."""
    return _difference(sight, sight.remits)


def response_odds_ratio(sight: Sight) -> Numbers:
    """Odds of response over those in the other arm [1]."""
    own, other = _both(sight, sight.responds)
    cells = np.stack([own.hits, own.of - own.hits, other.hits, other.of - other.hits])
    cells = cells + _HALF * (cells == 0).any(axis=0)
    return cells[0] * cells[3] / (cells[1] * cells[2])


def _difference(sight: Sight, rule: Rule) -> Numbers:
    own, other = _both(sight, rule)
    return own.percent - other.percent


def _both(sight: Sight, rule: Rule) -> tuple[Counted, Counted]:
    figure = sight.figure
    own = _counted(sight, figure.arm, rule)
    return own, _counted(sight, str(figure.versus), rule)


def _counted(sight: Sight, arm: str, rule: Rule) -> Counted:
    score, own = sight.score(sight.figure.time_h), sight.members(arm)
    seen = own & np.isfinite(score)
    of = own if sight.figure.missing is Missing.FAILURE else seen
    hits = (seen & rule(score)).sum(axis=1).astype(float)
    return _off(Counted(hits, of.sum(axis=1).astype(float)), sight.counting)


def _off(plain: Counted, shift: Numbers | float) -> Counted:
    """The same with the logit of each share shifted; shifts of zero change nothing.

    The odds grow by a factor 1 + g: so p becomes p (1 + g) / (1 + p g).
    """
    share, g = (plain.hits + _HALF) / (plain.of + 2 * _HALF), np.expm1(shift)
    more = plain.of * share * (1 - share) * g / (1 + share * g)
    return Counted(np.clip(plain.hits + more, 0.0, plain.of), plain.of)
