"""The content of a dosing session: set and setting, weighted by the relaxation.

While the drug is on board the session brings experiences at rate f_x rho whose content
lies v above (or below) what the person believes:

    v = (set_up * preparation + spread * z) in each domain

A prepared and accompanied session tends to bring good content, an unprepared one brings
none on average, and a single one may be bad: then it harms. With no content the
relaxation alone changes no belief.

Assumes: everything here; no measurement fixes the size or the sign.
Does not cover: kinds of content (mystical-type, ego-dissolution).
"""

from typing import NamedTuple

from jaxtyping import Array, Float

from kapsim.engine import AbstractReadout, param


class ExperienceInputs(NamedTuple):
    """Preparation (alliance gained) [1] and the person's set z [1]."""

    preparation: Float[Array, "*batch"]
    person: Float[Array, "*batch"]


class Experience(AbstractReadout[Float[Array, "..."]]):
    """Valence v [1] of what a dosing session brings."""

    f_x: Float[Array, "*#batch"] = param("therapy.experience.f_x")
    precision: Float[Array, "*#batch"] = param("therapy.experience.precision")
    set_up: Float[Array, "*#batch"] = param("therapy.experience.set_up")
    spread: Float[Array, "*#batch"] = param("therapy.experience.spread")

    def read(self, inputs: ExperienceInputs) -> Float[Array, "*batch"]:
        """Valence v [1]."""
        return self.set_up * inputs.preparation + self.spread * inputs.person
