"""Who rates: error of a rating, inflation at entry, and what a rater believes.

A rater's error moves the rated severity before items are scored, so that all items
move together. Inflation belongs to the screening or baseline rating of a trial with an
entry threshold and to no later one.

After a dose, a clinician rates in favour of what is believed to have been given:

    rated = true - bias (2 P(active) - 1)                 [MADRS points]

An unblinded rater knows the arm: P is 1 or 0. A blinded rater at the site takes over a
part of what the patient guesses: P - .5 = share (P_patient - .5). A central rater, who
neither knows nor sees, has P = .5. Where nothing is given there is nothing to believe.
Self-ratings are left alone: what a patient believes acts by expectancy.

Assumes: one bias for all raters, as large against placebo as in favour of the drug.
Does not cover: lasting differences between raters or sites; belief in a therapy.
"""

import equinox as eqx
from jaxtyping import Array, Float

from kapsim.engine import param

RATERS = ("central", "site", "self")


class Raters(eqx.Module):
    """Error, entry inflation and bias by type of rater [MADRS point].

    ``central``: trained on joint material, or remote and blind to the entry criteria.
    ``site``: an independent interview by somebody who knows them.
    ``self``: the patient, whose error lies in the items and the own view alone.
    """

    central_sd: Float[Array, ""] = param("measures.rater.central_sd")
    site_sd: Float[Array, ""] = param("measures.rater.site_sd")
    central_inflation: Float[Array, ""] = param("measures.rater.central_inflation")
    site_inflation: Float[Array, ""] = param("measures.rater.site_inflation")
    bias: Float[Array, ""] = param("measures.rater.bias")
    site_share: Float[Array, ""] = param("measures.rater.site_share")

    def sd(self, rater: str) -> float:
        """Standard deviation of one rating's error [MADRS point].

        Parameters
        ----------
        rater
            ``central``, ``site`` or ``self``.

        Raises
        ------
        ValueError
            For any other word.
        """
        return float(self._pick(rater, (self.central_sd, self.site_sd)))

    def inflation(self, rater: str) -> float:
        """Mean inflation of the rating that admits a patient [MADRS point].

        Parameters
        ----------
        rater
            ``central``, ``site`` or ``self``.

        Raises
        ------
        ValueError
            For any other word.
        """
        return float(self._pick(rater, (self.central_inflation, self.site_inflation)))

    def share(self, rater: str) -> float:
        """Part of the patient's guess that a blinded rater takes over [1].

        Parameters
        ----------
        rater
            ``central``, ``site`` or ``self``.

        Raises
        ------
        ValueError
            For any other word.
        """
        return float(self._pick(rater, (0.0, self.site_share)))

    def _pick(
        self, rater: str, values: tuple[Float[Array, ""] | float, Float[Array, ""]]
    ) -> Float[Array, ""] | float:
        if rater not in RATERS:
            raise ValueError(
                f"rater (who rates at a visit) must be one of {', '.join(RATERS)}; "
                f"got {rater!r}."
            )
        return dict(zip(RATERS, (*values, 0.0), strict=True))[rater]
