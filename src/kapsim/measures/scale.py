"""What every rating scale is: items scored from a severity, then summed.

A scale is used in two steps. Once per patient, `profile` turns persistent standard
normals into what stays with the person. At each rating, `score` reads the severity
with fresh standard normals. The caller draws both, so that the same person meets the
same luck in every arm: `n_persistent` normals once and `n_fresh` at each rating.
"""

import abc
from typing import TYPE_CHECKING, Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from kapsim.engine import AbstractReadout
from kapsim.measures.severity import Curve

if TYPE_CHECKING:
    from typing import ClassVar as AbstractClassVar
else:
    from equinox import AbstractClassVar


class ItemProfile(eqx.Module):
    """What stays with a person over a clinician's ratings on one scale.

    Attributes
    ----------
    items
        Shape [j, n], standard normal symptom profile.
    curve
        The scale's expected total over its trait: the person's own for a scale that
        is anchored to the person, else shared.
    """

    items: Float[Array, "j n"]
    curve: Curve


class Draws(eqx.Module):
    """Luck of one rating: the person's profile and fresh standard normals.

    Attributes
    ----------
    profile
        From the same scale's `profile`.
    fresh
        Shape [n_fresh, n], standard normal.
    """

    profile: Any
    fresh: Float[Array, "f n"]


class Context(eqx.Module):
    """Circumstances of one rating.

    Attributes
    ----------
    rater_sd
        Shape [] or [n], error of the rater [MADRS point]; not read by self-reports.
    carried
        Shape [c, n], last scores of the items that a rating on a dosing day carries
        forward, for a scale with such items; else None.
    carry
        Shape [] or [n], whether they are carried forward here; else None.
    favour
        Shape [] or [n], by how much the rater rates lower because of what the rater
        believes [MADRS point], if anything; not read by self-reports.
    """

    rater_sd: Float[Array, "..."]
    carried: Int[Array, "c n"] | None = None
    carry: Bool[Array, "..."] | None = None
    favour: Float[Array, "..."] | None = None


class Scores(eqx.Module):
    """One rating.

    Attributes
    ----------
    items
        Shape [j, n], int32 item scores in the order of the scale.
    total
        Shape [n], int32 total by the scale's own scoring rule.
    """

    items: Int[Array, "j n"]
    total: Int[Array, " n"]


class Rating(NamedTuple):
    """Inputs of a scale as one value.

    Attributes
    ----------
    severity
        Shape [n], what the scale reads [point]: severity in MADRS points for the
        depression scales, expected dissociation for CADSS.
    draws
        Luck of the rating.
    context
        Circumstances of the rating.
    """

    severity: Float[Array, " n"]
    draws: Draws
    context: Context


class AbstractScale(AbstractReadout[Scores]):
    """A rating scale.

    Attributes
    ----------
    name
        As written in results, such as ``MADRS``.
    code
        Parameter code of the total for CDISC-style tables, at most 8 characters.
    labels
        Item names in the order of the scale.
    n_persistent
        Standard normals needed once per patient.
    n_fresh
        Standard normals needed at each rating.
    """

    name: AbstractClassVar[str]
    code: AbstractClassVar[str]
    labels: AbstractClassVar[tuple[str, ...]]
    n_persistent: AbstractClassVar[int]
    n_fresh: AbstractClassVar[int]

    @property
    @abc.abstractmethod
    def max_score(self) -> int:
        """Largest total [point]."""

    @abc.abstractmethod
    def profile(self, persistent: Float[Array, "p n"]) -> Any:
        """What stays with the person, from `n_persistent` standard normals."""

    @abc.abstractmethod
    def score(
        self, severity: Float[Array, " n"], draws: Draws, context: Context
    ) -> Scores:
        """Item scores and total of one rating of a severity [point]."""

    def read(self, inputs: Rating) -> Scores:
        """Item scores and total; `score` with its inputs as one value."""
        return self.score(inputs.severity, inputs.draws, inputs.context)


def rated_severity(
    severity: Float[Array, " n"], noise: Float[Array, " n"], context: Context
) -> Float[Array, " n"]:
    """Severity as a rater sees it: shifted before the items are scored [point].

    Parameters
    ----------
    severity
        True severity [MADRS point].
    noise
        Standard normal draw of the rater at this rating [1].
    context
        Gives the rater's error and favour.
    """
    seen = severity if context.favour is None else severity - context.favour
    return seen + context.rater_sd * noise


def plain_scores(items: Int[Array, "j n"]) -> Scores:
    """Scores of a scale whose total is the plain sum of its items."""
    return Scores(items=items, total=items.sum(axis=0, dtype=jnp.int32))
