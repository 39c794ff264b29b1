"""Restructuring to uncertainty, or to a strong belief in safety, before exposure."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.evidence import library
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.influence import Effect, Influence
from kapsim.mind.belief import (
    DOMAINS,
    BeliefInputs,
    BeliefLearner,
    BeliefState,
    Evidence,
)
from kapsim.therapy import MODALITIES

EXPOSURES = 200
"""Trials of exposure."""

PHASES = {"restructuring": 28, "exposure": 20, "life": 14, "bad events": 7}
"""Days of each phase: our choice."""

STRONG_FIRST, UNSURE_FIRST, NEITHER = "safety asserted", "made unsure", "exposure alone"

STARTED = -1.2
"""Belief in safety of an ill person: our choice, near the depressed state."""

STRONG = 1.0
"""What is asserted where safety is asserted strongly: our choice."""

ADVERSE = -1.0
"""Content of the bad events: our choice."""

DAY_H, STEP_H = 24.0, 6.0
UNACTED = Effect(0.0, 0.0, 0.0, 0.0, 0.0)


class Steps(NamedTuple):
    """What happens in each step.

    Attributes
    ----------
    rate, content, precision
        Evidence: how often it comes [1/h], what it says [1], its precision [1].
    loosened
        Loss of certainty [1/h].
    relaxation, window, induced
        What a drug does [1].
    """

    rate: Float[Array, " steps"]
    content: Float[Array, " steps"]
    precision: Float[Array, " steps"]
    loosened: Float[Array, " steps"]
    relaxation: Float[Array, " steps"]
    window: Float[Array, " steps"]
    induced: Float[Array, " steps"]


class Course(NamedTuple):
    """Belief in safety and its precision at the start, then after each phase."""

    mu: Float[np.ndarray, " steps"]
    pi: Float[np.ndarray, " steps"]

    def after(self, phase: str) -> float:
        """Belief after a phase, or the first one for an empty text."""
        days = np.cumsum([0, *PHASES.values()])
        place = ("", *PHASES).index(phase)
        return float(self.mu[round(days[place] * DAY_H / STEP_H)])


def recorded(name: str) -> Float[np.ndarray, "..."]:
    """Value of a record in internal units."""
    return np.asarray(library().parameter(name).internal_value)


def phases(arm: str) -> dict[str, tuple[float, float, float, float]]:
    """Rate [1/h], content, precision and loss of certainty [1/h] of each phase."""
    f0, f_t = float(recorded("mind.behaviour.f0")), recorded("therapy.modality.f_t")
    met = f0 * float(recorded("mind.behaviour.a_min"))
    life = float(recorded("mind.belief.pi_life"))
    credible = float(recorded("therapy.modality.content"))
    place = DOMAINS.index("threat"), MODALITIES.index("restructuring")
    loosening = float(recorded("therapy.modality.loosening")[place])
    asserted = (float(f_t), STRONG, float(recorded("therapy.modality.pi_t")), 0.0)
    first = {
        STRONG_FIRST: asserted,
        UNSURE_FIRST: (met, STARTED, life, loosening),
        NEITHER: (met, STARTED, life, 0.0),
    }
    often = EXPOSURES / (PHASES["exposure"] * DAY_H)
    given = (first[arm], (often, credible, life, 0.0))
    later = ((f0, credible, life, 0.0), (f0, ADVERSE, life, 0.0))
    return dict(zip(PHASES, (*given, *later), strict=True))


def steps(arm: str, drug: Influence | None) -> Steps:
    """All steps of an arm; the drug's time counts from the first exposure."""
    rows = [
        [what] * round(PHASES[phase] * DAY_H / STEP_H)
        for phase, what in phases(arm).items()
    ]
    offered = np.array([row for phase in rows for row in phase]).T
    hours = STEP_H * np.arange(offered.shape[1]) - PHASES["restructuring"] * DAY_H
    acting = [drug.at(float(hour)) if drug else UNACTED for hour in hours]
    drugged = np.array([[e.relaxation, e.window, e.induced] for e in acting]).T
    return Steps(*(jnp.asarray(row) for row in (*offered, *drugged)))


@eqx.filter_jit
def followed(learner: BeliefLearner, given: Steps) -> BeliefState:
    """Belief after every step, domains by one person; all domains are alike."""
    table = lambda value: jnp.broadcast_to(value, (len(DOMAINS), 1))
    nil = jnp.zeros(())

    def step(state: BeliefState, now: Steps) -> tuple[BeliefState, BeliefState]:
        evidence = Evidence(table(now.rate), table(now.content), table(now.precision))
        inputs = BeliefInputs(
            world=(evidence,),
            own=(),
            relaxation=now.relaxation[None],
            window=now.window[None],
            induced=now.induced[None],
            profile=table(nil),
            pull_kept=nil[None],
            certainty_loss=table(now.loosened),
            usual=table(nil),
        )
        after = learner.step(state, inputs, jnp.asarray(STEP_H))
        return after, after

    rest = given.rate[-1] * recorded("mind.behaviour.a_min") * given.precision[-1]
    start = BeliefState(
        mu=table(nil + STARTED),
        pi=table(jnp.sqrt(rest / learner.q0)),
        noise=table(nil + 1),
    )
    seen = jax.lax.scan(step, start, given)[1]
    both = lambda first, rest: jnp.concatenate([first[None], rest])
    return jax.tree.map(both, start, seen)


def course(arm: str, drug: Influence | None = None) -> Course:
    """The typical ill person in one arm."""
    still = {"g_nu": jnp.zeros(()), "gamma_loss": jnp.zeros(())}
    seen = followed(BeliefLearner(**still), steps(arm, drug))
    place = DOMAINS.index("threat")
    return Course(np.asarray(seen.mu)[:, place, 0], np.asarray(seen.pi)[:, place, 0])


def share_lost(one: Course) -> float:
    """Share of the way down to the bad events that the belief goes with them [1]."""
    stood = one.after("life")
    return (stood - one.after("bad events")) / (stood - ADVERSE)


def run(setting: Setting) -> Outcome:
    """What exposure teaches, and what bad events take away, in each arm."""
    found = {arm: course(arm) for arm in (STRONG_FIRST, UNSURE_FIRST, NEITHER)}
    if setting.drug is not None:
        found[setting.drug.text] = course(UNSURE_FIRST, setting.drug)
    learned = {
        arm: one.after("exposure") - one.after("restructuring")
        for arm, one in found.items()
    }
    lost = {arm: share_lost(one) for arm, one in found.items()}
    numbers = {
        "learned_unsure_minus_strong": learned[UNSURE_FIRST] - learned[STRONG_FIRST],
        "learned_unsure_minus_neither": learned[UNSURE_FIRST] - learned[NEITHER],
        "lost_unsure_minus_strong": lost[UNSURE_FIRST] - lost[STRONG_FIRST],
    }
    for arm, values in found.items() if setting.drug else ():
        numbers[f"learned in exposure, {arm}"] = learned[arm]
        numbers[f"share lost to bad events, {arm}"] = lost[arm]
        numbers[f"belief after life, {arm}"] = values.after("life")
    caption = (
        "Belief in safety and its certainty: restructuring, exposure, life, and a week "
        "of bad events. Where safety is asserted first, words make the belief and "
        "exposure adds nothing; where only certainty is taken away, exposure makes it."
    )
    panels = (_panel(found, "mu", "belief in safety"), _panel(found, "pi", "certainty"))
    return Outcome(numbers, Figure(caption, panels))


def _panel(found: dict[str, Course], name: str, label: str) -> Panel:
    series = []
    for arm, values in found.items():
        y = getattr(values, name)
        days = STEP_H / DAY_H * np.arange(len(y))
        series.append(Series(arm, days.tolist(), y.tolist()))
    return Panel(label.capitalize(), "days", label, tuple(series))


EXPERIMENT = Experiment(run=run, drug=True)
