"""What an experiment is: a published design that is run on the model's mechanisms.

An experiment is a module with one name, `EXPERIMENT`. It is told how many subjects to
take, the seed, and a drug if one is asked for; it returns numbers, each by the name
that the published result has in its data file, and a figure.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import numpy as np

from kapsim.lab.errors import LabError as LabError
from kapsim.lab.influence import Influence

Values = Sequence[float] | np.ndarray


@dataclasses.dataclass(frozen=True)
class Setting:
    """What an experiment is told.

    Attributes
    ----------
    seed
        Seed of every draw.
    patients
        Subjects in each group.
    drug
        A drug that adds an arm beside the published ones; mostly None.
    """

    seed: int
    patients: int
    drug: Influence | None = None


@dataclasses.dataclass(frozen=True)
class Series:
    """Values over an abscissa, with an interval where there is one."""

    name: str
    x: Values
    y: Values
    low: Values | None = None
    high: Values | None = None
    kind: Literal["line", "points", "bars"] = "line"


@dataclasses.dataclass(frozen=True)
class Panel:
    """One plot area; `categories` name the places 0, 1, 2 ... of the abscissa."""

    title: str
    x_label: str
    y_label: str
    series: tuple[Series, ...]
    categories: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Figure:
    """Panels side by side, and what they show."""

    caption: str
    panels: tuple[Panel, ...]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What an experiment gave: numbers by name, and a figure."""

    numbers: Mapping[str, float]
    figure: Figure


@dataclasses.dataclass(frozen=True)
class Experiment:
    """How an experiment is run.

    Attributes
    ----------
    run
        From a setting to the outcome; the same setting always gives the same outcome.
    patients
        Subjects in each group unless asked otherwise; 1 where nothing is drawn.
    drug
        Whether a drug can be asked for.
    """

    run: Callable[[Setting], Outcome]
    patients: int = 1
    drug: bool = False
