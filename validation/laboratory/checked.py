"""All results of an experiment, as checks of a validation."""

import functools
import math
from collections.abc import Mapping

from kapsim.lab.catalogue import experiment
from kapsim.lab.experiment import Setting
from kapsim.lab.published import published
from validation.report.record import Recorder

SEED = 1
"""That of `kapsim lab` and of docs/laboratory, so that both say the same."""


@functools.cache
def numbers(name: str) -> Mapping[str, float]:
    """Numbers of an experiment with its own count of subjects."""
    run = experiment(name)
    return run.run(Setting(SEED, run.patients)).numbers


def checked(check: Recorder, name: str) -> dict[str, str]:
    """Check all comparable results of an experiment; their names by id."""
    results = [one for one in published(name).results if not one.not_comparable]
    of = {result.id: f"{name}: {result.meaning}" for result in results}
    for result in results:
        check(
            of[result.id],
            numbers(name)[result.id],
            -math.inf if result.low is None else result.low,
            math.inf if result.high is None else result.high,
            source=result.source,
            note=result.note,
            missed=result.missed,
        )
    return of
