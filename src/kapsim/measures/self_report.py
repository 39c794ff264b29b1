"""What a person reports of a state that a clinician rates.

A self-report is another measurement of the same state, not the clinician's total
rewritten:

    theta_self = w theta + sqrt(1 - w^2) u,  u = sqrt(q) p + sqrt(1 - q) f

with theta the clinician's trait (standard normal in a mixed outpatient sample), u the
person's own view, whose values at two ratings correlate by q. The reported severity is
the clinician scale's expected total at theta_self; in a mixed sample it has the
distribution of severity, so that an equipercentile link to another scale holds there.

Assumes: one view for the whole scale; its weight is not estimated from data.
Does not cover: views that change with treatment or with belief about one's arm.
"""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.engine import param
from kapsim.measures.graded_response import expected_total
from kapsim.measures.severity import (
    Curve,
    points_from_theta,
    population_curve,
    theta_from_points,
)


class SelfReportProfile(eqx.Module):
    """What stays with a person over self-reports on one scale.

    Attributes
    ----------
    items
        Shape [j, n], standard normal symptom profile.
    view
        Shape [n], standard normal lasting part of the person's own view.
    curve
        The scale's expected total over its trait.
    clinician
        MADRS expected total over its trait.
    """

    items: Float[Array, "j n"]
    view: Float[Array, " n"]
    curve: Curve
    clinician: Curve


class SelfView(eqx.Module):
    """Parameters of the step from rated to reported severity; see the module text."""

    weight: Float[Array, ""] = param("measures.self_report.clinician_weight")
    persistence: Float[Array, ""] = param("measures.self_report.view_persistence")
    slope: Float[Array, "10"] = param("measures.madrs.slope")
    threshold: Float[Array, "10 6"] = param("measures.madrs.threshold")

    def clinician_curve(self, like: Float[Array, "..."]) -> Curve:
        """MADRS expected total over its trait, in `like`'s dtype."""
        return population_curve(
            lambda theta: expected_total(theta, self.slope, self.threshold), like
        )

    def reported_severity(
        self,
        severity: Float[Array, " n"],
        profile: SelfReportProfile,
        fresh: Float[Array, " n"],
    ) -> Float[Array, " n"]:
        """Severity as the person sees it [MADRS point].

        Parameters
        ----------
        severity
            True severity [MADRS point].
        profile
            Holds the lasting part of the view.
        fresh
            Standard normal draw of this rating's view [1].
        """
        view = (
            jnp.sqrt(self.persistence) * profile.view
            + jnp.sqrt(1 - self.persistence) * fresh
        )
        theta = theta_from_points(severity, profile.clinician)
        own = self.weight * theta + jnp.sqrt(1 - self.weight**2) * view
        return points_from_theta(own, profile.clinician)
