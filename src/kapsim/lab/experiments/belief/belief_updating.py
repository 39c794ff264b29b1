"""Good and bad news about one's future: healthy people, patients, after ketamine."""

import dataclasses
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine.random import normals, patient_indices, stream_key, uniforms
from kapsim.engine.variability import spread
from kapsim.evidence import library
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.influence import Influence, influence
from kapsim.lab.published import published
from kapsim.mind.belief import DOMAINS, BeliefLearner, News, NewsLearner
from kapsim.trial.summaries.intervals import Z

EVENTS = 70
"""Adverse events in one test."""

CONTROLS, PATIENTS = 19, 18
"""Published numbers of healthy and of depressed people without a drug."""

TREATED = 26
"""Published number of patients who got ketamine."""

KETAMINE = "ketamine racemate 0.5 mg/kg iv over 40 min@-4h"
RARE, COMMON = 0.1, 0.7
"""Range of the base rates; from memory."""

LEAST, MOST = 0.03, 0.77
"""Range of the answers that are asked for; from memory."""

ESTIMATE_SD = 0.2
"""Spread of own estimates around the base rate: our choice."""

KNOWN = 0.4
"""Most that anyone knows of his own case, evenly spread below: our choice."""


class Group(NamedTuple):
    """People who are tested.

    Attributes
    ----------
    name
        As in the figure.
    people
        Who they are; the same people are alike in every test.
    optimism
        Their typical optimism A [1].
    session
        Which of their tests it is.
    drug
        What acts on them during the test.
    width
        Width of credit where it is not the recorded one.
    """

    name: str
    people: str
    optimism: float
    session: int = 0
    drug: Influence | None = None
    width: float | None = None


class Rates(NamedTuple):
    """Share of the surprise taken over by each person [1]."""

    good: Float[np.ndarray, " n"]
    bad: Float[np.ndarray, " n"]

    @property
    def bias(self) -> Float[np.ndarray, " n"]:
        """How much more is learned from good news [1]."""
        return self.good - self.bad


class Questions(NamedTuple):
    """What people are asked and told: events by people."""

    first: Float[Array, "events n"]
    news: News
    noise: Float[Array, "events n"]


def events(group: Group, setting: Setting) -> Questions:
    """First estimates of being spared, base rates, and the noise of later answers."""
    people = patient_indices(0, setting.patients)
    key = stream_key(setting.seed, f"lab.belief-updating.{group.people}")
    normal = normals(key, people, group.session, 2 * EVENTS, dtype=jnp.float64)
    drawn = uniforms(key, people, group.session, 2 * EVENTS, dtype=jnp.float64)
    base = RARE + (COMMON - RARE) * drawn[:EVENTS]
    risk = jnp.clip(base + ESTIMATE_SD * normal[:EVENTS], LEAST, MOST)
    acting = group.drug.at(0.0) if group.drug else None
    row = lambda value: jnp.full_like(base, value)
    weight = float(BeliefLearner().w[DOMAINS.index("rank")])
    news = News(
        content=1 - base,
        known=KNOWN * drawn[EVENTS:],
        relaxed=row(acting.relaxation * weight if acting else 0.0),
        induced=row(acting.induced if acting else 0.0),
    )
    return Questions(1 - risk, news, normal[EVENTS:])


@eqx.filter_jit
def learned(
    learner: NewsLearner, asked: Questions, answer_sd: Float[Array, ""]
) -> tuple[Float[Array, " n"], Float[Array, " n"]]:
    """Slope of the update on the surprise that is not known better, good and bad."""
    second, seen = jax.vmap(learner.trial)(asked.first, asked.news)
    update = second + answer_sd * asked.noise - asked.first
    surprise = seen.error * (1 - asked.news.known)

    def slope(these: Array) -> Float[Array, " n"]:
        x = jnp.where(these, surprise, 0.0)
        return (x * update).sum(axis=0) / (x * x).sum(axis=0)

    return slope(surprise > 0), slope(surprise < 0)


def tested(group: Group, setting: Setting) -> Rates:
    """Learning rates of a group's people."""
    typical = NewsLearner(optimism=jnp.asarray(group.optimism))
    if group.width is not None:
        typical = dataclasses.replace(typical, s_credible=jnp.asarray(group.width))
    key = stream_key(setting.seed, f"lab.belief-updating.people.{group.people}")
    people = patient_indices(0, setting.patients)
    person = spread(typical, key, people)
    sd = library().parameter("mind.news.answer_sd").internal_value
    rates = learned(person, events(group, setting), jnp.asarray(sd))
    return Rates(*(np.asarray(rate) for rate in rates))


def groups(setting: Setting) -> tuple[Group, ...]:
    """The published groups and tests, and patients with a drug if one is asked for."""
    library_value = lambda name: float(library().parameter(name).internal_value)
    healthy = library_value("mind.news.optimism_healthy")
    depressed = float(NewsLearner().optimism)
    controls = Group("controls", "controls", healthy)
    patients = Group("patients", "patients", depressed)
    given = influence(KETAMINE)
    asked = [
        controls,
        patients,
        patients._replace(name="4 h after ketamine", session=1, drug=given),
        controls._replace(name="controls again", session=1),
        patients._replace(
            name="immunised patients", width=library_value("mind.news.immunised")
        ),
    ]
    if setting.drug is not None:
        drug = setting.drug
        asked.append(patients._replace(name=drug.text, session=1, drug=drug))
    return tuple(asked)


def z(values: Float[np.ndarray, " n"], size: int) -> float:
    """Test statistic [1] that a group of that size would show."""
    return float(values.mean() / values.std() * np.sqrt(size))


def run(setting: Setting) -> Outcome:
    """Learning rates of every group, and what ketamine changes."""
    found = {group.name: tested(group, setting) for group in groups(setting)}
    healthy, ill = found["controls"], found["patients"]
    after, again = found["4 h after ketamine"], found["controls again"]
    numbers = {
        "bias_controls": float(healthy.bias.mean()),
        "z_bias_controls": z(healthy.bias, CONTROLS),
        "z_bias_patients": z(ill.bias, PATIENTS),
        "rate_good_after": float(after.good.mean()),
        "rate_bad_after": float(after.bad.mean()),
        "ratio_after": float(after.good.mean() / after.bad.mean()),
        "z_bias_after": z(after.bias, TREATED),
        "interaction": float(
            (after.bias - ill.bias).mean() - (again.bias - healthy.bias).mean()
        ),
    }
    for name, rates in found.items() if setting.drug else ():
        numbers[f"bias, {name}"] = float(rates.bias.mean())
        numbers[f"ratio, {name}"] = float(rates.good.mean() / rates.bad.mean())
    caption = (
        "Share of a surprise that is taken over from good and from bad news (mean and "
        "its 95 % interval). Healthy people learn more from good news, patients learn "
        "from both alike, and after ketamine from good news more."
    )
    panels = (_bars(found), _course(influence(KETAMINE)))
    return Outcome(numbers, Figure(caption, panels))


def remembered(valence: str) -> float:
    """Learning rate from good or bad news after ketamine [1], not confirmed."""
    return published("belief-updating").value(f"rate_{valence}_after")


def _bars(found: dict[str, Rates]) -> Panel:
    shown = {name: rates for name, rates in found.items() if name != "controls again"}
    places, series = [float(k) for k in range(len(shown))], []
    for valence in Rates._fields:
        rows = np.stack([getattr(rates, valence) for rates in shown.values()])
        mean = rows.mean(axis=1)
        error = Z * rows.std(axis=1) / np.sqrt(rows.shape[1])
        low, high = (mean - error).tolist(), (mean + error).tolist()
        name = f"{valence} news"
        series.append(Series(name, places, mean.tolist(), low, high, kind="bars"))
    place = [float(list(shown).index("4 h after ketamine"))]
    for valence in Rates._fields:
        name = f"published, {valence} news (remembered)"
        series.append(Series(name, place, [remembered(valence)], kind="points"))
    return Panel("Learning rates", "", "learning rate", tuple(series), tuple(shown))


def _course(given: Influence) -> Panel:
    """Ratio of the typical patient's rates over the two weeks after ketamine."""
    learner, hours = NewsLearner(), np.linspace(0.0, 14 * 24.0, 169)
    start = given.time_h[0]
    induced = np.array([given.at(start + hour).induced for hour in hours])
    good = 1 + float(learner.beta_plus) * induced
    bad = 1 - float(learner.beta_minus) * induced
    ratio = Series("typical patient", (hours / 24).tolist(), (good / bad).tolist())
    seen = remembered("good") / remembered("bad")
    published = Series("published, 4 h (remembered)", [4 / 24], [seen], kind="points")
    return Panel(
        "Good against bad news after one infusion",
        "days after ketamine",
        "ratio of the learning rates",
        (ratio, published),
    )


EXPERIMENT = Experiment(run=run, patients=500, drug=True)
