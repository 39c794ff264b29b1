"""Filters from very wide priors: no draw is lost, and where the bounds act.

Every parameter, the state at the start, the drug's relaxation and the weights of good
and bad news are drawn far beyond anything plausible; the outcomes change their odds.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from kapsim.engine import run_trials
from kapsim.mind.belief import (
    BinaryFilter,
    ContinuousFilter,
    Volatility,
    binary_trials,
    continuous_trials,
)

DRAWS, SLOPES, TRIALS = 100_000, 5_000, 120
LOST = "draws of 100,000 from wide priors that are no number at the end or on the way"
WHAT = {BinaryFilter: "binary", ContinuousFilter: "graded"}
NO_LEAST = {"share": -np.inf, "pi_max": np.inf}
NO_ENDS = {"x_min": -np.inf, "x_max": np.inf}

SLOPE = "draws of 5,000 from wide priors whose slope of the surprise is no number"


def drawn(kind, *, width=1.0, **changes):
    """Learners and how they receive outcomes; `width` scales every prior."""
    rng = np.random.default_rng(11)
    normal = lambda mean, sd: jnp.asarray(
        mean + width * sd * rng.standard_normal(DRAWS)
    )
    log = lambda mean, sd: jnp.exp(normal(np.log(mean), sd))
    between = lambda low, high: jnp.asarray(rng.uniform(low, high, DRAWS))
    above = {"kappa": log(1.0, 0.7), "omega": normal(-2.5, 4.0), "theta": log(0.12, 3)}
    above["h"] = jnp.asarray(rng.integers(0, 2, DRAWS).astype(float))
    start = {"mu_0": normal(0, 5), "pi_0": log(1, 4)}
    start |= {"mu_v0": normal(0, 4), "pi_v0": log(1, 4)}
    received = {"relaxed": between(0, 0.999 * width)}
    received["good"] = between(1 - width, 1 + 2 * width)
    received["bad"] = between(1 - width, 1 + 2 * width)
    changed = {key: jnp.asarray(float(value)) for key, value in changes.items()}
    own = {key: changed.pop(key) for key in ("p_min",) if key in changed}
    learner = kind(Volatility(**above, **changed), **start, **own)
    return jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, DRAWS), learner), received


def outcomes():
    """Good odds, bad odds, then odds that turn every ten trials."""
    third = TRIALS // 3
    turning = np.where(np.arange(third) // 10 % 2, 0.9, 0.1)
    odds = np.concatenate([np.full(third, 0.8), np.full(third, 0.2), turning])
    return np.random.default_rng(12).uniform(size=TRIALS) < odds


def acts(learner, after, seen):
    """Whether a trial met the bound of precision, of volatility, of probability."""
    above = learner.volatility
    least = jnp.isclose(after.pi_v, above.share * seen.predicted.pi_v, 1e-9, 0)
    exponent = above.kappa * after.mu_v + above.omega
    end = jnp.isclose(exponent, above.x_min, 1e-9)
    end = end | jnp.isclose(exponent, above.x_max, 1e-9)
    if not isinstance(learner, BinaryFilter):
        return jnp.stack([least, end, jnp.asarray(False)])
    sure = jnp.minimum(seen.expected, 1 - seen.expected) <= learner.p_min
    return jnp.stack([least, end, sure])


def met(learner, received, outcome):
    """Trials as a learner of this kind meets them."""
    if isinstance(learner, BinaryFilter):
        return binary_trials(outcome, **received)
    return continuous_trials(4 * outcome - 2, 2.0, **received)


@jax.jit
@functools.partial(jax.vmap, in_axes=(0, 0, None))
def course(learner, received, outcome):
    """Whether all stayed numbers, and whether each bound ever acted."""

    def advance(carry, trial):
        state, finite, acted = carry
        after, seen = learner.trial(state, trial)
        sound = jnp.stack([jnp.isfinite(leaf) for leaf in after]).all()
        return (after, finite & sound, acted | acts(learner, after, seen)), None

    start = (learner.init(), jnp.asarray(True), jnp.zeros(3, bool))
    return jax.lax.scan(advance, start, met(learner, received, outcome))[0][1:]


def followed(kind, *, width=1.0, **changes):
    """Draws lost, and the share of draws in which each bound acted at least once."""
    outcome = jnp.asarray(outcomes().astype(float))
    finite, acted = course(*drawn(kind, width=width, **changes), outcome)
    return int((~finite).sum()), np.asarray(acted).mean(axis=0)


@pytest.mark.parametrize("kind", [BinaryFilter, ContinuousFilter])
def test_no_draw_is_lost(check, kind):
    title = f"{LOST}, {WHAT[kind]} outcomes"
    note = f"{DRAWS:,} draws, {TRIALS} trials; none rejected, none repaired"
    check(title, followed(kind)[0], 0, 0, source="required", note=note)
    check.planted(title, "precision without bounds", followed(kind, **NO_LEAST)[0])


@pytest.mark.validation_slow
@pytest.mark.parametrize("kind", [BinaryFilter, ContinuousFilter])
def test_where_the_bounds_act(check, kind):
    title = f"{LOST}, priors a quarter as wide, {WHAT[kind]} outcomes"
    lost, usual = followed(kind, width=0.25)
    check(title, lost, 0, 0, source="required")
    check.planted(title, "volatility without bounds", followed(kind, **NO_ENDS)[0])
    wide = followed(kind)[1]
    share = lambda number: f"{100 * number:.1f} %"
    check.table(
        f"Where the bounds of the filter of {WHAT[kind]} outcomes act",
        "Share of draws in which a bound acted in at least one of the trials.",
        ("bound", "wide priors", "a quarter as wide"),
        (
            ("least precision of volatility", share(wide[0]), share(usual[0])),
            ("least or greatest volatility", share(wide[1]), share(usual[1])),
            ("least or greatest probability", share(wide[2]), share(usual[2])),
        ),
    )


@jax.jit
@functools.partial(jax.vmap, in_axes=(0, 0, None))
@functools.partial(jax.grad, argnums=(0, 1))
def slope(learner, received, outcome):
    """Gradient of the summed squared error by every parameter and weight."""
    trials = met(learner, received, outcome)
    return jnp.sum(run_trials(learner, trials)[1].error ** 2)


@pytest.mark.validation_slow
@pytest.mark.parametrize("kind", [BinaryFilter, ContinuousFilter])
def test_every_draw_has_a_slope(check, kind):
    title = f"{SLOPE}, {WHAT[kind]} outcomes"
    outcome = jnp.asarray(outcomes().astype(float))

    def lost(**changes):
        some = jax.tree.map(lambda leaf: leaf[:SLOPES], drawn(kind, **changes))
        found = [np.isfinite(leaf) for leaf in jax.tree.leaves(slope(*some, outcome))]
        return int((~np.all(found, axis=0)).sum())

    check(title, lost(), 0, 0, source="required")
    check.planted(title, "precision without bounds", lost(**NO_LEAST))
