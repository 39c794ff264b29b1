"""The patients' learner is the limit of the filter of graded outcomes.

The same evidence is given to both, in ever more and ever smaller pieces: each piece
comes n times as often with an n-th of the precision. The learner takes one step for
each piece. What is left between them must fall as 1/n, so twice the gap at 2n minus the
gap at n must vanish.
"""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine import run_trials
from kapsim.mind.belief import (
    BeliefInputs,
    BeliefLearner,
    BeliefState,
    ContinuousFilter,
    Evidence,
    Volatility,
    continuous_trials,
)

HOURS, RATE, PRECISION = 40.0, 0.25, 0.35
LOSS, WINDOW, INDUCED, RELAXATION = 0.02, 0.6, 0.5, 0.5
START_MU, START_PI = np.array([-1.2, 0.9, 0.1]), np.array([3.0, 1.5, 6.0])
CONTENT = 0.5
PIECES = (64, 128)
QUANTITIES = ("mean", "precision", "gain")
LIMIT = 5e-5


def learner():
    """The patients' learner with nothing but evidence."""
    alone = {"k_c": 0.0, "gamma_loss": 0.0, "g_nu": 0.0, "s_credible": 1e9}
    return BeliefLearner(
        q0=jnp.asarray(LOSS), **{name: jnp.asarray(v) for name, v in alone.items()}
    )


def table(value):
    return jnp.broadcast_to(jnp.asarray(value, float).reshape(-1, 1), (3, 1))


@eqx.filter_jit
def stepped(steps, precision):
    """Mean, precision and gain after as many steps as pieces of evidence."""
    mind, row = learner(), lambda value: jnp.full(1, value)
    evidence = Evidence(table(steps / HOURS), table(CONTENT), table(precision))
    inputs = BeliefInputs(
        world=(evidence,),
        own=(),
        relaxation=row(RELAXATION),
        window=row(WINDOW),
        induced=row(INDUCED),
        profile=table(0.0),
        pull_kept=row(0.0),
        certainty_loss=table(0.0),
        usual=table(0.0),
    )
    start = BeliefState(table(START_MU), table(START_PI), table(1.0))
    dt = jnp.asarray(HOURS / steps)
    advance = lambda state, _: (mind.step(state, inputs, dt), None)
    end = jax.lax.scan(advance, start, length=int(steps))[0]
    gain = mind.gain(evidence.precision, end.pi, inputs.relaxation) / precision
    return tuple(leaf[:, 0] for leaf in (end.mu, end.pi, gain))


@eqx.filter_jit
def filtered(steps, precision, loss, relaxed):
    """The same from the filter: one belief after another."""
    mind = learner()
    above = Volatility(
        kappa=jnp.asarray(0.0), omega=jnp.log(loss) + mind.kappa * WINDOW
    )
    trials = lambda share: continuous_trials(
        jnp.full(int(steps), CONTENT),
        precision,
        interval=HOURS / steps,
        relaxed=share,
        good=1 + mind.beta_plus * INDUCED,
        bad=1 - mind.beta_minus * INDUCED,
    )

    def one(mu, pi, share):
        start = ContinuousFilter(above, mu_0=mu, pi_0=pi)
        end, _ = run_trials(start, trials(share))
        gain = 1 / (precision + end.pi * (1 - share))
        return end.mu, end.pi, gain

    return jax.vmap(one)(jnp.asarray(START_MU), jnp.asarray(START_PI), relaxed)


def gaps(pieces, *, loss=LOSS, relaxed=1.0):
    """Largest gap over the three beliefs in mean, precision and gain."""
    steps, precision = int(HOURS * RATE * pieces), PRECISION / pieces
    share = relaxed * RELAXATION * learner().w
    want = stepped(steps, precision)
    got = filtered(steps, precision, jnp.asarray(loss), share)
    return np.array([np.asarray(a - b) for a, b in zip(got, want, strict=True)])


def left_over(**faults):
    """What is left of the gap for infinitely many pieces, by extrapolation."""
    few, many = (gaps(pieces, **faults) for pieces in PIECES)
    return np.abs(2 * many - few).max(axis=1)


@pytest.mark.parametrize("place", range(3), ids=QUANTITIES)
def test_the_limit_is_the_learner(check, place):
    what = QUANTITIES[place]
    few, many = (gaps(pieces)[place] for pieces in PIECES)
    closing = f"gap between filter and learner in {what}, n against 2n pieces"
    check(closing, np.abs(few).max() / np.abs(many).max(), 1.9, 2.1, source="exact")
    limit = f"gap between filter and learner in {what}, many small events"
    check(limit, left_over()[place], 0, LIMIT, source="exact")
    check.planted(limit, "loss of 1 % more", left_over(loss=1.01 * LOSS)[place])
    if what != "precision":
        check.planted(limit, "no relaxation", left_over(relaxed=0.0)[place])
