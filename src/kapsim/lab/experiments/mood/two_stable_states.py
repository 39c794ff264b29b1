"""Whether the same virtual patient can stay depressed or well: two stable states."""

import dataclasses
from collections.abc import Mapping

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.evidence import library
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.experiments.mood.drug_free import (
    STEP_H,
    Seen,
    in_balance,
    lived,
    mind_of,
    people,
    quiet,
    well,
)
from kapsim.patient import VirtualPatient
from kapsim.patient.rest import Balance, balance
from kapsim.patient.state import PatientState
from kapsim.units import DAY_H

YEARS = 5
YEAR_D = 365
WORST, BEST = -1.5, 3.0
"""Change of life between which the typical person is looked at [1]."""

NUDGE = 0.02
"""Change of all beliefs that shows whether a state at rest is stable [1]."""

APART = 10.0
"""Points that tell the two states from one another."""

PROTOTYPE = {
    "mind.behaviour.a_min": 0.08,
    "mind.belief.s_credible": 50.0,
    "mind.body.deficit0": 1.0,
    "mind.body.e0": 0.3,
    "mind.contest.e_min": 1.0,
    "mind.defeat.b_d": 0.0,
    "mind.mood.tau_m": 0.3 * DAY_H,
    "mind.rumination.mu_low": -1.1,
    "mind.rumination.s_low": 1 / 6,
    "mind.self_efficacy.gain": 0.0,
    "mind.severity.origin": 16.0,
    "mind.severity.slope": 18.0,
    "mind.severity.w_m": 0.6,
}
"""Parameters of the prototype that differ from the records, in internal units; the
set-point of the body budget is not printed and chosen here."""

PROTOTYPE_SHIFT = 0.35
PROTOTYPE_DEPTH = -1.0
PROTOTYPE_WORST, PROTOTYPE_BEST = -0.5, 2.0
PROTOTYPE_GOOD = 1.5
PROTOTYPE_WELL = 5.7
"""Severity of the well state that is printed [points]; the quality of life, which is
not, is the one that gives it."""


def typical(
    patient: VirtualPatient, life: float, *, depth: float, shift: float | None = None
) -> VirtualPatient:
    """As many copies of a person with this life [1] and wellbeing [1], in balance.

    With `shift`, self-criticism is that [1] and not what holds the state.
    """
    number = patient.person.severity.shape[0]
    row = lambda value: jnp.full(number, value)
    least = jnp.asarray(_record("patient.person.shift_min"))
    flat = jnp.zeros((3, number))
    held: Balance = balance(patient.mind, row(depth), flat, row(life), least)
    if shift is not None:
        held = held._replace(shift=flat + shift, life=flat + life)
    return in_balance(patient, held)


def _record(name: str) -> float:
    return float(library().parameter(name).internal_value)


def followed(
    patient: VirtualPatient, start: PatientState, gain: Float[Array, " n"]
) -> Seen:
    """What is seen of people at the end of each year of a life changed by `gain`."""
    gains = jnp.broadcast_to(gain, (YEARS, gain.shape[0]))
    steps = jnp.asarray(round(YEAR_D * DAY_H / STEP_H))
    return _numpy(lived(patient, start, quiet(), gains, steps)[1])


def _numpy(seen: Seen) -> Seen:
    return jax.tree.map(np.asarray, seen)


def nudged(patient: VirtualPatient, by: float) -> PatientState:
    """The state at rest with all beliefs a little better."""
    rest = patient.init()
    return rest._replace(beliefs=rest.beliefs._replace(mu=rest.beliefs.mu + by))


def both(patient: VirtualPatient, gain: Float[Array, " n"]) -> tuple[Seen, Seen]:
    """People who start depressed, and the same people starting well."""
    return (
        followed(patient, nudged(patient, NUDGE), gain),
        followed(patient, well(patient), gain),
    )


def ends(
    life: Float[np.ndarray, " n"],
    ill: Float[np.ndarray, " n"],
    healthy: Float[np.ndarray, " n"],
    usual: float,
) -> tuple[float, float]:
    """Life [1] that a depressed start leaves, and below which a well start collapses.

    Parameters
    ----------
    life
        Quality of life, rising.
    ill, healthy
        Severity that the two starts lead to [points].
    usual
        The ridge lies half-way between the two in the life nearest to this one in which
        they are apart, or in this one if they nowhere are.
    """
    apart = np.flatnonzero(ill - healthy >= APART)
    told = apart if apart.size else np.arange(life.size)
    here = int(told[np.argmin(np.abs(life[told] - usual))])
    ridge = (ill[here] + healthy[here]) / 2
    left = here + int(np.argmax(ill[here:] < ridge))
    collapsed = np.flatnonzero(healthy[: here + 1] > ridge)
    return float(life[left]), float(life[collapsed[-1]] if collapsed.size else life[0])


def _described(
    name: str,
    life: Float[np.ndarray, " n"],
    seen: tuple[Seen, Seen],
    usual: float,
    told: tuple[str, ...] = ("severity",),
) -> dict[str, float]:
    """Numbers of the two states in a usual life, and of the lives that end them."""
    numbers = {}
    for start, each in zip(("depressed", "well"), seen, strict=True):
        for what in told:
            last = np.asarray(getattr(each, what))[-1]
            numbers[f"{name}_{start}_{what}"] = float(np.interp(usual, life, last))
    severity = f"{name}_depressed_severity", f"{name}_well_severity"
    severe = [np.asarray(each.severity)[-1] for each in seen]
    left, collapsed = ends(life, severe[0], severe[1], usual)
    return numbers | {
        f"{name}_apart": numbers[severity[0]] - numbers[severity[1]],
        f"{name}_gain_left": left - usual,
        f"{name}_life_collapsed": collapsed,
        f"{name}_width": left - collapsed,
    }


def run(setting: Setting) -> Outcome:
    """Two starts of the typical person, of the prototype's, and of drawn people."""
    drawn = people(setting.seed, setting.patients)
    spread = jnp.linspace(0.0, 1.0, setting.patients)
    usual = _record("patient.life.level")
    person = typical(drawn, usual, depth=_record("patient.person.depth"))
    gain = WORST + (BEST - WORST) * spread
    own = both(person, gain)
    life = usual + np.asarray(gain)
    numbers = _described("typical", life, own, usual)

    old = people(setting.seed, setting.patients, mind_of(PROTOTYPE))
    old = typical(old, 0.0, depth=PROTOTYPE_DEPTH, shift=PROTOTYPE_SHIFT)
    old_life = PROTOTYPE_WORST + (PROTOTYPE_BEST - PROTOTYPE_WORST) * spread
    first = both(old, old_life)
    old_life = np.asarray(old_life)
    healthy = first[1].severity[-1]
    numbers["prototype_life"] = float(
        np.interp(-PROTOTYPE_WELL, -healthy, old_life)  # severity falls with life
    )
    numbers |= _described(
        "prototype", old_life, first, numbers["prototype_life"], Seen._fields
    )
    numbers["prototype_depressed_in_good_life"] = float(
        np.interp(PROTOTYPE_GOOD, old_life, np.asarray(first[0].severity)[-1])
    )

    everybody = both(drawn, jnp.zeros(setting.patients))
    at_rest = np.asarray(drawn.person.severity)
    ill, healthy = (each.severity[-1] for each in everybody)
    numbers["share_with_well_state"] = float((healthy < at_rest - APART).mean())
    numbers["share_that_leaves_alone"] = float((ill < at_rest - APART).mean())
    panels = (
        _branches("The typical person", life, own),
        _branches("With the prototype's parameters", old_life, first),
        _people(np.asarray(drawn.person.balance.life).mean(axis=0), everybody),
    )
    return Outcome(numbers, Figure(caption(numbers), panels))


def caption(numbers: Mapping[str, float]) -> str:
    """What the figure shows: whether the person's two starts lead to two states.

    Parameters
    ----------
    numbers
        Those of the experiment: severities and their distances [points], shares [1].
    """
    share = 100 * numbers["share_with_well_state"]
    typical = _told("The typical person", numbers, "typical")
    prototype = _told("A person with the prototype's parameters", numbers, "prototype")
    return (
        f"Severity after {YEARS} years of the same person with the same parameters, "
        "started depressed and started well, in lives of different quality; numbers "
        "are for the usual life. "
        f"{typical} {prototype} "
        f"Of people of a trial, {share:.0f} % would stay well in their own life."
    )


def _told(who: str, numbers: Mapping[str, float], name: str) -> str:
    """Where the two starts of a person lead, in a sentence."""
    ill = f"{numbers[f'{name}_depressed_severity']:.1f}"
    healthy = f"{numbers[f'{name}_well_severity']:.1f}"
    led = f"{ill} points after a depressed start and at {healthy} after a good one"
    if numbers[f"{name}_apart"] < APART:
        return f"{who} ends at {led}: there is no second state in that life."
    return f"{who} ends at {led}: two states, and the start decides."


def _branches(
    title: str, life: Float[np.ndarray, " n"], seen: tuple[Seen, Seen]
) -> Panel:
    return Panel(
        title=title,
        x_label="quality of life",
        y_label=f"severity after {YEARS} years [points]",
        series=tuple(
            Series(f"starts {start}", life, np.asarray(each.severity)[-1])
            for start, each in zip(("depressed", "well"), seen, strict=True)
        ),
    )


def _people(life: Float[np.ndarray, " n"], seen: tuple[Seen, Seen]) -> Panel:
    panel = _branches("People of a trial, each in his own life", life, seen)
    points = (
        Series(series.name, series.x, series.y, kind="points")
        for series in panel.series
    )
    return dataclasses.replace(panel, series=tuple(points))


EXPERIMENT = Experiment(run=run, patients=100)
