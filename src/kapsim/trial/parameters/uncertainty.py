"""Parameters that could as well be others: of the posterior, or over what is assumed.

**Of the posterior.** The calibrated parameters are drawn together: rows of the joint
posterior that ships with kapsim (`evidence.posterior`), in even steps through their
order by how far studies lie off, from a place that the seed gives (`posterior_rows`),
each once before any comes again. All else stays as recorded.

**Over what is assumed.** A parameter without evidence has a prior, or a range with a
reason. A draw gives every such parameter that the arms of a protocol read another
value: from its prior, cut off at its bounds, if its record has one; else evenly over
its range. A table of numbers is multiplied as a whole by one factor, evenly over 0.5 to
1.5, and kept within its bounds, so that zeros stay zero. Draws of one parameter fill as
many equal shares of its distribution, one draw in each (a Latin hypercube), so that few
draws cover it. A calibrated parameter is drawn likewise, from the prior that it began
with.

Drawn are assumptions about the person, the brain, the mind and therapy, and about what
the drug does once it is there. What stays as recorded:

- numbers with evidence, whose own uncertainty is not in the records;
- kinetics, vital signs, medicines and limits of dosing, whose numbers must fit together
  or bear on no score;
- raters and items of scales, and the entry rating: they belong to the measurement, and
  decide who is enrolled;
- numbers that say how a trial is run or what a word means (`KEPT`);
- what the protocol sets itself, by an override or a switched hypothesis.

Every parameter is drawn independently of the others, and from a stream of its own, so
that another one changes no draw. Combinations that no patient has are therefore among
the draws.

Source: McKay, Beckman and Conover (1979), A comparison of three methods for selecting
values of input variables (Latin hypercube sampling).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float, Int
from scipy import special

from kapsim.engine.random import stream_key
from kapsim.evidence import Kind, Parameter, Prior, library
from kapsim.evidence.posterior import ON_THE_MODEL, Spreads
from kapsim.trial.arms.values import protocol_values
from kapsim.trial.conduct.usual import RECORDS
from kapsim.trial.parameters.draws_from import DrawsFrom, shipped
from kapsim.trial.parameters.used import used_records
from kapsim.trial.protocol import Protocol

Values = dict[str, Any]
"""Values by the id of the record, in its unit: what a protocol's `parameters` holds."""

ROOMS = (
    "brain",
    "mind",
    "patient",
    "therapy",
    "drug.antidepressant",
    "drug.dissociation",
    "drug.drive",
    "drug.effect_site",
    "drug.felt",
    "drug.high",
    "drug.sedation",
)
"""Rooms, and parts of the drug room, whose assumptions are drawn."""

KEPT: dict[str, str] = {
    "patient.drug.clearing": "a rule of the simulation: when a dose counts as gone",
    "patient.rating.carry": "a rule of rating soon after a dose",
    "patient.person.resistant_from": "what the word resistant means",
    "therapy.format.remote_bond": "part of the schedule of an arm",
    "therapy.format.group_bond": "part of the schedule of an arm",
    "therapy.format.group_share": "part of the schedule of an arm",
}
"""Assumptions of those rooms that are not drawn, and why."""

_UNKNOWN = (Kind.ASSUMED, Kind.CALIBRATED)  # before any calibration

_GOLDEN = (5**0.5 - 1) / 2
_FACTOR = (0.5, 1.5)


def parameter_draws(
    protocol: Protocol, number: int, seed: int, draws_from: DrawsFrom
) -> list[Values]:
    """Values of what a protocol leaves open: the recorded ones, then `number` draws.

    Parameters
    ----------
    protocol
        Whose arms read the parameters.
    number
        How many draws follow the recorded values.
    seed
        Seed of the draws.
    draws_from
        The posterior, or the assumptions.

    Raises
    ------
    ValueError
        If `number` is below 1.
    EvidenceError
        If no posterior is shipped.
    """
    if draws_from is DrawsFrom.POSTERIOR:
        return posterior_draws(protocol, number, seed)
    return draws(drawn_records(protocol), number, seed)


def posterior_draws(protocol: Protocol, number: int, seed: int) -> list[Values]:
    """Values by the joint posterior: the recorded ones, then `number` draws.

    Parameters
    ----------
    protocol
        What it sets itself is not drawn, nor what none of its arms reads.
    number
        How many draws follow the recorded values: each row of the posterior once
        before any comes again.
    seed
        Seed of their order; fewer draws are the first of more.

    Raises
    ------
    ValueError
        If `number` is below 1.
    EvidenceError
        If no posterior is shipped.
    """
    _check_number(number)
    found, fixed = shipped(), protocol_values(protocol)
    read = {*used_records(protocol), *RECORDS}
    columns = {
        name: [library().parameter(name).value, *found.values[:, k].tolist()]
        for k, name in enumerate(found.ids)
        if name in read and name not in fixed
    }
    rows = [0, *(1 + row for row in posterior_rows(number, seed).tolist())]
    return [{name: column[row] for name, column in columns.items()} for row in rows]


def posterior_rows(number: int, seed: int) -> Int[np.ndarray, " number"]:
    """Rows of the posterior that are drawn, in order.

    Steps of the golden section through the rows in order of `Spreads.study_sd`, from a
    place that the seed gives. So even a few rows stand for how far studies lie off, in
    which draws differ most, and which sets how wide intervals are.

    Raises
    ------
    EvidenceError
        If no posterior is shipped.
    """
    far = shipped().spreads[:, 0]
    begin = _source(seed, "posterior").random()
    place = np.argsort((begin + _GOLDEN * np.arange(len(far))) % 1.0)
    order = np.empty(len(far), int)
    order[place] = np.argsort(far, kind="stable")
    return np.resize(order, number)


def spreads(number: int, seed: int, draws_from: DrawsFrom) -> list[Spreads]:
    """How far trials lie off the model in each draw.

    Returns
    -------
    list
        For each draw, without the recorded values; zero for assumptions, which say
        nothing of it.
    """
    if draws_from is DrawsFrom.ASSUMPTIONS:
        return [ON_THE_MODEL] * number
    rows = shipped().spreads[posterior_rows(number, seed)]
    return [Spreads(*row) for row in rows.tolist()]


def drawn_records(protocol: Protocol) -> list[str]:
    """Ids of the records that may differ between draws, sorted."""
    fixed = protocol_values(protocol)
    known = library()
    return [
        name
        for name in used_records(protocol)
        if name not in fixed and _may_differ(known.parameter(name))
    ]


def _may_differ(record: Parameter) -> bool:
    inside = any(record.id.startswith(f"{room}.") for room in ROOMS)
    return inside and record.kind in _UNKNOWN and record.id not in KEPT


def draws(ids: Sequence[str], number: int, seed: int) -> list[Values]:
    """Values of parameters: the recorded ones, then `number` draws.

    Parameters
    ----------
    ids
        Records that are drawn.
    number
        How many draws follow the recorded values.
    seed
        Seed of the draws.

    Returns
    -------
    list
        Of length ``number + 1``. The first has the recorded values.

    Raises
    ------
    EvidenceError
        If an id has no record.
    ValueError
        If `number` is below 1, or a record has no range to draw from.
    """
    _check_number(number)
    chosen = [library().parameter(name) for name in ids]
    columns = {
        record.id: [record.value, *values_at(record, _shares(record.id, number, seed))]
        for record in chosen
    }
    return [
        {name: column[k] for name, column in columns.items()} for k in range(number + 1)
    ]


def with_values(protocol: Protocol, values: Mapping[str, Any]) -> Protocol:
    """The protocol with these values; what it sets itself stays."""
    return protocol.model_copy(update={"parameters": {**values, **protocol.parameters}})


def _shares(name: str, number: int, seed: int) -> Float[np.ndarray, " number"]:
    """Shares in (0, 1), one in each of `number` equal parts, in random order."""
    source = _source(seed, name)
    return (source.permutation(number) + source.random(number)) / number


def _source(seed: int, name: str) -> np.random.Generator:
    """Random numbers of one stream."""
    words = stream_key(seed, f"draws.{name}")
    return np.random.default_rng([int(word) for word in np.asarray(words)])


def _check_number(number: int) -> None:
    if number < 1:
        raise ValueError(f"the number of draws must be 1 or more; got {number}.")


def values_at(record: Parameter, shares: Float[np.ndarray, " number"]) -> list[Any]:
    """Values at these shares of the distribution of an assumed record.

    Raises
    ------
    ValueError
        If the record has no range to draw from.
    """
    low, high = record.bounds
    if isinstance(record.value, list):
        recorded = np.asarray(record.value, float)
        factors = _FACTOR[0] + (_FACTOR[1] - _FACTOR[0]) * shares
        return [np.clip(recorded * one, low, high).tolist() for one in factors]
    if record.prior is not None:
        found = _of_prior(record.prior, shares, record.bounds)
    elif record.range is not None:
        found = record.range[0] + (record.range[1] - record.range[0]) * shares
    else:
        raise ValueError(f"{record.id} has neither a prior nor a range.")
    return np.clip(found, low, high).tolist()


def _of_prior(
    prior: Prior, shares: Float[np.ndarray, " number"], bounds: tuple[float, float]
) -> Float[np.ndarray, " number"]:
    """Values at these shares of a prior that is cut off at the bounds."""
    there, back = _SCALES[prior.distribution]
    middle = float(there(np.asarray(prior.mean)))
    ends = (there(np.asarray(bounds, float)) - middle) / prior.sd
    below, above = special.ndtr(ends)
    return back(middle + prior.sd * special.ndtri(below + (above - below) * shares))


def _log(values: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.maximum(values, 0.0)))


_SCALES = {
    "normal": (np.asarray, np.asarray),
    "lognormal": (_log, np.exp),
    "logitnormal": (lambda share: special.logit(np.clip(share, 0, 1)), special.expit),
}
"""To the scale on which a prior is normal, and back."""
