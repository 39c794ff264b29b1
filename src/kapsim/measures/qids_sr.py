"""Quick Inventory of Depressive Symptomatology, self-report: 16 items, 9 domains.

Items score 0 to 3. Sleep, appetite with weight, and psychomotor change count their
worst item each; the other six items count as they are; total 0 to 27. The mean follows
the published linear link from MADRS points.

    P(domain >= k | theta) = 1 - prod_j (1 - P(X_j >= k | theta))

Assumes: the item parameters (only moments and reliability of the total are published);
items within a domain independent given the trait.
Does not cover: appetite or weight going both ways being one answer and not two; the
week over which the items ask.
"""

from typing import ClassVar

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from kapsim.engine import param
from kapsim.measures.graded_response import (
    exceedance,
    item_normals,
    item_scores,
    logistic_from_normal,
)
from kapsim.measures.scale import AbstractScale, Context, Draws, Scores
from kapsim.measures.self_report import SelfReportProfile, SelfView
from kapsim.measures.severity import linked_points, population_curve, theta_from_points

_DOMAINS = (
    (
        "falling asleep",
        "sleep during the night",
        "waking too early",
        "sleeping too much",
    ),
    ("feeling sad",),
    (
        "decreased appetite",
        "increased appetite",
        "decreased weight",
        "increased weight",
    ),
    ("concentration",),
    ("view of self",),
    ("death or suicide",),
    ("general interest",),
    ("energy",),
    ("slowed down", "restless"),
)


def _rows(values: Array, domain: tuple[str, ...]) -> Array:
    """Items of one domain; items of a domain follow each other on the scale."""
    start = QidsSr.labels.index(domain[0])
    return values[start : start + len(domain)]


def domain_scores(items: Int[Array, "16 n"]) -> Int[Array, "9 n"]:
    """Worst item of each domain [point]."""
    return jnp.stack([_rows(items, domain).max(axis=0) for domain in _DOMAINS])


class QidsSr(AbstractScale):
    """QIDS-SR; see the module text. Normals: the person's view first, then items."""

    name: ClassVar[str] = "QIDS-SR"
    code: ClassVar[str] = "QIDSSTOT"
    labels: ClassVar[tuple[str, ...]] = tuple(
        item for domain in _DOMAINS for item in domain
    )
    n_persistent: ClassVar[int] = 1 + len(labels)
    n_fresh: ClassVar[int] = 1 + len(labels)

    slope: Float[Array, "16"] = param("measures.qids_sr.slope")
    threshold: Float[Array, "16 3"] = param("measures.qids_sr.threshold")
    link: Float[Array, "2 m"] = param("measures.qids_sr.link")
    persistence: Float[Array, ""] = param("measures.item_persistence")
    view: SelfView = eqx.field(default_factory=SelfView)

    @property
    def max_score(self) -> int:
        """Largest total [point]."""
        return len(_DOMAINS) * self.threshold.shape[1]

    def expected_total(self, theta: Float[Array, " m"]) -> Float[Array, " m"]:
        """Expected total over the nine domains at a trait value [point]."""
        below = 1 - exceedance(theta, self.slope, self.threshold)
        reached = [1 - _rows(below, domain).prod(axis=0) for domain in _DOMAINS]
        return jnp.stack(reached).sum(axis=(0, 1))

    def profile(self, persistent: Float[Array, "p n"]) -> SelfReportProfile:
        """Own view and symptom profile, from 1 + 16 standard normals."""
        return SelfReportProfile(
            items=persistent[1:],
            view=persistent[0],
            curve=population_curve(self.expected_total, persistent),
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
        items = item_scores(theta, residual, self.slope, self.threshold)
        total = domain_scores(items).sum(axis=0, dtype=jnp.int32)
        return Scores(items=items, total=total)
