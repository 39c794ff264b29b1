"""Hamilton Depression Rating Scale: 17 items of 0 to 4 or 0 to 2, total 0 to 52.

The mean follows the published equipercentile link from MADRS points, which is nearly
proportional. The rater's error moves the severity before the link.

Assumes: the item parameters, made to agree with published item means and item-total
correlations; residuals independent of those of other scales.
Does not cover: the week over which the items ask.
"""

from typing import ClassVar

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from kapsim.engine import param
from kapsim.measures.entry_items import theta_at_total
from kapsim.measures.graded_response import (
    expected_total,
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
from kapsim.measures.severity import linked_points, population_curve, theta_from_points

_LONG = (
    "depressed mood",
    "guilt",
    "suicide",
    "work and activities",
    "retardation",
    "agitation",
    "psychic anxiety",
    "somatic anxiety",
    "hypochondriasis",
)
_LABELS = (
    "depressed mood",
    "guilt",
    "suicide",
    "early insomnia",
    "middle insomnia",
    "late insomnia",
    "work and activities",
    "retardation",
    "agitation",
    "psychic anxiety",
    "somatic anxiety",
    "gastrointestinal symptoms",
    "general somatic symptoms",
    "genital symptoms",
    "hypochondriasis",
    "loss of weight",
    "insight",
)
_LONG_ROWS = np.array([_LABELS.index(label) for label in _LONG])
_SHORT_ROWS = np.array([i for i, label in enumerate(_LABELS) if label not in _LONG])


class Hdrs17(AbstractScale):
    """HDRS-17; see the module text. Long items score 0 to 4, short ones 0 to 2."""

    name: ClassVar[str] = "HDRS-17"
    code: ClassVar[str] = "HAMD17"
    labels: ClassVar[tuple[str, ...]] = _LABELS
    n_persistent: ClassVar[int] = len(labels)
    n_fresh: ClassVar[int] = len(labels) + 1

    slope_long: Float[Array, "9"] = param("measures.hdrs17.slope_long")
    threshold_long: Float[Array, "9 4"] = param("measures.hdrs17.threshold_long")
    slope_short: Float[Array, "8"] = param("measures.hdrs17.slope_short")
    threshold_short: Float[Array, "8 2"] = param("measures.hdrs17.threshold_short")
    link: Float[Array, "2 m"] = param("measures.hdrs17.link")
    persistence: Float[Array, ""] = param("measures.item_persistence")

    @property
    def max_score(self) -> int:
        """Largest total [point]."""
        return self.threshold_long.size + self.threshold_short.size

    def expected_total(self, theta: Float[Array, " m"]) -> Float[Array, " m"]:
        """Expected total at a trait value [point]."""
        return expected_total(
            theta, self.slope_long, self.threshold_long
        ) + expected_total(theta, self.slope_short, self.threshold_short)

    def profile(self, persistent: Float[Array, "p n"]) -> ItemProfile:
        """Symptom profile, from 17 standard normals; the curve is shared."""
        curve = population_curve(self.expected_total, persistent)
        return ItemProfile(items=persistent, curve=curve)

    def score(
        self, severity: Float[Array, " n"], draws: Draws, context: Context
    ) -> Scores:
        """Rating of a severity [MADRS point]; fresh normals: 17 items, then rater."""
        rated = rated_severity(severity, draws.fresh[-1], context)
        points = linked_points(rated, self.link)
        theta = theta_from_points(points, draws.profile.curve)
        return plain_scores(self._items(theta, self._residual(draws)))

    def score_at_total(self, total: Int[Array, " n"], draws: Draws) -> Scores:
        """Items that add up to a given total, for the rating that admitted a patient.

        Parameters
        ----------
        total
            Wanted totals, 0 to 52 [point].
        draws
            As for `score`; the rater's normal is not read.
        """
        residual = self._residual(draws)
        split = residual[_LONG_ROWS], residual[_SHORT_ROWS]

        def total_of_theta(theta: Float[Array, " n"]) -> Int[Array, " n"]:
            parts = [plain_scores(part).total for part in self._parts(theta, *split)]
            return parts[0] + parts[1]

        theta = theta_at_total(total, total_of_theta, draws.fresh[0])
        return plain_scores(self._items(theta, residual))

    def _residual(self, draws: Draws) -> Float[Array, "17 n"]:
        return logistic_from_normal(
            item_normals(draws.profile.items, draws.fresh[:-1], self.persistence)
        )

    def _items(
        self, theta: Float[Array, " n"], residual: Float[Array, "17 n"]
    ) -> Int[Array, "17 n"]:
        parts = self._parts(theta, residual[_LONG_ROWS], residual[_SHORT_ROWS])
        order = np.argsort(np.concatenate([_LONG_ROWS, _SHORT_ROWS]))
        return jnp.concatenate(parts)[order]

    def _parts(
        self,
        theta: Float[Array, " n"],
        residual_long: Float[Array, "9 n"],
        residual_short: Float[Array, "8 n"],
    ) -> tuple[Int[Array, "9 n"], Int[Array, "8 n"]]:
        return (
            item_scores(theta, residual_long, self.slope_long, self.threshold_long),
            item_scores(theta, residual_short, self.slope_short, self.threshold_short),
        )
