"""Of which kind an arm, a figure and its time are, for a comparison with precedents.

An arm is of the kind of what is given in it: the ketamines with their route, midazolam,
inert placebo, or no drug; and of whether it has therapy, which is more than contact and
preparation. Without a drug it is therapy, contact or usual care. The wider kinds are
any ketamine, any other injected or sprayed control, and no drug.

A figure belongs to a bin of days since the first dose, or for relapse since it is
counted: up to 2, 10 and 35 days, and later.
"""

from typing import NamedTuple

from kapsim.trial.arms.factorial import has_therapy
from kapsim.trial.protocol import Arm, Drug, Metric, Protocol, Published
from kapsim.units import DAY_H

BINS = ((2.0, "to 2 d"), (10.0, "3 to 10 d"), (35.0, "11 to 35 d"))
LATE = "after 35 d"

ANY_KETAMINE, ANY_CONTROL, NO_DRUG = "any ketamine", "any drug control", "no drug"

_INERT = (Drug.PLACEBO, Drug.MIDAZOLAM)

_FAMILY = {
    Metric.CHANGE_LS_MEAN: Metric.CHANGE_MEAN,
    Metric.RESPONSE_COUNT: Metric.RESPONSE_PERCENT,
    Metric.REMISSION_COUNT: Metric.REMISSION_PERCENT,
    Metric.LS_MEAN_DIFFERENCE: Metric.MEAN_DIFFERENCE,
}


class Kind(NamedTuple):
    """What an arm is, exactly and more widely."""

    exact: str
    wide: str


def kind(arm: Arm) -> Kind:
    """Kind of an arm."""
    drugs = {item.drug for item in arm.treatments}
    active = [item for item in arm.treatments if item.drug not in _INERT]
    therapy = " with therapy" if has_therapy(arm) else ""
    if active:
        names = dict.fromkeys(f"{one.route.value} {one.drug.value}" for one in active)
        return Kind(" and ".join(names) + therapy, ANY_KETAMINE)
    if Drug.MIDAZOLAM in drugs:
        return Kind("midazolam" + therapy, ANY_CONTROL)
    if drugs:
        return Kind("inert placebo" + therapy, ANY_CONTROL)
    without = "contact" if arm.sessions else "usual care"
    return Kind("therapy" if therapy else without, NO_DRUG)


def family(metric: Metric) -> Metric:
    """The metric that stands for all that say the same of a trial."""
    return _FAMILY.get(metric, metric)


def days(figure: Published) -> float:
    """Days since the first dose; for relapse, since it is counted [d]."""
    return (figure.time_h - (figure.since_h or 0.0)) / DAY_H


def day_bin(figure: Published) -> str:
    """Bin of the days of a figure."""
    return next((name for end, name in BINS if days(figure) <= end), LATE)


def at_baseline(protocol: Protocol, figure: Published) -> bool:
    """Whether it is of the visit that the protocol states, and so is not foretold."""
    return figure.time_h <= protocol.baseline_visit.time_h
