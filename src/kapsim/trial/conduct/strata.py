"""Strata of the randomisation: numbers split at the mean of the population."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Int

from kapsim.trial.conduct.errors import ConductError
from kapsim.trial.conduct.outcomes import Outcomes
from kapsim.trial.conduct.people import Covariates
from kapsim.trial.protocol import Covariate, Protocol


def strata(
    protocol: Protocol,
    cohort: Mapping[str, Outcomes],
    covariates: Covariates | None,
    person: Int[np.ndarray, "R P"],
    site: Int[np.ndarray, "R P"],
) -> Int[np.ndarray, "R P"]:
    """Stratum of each person; 0 for all where there are none.

    The first stratum that is named changes slowest.

    Parameters
    ----------
    protocol, cohort
        The trial; severity is the baseline score that the population is stated on.
    covariates
        People of the cohort; needed for sex, failures and age.
    person, site
        Who each person is, and at which site.

    Raises
    ------
    ConductError
        If covariates are needed and absent.
    """
    found = np.zeros_like(person)
    for item in protocol.design.strata:
        if item is Covariate.SITE:
            found = found * protocol.design.sites + site
        else:
            high = _upper(protocol, cohort, covariates, item)
            found = found * 2 + high[person]
    return found


def labels(protocol: Protocol) -> tuple[str, ...]:
    """Each stratum in words, in the order of their numbers."""
    found: Sequence[str] = ("",)
    for item in protocol.design.strata:
        found = [f"{one}, {word}" for one in found for word in _words(protocol, item)]
    return tuple(text.removeprefix(", ") for text in found)


def _words(protocol: Protocol, item: Covariate) -> Sequence[str]:
    if item is Covariate.SITE:
        return [f"site {number}" for number in range(1, protocol.design.sites + 1)]
    if item is Covariate.FEMALE:
        return ("male", "female")
    return (f"{item.value} low", f"{item.value} high")


def _upper(
    protocol: Protocol,
    cohort: Mapping[str, Outcomes],
    covariates: Covariates | None,
    item: Covariate,
) -> Int[np.ndarray, " n"]:
    """1 for each person of the cohort above the split."""
    population = protocol.population
    if item is Covariate.SEVERITY:
        scale = protocol.measures.index(population.baseline.scale)
        first = protocol.visits.index(protocol.baseline_visit)
        scores = next(iter(cohort.values())).totals[first, scale]
        return (scores > population.baseline.mean).astype(int)
    if covariates is None:
        raise ConductError(
            f"strata by {item.value} need the people of the cohort: pass their "
            "covariates (kapsim.trial.conduct.people)."
        )
    if item is Covariate.FEMALE:
        return covariates.female.astype(int)
    if item is Covariate.AGE:
        return (covariates.age_years > population.age.mean_yr).astype(int)
    return (covariates.failures > population.failures.mean).astype(int)
