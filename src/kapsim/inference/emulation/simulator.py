"""The endpoints that the model gives at a set of parameters: all studies simulated.

Each study is simulated as its protocol says, with as many persons as asked for, who are
the same in every arm and at every set of parameters (common random numbers), and is
conducted as designed, several times over, so that every person is in every arm about
equally often. Sites and raters do not differ here: their spread is part of the error of
a published figure and not of what the model gives. Protocols with the same course share
their simulation.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from kapsim.engine.mappings import spare_mappings
from kapsim.inference.targets.bias import Bias
from kapsim.inference.targets.endpoints import figures, pooled
from kapsim.trial.arms.simulation import Prepared, prepare_all, redrawn
from kapsim.trial.conduct.conduct import conduct
from kapsim.trial.conduct.discrepancy import shifted
from kapsim.trial.conduct.errors import ConductError
from kapsim.trial.conduct.outcomes import Outcomes, outcomes
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.external.drawn import in_trials
from kapsim.trial.external.replicates import exactly
from kapsim.trial.parameters.uncertainty import with_values
from kapsim.trial.protocol import Conduct, Protocol
from kapsim.units import KapsimError

REPLICATES = 8
"""Trials that the persons of a study are dealt to."""

_LEAST = 8  # people of an arm
_ADMISSION = 0.5  # of the people, when fewer are admitted than asked for
_PLAIN = (
    "name",
    "title",
    "summary",
    "sources",
    "notes",
    "published",
    "design",
    "plan",
    "endpoints",
)


Slopes = tuple[list[list[float]], list[list[list[float]]]]
"""Of each protocol: change of its endpoints by a point, on all arms and on each."""


class Simulator:
    """Studies ready to be simulated at any set of parameters.

    Parameters
    ----------
    protocols
        The studies.
    persons
        Persons of each.
    seed
        Seed of the persons, and of what happens in the trials.
    """

    def __init__(self, protocols: Sequence[Protocol], persons: int, seed: int) -> None:
        self._protocols = [_even(one) for one in protocols]
        self._persons, self._seed = persons, seed
        self._arms: dict[str, dict[str, Prepared]] = {}
        self._courses = [_course(one) for one in self._protocols]
        self._bias = Bias(seed)

    def __call__(self, values: Mapping[str, Any]) -> Float[np.ndarray, " K"]:
        """Endpoints on their working scale; not a number where the model has none.

        Parameters
        ----------
        values
            Values of parameters in the unit of their records.
        """
        made = [self._pooled(one, trials) for one, trials in self._trials(values)]
        return np.array([x for part in made for x in part] + [self._bias(values)])

    def slopes(self, values: Mapping[str, Any]) -> Slopes:
        """What one point more on all scores does to the endpoints of each protocol.

        Returns
        -------
        tuple
            For each protocol the change of its endpoints with all arms, and for each
            of its arms with that arm alone [working scale per MADRS point].
        """
        level, arm = [], []
        for protocol, trials in self._trials(values):
            number, arms = len(trials.replicate), len(protocol.arms)
            none, one = np.zeros((number, arms)), np.ones(number)
            level.append(self._slope(protocol, trials, one, none))
            alone = [none + np.eye(arms)[k] for k in range(arms)]
            arm.append(
                [self._slope(protocol, trials, 0 * one, shift) for shift in alone]
            )
        return level, arm

    def _slope(
        self, protocol: Protocol, trials: Trials, study: Any, arm: Any
    ) -> list[float]:
        """Central difference of the endpoints, by a point up and a point down."""
        ends = [
            self._pooled(protocol, shifted(protocol, trials, sign * study, sign * arm))
            for sign in (1.0, -1.0)
        ]
        return [(up - down) / 2 for up, down in zip(*ends, strict=True)]

    def _trials(self, values: Mapping[str, Any]) -> Iterator[tuple[Protocol, Trials]]:
        """Each study with its trials; those of one course share a simulation."""
        held: dict[str, dict[str, Outcomes]] = {}
        for protocol, course in zip(self._protocols, self._courses, strict=True):
            spare_mappings()
            if course not in held:
                held[course] = self._outcomes(protocol, course, values)
            yield protocol, self._conducted(protocol, held[course])

    def _outcomes(
        self, protocol: Protocol, course: str, values: Mapping[str, Any]
    ) -> dict[str, Outcomes]:
        if course not in self._arms:
            self._arms[course] = prepare_all(protocol, self._seed)
        ready = redrawn(self._arms[course], with_values(protocol, values))
        return {name: outcomes(arm, 0, self._persons) for name, arm in ready.items()}

    def _conducted(self, protocol: Protocol, cohort: Mapping[str, Outcomes]) -> Trials:
        """Trials of all who are admitted, or nearly so."""
        per_arm = self._persons // len(cohort)
        while True:
            sizes = dict.fromkeys(cohort, per_arm)
            try:
                own = exactly(protocol, sizes)
                return conduct(own, cohort, sizes, range(REPLICATES), self._seed)
            except ConductError:
                per_arm = int(per_arm * _ADMISSION)
                if per_arm < _LEAST:
                    raise

    def _pooled(self, protocol: Protocol, trials: Trials) -> list[float]:
        return [
            pooled(one, in_trials(protocol, trials, one)) for one in figures(protocol)
        ]


def simulated(
    simulator: Simulator, values: Mapping[str, Any], number: int
) -> Float[np.ndarray, " {number}"]:
    """Endpoints at a set of parameters; none where the model breaks down."""
    try:
        return simulator(values)
    except KapsimError:
        return np.full(number, np.nan)


def _even(protocol: Protocol) -> Protocol:
    """The trial with sites and raters that do not differ."""
    own = protocol.conduct or Conduct()
    alike = own.model_copy(update={"site_sd": 0.0, "rater_sd": 0.0})
    return protocol.model_copy(update={"conduct": alike})


def _course(protocol: Protocol) -> str:
    """All of a protocol that bears on what would happen to its people."""
    text = protocol.model_dump(mode="json", exclude=set(_PLAIN))
    for arm in text["arms"]:
        arm["patients"] = None
    return json.dumps([text, [one.value for one in protocol.measures]], sort_keys=True)
