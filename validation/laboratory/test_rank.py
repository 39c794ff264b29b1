"""Hierarchies, forced loss, rank and social defeat against published numbers."""

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np

from kapsim.engine import AbstractTrialLearner
from kapsim.engine.random import stream_key
from kapsim.lab.experiment import Setting
from kapsim.lab.experiments.rank import (
    forced_loss,
    hawk_dove,
    hierarchy_steepness,
    hierarchy_transition,
    rank_and_stress,
    social_defeat,
    winner_and_loser_effects,
)
from kapsim.mind.rank import (
    Bonabeau,
    Defeat,
    DomWorld,
    Dugatkin,
    Elo,
    Encounter,
    Interaction,
)
from kapsim.mind.threat import DrugTiming
from validation.laboratory.checked import checked, numbers

SEED = 6
KEY = stream_key(SEED, "lab.rank.encounters")


def one(value):
    return jnp.asarray(value, jnp.float64)


# -- faults that are planted -----------------------------------------------------------


def bold(**fields):
    """Attack on opponents who are thought to be a fifth stronger."""
    return Dugatkin(theta=one(0.8), **fields)


class FadingFirst(AbstractTrialLearner):
    """Strength that fades before it is won."""

    model: Bonabeau

    def init(self):
        return self.model.init()

    def trial(self, state, inputs):
        fade = 1 - self.model.mu
        new, end = self.model.trial(state, inputs)
        gain = (new - fade * state) / fade
        met = jnp.zeros_like(state).at[inputs.first].set(1).at[inputs.second].set(1)
        return jnp.where(met > 0, fade * state + gain, state), end


class AlwaysDaring(AbstractTrialLearner):
    """Attack without a fight in the mind."""

    model: DomWorld

    def init(self):
        return self.model.init()

    def trial(self, state, inputs):
        dared = inputs.chance.at[0].set(0.0)
        return self.model.trial(state, Encounter(inputs.first, inputs.second, dared))


def test_winner_and_loser_effects(check):
    names = checked(check, "winner-and-loser-effects")

    def found(effects: tuple, model: Callable = Dugatkin):
        values = jnp.asarray(effects)
        return winner_and_loser_effects.found(values, KEY, 200, model)

    fault = "attack on the stronger"
    loser = found((0.0, 0.1, 0.0), bold)
    fights = 100 * float(loser.kinds[0])
    check.planted(names["undecided_loser"], fault, 100 * float(loser.undecided))
    check.planted(names["fight_loser"], fault, fights)
    # neither effect: as if losing left no mark
    unmarked = found((0.0, 0.0, 0.0))
    fault = "effects that are not applied"
    check.planted(names["h_winner"], fault, float(unmarked.linearity))
    check.planted(names["undecided_both"], fault, 100 * float(unmarked.undecided))
    blind = found((0.1, 0.1, 0.0))
    fault = "opponents not assessed"
    check.planted(names["h_assessed"], fault, float(blind.linearity))


def test_the_transition(check):
    names = checked(check, "hierarchy-transition")
    etas = 2 * hierarchy_transition.MU * jnp.asarray((0.5, 1.1, 5.0))
    order = lambda model: np.asarray(
        hierarchy_transition.orders(etas, KEY, 30, model).mean(axis=1)
    )
    early = order(lambda **fields: FadingFirst(Bonabeau(**fields)))
    check.planted(names["order_1_1"], "fading before winning", early[1])
    harsh = order(lambda **fields: Bonabeau(f=one(0.5), **fields))
    check.planted(names["order_0_5"], "a loss that takes half as much", harsh[0])
    small = np.sqrt(20 / 19) * numbers("hierarchy-transition")["order_5"]
    check.planted(names["order_5"], "spread as of a sample", small)


def test_steepness(check):
    names = checked(check, "hierarchy-steepness")
    daring = lambda **fields: AlwaysDaring(DomWorld(**fields))
    steps = jnp.asarray((0.1, 0.2))
    cv = hierarchy_steepness.steepness(steps, KEY, 50, daring)[..., -1].mean(axis=1)
    check.planted(names["cv_0_1"], "attack without assessment", float(cv[0]))
    check.planted(names["cv_0_2"], "attack without assessment", float(cv[1]))
    check.planted(names["fierce_over_mild"], "a step that is not used", 1.0)


def test_hawks_and_doves(check):
    names = checked(check, "hawk-dove")
    values = jnp.asarray(tuple(hawk_dove.VALUES.values()))
    dear = hawk_dove.shares(values, jnp.asarray(hawk_dove.WITHOUT), 2.0)[:, -1, 0]
    for k, name in enumerate(hawk_dove.VALUES):
        check.planted(names[f"hawks_{name}"], "cost counted twice", float(dear[k]))


def test_forced_loss(check):
    names = checked(check, "forced-loss")
    found = lambda elo, defeat: forced_loss.numbers(
        forced_loss.lost(elo, defeat), defeat
    )
    told = found(Elo(k=one(0.0)), Defeat())
    fault = "loss that defeats whether or not it was expected"
    check.planted(names["expected"], fault, told["expected"])
    kept = found(Elo(), Defeat(k_w=one(0.0)))
    check.planted(names["regained"], "wins without effect", kept["regained"])
    free = found(Elo(), Defeat(eps=one(1.0)))
    check.planted(names["entrapped"], "entrapment without effect", free["entrapped"])
    stuck = found(Elo(), Defeat(tau=one(1e6)))
    check.planted(names["yielded"], "yielding without effect", stuck["yielded"])
    numb = found(Elo(), Defeat(k_l=one(0.0)))
    fault = "loss without effect"
    check.planted(names["unexpected"], fault, numb["unexpected"])
    check.planted(names["contests_given_up"], fault, numb["contests_given_up"])


def test_rank_before_stress(check):
    names = checked(check, "rank-and-stress")
    bare = Interaction(protection=one(0.0))
    setting = Setting(SEED, 2000)
    found = rank_and_stress.stressed(setting, Elo(), Defeat(), bare)
    wrong = rank_and_stress.numbers(found)
    for group in ("subordinate", "lost", "gained"):
        name = f"{group}_over_dominant"
        check.planted(names[name], "no protection by rank", wrong[name])


def test_social_defeat(check):
    names = checked(check, "social-defeat")
    given = lambda arm, animals, timing: social_defeat.opposed(
        social_defeat.ARMS[arm], animals, timing
    )
    animals, timing = Interaction(), DrugTiming()
    strong = Interaction(half_dose=one(1.0))
    fault = "a drug of seven times the potency"
    name = names["rescued_after_2_5"]
    check.planted(name, fault, given("after_2_5", strong, timing))
    lasting = DrugTiming(tau_d=one(1000.0))
    fault = "a window that lasts for six weeks"
    for arm in ("week_later", "day_before"):
        check.planted(names[f"rescued_{arm}"], fault, given(arm, animals, lasting))
    slow = DrugTiming(tau_r=one(2000.0), tau_d=one(2100.0))
    check.planted(
        names["rescued_after_20"],
        "a window that opens late",
        given("after_20", animals, slow),
    )
