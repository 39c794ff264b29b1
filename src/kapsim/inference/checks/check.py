"""Whether the calibration finds what it should, on data whose truth is known.

Data are drawn from the model that the sampler assumes (`checks.synthetic`). Four
questions are asked:

- simulation-based calibration: with truths from the prior, are ranks uniform?
- recovery: with truths where the posterior lies, are the parameters found again?
- coverage: do predictive intervals hold the endpoints of a study that was left out?
- agreement: do two seeds give the same posterior?

The simulator itself does not enter here: that an emulator stands for it is checked by
calibrating to simulated trials (`recovered`).

Source: Talts et al. (2018); Modrak et al. (2023); see `kapsim.inference.checks.ranks`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from kapsim.evidence.posterior import Spreads
from kapsim.inference.checks.ranks import Ranks, ranked
from kapsim.inference.checks.synthetic import Truth, derived, synthetic
from kapsim.inference.emulation.emulator import Emulator
from kapsim.inference.posterior.predictive import predictive
from kapsim.inference.posterior.sampling import Posterior, log_densities, sample
from kapsim.inference.targets.problem import Freed, Problem
from kapsim.trial.summaries.intervals import ENDS

LEVELS = (0.5, 0.9, 0.95)
"""Contents of the central intervals whose coverage is counted."""

Sampler = Callable[..., Posterior]
"""As `sampling.sample`; tests put exact and faulty ones here."""


class Recovery(NamedTuple):
    """How well known parameters are found again, parameter by parameter.

    Attributes
    ----------
    names
        Ids of the parameters, then those of `Spreads`.
    slope
        Of the posterior mean on the truth; below 1 by what the prior pulls.
    correlation
        Of posterior mean and truth.
    coverage
        Share of truths inside the central interval of each content in `LEVELS`.
    z
        Posterior mean less truth in posterior SDs.
    """

    names: tuple[str, ...]
    slope: Float[np.ndarray, "Q"]
    correlation: Float[np.ndarray, "Q"]
    coverage: Float[np.ndarray, "levels Q"]
    z: Float[np.ndarray, "R Q"]


class Agreement(NamedTuple):
    """How far two posteriors of the same problem differ.

    Attributes
    ----------
    other_seed_max_shift_sd
        Largest difference of two posterior means, in SDs of the first posterior.
    other_seed_shifted
        Quantity that it belongs to.
    within_one_sd
        Share of the quantities whose means differ by one such SD at most.
    other_seed_sd_ratio_low, other_seed_sd_ratio_high
        Smallest and largest ratio of the posterior SDs, second over first.
    """

    other_seed_max_shift_sd: float
    other_seed_shifted: str
    within_one_sd: float
    other_seed_sd_ratio_low: float
    other_seed_sd_ratio_high: float


class Recovered(NamedTuple):
    """One known parameter and what a calibration to simulated trials made of it.

    Attributes
    ----------
    id
        Parameter.
    truth, mean, low, high
        Truth; posterior mean and 95 % interval; in the unit of the record.
    z
        Posterior mean less truth in posterior SDs, on the scale of the prior.
    inside
        Whether the interval holds the truth.
    """

    id: str
    truth: float
    mean: float
    low: float
    high: float
    z: float
    inside: bool


def simulation_based(
    problem: Problem,
    emulator: Emulator,
    truths: Sequence[Truth],
    *,
    draws: int = 63,
    thin: int = 4,
    seed: int = 1,
    sampler: Sampler = sample,
) -> Ranks:
    """Ranks of truths from the prior among posterior draws: uniform if all is right.

    Parameters
    ----------
    problem, emulator
        What is calibrated; the observations are replaced.
    truths
        From `prior_truths`.
    draws
        Draws that each truth is ranked among.
    thin
        Draws made for each one used, so that those used are nearly independent.
    seed
        Of data and sampler.
    sampler
        Sampler on trial.

    Returns
    -------
    Ranks
        Ranks and p values of parameters, spreads and the log likelihood.
    """
    expected, found = [], []
    for number, truth in enumerate(truths):
        own = derived(seed, number)
        data = synthetic(problem, emulator, *truth, seed=own)
        made = sampler(data, emulator, draws=draws * thin, seed=own)
        used = np.linspace(0, len(made.u) - 1, draws).round().astype(int)
        everything = np.stack([truth.quantities, *quantities(made)[used]])
        fit = _log_likelihood(data, emulator, everything)
        expected.append([*everything[0], fit[0]])
        found.append(np.column_stack([everything, fit])[1:])
    columns = (*names(problem), "log_likelihood")
    return ranked(columns, np.array(expected), np.stack(found))


def recovery(
    problem: Problem,
    emulator: Emulator,
    truths: Sequence[Truth],
    *,
    draws: int = 250,
    seed: int = 1,
    sampler: Sampler = sample,
) -> Recovery:
    """Calibrate to data of known truths and compare.

    With truths from the prior the intervals hold them as often as they say; with
    truths from a posterior (`posterior_truths`), which is where it matters, they need
    not exactly, as the prior does not know that the truths lie there.

    Parameters
    ----------
    problem, emulator
        What is calibrated; the observations are replaced.
    truths
        At least three.
    draws
        Posterior draws of each calibration.
    seed
        Of data and sampler.
    sampler
        Sampler on trial.

    Returns
    -------
    Recovery
        Slope, correlation, coverage and z of each parameter.

    Raises
    ------
    ValueError
        If there are fewer than three truths.
    """
    if len(truths) < 3:
        raise ValueError(f"recovery needs three truths or more; got {len(truths)}.")
    means, sds, shares = [], [], []
    for number, truth in enumerate(truths):
        own = derived(seed, number)
        data = synthetic(problem, emulator, *truth, seed=own)
        made = quantities(sampler(data, emulator, draws=draws, seed=own))
        means.append(made.mean(axis=0))
        sds.append(made.std(axis=0, ddof=1))
        shares.append((made < truth.quantities).mean(axis=0))
    true, mean = np.stack([truth.quantities for truth in truths]), np.stack(means)
    distance = np.abs(np.stack(shares) - 0.5)
    covered = np.stack([(distance <= level / 2).mean(axis=0) for level in LEVELS])
    off, around = true - true.mean(axis=0), mean - mean.mean(axis=0)
    common, spread = (off * around).sum(axis=0), (off**2).sum(axis=0)
    return Recovery(
        names=names(problem),
        slope=common / spread,
        correlation=common / np.sqrt(spread * (around**2).sum(axis=0)),
        coverage=covered,
        z=(mean - true) / np.stack(sds),
    )


def held_out(
    problem: Problem,
    emulator: Emulator,
    truths: Sequence[Truth],
    *,
    draws: int = 250,
    seed: int = 1,
    sampler: Sampler = sample,
) -> tuple[int, int]:
    """Predict with 95 % intervals a study left out: one for each truth, in turn.

    Parameters
    ----------
    problem, emulator
        What is calibrated; the observations are replaced.
    truths
        True parameters.
    draws
        Posterior draws of each calibration.
    seed
        Of data and sampler.
    sampler
        Sampler on trial.

    Returns
    -------
    inside, number
        Endpoints inside their intervals, and endpoints predicted.
    """
    inside = number = 0
    for place, truth in enumerate(truths):
        own, study = derived(seed, place), problem.studies[place % len(problem.studies)]
        left = np.asarray(problem.of_study(study))
        data = synthetic(problem, emulator, *truth, seed=own)
        made = sampler(data, emulator, keep=~left, draws=draws, seed=own)
        foretold = predictive(data, emulator, made)
        inside += int(foretold.inside(data.observed)[left].sum())
        number += int(left.sum())
    return inside, number


def agreement(problem: Problem, first: Posterior, second: Posterior) -> Agreement:
    """How far two posteriors of the same problem differ, such as of two seeds.

    Parameters
    ----------
    problem
        What both were made of.
    first, second
        The posteriors; a quantity that does not vary in one of them is left out.

    Returns
    -------
    Agreement
        Largest shift and the ratios of SDs.
    """
    one, other = quantities(first), quantities(second)
    varied = np.flatnonzero((np.ptp(one, axis=0) > 0) & (np.ptp(other, axis=0) > 0))
    one, other = one[:, varied], other[:, varied]
    sd, other_sd = one.std(axis=0, ddof=1), other.std(axis=0, ddof=1)
    shift = np.abs(one.mean(axis=0) - other.mean(axis=0)) / sd
    worst, ratio = int(np.argmax(shift)), other_sd / sd
    return Agreement(
        other_seed_max_shift_sd=float(shift[worst]),
        other_seed_shifted=names(problem)[varied[worst]],
        within_one_sd=float(np.mean(shift <= 1)),
        other_seed_sd_ratio_low=float(ratio.min()),
        other_seed_sd_ratio_high=float(ratio.max()),
    )


def recovered(
    truth: Mapping[str, float], posterior: Mapping[str, Any]
) -> tuple[Recovered, ...]:
    """Score a calibration to trials that were simulated at known parameters.

    Parameters
    ----------
    truth
        Value of each parameter [unit of its record]; others are left out.
    posterior
        What `kapsim calibrate` wrote to ``posterior.json``.

    Returns
    -------
    tuple
        One row for each parameter that both have, in the order of the posterior.
    """
    ends = np.quantile(np.array(posterior["draws"]["values"]), ENDS, axis=0)
    rows = []
    for one, low, high in zip(posterior["parameters"], *ends, strict=True):
        if one["id"] not in truth:
            continue
        known, mean = float(truth[one["id"]]), float(one["mean"])
        prior = (one["prior_mean"], one["prior_sd"], one["low"], one["high"])
        freed = Freed(one["id"], one["scale"], *prior)
        shift = (freed.u(mean) - freed.u(known)) * freed.sd
        inside = bool(low <= known <= high)
        rows.append(
            Recovered(
                one["id"],
                known,
                mean,
                float(low),
                float(high),
                shift / one["sd"],
                inside,
            )
        )
    return tuple(rows)


def quantities(posterior: Posterior) -> Float[np.ndarray, "D Q"]:
    """Draws of the parameters and, last, of the spreads."""
    return np.column_stack([np.asarray(posterior.u), np.asarray(posterior.spreads)])


def names(problem: Problem) -> tuple[str, ...]:
    """Names of the columns of `quantities`."""
    return (*(freed.id for freed in problem.freed), *Spreads._fields)


def _log_likelihood(
    problem: Problem, emulator: Emulator, rows: Float[np.ndarray, "D Q"]
) -> Float[np.ndarray, "D"]:
    """Log density of all observations at each row of `quantities`."""
    nothing = np.zeros(0)
    u, spreads = np.split(rows, [len(problem.freed)], axis=1)
    each = Posterior(u, spreads, nothing, nothing, 0)
    everything = np.ones(len(problem.observed), bool)
    return log_densities(problem, emulator, each, everything)
