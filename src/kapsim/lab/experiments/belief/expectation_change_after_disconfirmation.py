"""Expectations of oneself after feedback that confirms or disconfirms them."""

import dataclasses
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine.random import normals, patient_indices, stream_key
from kapsim.engine.variability import spread
from kapsim.evidence import library
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.influence import Effect, Influence
from kapsim.mind.belief import DOMAINS, BeliefLearner, News, NewsLearner
from kapsim.trial.summaries.intervals import Z

HEALTHY, DEPRESSED, SECOND = 59, 58, 59
"""Published numbers of the first study and of the second."""

EXPECTED, EXPECTED_SD = -0.5, 0.2
"""Expectation of the own performance that everyone starts with, in units of belief: it
was set low by the instructions (from memory); size and spread are our choice."""

FEEDBACK = {"disconfirming": 1.0, "confirming": -0.7}
"""What the feedback says of the performance, in units of belief: our choice."""

SPAN = 4.0
"""Units of belief from one end of the answer scale to the other: our choice."""

SMALL, MODERATE, HUGE = 0.5, 1.5, 5.0
"""Violations of the expectation, in units of belief: our choice."""

UNACTED = Effect(0.0, 0.0, 0.0, 0.0, 0.0)


class Group(NamedTuple):
    """People who get feedback: who they are, their width of credit, what acts."""

    people: str
    width: float
    optimism: float
    drug: Influence | None = None


@eqx.filter_jit
def answered(
    learner: NewsLearner, expected: Float[Array, " n"], news: News
) -> Float[Array, " n"]:
    """Change of the expectation after one piece of feedback."""
    return learner.trial(expected, news)[0] - expected


def news(content: Float[Array, " n"], acting: Effect) -> News:
    """Feedback on something that nobody knows better."""
    row = lambda value: jnp.full_like(content, value)
    weight = float(BeliefLearner().w[DOMAINS.index("rank")])
    relaxed = row(acting.relaxation * weight)
    return News(content, row(0.0), relaxed, row(acting.induced))


def change(group: Group, feedback: str, setting: Setting) -> Float[np.ndarray, " n"]:
    """Change of each person's answered expectation, in units of belief."""
    typical = dataclasses.replace(
        NewsLearner(),
        s_credible=jnp.asarray(group.width),
        optimism=jnp.asarray(group.optimism),
    )
    name = f"lab.disconfirmation.{group.people}"
    people = patient_indices(0, setting.patients)
    person = spread(typical, stream_key(setting.seed, f"{name}.people"), people)
    drawn = normals(
        stream_key(setting.seed, f"{name}.{feedback}"), people, 0, 2, dtype=jnp.float64
    )
    expected = EXPECTED + EXPECTED_SD * drawn[0]
    acting = group.drug.at(0.0) if group.drug else UNACTED
    given = news(jnp.full_like(expected, FEEDBACK[feedback]), acting)
    noise = SPAN * float(library().parameter("mind.news.answer_sd").internal_value)
    return np.asarray(answered(person, expected, given) + noise * drawn[1])


def sweep(width: float, sizes: Float[np.ndarray, " k"]) -> Float[np.ndarray, " k"]:
    """Change of the typical person's expectation by the size of the violation."""
    learner = dataclasses.replace(NewsLearner(), s_credible=jnp.asarray(width))
    content = jnp.asarray(sizes)
    return np.asarray(
        answered(learner, jnp.zeros_like(content), news(content, UNACTED))
    )


def groups(setting: Setting) -> dict[str, Group]:
    """The published groups, the virtual patient's own width, and a drug if asked."""
    value = lambda name: float(library().parameter(name).internal_value)
    recorded, immunised = value("mind.belief.s_credible"), value("mind.news.immunised")
    depressed = float(NewsLearner().optimism)
    asked = {
        "healthy": Group("healthy", recorded, value("mind.news.optimism_healthy")),
        "depressed": Group("depressed", immunised, depressed),
        "immunisation hindered": Group("second", recorded, depressed),
        "immunisation promoted": Group("second", immunised, depressed),
        "as in the virtual patients": Group("depressed", recorded, depressed),
    }
    if setting.drug is not None:
        drug = Group("depressed", immunised, depressed, setting.drug)
        asked[setting.drug.text] = drug
    return asked


def z(values: Float[np.ndarray, " n"], size: int) -> float:
    """Test statistic [1] that a group of that size would show."""
    return float(values.mean() / values.std() * np.sqrt(size))


def z_between(
    one: Float[np.ndarray, " n"], other: Float[np.ndarray, " n"], sizes: tuple[int, int]
) -> float:
    """Test statistic [1] of a difference between groups of these sizes."""
    error = np.sqrt(one.var() / sizes[0] + other.var() / sizes[1])
    return float((one.mean() - other.mean()) / error)


def run(setting: Setting) -> Outcome:
    """Changes after either kind of feedback, and by the size of a violation."""
    asked = groups(setting)
    found = {
        feedback: {
            name: change(group, feedback, setting) for name, group in asked.items()
        }
        for feedback in FEEDBACK
    }
    positive, confirming = found["disconfirming"], found["confirming"]
    both = (HEALTHY, DEPRESSED)
    wide, narrow = asked["healthy"].width, asked["depressed"].width
    few = sweep(wide, np.array([SMALL, MODERATE, HUGE]))
    gain = positive["immunisation hindered"] - positive["immunisation promoted"]
    numbers = {
        "z_healthy": z(positive["healthy"], HEALTHY),
        "z_depressed": z(positive["depressed"], DEPRESSED),
        "z_depressed_as_patients": z(positive["as in the virtual patients"], DEPRESSED),
        "z_confirming": z_between(confirming["healthy"], confirming["depressed"], both),
        "z_disconfirming": z_between(positive["healthy"], positive["depressed"], both),
        "hindered_minus_promoted": float(gain.mean()),
        "moderate_over_small": float(few[1] / few[0]),
        "moderate_over_huge": float(few[1] / few[2]),
    }
    for feedback, changes in found.items() if setting.drug else ():
        for name, values in changes.items():
            numbers[f"change, {feedback}, {name}"] = float(values.mean())
    caption = (
        "Change of the expectation of one's own performance (mean and its 95 % "
        "interval). After better feedback than expected healthy people expect more, "
        "depressed people hardly; confirming feedback changes both alike. The larger a "
        "violation the more it moves, until it is no longer believed."
    )
    sizes = np.linspace(0.0, HUGE, 101)
    lines = (
        Series("healthy", sizes.tolist(), sweep(wide, sizes).tolist()),
        Series("depressed", sizes.tolist(), sweep(narrow, sizes).tolist()),
    )
    violation = "better than expected by, units of belief"
    tipping = Panel(
        "Size of the violation", violation, "change, units of belief", lines
    )
    return Outcome(numbers, Figure(caption, (_bars(found), tipping)))


def _bars(found: dict[str, dict[str, Float[np.ndarray, " n"]]]) -> Panel:
    names, series = tuple(found["confirming"]), []
    places = [float(k) for k in range(len(names))]
    for feedback, values in found.items():
        rows = np.stack([values[name] for name in names])
        mean = rows.mean(axis=1)
        error = Z * rows.std(axis=1) / np.sqrt(rows.shape[1])
        low, high = (mean - error).tolist(), (mean + error).tolist()
        name = f"{feedback} feedback"
        series.append(Series(name, places, mean.tolist(), low, high, kind="bars"))
    label = "change of the expectation, units of belief"
    return Panel("After feedback", "", label, tuple(series), names)


EXPERIMENT = Experiment(run=run, patients=500, drug=True)
