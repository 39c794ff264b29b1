"""Two periods, two sequences: everybody gets both treatments.

    y_1 = m + p      active first:  y_1 + t,   y_2 + q
    y_2 = m + q      active second: y_1,       y_2 + t      m of each patient

Half the difference of the sequences in y_1 - y_2 is the effect t, whatever the level m
and the periods p, q. A carry-over that differs between treatments biases it; it shows
in the sums y_1 + y_2, but those carry the variance between patients, so that the test
of it has little power, and to choose the analysis by that test is misleading [Freeman].
`crossover` gives it beside the effect, and nothing is decided by it: design a washout.
Virtual trials are analysed by `mixed_crossover`, and their tables do not hold it.

Source: Grizzle (1965), The two-period change-over design and its use in clinical
trials; Freeman (1989), The performance of the two-stage analysis of two-treatment,
two-period crossover trials; Senn (2002), Cross-over trials in clinical research.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Shaped

from kapsim.trial.analysis.ancova import ancova
from kapsim.trial.analysis.covariance import Structure
from kapsim.trial.analysis.estimate import Estimate, estimate
from kapsim.trial.analysis.estimates import not_estimable
from kapsim.trial.analysis.fixed_effects import Design
from kapsim.trial.analysis.mmrm import contrast, mmrm

METHOD = "crossover"
MIXED = "crossover, mixed model"
_EFFECTS = np.array([[[1, 0, 0], [0, 0, 1]], [[1, 1, 1], [0, 0, -1]]], float)
"""Mean, period and treatment of (1, active first) in both periods."""


class Crossover(NamedTuple):
    """Estimates of a crossover, each with t of n - 2 degrees of freedom.

    Attributes
    ----------
    effect
        Active less control [unit of the outcome].
    period
        Second less first period [same unit].
    carry_over
        Active first less active second in the sum of both periods [same unit].
    """

    effect: Estimate
    period: Estimate
    carry_over: Estimate


def crossover(
    first: Float[np.ndarray, " P"],
    second: Float[np.ndarray, " P"],
    active_first: Shaped[np.ndarray, " P"],
) -> Crossover:
    """Effect, period and carry-over from those who completed both periods.

    Parameters
    ----------
    first, second
        Outcome of each period, not a number where missing [any unit].
    active_first
        1 where the active treatment came first, 0 where second.
    """
    none = np.zeros((len(first), 0))
    group = np.asarray(active_first, float)
    half = (first - second) / 2
    effect, period, carry_over = (
        ancova(outcome, group, none)
        for outcome in (half, half * np.where(group == 1, -1.0, 1.0), first + second)
    )
    return Crossover(
        _named(effect, METHOD),
        _named(period, "period of a crossover"),
        _named(carry_over, "carry-over of a crossover"),
    )


def mixed_crossover(
    first: Float[np.ndarray, " P"],
    second: Float[np.ndarray, " P"],
    active_first: Shaped[np.ndarray, " P"],
) -> Estimate:
    """Effect from all patients, those of one period included, by a mixed model.

    Restricted likelihood with a random level of each patient; degrees of freedom are
    Satterthwaite's. Where everybody completed it is the effect of `crossover`. The
    correlation of the periods may be negative, which a variance of levels could not
    give.

    Parameters
    ----------
    first, second, active_first
        As of `crossover`.
    """
    group = np.asarray(active_first, float)
    scores = np.column_stack([first, second])
    came = np.isfinite(scores).any(axis=1)
    if not all((came & (group == one)).any() for one in (0, 1)):
        return not_estimable(MIXED, "nobody observed in an arm")
    covariates = np.column_stack([np.ones_like(group), group])
    fits = mmrm(scores[None], Design(covariates[None], _EFFECTS, 2), Structure.CS)
    if not fits.converged[0]:
        return not_estimable(MIXED, "the likelihood has no maximum")
    found = contrast(fits, np.array([0.0, 0.0, 1.0]))
    value, se, df = (float(x[0, 0]) for x in found)
    return estimate(value, se, MIXED, df=df)


def _named(found: Estimate, name: str) -> Estimate:
    return found._replace(method=found.method.replace("ancova", name))
