"""A replicate as the tables of a trial: ADSL and an ADQS-like BDS, after CDISC.

ADSL has a row per person, ADQS a row per person, scale and visit. Dates are left out:
`ADY` counts days, the first dose opening day 1. Flags are ``Y``, or ``N`` in ADSL and
empty in ADQS.

- SAFFL: allocated and simulated without failure.
- FASFL: a baseline score and one after the arms parted, on the scale of the first
  primary endpoint.
- PPROTFL: of those, who completed without a deviation.
- ANL01FL: the row that the analysis uses, by the strategy of that endpoint.
- DTYPE: ``BOCF`` or ``LOCF`` where that strategy puts the baseline or the last score in
  the place of the visit's; such rows stand beside what was seen.
- ICESTOPF, ICERESCF: treatment had stopped; rescue had been given.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from kapsim.measures import scale
from kapsim.trial.conduct.estimands import analysed
from kapsim.trial.conduct.flow import has_outcome
from kapsim.trial.conduct.outcomes import Outcomes
from kapsim.trial.conduct.people import Covariates
from kapsim.trial.conduct.strata import labels
from kapsim.trial.conduct.trials import Reason, Trials
from kapsim.trial.protocol import Measure, Protocol, Strategy

_REASONS = {
    Reason.COMPLETED: "",
    Reason.LACK_OF_EFFECT: "LACK OF EFFICACY",
    Reason.ADVERSE_EFFECTS: "ADVERSE EVENT",
    Reason.BELIEF: "WITHDRAWAL BY SUBJECT",
    Reason.OTHER: "OTHER",
    Reason.FAILED: "SIMULATION FAILED",
}
_DERIVED = {Strategy.COMPOSITE: "BOCF", Strategy.WHILE_ON_TREATMENT: "LOCF"}
_PERCENT = 100.0


def adsl(
    trials: Trials, protocol: Protocol, covariates: Covariates, index: int = 0
) -> pd.DataFrame:
    """Subject-level table of one replicate.

    Parameters
    ----------
    trials
        Trials as data.
    protocol
        Their protocol.
    covariates
        People of the cohort at entry.
    index
        Which of the replicates in `trials`.
    """
    one = _replicate(trials, index)
    arms = np.array([arm.name for arm in protocol.arms])[one.arm[0]]
    person, reason = one.person[0], one.reason[0]
    full = has_outcome(one, protocol, _first(protocol)[0])[0]
    stayed = reason == Reason.COMPLETED
    table = {
        "STUDYID": protocol.name,
        "USUBJID": subjects(one, protocol),
        "SITEID": _sites(one),
        "TRT01P": arms,
        "TRT01A": arms,
        "ARM": arms,
        "AGE": np.floor(covariates.age_years[person]).astype(int),
        "SEX": np.where(covariates.female[person] > 0, "F", "M"),
        "WEIGHTBL": np.round(covariates.weight_kg[person], 1),
        "FAILEDBL": covariates.failures[person].astype(int),
        "STRATAR": np.array(labels(protocol))[one.stratum[0]],
        "RANDFL": "Y",
        "SAFFL": _yes_no(reason != Reason.FAILED),
        "FASFL": _yes_no(full),
        "PPROTFL": _yes_no(full & stayed & ~one.deviated[0]),
        "EOSSTT": np.where(stayed, "COMPLETED", "DISCONTINUED"),
        "DCSREAS": [_REASONS[Reason(code)] for code in reason],
    }
    for column, measure in enumerate(protocol.measures):
        if measure in protocol.baseline_visit.scales:
            table[f"{_stem(measure)}BL"] = one.baseline[0, :, column]
    return pd.DataFrame(table)


def adqs(
    trials: Trials,
    protocol: Protocol,
    cohort: Mapping[str, Outcomes] | None = None,
    index: int = 0,
) -> pd.DataFrame:
    """Scores of one replicate, a row each.

    Parameters
    ----------
    trials
        Trials as data.
    protocol
        Their protocol.
    cohort
        What would be seen of people in each arm: adds the items of the first scale, as
        they were rated, before the effects of day, site and rater on the total.
    index
        Which of the replicates in `trials`.
    """
    one = _replicate(trials, index)
    tables = list(_totals(one, protocol))
    if cohort is not None:
        tables += _items(one, protocol, cohort)
    table = pd.concat(tables, ignore_index=True)
    keys = ["USUBJID", "PARAMN", "AVISITN", "DTYPE"]
    return table.sort_values(keys, kind="stable", ignore_index=True)


def subjects(one: Trials, protocol: Protocol) -> list[str]:
    """Identifiers of the people of a single replicate: trial, replicate, place."""
    number = int(one.replicate[0])
    count = one.arm.shape[1]
    return [f"{protocol.name}/{number:05d}/{i:05d}" for i in range(1, count + 1)]


def _replicate(trials: Trials, index: int) -> Trials:
    return Trials(*(part[index : index + 1] for part in trials))


def _sites(one: Trials) -> list[str]:
    return [f"{number + 1:03d}" for number in one.site[0]]


def _yes_no(values: Bool[np.ndarray, " P"]) -> np.ndarray:
    return np.where(values, "Y", "N")


def _first(protocol: Protocol) -> tuple[Measure, Strategy]:
    """Scale and strategy of the first primary endpoint."""
    for endpoint in protocol.primary_endpoints:
        return endpoint.measure, endpoint.estimand
    return protocol.measures[0], Strategy.TREATMENT_POLICY


def _stem(measure: Measure) -> str:
    """Code of a scale without the word for its total; names have eight characters."""
    return scale(measure.value).code.removesuffix("TOT")


def _totals(one: Trials, protocol: Protocol) -> Iterator[pd.DataFrame]:
    strategy = _first(protocol)[1]
    for column, measure in enumerate(protocol.measures):
        seen = one.score[0, ..., column]
        used = analysed(one, protocol, measure, strategy)[0]
        same = (seen == used) | (np.isnan(seen) & np.isnan(used))
        code, name = scale(measure.value).code, f"{measure.value} total score"
        params = column, code, name
        yield _long(one, protocol, params, seen, same, "")
        if not same.all() and strategy in _DERIVED:
            derived = np.where(same, np.nan, used)
            every = np.ones_like(same)
            yield _long(one, protocol, params, derived, every, _DERIVED[strategy])


def _items(
    one: Trials, protocol: Protocol, cohort: Mapping[str, Outcomes]
) -> Iterator[pd.DataFrame]:
    """Items of the first scale where its total was seen."""
    first = protocol.measures[0]
    every = np.stack(
        [cohort[arm.name].items.transpose(2, 0, 1) for arm in protocol.arms]
    )
    items = every[one.arm[0], one.person[0]].astype(float)
    seen = ~np.isnan(one.score[0, ..., 0])
    stem, columns = _stem(first), len(protocol.measures)
    for number in range(items.shape[-1]):
        values = np.where(seen, items[..., number], np.nan)
        label = f"{first.value} item {number + 1}"
        params = columns + number, f"{stem}{number + 1:02d}", label
        yield _long(one, protocol, params, values, seen, "")


def _long(
    one: Trials,
    protocol: Protocol,
    params: tuple[int, str, str],
    values: Float[np.ndarray, "P V"],
    used: Bool[np.ndarray, "P V"],
    derivation: str,
) -> pd.DataFrame:
    """Rows of one parameter: those that have a value."""
    who, visit = np.nonzero(~np.isnan(values))
    start = protocol.visits.index(protocol.baseline_visit)
    seen = one.score[0, :, start]
    value = values[who, visit]
    own = params[0] < len(protocol.measures)
    base = (seen[:, params[0]] if own else values[:, start])[who]
    change = np.where(visit == start, np.nan, value - base)
    arms = np.array([arm.name for arm in protocol.arms])[one.arm[0]]
    day = np.floor(one.day[0][who, visit]).astype(int)
    flag = lambda on: np.where(on, "Y", "")
    table: dict[str, Any] = {
        "STUDYID": protocol.name,
        "USUBJID": np.array(subjects(one, protocol))[who],
        "TRT01P": arms[who],
        "PARAMN": params[0] + 1,
        "PARAMCD": params[1],
        "PARAM": params[2],
        "AVISIT": np.array([one.name for one in protocol.visits])[visit],
        "AVISITN": visit,
        "ADY": np.where(day >= 0, day + 1, day),
        "AVAL": value,
        "BASE": base,
        "CHG": change,
        "PCHG": _PERCENT * change / np.where(base > 0, base, np.nan),
        "ABLFL": flag(visit == start),
        "ANL01FL": flag(used[who, visit]),
        "DTYPE": derivation,
        "ICESTOPF": flag(visit >= one.stopped[0][who]),
        "ICERESCF": flag(visit >= one.rescued[0][who]),
    }
    return pd.DataFrame(table)
