"""Published figures of one trial in many replicates of its size.

Every replicate draws its patients, as many as the trial had, from one cohort of virtual
persons, who are the same in every arm; it is conducted as the protocol says, with what
goes wrong. Its arms have exactly the published sizes: they are randomised in one block,
without strata. The cohort is at least `TIMES` as large as the trial: patients of one
replicate are drawn without replacement, which takes the share of the cohort that a
trial uses from the variance between replicates, a quarter at most.

With draws of the parameters every draw has a cohort of its own, with the same persons,
and an equal part of the replicates; the recorded values are not among them. With draws
of the posterior every replicate is a study of its own besides: all its scores after
baseline are shifted by one number, those of each arm by another, and the logits of its
shares by a third (`discrepancy`), normal about zero with the spreads of the draw. These
numbers are fixed by seed, replicate and arm.
"""

import itertools
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kapsim.engine.progress import OnProgress
from kapsim.engine.scan import WIDTH
from kapsim.evidence.posterior import ON_THE_MODEL, Spreads
from kapsim.trial.arms.simulation import prepare_all, redrawn
from kapsim.trial.conduct.conduct import conduct
from kapsim.trial.conduct.discrepancy import as_studies, counting
from kapsim.trial.conduct.outcomes import Outcomes, outcomes
from kapsim.trial.conduct.standing import NoRuleError
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.external.drawn import Drawn, in_trials, joined
from kapsim.trial.external.request import ValidationRequest
from kapsim.trial.external.sizes import Size
from kapsim.trial.external.studies import Study
from kapsim.trial.parameters.uncertainty import parameter_draws, spreads, with_values
from kapsim.trial.protocol import Protocol

TIMES = 4
"""Least size of a cohort, in trials."""

BLOCK = 100
"""Replicates that are conducted at once, at most."""

_AT_ONCE = 20_000  # patients of such replicates


class Replicated(NamedTuple):
    """What replicates of a trial would have published.

    Attributes
    ----------
    drawn
        Each published figure in each replicate; the reason if none can tell it.
    persons
        Size of the cohort.
    """

    drawn: tuple[Drawn | str, ...]
    persons: int


class _World(NamedTuple):
    """A draw of the parameters: the trial, its cohort by arm, its spreads."""

    protocol: Protocol
    cohort: Mapping[str, Outcomes]
    spreads: Spreads


def replicated(
    study: Study,
    known: Mapping[str, Size],
    request: ValidationRequest,
    on_progress: OnProgress,
) -> Replicated:
    """Published figures of a trial in all replicates.

    Parameters
    ----------
    study
        The trial.
    known
        Size of each arm.
    request
        How many replicates, from how many persons.
    on_progress
        Told of each arm simulated and each block conducted.

    Raises
    ------
    KapsimError
        If the trial cannot be simulated or conducted.
    """
    protocol = study.protocol
    per_arm = {name: size.patients for name, size in known.items()}
    least = TIMES * sum(per_arm.values())
    persons = max(request.persons, -(-least // WIDTH) * WIDTH)
    parts: list[list[Drawn]] = [[] for _ in protocol.published]
    failed: dict[int, str] = {}
    worlds = _worlds(study, request, persons, on_progress)
    for trials, counted in _conducted(worlds, per_arm, request):
        for k, figure in enumerate(protocol.published):
            try:
                parts[k].append(in_trials(protocol, trials, figure, counted))
            except NoRuleError as error:
                failed[k] = f"{figure.measure.value}: {error}"
        on_progress(study.name, 1)
    made = (failed.get(k) or joined(part) for k, part in enumerate(parts))
    return Replicated(tuple(made), persons)


def _conducted(
    worlds: Iterator[_World],
    per_arm: Mapping[str, int],
    request: ValidationRequest,
) -> Iterator[tuple[Trials, Float[np.ndarray, " R"]]]:
    """All replicates, block by block, an equal part of them from each world.

    With each block, by how much the logits of its shares lie off.
    """
    ends, block = _ends(request), _block(per_arm)
    for world, (first, last) in zip(worlds, ends, strict=True):
        sized = exactly(world.protocol, per_arm)
        for start in range(first, last, block):
            numbers = range(start, min(start + block, last))
            trials = conduct(sized, world.cohort, per_arm, numbers, request.seed)
            off = sized.design.pooled(world.spreads)
            counted = counting(trials, off, seed=request.seed)
            yield as_studies(sized, trials, off, seed=request.seed), counted


def _ends(request: ValidationRequest) -> list[tuple[int, int]]:
    """First replicate of each draw, and the first of the next."""
    number = max(request.draws, 1)
    ends = [request.replicates * k // number for k in range(number + 1)]
    return list(itertools.pairwise(ends))


def _block(per_arm: Mapping[str, int]) -> int:
    """Replicates that are conducted at once."""
    return max(min(BLOCK, _AT_ONCE // sum(per_arm.values())), 1)


def steps(study: Study, known: Mapping[str, Size], request: ValidationRequest) -> int:
    """How many arms are simulated and blocks conducted."""
    block = _block({name: size.patients for name, size in known.items()})
    ends = _ends(request)
    blocks = sum(-(-(last - first) // block) for first, last in ends)
    return len(ends) * len(study.protocol.arms) + blocks


def exactly(protocol: Protocol, per_arm: Mapping[str, int]) -> Protocol:
    """The trial randomised in one block that gives each arm its size."""
    arms = tuple(
        arm.model_copy(update={"ratio": per_arm[arm.name]}) for arm in protocol.arms
    )
    design = protocol.design.model_copy(
        update={"blocks": (sum(per_arm.values()),), "strata": ()}
    )
    return protocol.model_copy(update={"arms": arms, "design": design})


def _worlds(
    study: Study,
    request: ValidationRequest,
    persons: int,
    on_progress: OnProgress,
) -> Iterator[_World]:
    """The trial and its cohort in each arm, for each draw of the parameters."""
    protocol = study.protocol
    arms = prepare_all(protocol, request.seed)
    every = [protocol]
    if request.draws:
        values = parameter_draws(
            protocol, request.draws, request.seed, request.draws_from
        )
        every = [with_values(protocol, one) for one in values[1:]]
    off = spreads(request.draws, request.seed, request.draws_from) or [ON_THE_MODEL]
    for one, sds in zip(every, off, strict=True):
        ready = redrawn(arms, one) if request.draws else arms
        cohort = {}
        for name, arm in ready.items():
            cohort[name] = outcomes(arm, 0, persons)
            on_progress(study.name, 1)
        yield _World(one, cohort, sds)
