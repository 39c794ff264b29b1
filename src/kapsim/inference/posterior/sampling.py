"""The posterior by Hamiltonian Monte Carlo on the emulator.

    y ~ N(f(u), S + E + tau^2 Z Z' + delta^2 A A' + omega^2 W W')
    u ~ N(0, 1),   tau, delta, omega ~ half-normal

The scales of the half-normal laws are those of the records `inference.effects`. The
covariance is worked out in each step, as the spreads are sampled with u; it falls into
blocks, one per study. The chains walk in z, u = m + L z, with the mode m and the
covariance LL' that the linearised emulator has there (at `TYPICAL` spreads): of about
the same width in all directions, the posterior takes short paths.

Sources: Hoffman and Gelman (2014), The No-U-Turn sampler; Phan, Pradhan and Jankowiak
(2019), Composable effects for flexible and accelerated probabilistic programming in
NumPyro; Vehtari, Gelman, Simpson, Carpenter and Buerkner (2021) for the diagnostics.
"""

import functools
from collections.abc import Mapping
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float

from kapsim.engine.mappings import holds_programs, spare_mappings
from kapsim.evidence.posterior import Spreads
from kapsim.inference.emulation.emulator import Emulator
from kapsim.inference.posterior.density import blocks, log_normal_in_blocks
from kapsim.inference.targets.assumed import effect_scales
from kapsim.inference.targets.problem import Problem

Shape = tuple[tuple[int, ...], ...]

TYPICAL = Spreads(study_sd=2.0, arm_sd=1.0, share_sd=0.3)
"""Spreads for the mode, and for how far points lie from the endpoints."""

_CHAINS = 2
_LEFT_OUT = 1e8  # variance of an endpoint that is not used
_PINNED = 1e-4  # SD of a parameter that is held fixed
_LEAST_WARMUP = 100
_ACCEPTED = 0.95  # share of steps; higher where the posterior is curved
_STEPS = 25  # of the search for the mode
_DAMPING = 0.5


class Posterior(NamedTuple):
    """Draws of D sets of P parameters.

    Attributes
    ----------
    u
        Parameters, in SDs of their priors.
    spreads
        SD of each effect, in the order of `Spreads`.
    r_hat, ess
        Convergence and effective number of draws of each parameter, then of each
        spread.
    divergences
        Number of divergent transitions, of all steps and not of those kept alone.
    """

    u: Float[np.ndarray, "D P"]
    spreads: Float[np.ndarray, "D 3"]
    r_hat: Float[np.ndarray, " _"]
    ess: Float[np.ndarray, " _"]
    divergences: int

    @property
    def by_effect(self) -> dict[str, Float[np.ndarray, " D"]]:
        """Draws of each spread, by its name in `Spreads`."""
        return dict(zip(Spreads._fields, self.spreads.T, strict=True))


def sample(
    problem: Problem,
    emulator: Emulator,
    *,
    keep: Bool[np.ndarray, " K"] | None = None,
    fixed: Mapping[int, float] | None = None,
    draws: int = 1000,
    warmup: int | None = None,
    seed: int = 1,
    power: float = 1.0,
    thin: int = 1,
) -> Posterior:
    """Sample the posterior.

    Parameters
    ----------
    problem, emulator
        What is fitted, and what stands for the simulator.
    keep
        Endpoints that are used; all if None.
    fixed
        Index of a parameter that is held fixed, and its u.
    draws
        Number of draws, over two chains.
    warmup
        Steps of adaptation per chain; half as many as draws, 100 at least, if None.
    seed
        Seed of the chains.
    power
        Power of the likelihood; below one for a tempered posterior.
    thin
        Steps of a chain for each draw that is kept.
    """
    spare_mappings()
    held = _data(problem, emulator, keep, fixed, power)
    held |= _whitened(held)
    half = -(-draws // _CHAINS)
    steps = max(half, _LEAST_WARMUP) if warmup is None else warmup
    mcmc = _sampler(steps, half * thin, _shape(held))
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        mcmc.run(jax.random.key(seed), held, extra_fields=("diverging",))
        return _posterior(mcmc, draws, thin)


def _data(
    problem: Problem,
    emulator: Emulator,
    keep: Bool[np.ndarray, " K"] | None,
    fixed: Mapping[int, float] | None,
    power: float,
) -> dict[str, Any]:
    """All that the density needs, as arrays of one shape for every use."""
    size = len(problem.freed)
    middle, spread = np.zeros(size), np.ones(size)
    for index, value in (fixed or {}).items():
        middle[index], spread[index] = value, _PINNED
    used = np.ones(len(problem.observed), bool) if keep is None else keep
    mask = used.astype(float)
    base = problem.sampling + np.diag(emulator.error**2)
    base = base * mask[:, None] * mask + np.diag((1 - mask) * _LEFT_OUT)
    kept = [mask[:, None] * effect for effect in problem.effects]
    every = problem.covariance(np.ones(len(kept)), emulator.error)
    return jax.tree.map(
        jnp.asarray,
        {
            "observed": problem.observed,
            "base": base,
            "between": np.stack([effect @ effect.T for effect in kept]),
            "blocks": blocks(every),
            "emulator": emulator._asdict(),
            "middle": middle,
            "spread": spread,
            "power": np.asarray(power),
        },
    )


def _whitened(held: dict[str, Any]) -> dict[str, Any]:
    """Mode of the posterior, and a square root of its covariance there."""
    one = jax.tree.map(np.asarray, held)
    prior = np.diag(one["spread"] ** -2)
    constant, linear, quadratic, _ = Emulator(**one["emulator"])
    around = one["base"] + np.tensordot(np.square(TYPICAL), one["between"], 1)
    inverse = one["power"] * np.linalg.inv(around)
    mode, precision = one["middle"].copy(), prior
    for _ in range(_STEPS):
        curved = quadratic @ mode
        slope = linear + 2 * curved
        away = one["observed"] - constant - (linear + curved) @ mode
        precision = slope.T @ inverse @ slope + prior
        down = slope.T @ inverse @ away - prior @ (mode - one["middle"])
        mode = mode + _DAMPING * np.linalg.solve(precision, down)
    root = np.linalg.cholesky(np.linalg.inv(precision))
    return {"mode": jnp.asarray(mode), "root": jnp.asarray(root)}


def _shape(held: dict[str, Any]) -> Shape:
    return tuple(np.shape(one) for one in jax.tree.leaves(held))


@functools.cache
def _sampler(warmup: int, draws: int, shape: Shape) -> Any:
    """A sampler for problems of one shape: it keeps what it has compiled."""
    from numpyro.infer import MCMC, NUTS

    kernel = NUTS(_model, target_accept_prob=_ACCEPTED, max_tree_depth=6)
    return MCMC(
        kernel,
        num_warmup=warmup,
        num_samples=draws,
        num_chains=_CHAINS,
        chain_method="vectorized",
        progress_bar=False,
        jit_model_args=True,
    )


holds_programs(_sampler.cache_clear)


def _model(held: dict[str, Any]) -> None:
    """The joint density, for NumPyro."""
    import numpyro
    import numpyro.distributions as dist

    unit = dist.Normal(jnp.zeros_like(held["mode"]), 1.0).to_event(1)
    z = numpyro.sample("z", unit)
    u = held["mode"] + held["root"] @ jnp.asarray(z)
    numpyro.deterministic("u", u)
    prior = dist.Normal(held["middle"], held["spread"]).to_event(1)
    numpyro.factor("prior", prior.log_prob(u) - unit.log_prob(z))
    half_normal = dist.HalfNormal(jnp.array(effect_scales())).to_event(1)
    spreads = numpyro.sample("spreads", half_normal)
    away = held["observed"] - Emulator(**held["emulator"])(u)
    around = held["base"] + jnp.tensordot(jnp.square(spreads), held["between"], 1)
    fits = log_normal_in_blocks(around, away, held["blocks"])
    numpyro.factor("likelihood", held["power"] * fits)


def _posterior(mcmc: Any, draws: int, thin: int) -> Posterior:
    from numpyro.diagnostics import effective_sample_size, split_gelman_rubin

    chains = mcmc.get_samples(group_by_chain=True)
    parts = [np.asarray(chains[name]) for name in ("u", "spreads")]
    joint = np.concatenate(parts, axis=-1)[:, thin - 1 :: thin]
    flat = np.swapaxes(joint, 0, 1).reshape(-1, joint.shape[-1])[:draws]
    u, spreads = np.split(flat, [parts[0].shape[-1]], axis=-1)
    return Posterior(
        u=u,
        spreads=spreads,
        r_hat=np.asarray(split_gelman_rubin(joint)),
        ess=np.asarray(effective_sample_size(joint)),
        divergences=int(np.asarray(mcmc.get_extra_fields()["diverging"]).sum()),
    )


def log_densities(
    problem: Problem,
    emulator: Emulator,
    posterior: Posterior,
    which: Bool[np.ndarray, " K"],
) -> Float[np.ndarray, " D"]:
    """Logarithm of the joint density of some endpoints under each draw."""
    away = problem.observed - np.asarray(emulator(posterior.u))
    found = np.empty(len(posterior.u))
    block = np.ix_(which, which)
    draws = zip(posterior.spreads, away[:, which], strict=True)
    for k, (spreads, error) in enumerate(draws):
        whole = problem.covariance(spreads, emulator.error)[block]
        factor = np.linalg.cholesky(whole)
        scaled = np.linalg.solve(factor, error)
        found[k] = -0.5 * scaled @ scaled - np.log(np.diag(factor)).sum()
    return found - 0.5 * which.sum() * np.log(2 * np.pi)
