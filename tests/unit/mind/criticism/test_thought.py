"""Trains of thought: how long, how much of the time, and what R has to do with it."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine import run_trials
from kapsim.mind.criticism import (
    Rumination,
    RuminationInputs,
    Thoughts,
    ThoughtState,
    ThoughtTrial,
    dwell,
    negative_share,
    negative_weight,
)

followed = eqx.filter_jit(run_trials)


def stationary(chain):
    """Share of time in each state: the eigenvector of eigenvalue 1."""
    values, vectors = np.linalg.eig(np.asarray(chain).T)
    vector = np.real(vectors[:, np.argmin(np.abs(values - 1))])
    return vector / vector.sum()


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.8, 0.99])
@pytest.mark.parametrize("association", [-1.0, 0.0, 1.5, 4.0])
def test_a_share_of_time_fixes_the_chain_and_the_chain_the_share(share, association):
    thinker = Thoughts(association=jnp.asarray(association))
    chain = np.asarray(thinker.chain(jnp.asarray(share)))
    np.testing.assert_allclose(chain.sum(axis=1), 1, rtol=0, atol=1e-14)
    assert (chain > 0).all()
    assert stationary(chain)[0] == pytest.approx(share, rel=1e-10)
    weight = negative_weight(jnp.asarray(share), thinker.association)
    back = negative_share(weight, thinker.association)
    assert float(back) == pytest.approx(share, rel=1e-12)


@pytest.mark.parametrize("stay", [0.0, 0.5, 0.9, 0.99])
def test_dwelling_is_geometric(stay):
    lengths = np.arange(1, 20_000)
    mean = (lengths * (1 - stay) * stay ** (lengths - 1)).sum()
    assert float(dwell(jnp.asarray(stay))) == pytest.approx(mean, rel=1e-10)


def test_a_stronger_association_means_longer_trains_at_the_same_share():
    share = jnp.asarray(0.4)
    chains = [
        Thoughts(association=jnp.asarray(s)).chain(share) for s in (0.0, 1.0, 3.0)
    ]
    stay = [float(chain[0, 0]) for chain in chains]
    enter = [float(chain[1, 0]) for chain in chains]
    assert stay == sorted(stay)
    assert enter == sorted(enter, reverse=True)
    for one, other in zip(stay, enter, strict=True):
        assert other / (other + 1 - one) == pytest.approx(0.4, abs=1e-12)


def test_without_association_thoughts_have_no_memory():
    chain = np.asarray(Thoughts(association=jnp.asarray(0.0)).chain(jnp.asarray(0.3)))
    np.testing.assert_allclose(chain, chain[:1].repeat(3, axis=0), rtol=1e-14)


@pytest.mark.parametrize(("drive", "window"), [(0.0, 0.0), (1.0, 0.2), (0.1, 0.9)])
@pytest.mark.parametrize(("rank", "mood"), [(-1.2, -0.8), (0.0, 0.0), (0.7, 0.5)])
def test_the_rate_of_rumination_is_a_share_of_time(rank, mood, drive, window):
    rumination = Rumination()
    inputs = RuminationInputs(*map(jnp.asarray, (rank, mood, drive, window)))
    share = rumination.read(inputs) / rumination.r0
    chain = Thoughts().chain(share)
    greatest = float(rumination.r0)
    assert greatest * stationary(chain)[0] == pytest.approx(
        float(rumination.read(inputs)), rel=1e-10
    )


def test_without_association_the_weight_is_the_exponential_of_worth():
    rumination, zero = Rumination(), jnp.zeros(())
    for rank in (-1.0, -0.2, 0.6):
        inputs = RuminationInputs(jnp.asarray(rank), zero, zero, zero)
        weight = negative_weight(rumination.read(inputs) / rumination.r0, zero)
        worth = rank + float(rumination.r_0)
        want = np.exp(-float(rumination.g) * worth)
        assert float(weight) == pytest.approx(want, rel=1e-12)


def test_a_day_of_negative_thoughts_stands_for_the_greatest_rate():
    rumination, thinker = Rumination(), Thoughts()
    per_hour = float(thinker.evidence(rumination.r0)) * float(thinker.rate)
    assert per_hour == pytest.approx(float(rumination.r0), rel=1e-14)


def test_negative_replays_move_worth_towards_the_worst():
    thinker = Thoughts(eta_off=jnp.asarray(0.1))
    start = ThoughtState(jnp.asarray([1.0, 0.0, 0.0]), jnp.asarray(0.4))
    always = ThoughtTrial(jnp.full(7, 0.5), jnp.zeros(7))
    last, signals = followed(thinker, always, start)
    assert np.all(np.asarray(signals.thought)[:, 0] == 1)
    assert float(last.worth) == pytest.approx(-1 + 1.4 * 0.9**7, abs=1e-14)
    never = ThoughtTrial(jnp.full(7, 0.5), jnp.full(7, 0.999))
    last, signals = followed(thinker, never, start)
    assert np.all(np.asarray(signals.thought)[:, 2] == 1)
    assert float(last.worth) == 0.4


def test_nobody_thinks_negatively_at_a_share_of_zero():
    chain = np.asarray(Thoughts().chain(jnp.zeros(())))
    np.testing.assert_array_equal(chain[:, 0], 0)
    assert np.isfinite(chain).all()
