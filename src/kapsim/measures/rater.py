"""Who rates: error of a rating, and inflation of the rating that admits a patient.

A rater's error moves the rated severity before items are scored, so that all items
move together. Inflation belongs to the screening or baseline rating of a trial with an
entry threshold and to no later one.

Does not cover: lasting differences between raters or sites.
"""

import equinox as eqx
from jaxtyping import Array, Float

from kapsim.engine import param

RATERS = ("central", "site", "self")


class Raters(eqx.Module):
    """Error and entry inflation by type of rater [MADRS point].

    ``central``: trained on joint material, or remote and blind to the entry criteria.
    ``site``: an independent interview by somebody who knows them.
    ``self``: the patient, whose error lies in the items and the own view alone.
    """

    central_sd: Float[Array, ""] = param("measures.rater.central_sd")
    site_sd: Float[Array, ""] = param("measures.rater.site_sd")
    central_inflation: Float[Array, ""] = param("measures.rater.central_inflation")
    site_inflation: Float[Array, ""] = param("measures.rater.site_inflation")

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

    def _pick(
        self, rater: str, values: tuple[Float[Array, ""], Float[Array, ""]]
    ) -> Float[Array, ""] | float:
        if rater not in RATERS:
            raise ValueError(
                f"rater (who rates at a visit) must be one of {', '.join(RATERS)}; "
                f"got {rater!r}."
            )
        return dict(zip(RATERS, (*values, 0.0), strict=True))[rater]
