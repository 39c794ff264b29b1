"""A sweep over the day on which therapy starts after the last dose.

For each delay the therapy of an arm is moved (`trial.variations.moving`) and simulated
in the same virtual patients, with the recorded parameters and with draws of them. The
effect of therapy is the change since baseline with it, less the change without, at the
same visit:

    effect = (score with - baseline) - (score without - baseline)

Below zero, therapy helped. Two visits are looked at. The first is one day of the
calendar for all delays: therapy that starts later has then had less time to act and
less time to fade. The second is `WEEKS` weeks after the last session, where it is
within the protocol: there the time since therapy is the same, but the drug is further
back. Neither is free of the time that goes by; they are to be read together.
"""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from kapsim.engine import platform
from kapsim.engine.progress import OnProgress, silent
from kapsim.engine.provenance import content_hash, fingerprint
from kapsim.engine.store import read_table
from kapsim.engine.tasks import Task, remove_chunks, run_tasks
from kapsim.trial.arms.simulation import prepare_all, redrawn, scores_of
from kapsim.trial.parameters.uncertainty import Values, parameter_draws, with_values
from kapsim.trial.protocol import Measure, Protocol, Visit, moment_text
from kapsim.trial.summaries.interaction import BAND, mean_and_error
from kapsim.trial.variations.moving import last_session_h, pair_at
from kapsim.trial.variations.sweep_request import SweepRequest, delay_h
from kapsim.units import DAY_H

WEEKS = 4
"""Weeks after the last session, of the second outcome."""

_AT_ONCE = 5
"""Draws of a chunk."""

_PLACE = ("arm", "reference", "outcome")

_COLUMNS = ("delay", "delay_d", "arm", "reference", "outcome", "draw", "effect", "se")


# -- the protocols of a sweep ----------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Variant:
    """One arm at one delay, beside what it is compared with.

    Attributes
    ----------
    delay, arm, reference
        Which one it is.
    protocol
        Of these two arms; the second is the reference.
    outcomes
        Names of the outcomes and the visit of each.
    """

    delay: str
    arm: str
    reference: str
    protocol: Protocol
    outcomes: dict[str, str]


def variants(request: SweepRequest) -> list[Variant]:
    """One for each delay and arm, delay by delay."""
    return [_variant(request, delay, name) for delay, name in request.each()]


def _variant(request: SweepRequest, delay: str, name: str) -> Variant:
    protocol, judged = request.protocol, request.judged
    arm, other = pair_at(protocol, name, delay_h(delay))
    outcomes, visits = {f"on {judged.name}": judged.name}, list(protocol.visits)
    late_h = last_session_h(arm) + WEEKS * 7 * DAY_H
    if late_h <= protocol.horizon_h:
        own = next((v for v in visits if v.time_h == late_h), None)
        if own is None or request.scale not in own.scales:
            own = Visit(
                at=moment_text(late_h), scales=(request.scale,), rater=judged.rater
            )
            visits = [v for v in visits if v.time_h != late_h] + [own]
        outcomes[f"{WEEKS} weeks after the last session"] = own.name
    ordered = tuple(sorted(visits, key=lambda visit: visit.time_h))
    alone = protocol.met_by(arm, other).model_copy(update={"visits": ordered})
    return Variant(delay, name, other.name, alone, outcomes)


# -- simulating ------------------------------------------------------------------------


def sweep(
    request: SweepRequest, chunks: Path, *, on_progress: OnProgress = silent
) -> pd.DataFrame:
    """Carry out a sweep.

    Parameters
    ----------
    request
        What is swept.
    chunks
        Directory of finished parts, which are used if it was interrupted; removed at
        the end.
    on_progress
        Called with a label and how many more courses are done.

    Returns
    -------
    DataFrame
        One row per delay, arm, outcome and draw: delay, delay_d [d], arm, reference,
        outcome, draw (0 is the recorded parameters), effect and its Monte Carlo error
        se [point].

    Raises
    ------
    TaskError
        If a part fails; finished ones are kept.
    StoreError
        If a part cannot be written.
    """
    platform.configure()
    platform.check_arithmetic()
    tasks = _tasks(request)
    paths = run_tasks(tasks, simulate_part, chunks, on_progress=on_progress)
    parts = [read_table(path).to_pandas() for path in paths]
    for part, task in zip(parts, tasks, strict=True):
        for name in _COLUMNS[:4]:
            part[name] = task.payload["row"][name]
    remove_chunks(chunks)
    return pd.concat(parts, ignore_index=True)[list(_COLUMNS)]


def _tasks(request: SweepRequest) -> list[Task]:
    drawn = parameter_draws(
        request.protocol, request.draws, request.seed, request.draws_from
    )
    every = variants(request)
    made_with = fingerprint()
    return [
        _task(request, variant, drawn, first, made_with)
        for variant in every
        for first in range(0, len(drawn), _AT_ONCE)
    ]


def _task(
    request: SweepRequest,
    variant: Variant,
    drawn: Sequence[Values],
    first: int,
    made_with: dict[str, Any],
) -> Task:
    values = drawn[first : first + _AT_ONCE]
    payload = {
        "protocol": variant.protocol.model_dump(mode="json"),
        "measure": request.scale.value,
        "outcomes": variant.outcomes,
        "first": first,
        "values": values,
        "seed": request.seed,
        "patients": request.patients,
        "row": {
            "delay": variant.delay,
            "delay_d": delay_h(variant.delay) / DAY_H,
            "arm": variant.arm,
            "reference": variant.reference,
        },
    }
    key = content_hash(payload | made_with)
    label = f"{variant.delay} after the last dose"
    return Task(key, label, 2 * len(values), payload)


def simulate_part(payload: dict[str, Any]) -> pa.Table:
    """Effects of some draws at one delay."""
    protocol = Protocol.model_validate(payload["protocol"])
    names = [visit.name for visit in protocol.visits]
    start = names.index(protocol.baseline_visit.name)
    measure, count = Measure(payload["measure"]), payload["patients"]
    arms = prepare_all(protocol, payload["seed"])
    rows = []
    for draw, values in enumerate(payload["values"], start=payload["first"]):
        drawn = redrawn(arms, with_values(protocol, values))
        own, other = (scores_of(one, measure, count) for one in drawn.values())
        effect, error = mean_and_error((own - own[start]) - (other - other[start]))
        for outcome, visit in payload["outcomes"].items():
            k = names.index(visit)
            rows.append((outcome, draw, float(effect[k]), float(error[k])))
    return pa.table(dict(zip(_COLUMNS[4:], zip(*rows, strict=True), strict=True)))


# -- what came of it -------------------------------------------------------------------


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Per arm, outcome and delay: recorded parameters, and the band over draws.

    The gain is the effect less that of the longest delay of the outcome in the same
    draw: what the timing itself does, whatever the size of the effect. Below zero,
    starting then helped more.

    Returns
    -------
    DataFrame
        Columns arm, reference, outcome, delay, delay_d, effect and se (recorded
        parameters), low, median, high (95 % band over draws), the same of the gain
        without an error (gain, gain_low, gain_median, gain_high) [point], draws.
    """
    longest = table.groupby(list(_PLACE))["delay_d"].transform("max")
    last = table[table["delay_d"] == longest]
    paired = [*_PLACE, "draw"]
    late = last[[*paired, "effect"]].rename(columns={"effect": "late"})
    joined = table.merge(late, on=paired, how="left", validate="m:1")
    joined["gain"] = joined["effect"] - joined["late"]
    rows = []
    for place, part in joined.groupby([*_PLACE, "delay", "delay_d"], sort=False):
        recorded = part[part["draw"] == 0].iloc[0]
        drawn = part[part["draw"] > 0].dropna(subset=["effect", "gain"])
        row = dict(zip([*_PLACE, "delay", "delay_d"], place, strict=True))
        row |= {"effect": recorded["effect"], "se": recorded["se"]}
        row |= _band(drawn["effect"], "")
        row |= {"gain": recorded["gain"]} | _band(drawn["gain"], "gain_")
        rows.append(row | {"draws": len(drawn)})
    seen = {name: list(dict.fromkeys(table[name])) for name in _PLACE}
    rank = lambda row: [*(seen[k].index(row[k]) for k in _PLACE), row["delay_d"]]
    return pd.DataFrame(sorted(rows, key=rank))


def _band(values: pd.Series, before: str) -> dict[str, float]:
    """Median and ends of the band, by name."""
    found = np.quantile(values, BAND) if len(values) else np.full(3, np.nan)
    names = (f"{before}{name}" for name in ("low", "median", "high"))
    return dict(zip(names, found.tolist(), strict=True))
