"""Contests and defeat in the patient: exact answers and limits."""

import jax.numpy as jnp
import numpy as np
from scipy import integrate, stats

from kapsim.mind import Contest, ContestInputs, Defeat, DefeatInputs

CONTEST, DEFEAT = Contest(), Defeat()
ROW = np.array([-1.5, -0.4, 0.0, 0.8])


def inputs(rank=ROW, defeat=0.0, approach=1.0, content=0.2):
    return ContestInputs(
        *(jnp.asarray(np.broadcast_to(x, 4).copy()) for x in (rank, defeat)),
        *(jnp.asarray(np.broadcast_to(x, 4).copy()) for x in (approach, content)),
    )


def mean_beyond(rank, sign):
    """E[max(0, sign (outcome - rank))] by quadrature over forty scales."""
    scale = float(CONTEST.s)
    density = lambda o: stats.logistic.pdf(o, 0.2, scale)
    value = lambda o: max(0.0, sign * (o - rank)) * density(o)
    ends = 0.2 - 40 * scale, 0.2 + 40 * scale
    return integrate.quad(value, *ends, points=[rank])[0]


def entered(rank, defeat):
    return float(CONTEST.entered(jnp.asarray(rank), jnp.asarray(defeat)))


def test_unexpected_loss_is_the_mean_over_outcomes():
    got = CONTEST.read(inputs())
    for k, rank in enumerate(ROW):
        met = float(CONTEST.rate) * entered(rank, 0.0)
        # the integral stops forty scales out
        loss, win = met * mean_beyond(rank, -1), met * mean_beyond(rank, 1)
        np.testing.assert_allclose(got.loss[k], loss, rtol=1e-7, atol=0)
        np.testing.assert_allclose(got.win[k], win, rtol=1e-7, atol=0)


def test_what_is_not_entered_cannot_be_lost():
    shy, beaten = entered(-9.0, 0.0), entered(-0.5, 9.0)
    np.testing.assert_allclose([shy, beaten], float(CONTEST.e_min), rtol=1e-5, atol=0)
    avoided = CONTEST.read(inputs(approach=0.0))
    assert np.asarray(avoided.loss).max() == np.asarray(avoided.win).max() == 0


def step(loss, win, yielding, hours, start=0.0):
    row = lambda value: jnp.asarray([float(value)])
    given = DefeatInputs(row(loss), row(win), row(yielding))
    return float(DEFEAT.step(row(start), given, jnp.asarray(hours))[0])


def test_defeat_is_exact_and_ends_by_winning_and_by_yielding():
    loss, win, hours = 0.02, 0.01, 100.0
    out = float(DEFEAT.k_w) * win + 0.55 / float(DEFEAT.tau)
    onset = float(DEFEAT.k_l) * loss
    rate = onset + out
    want = onset / rate * (1 - np.exp(-rate * hours))
    yielding = (0.55 - float(DEFEAT.eps)) / (1 - float(DEFEAT.eps))
    np.testing.assert_allclose(step(loss, win, yielding, hours), want, rtol=1e-12)
    entrapped, open_way = (step(0, 0, y, 24.0 * 14, start=0.8) for y in (0.0, 1.0))
    assert open_way < 0.2 < 0.6 < entrapped < 0.8
    assert step(0, 0.05, 0.0, 24.0 * 14, start=0.8) < 0.1


def test_the_resting_defeat_stays():
    given = DefeatInputs(*(jnp.asarray([x]) for x in (0.02, 0.01, 0.3)))
    rest = DEFEAT.rest(given)
    after = DEFEAT.step(rest, given, jnp.asarray(500.0))
    np.testing.assert_allclose(after, rest, rtol=1e-13, atol=0)
