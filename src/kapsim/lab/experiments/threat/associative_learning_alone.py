"""Association alone: what Rescorla-Wagner explains, and the fear it cannot return."""

from collections.abc import Sequence

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from kapsim.engine import run_trials
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.mind.threat import CueTrial, RescorlaWagner

PAIRINGS = 3
EXTINCTION = 19
"""As in the design in which fear returns after rest."""

ROOM_PAIRINGS, ROOM_EXTINCTION = 20, 50
"""As in the renewal designs."""

MANY = 400
"""Trials after which learning has settled."""

RICHER = {"rest": 0.991, "lone shock": 0.750, "other room": 0.95}
"""Response at test of the models that show each return."""

Trial = tuple[int, tuple[int, ...]]
"""Shock and cues, each there (1) or not (0)."""

_course = eqx.filter_jit(run_trials)


def learn(
    trials: Sequence[Trial], salience: Sequence[float] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Expectation at each trial [trials], and the final strengths [cues].

    `salience` is relative to the recorded one, for each cue; 1 if None.
    """
    us, cues = zip(*trials, strict=True)
    inputs = CueTrial(jnp.asarray(cues, dtype=float), jnp.asarray(us, dtype=float))
    relative = jnp.ones(len(cues[0])) if salience is None else jnp.asarray(salience)
    learner = RescorlaWagner(
        alpha=RescorlaWagner().alpha * relative, cues=len(relative)
    )
    strengths, signals = _course(learner, inputs)
    return np.asarray(signals.expected), np.asarray(strengths)


def closed_form_gap() -> float:
    """Greatest distance of acquisition and extinction from their closed forms [1]."""
    got, _ = learn([(1, (1,))] * ROOM_PAIRINGS + [(0, (1,))] * ROOM_EXTINCTION)
    rw = RescorlaWagner()
    alpha, rates = float(rw.alpha), (float(rw.beta_us), float(rw.beta_0))
    on, off = ((1 - alpha * beta) for beta in rates)
    up = float(rw.lam) * (1 - on ** np.arange(ROOM_PAIRINGS + 1))
    want = np.append(up[:-1], up[-1] * off ** np.arange(ROOM_EXTINCTION))
    return float(np.abs(got - want).max())


def settled() -> dict[str, float]:
    """Strengths that the shared error leads to."""
    alone, both = (1, 0), (1, 1)
    inhibition = [(1, alone), (0, both)] * MANY
    return {
        "blocking": learn([(1, alone)] * MANY + [(1, both)] * MANY)[1][1],
        "overshadowing": learn([(1, both)] * MANY)[1][1],
        "inhibition": learn(inhibition)[1][1],
    }


def returns() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Expectation over trials with what should return fear, and without.

    The last trial is the test. Rest is no trial, so its two courses are the same. Rooms
    without salience are no cues.
    """
    cue, nothing, in_a, in_b = (1,), (0,), (1, 1, 0), (1, 0, 1)
    rested = learn([(1, cue)] * PAIRINGS + [(0, cue)] * (EXTINCTION + 1))[0]
    before = [(1, cue)] * PAIRINGS + [(0, cue)] * EXTINCTION
    shocked = learn([*before, (1, nothing), (0, cue)])[0]
    seen = [(1, in_a)] * ROOM_PAIRINGS + [(0, in_b)] * ROOM_EXTINCTION
    back, stay = [*seen, (0, in_a)], [*seen, (0, in_b)]
    unseen = (1.0, 0.0, 0.0)
    return {
        "rest": (rested, rested),
        "lone shock": (shocked, rested),
        "other room": (learn(back, unseen)[0], learn(stay, unseen)[0]),
        "room as a cue": (learn(back)[0], learn(stay)[0]),
    }


def run(setting: Setting) -> Outcome:
    """Closed form, shared error, and four tests after extinction."""
    after = returns()
    numbers = {"closed_form_gap": closed_form_gap(), **settled()}
    for name, (expected, usual) in after.items():
        key = name.replace(" ", "_")
        numbers[f"return_{key}"] = float(expected[-1] - usual[-1])
        numbers[f"test_{key}"] = float(expected[-1])
    return Outcome(numbers, _figure(after))


def _figure(after: dict[str, tuple[np.ndarray, np.ndarray]]) -> Figure:
    places = np.arange(float(len(RICHER))).tolist()
    at_test = [float(after[name][0][-1]) for name in RICHER]
    lines = tuple(
        Series(name, np.arange(1.0, len(course) + 1).tolist(), course.tolist())
        for name, (course, _) in after.items()
    )
    return Figure(
        caption="Association alone. Learned fear is taken away for good: neither rest "
        "nor a lone shock nor another room brings it back, unless the room is a cue.",
        panels=(
            Panel("Expectation over trials", "trial", "expectation of shock", lines),
            Panel(
                "At test after extinction",
                "what should return fear",
                "expectation of shock or response",
                (
                    Series("association alone", places, at_test, kind="bars"),
                    Series(
                        "published, with latent causes",
                        places,
                        list(RICHER.values()),
                        kind="points",
                    ),
                ),
                categories=tuple(RICHER),
            ),
        ),
    )


EXPERIMENT = Experiment(run=run)
