"""Montgomery-Asberg Depression Rating Scale: ten items of 0 to 6, total 0 to 60.

The scale that defines the model's severity, so its curve is the person's own: the
expected rating of a person, over raters and days, is that person's severity, whatever
the symptom profile. Two ratings of one state differ by fresh item residuals and the
rater's error, which moves all items together.

Sleep and appetite cannot be judged within a day of a dose; such a rating carries them
forward from the last one before the dose.

Assumes: the item parameters, which are not published in a form that could be read.
Does not cover: correlated item residuals (separate sleep or suicidality factors),
raters who differ lastingly.
"""

from typing import ClassVar

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from kapsim.engine import param
from kapsim.measures.entry_items import theta_at_total
from kapsim.measures.graded_response import (
    expected_total,
    expected_total_of_person,
    fresh_variance,
    item_normals,
    item_scores,
    logistic_from_normal,
)
from kapsim.measures.scale import (
    AbstractScale,
    Context,
    Draws,
    ItemProfile,
    Scores,
    plain_scores,
    rated_severity,
)
from kapsim.measures.severity import (
    Curve,
    person_knots,
    population_curve,
    theta_from_points,
)


class Madrs(AbstractScale):
    """MADRS; see the module text. Severity is the person's expected total [point]."""

    name: ClassVar[str] = "MADRS"
    code: ClassVar[str] = "MADRSTOT"
    labels: ClassVar[tuple[str, ...]] = (
        "apparent sadness",
        "reported sadness",
        "inner tension",
        "reduced sleep",
        "reduced appetite",
        "concentration difficulties",
        "lassitude",
        "inability to feel",
        "pessimistic thoughts",
        "suicidal thoughts",
    )
    carried_labels: ClassVar[tuple[str, ...]] = ("reduced sleep", "reduced appetite")
    n_persistent: ClassVar[int] = len(labels)
    n_fresh: ClassVar[int] = len(labels) + 1

    slope: Float[Array, "10"] = param("measures.madrs.slope")
    threshold: Float[Array, "10 6"] = param("measures.madrs.threshold")
    persistence: Float[Array, ""] = param("measures.item_persistence")

    @property
    def max_score(self) -> int:
        """Largest total [point]."""
        return self.threshold.size

    def profile(self, persistent: Float[Array, "p n"]) -> ItemProfile:
        """Symptom profile and the person's own curve, from 10 standard normals."""
        theta = person_knots(persistent)
        total = expected_total_of_person(
            theta, persistent, self.persistence, self.slope, self.threshold
        )
        return ItemProfile(items=persistent, curve=Curve(theta=theta, total=total))

    def score(
        self, severity: Float[Array, " n"], draws: Draws, context: Context
    ) -> Scores:
        """Rating of a severity [MADRS point]; fresh normals: 10 items, then rater."""
        rated = rated_severity(severity, draws.fresh[-1], context)
        theta = theta_from_points(rated, draws.profile.curve)
        items = self._items(theta, self._residual(draws))
        if context.carry is not None and context.carried is not None:
            held = self.carried_rows(items)
            carry = jnp.broadcast_to(context.carry, held.shape)
            rows = jnp.where(carry, context.carried, held)
            items = items.at[self._carried_index()].set(rows)
        return plain_scores(items)

    def carried_rows(self, items: Int[Array, "10 n"]) -> Int[Array, "2 n"]:
        """Sleep and appetite of a rating, to be carried over a dosing day."""
        return items[self._carried_index()]

    def score_at_total(self, total: Int[Array, " n"], draws: Draws) -> Scores:
        """Items that add up to a given total, for the rating that admitted a patient.

        Parameters
        ----------
        total
            Wanted totals, 0 to 60 [point].
        draws
            As for `score`; the rater's normal is not read, since the total already
            holds the rater's error.
        """
        residual = self._residual(draws)
        at = lambda theta: plain_scores(self._items(theta, residual))
        theta = theta_at_total(total, lambda x: at(x).total, draws.fresh[0])
        return at(theta)

    def fresh_variance(self, severity: Float[Array, " m"]) -> Float[Array, " m"]:
        """Variance of a total about the person's severity, without the rater [point^2].

        Parameters
        ----------
        severity
            Expected totals at which it is wanted [MADRS point].
        """
        curve = population_curve(
            lambda theta: expected_total(theta, self.slope, self.threshold), severity
        )
        theta = theta_from_points(severity, curve)
        return fresh_variance(theta, self.persistence, self.slope, self.threshold)

    def _carried_index(self) -> np.ndarray:
        return np.array([self.labels.index(label) for label in self.carried_labels])

    def _residual(self, draws: Draws) -> Float[Array, "10 n"]:
        return logistic_from_normal(
            item_normals(draws.profile.items, draws.fresh[:-1], self.persistence)
        )

    def _items(
        self, theta: Float[Array, " n"], residual: Float[Array, "10 n"]
    ) -> Int[Array, "10 n"]:
        return item_scores(theta, residual, self.slope, self.threshold)
