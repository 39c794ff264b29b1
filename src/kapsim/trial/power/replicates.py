"""Blocks of replicates: conducted, analysed, and laid down as rows. Run in workers."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from kapsim.engine import platform
from kapsim.evidence.posterior import Spreads
from kapsim.trial.conduct.conduct import conduct
from kapsim.trial.conduct.discrepancy import as_studies
from kapsim.trial.conduct.outcomes import Outcomes
from kapsim.trial.conduct.people import Covariates
from kapsim.trial.conduct.trials import Trials
from kapsim.trial.power.arms import arm_rows
from kapsim.trial.power.benefit import aim_of, favours_first
from kapsim.trial.power.blinds import blind_rows
from kapsim.trial.power.effects import Analysis, Effects, Extra, Pair, effects
from kapsim.trial.power.looks import first_entered
from kapsim.trial.power.questions import Question, pair_name, questions
from kapsim.trial.power.verdicts import tested_p
from kapsim.trial.power.worlds import (
    DRUG,
    NO_DRUG,
    Held,
    read_cohort,
    without_drug,
)
from kapsim.trial.protocol import Covariate, Endpoint, Protocol

BLOCK = 128
"""Replicates of a task: two blocks of the repeated-measures model."""


_KNOWN = {
    Covariate.FEMALE: "female",
    Covariate.AGE: "age_years",
    Covariate.FAILURES: "failures",
}


def effect_block(payload: dict[str, Any]) -> pa.Table:
    """Effects of some replicates of one size in one world."""
    of = _conducted(payload)
    pairs = _pairs(of.protocol, payload["control"])
    parts = list(_final(of, pairs))
    if payload["world"] in (DRUG, NO_DRUG):
        parts += _interim(of, pairs)
    table = pd.concat(parts, ignore_index=True)
    return pa.Table.from_pandas(
        table.assign(world=payload["world"], size=payload["size"]),
        preserve_index=False,
    )


def arm_block(payload: dict[str, Any]) -> pa.Table:
    """What each arm shows in some replicates of one size."""
    of = _conducted(payload)
    table = arm_rows(of.trials, of.protocol).assign(size=payload["size"])
    return pa.Table.from_pandas(table, preserve_index=False)


def blind_block(payload: dict[str, Any]) -> pa.Table:
    """Whether the blind failed in some replicates of one size."""
    of = _conducted(payload)
    table = blind_rows(of.trials, of.protocol).assign(size=payload["size"])
    return pa.Table.from_pandas(table, preserve_index=False)


class Conducted(NamedTuple):
    """The trials of a task, and what they are analysed with."""

    protocol: Protocol
    trials: Trials
    cohort: Mapping[str, Outcomes]
    covariates: Extra
    seed: int

    def asked(self, endpoint: Endpoint) -> Analysis:
        """An endpoint of these trials."""
        return Analysis(
            self.trials,
            self.protocol,
            endpoint,
            self.covariates,
            self.cohort,
            self.seed,
        )

    def early(self, fraction: float) -> "Conducted":
        """The same trials with those who entered first."""
        trials = first_entered(self.trials, fraction)
        kept = self.covariates[:, : trials.arm.shape[1]]
        return self._replace(trials=trials, covariates=kept)


def _conducted(payload: dict[str, Any]) -> Conducted:
    """Conduct the trials of a task."""
    platform.configure()
    protocol, known = held(payload["protocol_json"], payload["cohort"])
    cohort = known.cohort
    if payload["control"]:
        cohort = without_drug(cohort, payload["control"])
    numbers = range(payload["first"], payload["first"] + payload["count"])
    size, seed = payload["patients"], payload["seed"]
    trials = conduct(protocol, cohort, size, numbers, seed, covariates=known.people)
    trials = as_studies(protocol, trials, Spreads(*payload["spreads"]), seed=seed)
    extra = covariates(protocol, trials, known.people)
    return Conducted(protocol, trials, cohort, extra, seed)


@functools.lru_cache(maxsize=2)
def held(protocol_json: str, path: str) -> tuple[Protocol, Held]:
    """A protocol and a cohort; kept for the next block."""
    protocol = Protocol.model_validate_json(protocol_json)
    return protocol, read_cohort(Path(path), protocol)


def _pairs(protocol: Protocol, control: str) -> list[Pair]:
    """Comparisons that a world can tell: without the drug, those with its control."""
    return [pair for pair in protocol.comparisons if control in ("", pair[1])]


def _final(of: Conducted, pairs: Sequence[Pair]) -> Iterator[pd.DataFrame]:
    """Rows of every endpoint at the end."""
    for question in questions(of.protocol):
        for pair, found in effects(of.asked(question.endpoint), pairs).items():
            for k, one in enumerate(found):
                yield _rows(of, question, pair, one, k, 0)


def _interim(of: Conducted, pairs: Sequence[Pair]) -> list[pd.DataFrame]:
    """Rows of the first primary comparison at each look, the last included."""
    looks, pair = of.protocol.plan.looks, of.protocol.comparisons[0]
    if looks is None or pair not in pairs:
        return []
    question = next(one for one in questions(of.protocol) if one.primary)
    rows = []
    for look, fraction in enumerate(looks.fractions, start=1):
        early = of.early(fraction)
        found = effects(early.asked(question.endpoint), [pair])[pair][0]
        rows.append(_rows(early, question, pair, found, 0, look))
    return rows


def _rows(
    of: Conducted,
    question: Question,
    pair: Pair,
    found: Effects,
    which: int,
    look: int,
) -> pd.DataFrame:
    """One row per replicate of one comparison; `which` counts the analyses of it."""
    return pd.DataFrame(
        {
            "replicate": of.trials.replicate,
            "look": np.int16(look),
            "endpoint": question.part(which),
            "comparison": pair_name(pair),
            "primary": question.primary and not which,
            "unit": found.unit,
            "estimate": found.value,
            "se": found.se,
            "df": found.df,
            "low": found.low,
            "high": found.high,
            "p": found.p,
            "p_tested": tested_p(found, of.protocol),
            "tested": aim_of(found.unit, of.protocol).value,
            "favours_first": favours_first(question.endpoint.kind, found.value),
            "method": found.method.astype(str),
        }
    )


def covariates(protocol: Protocol, trials: Trials, known: Covariates) -> Extra:
    """What the plan adjusts for beside the baseline score; sites as indicators."""
    columns = []
    for item in protocol.plan.covariates:
        if item is Covariate.SITE:
            columns += [trials.site == k for k in range(1, protocol.design.sites)]
        elif item is Covariate.SEVERITY:
            scale = protocol.measures.index(protocol.population.baseline.scale)
            columns.append(trials.baseline[:, :, scale])
        else:
            columns.append(getattr(known, _KNOWN[item])[trials.person])
    shape = (*trials.arm.shape, 0)
    return np.stack(columns, axis=-1).astype(float) if columns else np.zeros(shape)
