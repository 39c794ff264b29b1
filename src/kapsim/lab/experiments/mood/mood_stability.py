"""Sweep of the feedback of mood on reward: where mood loses its stability."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine import run_trials
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.mind.mood import MomentumInputs, MoodMomentum, largest_stable_feedback

FEEDBACK = (0.8, 1.0, 1.1, 1.15, 1.2, 1.21, 1.22, 1.25, 1.3, 1.4, 1.5, 1.6)
REWARD = 10.0
TRIALS = 6000
SETTLED = 500
"""Last trials, in which the swing is measured."""

SHOWN = 150
SHOWN_FEEDBACK = (1.0, 1.2, 1.4)


def moods(learner: MoodMomentum, feedback: float) -> Float[Array, " trials"]:
    """Mood [1] after each trial of a steady reward, for one feedback."""
    person = MoodMomentum(
        f=jnp.asarray(feedback), eta_h=learner.eta_h, eta_v=learner.eta_v
    )
    return _moods(person)


@jax.jit
def _moods(person: MoodMomentum) -> Float[Array, " trials"]:
    rewards = MomentumInputs(jnp.full(TRIALS, REWARD))
    return run_trials(person, rewards)[1].mood


def swing(mood: Float[Array, " trials"]) -> float:
    """Half the range of mood [1] once it has settled."""
    late = np.asarray(mood)[-SETTLED:]
    return float(late.max() - late.min()) / 2


def run(setting: Setting) -> Outcome:
    """Swing of mood over the feedback, and the feedback at which it begins."""
    del setting  # nothing is drawn
    learner = MoodMomentum()
    courses = {f: moods(learner, f) for f in FEEDBACK}
    swings = {f: swing(course) for f, course in courses.items()}
    reward = jnp.asarray(REWARD)
    limit = float(largest_stable_feedback(reward, learner.eta_h, learner.eta_v))
    numbers = {
        "swing_feedback_1_2": swings[1.2],
        "swing_feedback_1_4": swings[1.4],
        "largest_stable_feedback": limit,
    }
    trials = np.arange(TRIALS)
    sweep = Panel(
        title="Swing of mood",
        x_label="feedback of mood on reward f",
        y_label="half range of mood",
        series=(
            Series("settled", list(swings), list(swings.values()), kind="points"),
            Series("limit of stability", [limit, limit], [0.0, 1.0]),
        ),
    )
    course = Panel(
        title="Mood under a steady reward",
        x_label="trial",
        y_label="mood",
        series=tuple(
            Series(
                f"f = {f:g}",
                trials[-SHOWN:],
                np.asarray(courses[f])[-SHOWN:],
            )
            for f in SHOWN_FEEDBACK
        ),
    )
    caption = (
        "Mood that sweetens reward lifts itself. Up to a limit the swings die out; "
        "beyond it mood cycles for ever although nothing outside changes."
    )
    return Outcome(numbers, Figure(caption, (sweep, course)))


EXPERIMENT = Experiment(run=run)
