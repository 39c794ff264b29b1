"""Tolerance to what ketamine makes people feel, within a session and over doses.

    C     = S at the effect site + relative potency * R at the effect site
    dT/dt = (C - T) / tau_T
    e     = h(C; C50 (1 + T/T50))          h(C; m) = C^hill / (m^hill + C^hill)
    left  = max(fading^(number - 1), floor)

T is a tolerance that builds up and fades with the concentration: what is felt is over
when venous plasma still holds more than half of its peak, which no curve of the
concentration alone can give. Over repeated doses the effect fades by a factor per
earlier administration, down to a floor.

Assumes: one tolerance T for all that is felt, so that dissociation and drug high fade
together; none of its numbers is published.
Does not cover: recovery from fading over a break between courses; sedation and blood
pressure, which have no tolerance here.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug.effects.drive import hill


def acting(
    s_effect: Float[Array, "*batch"],
    r_effect: Float[Array, "*batch"],
    r_potency: Float[Array, "*#batch"],
) -> Float[Array, "*batch"]:
    """Concentration in equivalents of S-ketamine [ng/mL].

    Parameters
    ----------
    s_effect, r_effect
        Enantiomers at the effect site [ng/mL].
    r_potency
        Potency of R relative to S [1].
    """
    return s_effect + r_potency * r_effect


def tolerated(
    concentration: Float[Array, "*batch"],
    tolerance: Float[Array, "*batch"],
    *,
    c50: Float[Array, "*#batch"],
    t50: Float[Array, "*#batch"],
    steepness: Float[Array, "*#batch"],
) -> Float[Array, "*batch"]:
    """Share of the full effect [1] of a concentration met with tolerance.

    Parameters
    ----------
    concentration
        Equivalents of S-ketamine [ng/mL], from `acting`.
    tolerance
        State T [ng/mL].
    c50
        Concentration of half effect without tolerance [ng/mL].
    t50
        Tolerance that doubles it [ng/mL].
    steepness
        Exponent [1].
    """
    return hill(concentration, c50 * (1 + tolerance / t50), steepness)


def left_after(
    dose_number: Float[Array, "*#batch"],
    *,
    fading: Float[Array, "*#batch"],
    floor: Float[Array, "*#batch"],
) -> Float[Array, "*#batch"]:
    """Factor [1] that earlier administrations leave of the effect.

    Parameters
    ----------
    dose_number
        Administrations so far, the present one included; 0 before the first.
    fading
        Factor per earlier administration [1].
    floor
        Least factor [1].
    """
    earlier = jnp.maximum(dose_number - 1, 0)
    return jnp.maximum(fading**earlier, floor)
