"""Who is admitted, and what their first rating is made of.

People come with rated totals X ~ N(mu, sigma^2); those with X at or above the entry
threshold c are admitted. A published trial reports mean and SD of the admitted, from
which mu and sigma are solved. Among those who come,

    X = S + F + d + E:  stable severity, fluctuation, inflation, error of the rating,

with S, F and E normal and independent. Admission looks at X alone, so the parts of an
admitted X follow by normal regression, and what regresses to the mean afterwards is

    E[F + E + d | X] = d + (s_F^2 + s_E^2) / sigma^2 (X - mu).

Totals are whole numbers, so the cut lies half a point below the threshold.

Assumes: normal totals among those who come; the same inflation for all.
Does not cover: criteria on several ratings, or on a change between two of them.
"""

import math

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import scipy.optimize
import scipy.stats
from jax.scipy.special import ndtr, ndtri
from jaxtyping import Array, Float

_ROUNDING_VARIANCE = float(np.asarray(scipy.stats.uniform.var()))


class EntryError(ValueError):
    """An enrolled population that no entry rule can have produced."""


def _hazard(z: float) -> float:
    """Normal density over upper tail."""
    norm = scipy.stats.norm
    return math.exp(float(norm.logpdf(z)) - float(norm.logsf(z)))


def _sd_over_excess(z: float) -> float:
    """SD over (mean - cut) of a normal cut from below at z standard deviations."""
    hazard = _hazard(z)
    return math.sqrt(1 + z * hazard - hazard**2) / (hazard - z)


def parent_normal(mean: float, sd: float, cut: float) -> tuple[float, float]:
    """Normal distribution whose part above a cut has a given mean and SD.

    Parameters
    ----------
    mean
        Mean of the part above the cut [point].
    sd
        SD of the part above the cut [point].
    cut
        Where it is cut from below; -inf for no cut [point].

    Returns
    -------
    tuple
        Mean and SD of the whole [point].

    Raises
    ------
    EntryError
        If the mean is not above the cut, or the SD too large for the distance: a
        solution whose mean lies more than two SD below the cut is refused.
    """
    if math.isinf(cut):
        return mean, sd
    if not mean > cut:
        raise EntryError(
            f"baseline mean (of the enrolled) must be above the entry threshold's cut "
            f"of {cut:g} points; got {mean:g}. Raise the mean or lower the threshold."
        )
    excess = mean - cut
    largest = _sd_over_excess(2.0) * excess
    if not 0 < sd <= largest:
        raise EntryError(
            f"baseline SD (of the enrolled) must be above 0 and at most {largest:.2f} "
            f"points for a mean {excess:g} points above the entry cut of {cut:g}; got "
            f"{sd:g}. Lower the SD or the threshold, or raise the mean."
        )
    ratio = sd / excess
    z = scipy.optimize.root_scalar(
        lambda z: _sd_over_excess(z) - ratio, bracket=(-2 / ratio, 2.0)
    ).root
    whole = excess / (_hazard(float(z)) - float(z))
    return cut - float(z) * whole, whole


Number = float | int | Float[Array, ""]


class Entry(eqx.Module):
    """Parts of the rated totals of those who come, before the cut.

    Its numbers may be arrays without axes, so that other people need no other code.

    Attributes
    ----------
    mean, sd
        Of rated totals [point].
    cut
        Rated total from which people are admitted; -inf for all [point].
    max_score
        Largest total of the scale [point].
    inflation
        By how much the admitting rating exceeds the state [point].
    stable_sd, fluctuation_sd, error_sd
        Of stable severity, natural fluctuation and error of the rating [point].
    """

    mean: Number
    sd: Number
    cut: Number
    max_score: Number
    inflation: Number
    stable_sd: Number
    fluctuation_sd: Number
    error_sd: Number

    @property
    def stable_mean(self) -> Number:
        """Mean stable severity of those who come [point]."""
        return self.mean - self.inflation

    def enrolled_baseline(self, z: Float[Array, " n"]) -> Float[Array, " n"]:
        """Rated totals of the enrolled: whole numbers at or above the threshold.

        Parameters
        ----------
        z
            Standard normal draws [1].
        """
        mean, sd = self.mean, self.sd
        share = ndtr(jnp.asarray((mean - self.cut) / sd, z.dtype))
        rated = mean - sd * ndtri(share * ndtr(-z))
        lowest = jnp.maximum(jnp.ceil(jnp.asarray(self.cut, z.dtype)), 0)
        return jnp.clip(jnp.round(rated), lowest, self.max_score)

    def split(
        self,
        rated: Float[Array, " n"],
        z_stable: Float[Array, " n"],
        z_fluctuation: Float[Array, " n"],
        z_error: Float[Array, " n"],
    ) -> tuple[Float[Array, " n"], Float[Array, " n"], Float[Array, " n"]]:
        """Stable severity, fluctuation and error behind admitted totals [point].

        Draws of the parts among those who come are shifted along the regression on
        their sum, which makes them draws given the rated total. Their sum and the
        inflation add up to `rated`.

        Parameters
        ----------
        rated
            Rated totals of the enrolled [point].
        z_stable, z_fluctuation, z_error
            Standard normal draws [1].
        """
        stable = self.stable_sd * z_stable
        fluctuation = self.fluctuation_sd * z_fluctuation
        error = self.error_sd * z_error
        gap = (rated - self.mean - (stable + fluctuation + error)) / self.sd**2
        return (
            self.stable_mean + stable + self.stable_sd**2 * gap,
            fluctuation + self.fluctuation_sd**2 * gap,
            error + self.error_sd**2 * gap,
        )


def _check_on_scale(mean: float, sd: float, max_score: int) -> None:
    """Refuse a mean off the scale and a spread below that of rounding."""
    if not 0 < mean < max_score:
        raise EntryError(
            f"baseline mean (of the enrolled) must lie inside the scale, above 0 and "
            f"below {max_score} points; got {mean:g}."
        )
    if not sd**2 > _ROUNDING_VARIANCE:
        raise EntryError(
            f"baseline SD (of the enrolled) must exceed "
            f"{math.sqrt(_ROUNDING_VARIANCE):.2f} points, the spread that rounding to "
            f"whole totals gives; got {sd:g}."
        )


def solve_entry(
    mean: float,
    sd: float,
    *,
    threshold: float | int | None,
    max_score: int,
    inflation: float,
    fluctuation_sd: float,
    error_sd: float,
) -> Entry:
    """Entry model whose admitted people have a given rated mean and SD.

    Parameters
    ----------
    mean, sd
        Of the enrolled at the rating that admitted them [point].
    threshold
        Smallest total that is admitted [point]; None for no criterion.
    max_score
        Largest total of the scale [point].
    inflation
        By how much the admitting rating exceeds the state [point].
    fluctuation_sd
        SD of natural fluctuation over weeks [point].
    error_sd
        SD of one rating of one state: rater and fresh item residuals [point].

    Raises
    ------
    EntryError
        If no normal distribution of those who come gives these moments, if the mean
        is off the scale, or if the spread is smaller than fluctuation and error are.
    """
    _check_on_scale(mean, sd, max_score)
    cut = -math.inf if threshold is None else threshold - 0.5
    unrounded = math.sqrt(sd**2 - _ROUNDING_VARIANCE)
    parent_mean, parent_sd = parent_normal(mean, unrounded, cut)
    noise = math.hypot(fluctuation_sd, error_sd)
    if parent_sd <= noise:
        raise EntryError(
            f"baseline SD of {sd:g} points (of the enrolled) means a spread of "
            f"{parent_sd:.2f} among those who come; it must exceed the {noise:.2f} "
            f"points of fluctuation (SD {fluctuation_sd:g}) and rating error (SD "
            f"{error_sd:.2f}) alone. Raise the SD, or lower the fluctuation."
        )
    return Entry(
        mean=parent_mean,
        sd=parent_sd,
        cut=cut,
        max_score=max_score,
        inflation=inflation,
        stable_sd=math.sqrt(parent_sd**2 - noise**2),
        fluctuation_sd=fluctuation_sd,
        error_sd=error_sd,
    )
