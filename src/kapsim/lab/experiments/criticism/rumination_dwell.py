"""Rumination as dwelling: long trains of negative thought, or many short ones."""

from collections.abc import Mapping

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from kapsim.engine import run_trials
from kapsim.engine.random import patient_indices, stream_key, uniforms
from kapsim.lab.experiment import Experiment, Figure, Outcome, Panel, Series, Setting
from kapsim.lab.influence import Influence, influence
from kapsim.mind.criticism import (
    Rumination,
    RuminationInputs,
    Thoughts,
    ThoughtTrial,
    dwell,
    negative_share,
    negative_weight,
)

THOUGHTS = 960
"""Thoughts that are followed: a day awake, one a minute."""

WEIGHT = 0.5
"""Weight of negative against other thoughts, in the comparison of associations."""

WEAK, STRONG = 0.0, 3.0
"""Associations between negative thoughts that are compared: the record's range."""

STAY = 0.9
"""P(negative after negative) at which the length of trains is compared."""

RANK, MOOD = -0.6, -0.5
"""Rank belief and mood of a depressed person (a choice)."""

DOSE, READ_H = "ketamine racemate 0.5 mg/kg iv over 1 min", 24.0
"""A bolus, and when rumination is asked for after it (the hour was not read)."""

DAYS = np.arange(-2.0, 14.25, 0.25)
"""Days around the question at which the figure shows rumination."""


@eqx.filter_jit
def negative(
    thinker: Thoughts, share: Float[Array, ""], draws: Float[Array, "thoughts people"]
) -> Float[Array, "thoughts people"]:
    """1 where a person's thought is negative, at a share of time in such thoughts."""

    def one(own: Float[Array, "thoughts"]) -> Float[Array, "thoughts"]:
        trials = ThoughtTrial(jnp.broadcast_to(share, own.shape), own)
        return run_trials(thinker, trials)[1].thought[:, 0]

    return jax.vmap(one, in_axes=1, out_axes=1)(draws)


def mean_train(negative: Float[np.ndarray, "thoughts people"]) -> float:
    """Mean number of thoughts in a negative train [1]."""
    here, next_ = negative[:-1], negative[1:]
    return float(here.sum() / (here * (1 - next_)).sum())


def share_at(drive: float, window: float) -> float:
    """Share of time in negative thought [1] that the rate of rumination stands for."""
    rumination = Rumination()
    state = RuminationInputs(*map(jnp.asarray, (RANK, MOOD, drive, window)))
    return float(rumination.read(state) / rumination.r0)


def share_under(drug: Influence, hours: float) -> float:
    """That share [1] some hours after the question."""
    effect = drug.at(hours)
    return share_at(effect.drive, effect.window)


def _associated(association: float) -> Thoughts:
    return Thoughts(association=jnp.asarray(association))


def run(setting: Setting) -> Outcome:
    """Trains of thought, their association, and rumination after a dose."""
    key = stream_key(setting.seed, "lab.criticism.thoughts")
    who = patient_indices(0, setting.patients)
    draws = uniforms(key, who, 0, THOUGHTS, dtype=jnp.float64)
    met = {}
    for association in (WEAK, STRONG):
        share = negative_share(jnp.asarray(WEIGHT), jnp.asarray(association))
        met[association] = np.asarray(negative(_associated(association), share, draws))
    usual = Thoughts()
    staying = STAY / (1 - STAY) / jnp.exp(usual.association)
    share = negative_share(staying, usual.association)
    stuck = np.asarray(negative(usual, share, draws))
    ruminated = share_at(0.0, 0.0)
    lived = np.asarray(negative(usual, jnp.asarray(ruminated), draws))
    dose = influence(f"{DOSE}@-{READ_H:g}h")
    numbers = {
        "train_at_stay": mean_train(stuck),
        "train_gap": mean_train(met[STRONG]) - mean_train(met[WEAK]),
        "share_gap": float(met[STRONG].mean() - met[WEAK].mean()),
        "share_error": float(lived.mean() - ruminated),
        "rumination_change": share_under(dose, 0.0) - ruminated,
    }
    doses = {"ketamine a day before": dose}
    if setting.drug is not None:
        doses[setting.drug.text] = setting.drug
        numbers["rumination_change, drug"] = share_under(setting.drug, 0.0) - ruminated
    return Outcome(numbers, _figure(met, doses))


def _lengths(negative: Float[np.ndarray, "thoughts people"], longest: int) -> list:
    """Share of the negative trains that last 1, 2 ... thoughts."""
    ends = np.pad(negative, ((1, 1), (0, 0))).T
    change = np.diff(ends, axis=1)
    start, stop = np.nonzero(change > 0)[1], np.nonzero(change < 0)[1]
    counts = np.bincount(stop - start, minlength=longest + 1)[1 : longest + 1]
    return [float(count) for count in counts / len(start)]


def _figure(met: Mapping[float, np.ndarray], doses: Mapping[str, Influence]) -> Figure:
    longest = 15
    trains = tuple(
        Series(
            f"association {association:g}",
            np.arange(1.0, longest + 1),
            _lengths(thoughts, longest),
        )
        for association, thoughts in met.items()
    )
    usual = Thoughts()
    after, dwelling = [], []
    for name, drug in doses.items():
        shares = np.array([share_under(drug, 24 * day) for day in DAYS])
        weight = negative_weight(jnp.asarray(shares), usual.association)
        bound = weight * jnp.exp(usual.association)
        after.append(Series(name, DAYS, shares))
        dwelling.append(Series(name, DAYS, np.asarray(dwell(bound / (1 + bound)))))
    return Figure(
        caption="A stronger association between negative thoughts makes their trains "
        "longer. After a dose less time goes to them, in shorter trains.",
        panels=(
            Panel("Negative trains", "thoughts", "share of the trains", trains),
            Panel("Time in them", "day", "share of the time", tuple(after)),
            Panel("Length of them", "day", "thoughts", tuple(dwelling)),
        ),
    )


EXPERIMENT = Experiment(run=run, patients=500, drug=True)
