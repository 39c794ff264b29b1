"""Patient Health Questionnaire: nine self-rated items of 0 to 3, total 0 to 27.

The mean follows the published equipercentile link from MADRS points; the person's own
view and the items add what a clinician's rating does not share.

Assumes: straight lines between the published pairs of the link.
Does not cover: the two weeks over which the items ask; it reads the present state.
"""

from typing import ClassVar

import equinox as eqx
from jaxtyping import Array, Float

from kapsim.engine import param
from kapsim.measures.graded_response import (
    expected_total,
    item_normals,
    item_scores,
    logistic_from_normal,
)
from kapsim.measures.scale import AbstractScale, Context, Draws, Scores, plain_scores
from kapsim.measures.self_report import SelfReportProfile, SelfView
from kapsim.measures.severity import linked_points, population_curve, theta_from_points


class Phq9(AbstractScale):
    """PHQ-9; see the module text. Normals: the person's view first, then items."""

    name: ClassVar[str] = "PHQ-9"
    code: ClassVar[str] = "PHQ9TOT"
    labels: ClassVar[tuple[str, ...]] = (
        "interest",
        "feeling down",
        "sleep",
        "tiredness",
        "appetite",
        "self-worth",
        "concentration",
        "movement",
        "suicidal thoughts",
    )
    n_persistent: ClassVar[int] = 1 + len(labels)
    n_fresh: ClassVar[int] = 1 + len(labels)

    slope: Float[Array, "9"] = param("measures.phq9.slope")
    threshold: Float[Array, "9 3"] = param("measures.phq9.threshold")
    link: Float[Array, "2 m"] = param("measures.phq9.link")
    persistence: Float[Array, ""] = param("measures.item_persistence")
    view: SelfView = eqx.field(default_factory=SelfView)

    @property
    def max_score(self) -> int:
        """Largest total [point]."""
        return self.threshold.size

    def profile(self, persistent: Float[Array, "p n"]) -> SelfReportProfile:
        """Own view and symptom profile, from 1 + 9 standard normals."""
        curve = population_curve(
            lambda theta: expected_total(theta, self.slope, self.threshold), persistent
        )
        return SelfReportProfile(
            items=persistent[1:],
            view=persistent[0],
            curve=curve,
            clinician=self.view.clinician_curve(persistent),
        )

    def score(
        self, severity: Float[Array, " n"], draws: Draws, context: Context
    ) -> Scores:
        """Self-report of a severity [MADRS point]; `context` has no part in it."""
        del context
        profile = draws.profile
        reported = self.view.reported_severity(severity, profile, draws.fresh[0])
        theta = theta_from_points(linked_points(reported, self.link), profile.curve)
        normals = item_normals(profile.items, draws.fresh[1:], self.persistence)
        residual = logistic_from_normal(normals)
        return plain_scores(item_scores(theta, residual, self.slope, self.threshold))
