"""Models of hierarchies: single encounters by hand, and read-outs in exact cases."""

import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import binomtest

from kapsim.engine import run_trials
from kapsim.engine.random import patient_indices, stream_key
from kapsim.mind.rank import (
    Bonabeau,
    Decided,
    DomWorld,
    Dugatkin,
    Elo,
    Encounter,
    Ending,
    HawkDove,
    Interaction,
    InteractionInputs,
    Kind,
    drawn,
    landau,
    order,
    spread,
    tournament,
    wins,
)
from kapsim.mind.rank.hawk_dove import payoffs
from kapsim.mind.rank.linearity import sign_test

EXACT = 1e-12


def meet(*chance):
    """The first meets the second of a group."""
    first, second = jnp.asarray(0, jnp.int32), jnp.asarray(1, jnp.int32)
    return Encounter(first, second, jnp.asarray((*chance, 0.5, 0.5)[:2]))


def one(value):
    return jnp.asarray(value, jnp.float64)


def close(got, want):
    np.testing.assert_allclose(got, want, rtol=EXACT, atol=EXACT)


# -- winner and loser effects ----------------------------------------------------------


@pytest.mark.parametrize(
    ("powers", "chance", "kind", "factors"),
    [
        ((12.0, 11.0), 0.52, Kind.FIGHT, (1.2, 0.7)),
        ((12.0, 11.0), 0.53, Kind.FIGHT, (0.7, 1.2)),
        ((10.0, 9.0), 0.99, Kind.RETREAT, (1.2, 0.7)),
        ((9.0, 10.0), 0.01, Kind.RETREAT, (0.7, 1.2)),
        ((9.0, 8.0), 0.5, Kind.NEITHER, (1.0, 1.0)),
    ],
)
def test_an_encounter_of_winner_and_loser_effects(powers, chance, kind, factors):
    model = Dugatkin(w=one(0.2), l=one(0.3))
    state, end = model.trial(jnp.asarray(powers), meet(chance))
    assert int(end.kind) == kind
    close(state, np.array(powers) * factors)


def test_who_assesses_yields_to_the_stronger_alone():
    model = Dugatkin(estimation=one(1.0))
    _, end = model.trial(jnp.asarray((5.0, 4.0)), meet())
    assert (int(end.kind), int(end.winner)) == (Kind.RETREAT, 0)
    _, end = model.trial(jnp.asarray((4.0, 4.0)), meet())
    assert int(end.kind) == Kind.FIGHT


def test_assessment_of_very_small_powers_is_exact():
    # a power lost in rounding beside the 10 at the start would attack everybody
    model = Dugatkin(estimation=one(1.0))
    _, end = model.trial(jnp.asarray((1e-30, 2e-30)), meet())
    assert (int(end.kind), int(end.winner)) == (Kind.RETREAT, 1)


# -- self-organised hierarchies --------------------------------------------------------


def test_strength_is_won_and_fades():
    model = Bonabeau(eta=one(0.5), mu=one(0.1), f=one(2.0))
    state, end = model.trial(jnp.asarray((1.0, 3.0)), meet(0.26))
    assert int(end.winner) == 0  # sigmoid(-1) = 0.269
    close(state, (0.9 * 2.0, 0.9 * 1.0))
    _, end = model.trial(jnp.asarray((1.0, 3.0)), meet(0.28))
    assert int(end.winner) == 1


@pytest.mark.parametrize("members", [4, 20])
def test_order_of_equals_and_of_a_perfect_line(members):
    line = jnp.arange(members, dtype=jnp.float64)
    close(order(0 * line, one(3.0)), 0.0)
    perfect = np.sqrt((members**2 - 1) / 12) / (members - 1)
    close(order(line, one(1e4)), perfect)


@pytest.mark.parametrize(("ratio", "grows"), [(0.95, False), (1.05, True)])
def test_equality_becomes_unstable_at_twice_the_fading(ratio, grows):
    mu, lead = 1e-4, 1e-3
    model = Bonabeau(eta=one(2 * mu * ratio), mu=one(mu))
    start = jnp.asarray((lead, 0.0))
    won, lost = (float(model.trial(start, meet(c))[0][0]) for c in (0.0, 1.0))
    chance = 1 / (1 + np.exp(-2 * mu * ratio * lead))
    assert bool(chance * won + (1 - chance) * lost > lead) is grows


# -- dominance by surprise -------------------------------------------------------------


def test_dominance_moves_by_surprise_and_is_kept_in_sum():
    model = DomWorld(step=one(0.5))
    state, _ = model.trial(jnp.asarray((6.0, 2.0)), meet(0.1, 0.1))
    close(state, (6.125, 1.875))
    state, _ = model.trial(jnp.asarray((6.0, 2.0)), meet(0.1, 0.9))
    close(state, (5.625, 2.375))


def test_who_loses_in_the_mind_does_not_attack():
    model = DomWorld()
    state, end = model.trial(jnp.asarray((6.0, 2.0)), meet(0.9, 0.1))
    assert int(end.kind) == Kind.NEITHER
    close(state, (6.0, 2.0))


def test_dominance_has_a_floor():
    model = DomWorld(step=one(1.0))
    state, _ = model.trial(jnp.asarray((0.3, 0.1)), meet(0.1, 0.1))
    close(state[1], float(model.least))


# -- ratings ---------------------------------------------------------------------------


def test_ratings():
    elo = Elo()
    close(elo.expected(one(400.0), one(0.0)), 10 / 11)
    end = Ending(*(jnp.asarray(i, jnp.int32) for i in (1, 0, Kind.RETREAT)))
    state, surprise = elo.trial(jnp.asarray((400.0, 0.0)), end)
    close(surprise.size, 10 / 11)
    close(state, (400 - 100 * 10 / 11, 100 * 10 / 11))
    nobody = end._replace(kind=jnp.asarray(Kind.NEITHER, jnp.int32))
    state, surprise = elo.trial(jnp.asarray((400.0, 0.0)), nobody)
    close(state, (400.0, 0.0))
    close(surprise.size, 0.0)


# -- hawks and doves -------------------------------------------------------------------


def test_a_mixture_of_hawks_and_doves_earns_alike_at_value_over_cost():
    earned = payoffs(one(0.6), one(1.0)) @ jnp.asarray((0.6, 0.4, 0.0))
    close(earned[0], earned[1])


@pytest.mark.parametrize(("value", "stable"), [(0.9, True), (1.1, False)])
def test_assessment_is_stable_below_the_cost(value, stable):
    table = payoffs(one(value), one(1.0))
    assert bool(table[2, 2] > table[0, 2]) is stable
    assert table[2, 2] > table[1, 2]


def test_generations_settle_at_value_over_cost():
    model = HawkDove(value=one(0.3), cost=one(1.0), selection=one(1.0))
    start = jnp.asarray((0.9, 0.1, 0.0))
    state, _ = run_trials(model, jnp.ones(400), start)
    np.testing.assert_allclose(state, (0.3, 0.7, 0.0), rtol=1e-9, atol=1e-9)


# -- read-outs -------------------------------------------------------------------------


def linear_wins(members, times=9.0):
    return times * jnp.triu(jnp.ones((members, members)), 1)


@pytest.mark.parametrize("members", [4, 7])
def test_linearity(members):
    close(landau(linear_wins(members)), 1.0)
    close(landau(jnp.zeros((members, members))), 0.0)
    rng = np.random.default_rng(3)
    won = rng.integers(0, 4, (members, members)).astype(float) * ~np.eye(
        members, dtype=bool
    )
    above = (won > won.T) + 0.5 * ((won == won.T) & ~np.eye(members, dtype=bool))
    want = 12 / (members**3 - members) * np.sum((above.sum(1) - (members - 1) / 2) ** 2)
    close(landau(jnp.asarray(won)), want)


def test_a_circle_has_no_line():
    circle = jnp.asarray([[0.0, 5.0, 0.0], [0.0, 0.0, 5.0], [5.0, 0.0, 0.0]])
    close(landau(circle), 0.0)


@pytest.mark.parametrize(("a", "b"), [(0, 0), (5, 0), (6, 0), (40, 60), (39, 61)])
def test_sign_test(a, b):
    want = binomtest(a, a + b).pvalue if a + b else 1.0
    np.testing.assert_allclose(sign_test(one(a), one(b)), want, rtol=1e-9, atol=0)


def test_undecided_pairs():
    close(Decided().undecided(linear_wins(4, 6.0)), 0.0)
    close(Decided().undecided(linear_wins(4, 5.0)), 1.0)
    above = Decided().above(linear_wins(4, 6.0))
    close(above.sum(axis=-1), (3, 2, 1, 0))


def test_wins_are_counted():
    end = Ending(
        jnp.asarray([[0], [0], [1], [2]], jnp.int32),
        jnp.asarray([[1], [1], [0], [1]], jnp.int32),
        jnp.asarray([[0], [1], [0], [2]], jnp.int32),
    )
    close(wins(end, 3)[0], [[0, 2, 0], [1, 0, 0], [0, 0, 0]])


def test_spread():
    close(spread(jnp.asarray((1.0, 3.0))), 0.5)


# -- encounters ------------------------------------------------------------------------


def test_pairs_are_drawn_evenly():
    key = stream_key(5, "test.encounters")
    meeting = drawn(key, patient_indices(0, 60_000), 3, 4)
    first, second = np.asarray(meeting.first), np.asarray(meeting.second)
    counts = np.bincount(4 * first + second, minlength=16).reshape(4, 4)
    assert (np.diag(counts) == 0).all()
    # 12 cells of 5,000 with standard deviation 68: false alarm below 1e-6
    assert np.abs(counts[~np.eye(4, dtype=bool)] - 5000).max() < 5.5 * 68


def test_a_few_groups_are_the_head_of_many():
    key = stream_key(5, "test.encounters")
    model = Bonabeau(members=4)
    few, many = (
        tournament(model, key, groups=n, blocks=2, length=30).states for n in (3, 7)
    )
    assert (few == many[:, :3]).all()


# -- interaction after defeat ----------------------------------------------------------


def test_interaction():
    animals = Interaction()
    row = lambda value: jnp.full(2, value)
    healthy = InteractionInputs(row(0.0), row(0.0), row(0.0), row(0.0), row(0.0))
    close(animals.read(healthy), float(animals.ratio))
    beaten = healthy._replace(defeat=row(0.5))
    lost = float(animals.sensitivity) / 2
    close(animals.read(beaten), float(animals.ratio) - lost)
    half = animals.opposition(jnp.broadcast_to(animals.half_dose, 2), row(1.0))
    close(half, 0.5)
    close(animals.opposition(row(0.0), row(1.0)), 0.0)
    helped = beaten._replace(opposed=half)
    close(animals.read(helped), float(animals.ratio) - lost / 2)
    ranked = beaten._replace(rating=row(1.0))
    close(animals.read(ranked), float(animals.ratio) - lost / np.e)
