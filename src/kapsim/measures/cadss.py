"""Clinician-Administered Dissociative States Scale: 23 items of 0 to 4, total 0 to 92.

Dissociation is read as an expected total m [point]. Each item is thinned from it,

    X_j ~ Binomial(4, min(1, m w_j / 4)),  sum_j w_j = 1,

so that E[total | m] = m while no item is at its ceiling. Without a drug effect people
still report something now and then: a background B, exponential over ratings, is what
is read while it exceeds the drug's expected total, m = max(drug, B).

Assumes: items independent given m; the weights; that background and drug effect hide
one another rather than add.
Does not cover: separate factors of the scale, a person's own lasting item pattern.
"""

import math
from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from kapsim.engine import param
from kapsim.measures.graded_response import logistic_from_normal
from kapsim.measures.scale import AbstractScale, Context, Draws, Scores, plain_scores

_ANCHORS = ("not at all", "slightly", "moderately", "considerably", "extremely")
_ITEM_MAX = len(_ANCHORS) - 1


def binomial_scores(
    chance: Float[Array, "j n"], uniform: Float[Array, "j n"]
) -> Int[Array, "j n"]:
    """Binomial item scores by inversion of the distribution function.

    Parameters
    ----------
    chance
        Expected score as a share of the largest [1].
    uniform
        Uniform draws in (0, 1).

    Returns
    -------
    Array
        int32 scores, 0 to 4.
    """
    score = jnp.zeros(chance.shape, jnp.int32)
    below = jnp.zeros_like(chance)
    for k in range(_ITEM_MAX):
        ways = math.comb(_ITEM_MAX, k)
        below = below + ways * chance**k * (1 - chance) ** (_ITEM_MAX - k)
        score = score + (uniform > below).astype(jnp.int32)
    return score


class Cadss(AbstractScale):
    """CADSS; see the module text. Fresh normals: the items, then the background."""

    name: ClassVar[str] = "CADSS"
    code: ClassVar[str] = "CADSSTOT"
    labels: ClassVar[tuple[str, ...]] = tuple(
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23".split()
    )
    n_persistent: ClassVar[int] = 0
    n_fresh: ClassVar[int] = len(labels) + 1

    weight: Float[Array, "23"] = param("measures.cadss.item_weight")
    background: Float[Array, ""] = param("measures.cadss.background")

    @property
    def max_score(self) -> int:
        """Largest total [point]."""
        return _ITEM_MAX * len(self.labels)

    def profile(self, persistent: Float[Array, "p n"]) -> None:
        """Nothing of this scale stays with the person; the caller holds none."""
        del persistent

    def score(
        self, severity: Float[Array, " n"], draws: Draws, context: Context
    ) -> Scores:
        """Rating of an expected dissociation [CADSS point], not of depression."""
        del context
        logistic = logistic_from_normal(draws.fresh)
        # -log(1 - Phi(z)) of a standard normal is standard exponential
        background = self.background * jax.nn.softplus(logistic[-1])
        expected = jnp.maximum(severity, background)
        chance = self.expected_items(expected) / _ITEM_MAX
        return plain_scores(binomial_scores(chance, jax.nn.sigmoid(logistic[:-1])))

    def expected_items(self, expected: Float[Array, "*n"]) -> Float[Array, "23 *n"]:
        """Expected item scores of an expected total, in the order of the scale [point].

        Parameters
        ----------
        expected
            Expected total [point], such as the drug room's dissociation.

        Returns
        -------
        Array
            Scores from 0 to 4 that sum to the total while no item is at its ceiling.
        """
        share = self.weight / self.weight.sum()
        return jnp.clip(jnp.tensordot(share, expected, axes=0), 0, _ITEM_MAX)
