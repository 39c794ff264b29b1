"""Several ways in, in one person: each route keeps its own kinetics, levels add up.

Assumes: what is given one way does not change the kinetics of what is given another
way. A parameter that two routes share is drawn once for a person.
"""

import dataclasses
from itertools import accumulate

import jax.numpy as jnp

from kapsim.drug.kinetics.route import (
    SIGNALS,
    AbstractRoute,
    Covariates,
    Kinetics,
    refuse,
)
from kapsim.drug.kinetics.schedule import Dose, Molecule, Portion
from kapsim.engine.scan import cast


class Mixture(AbstractRoute):
    """Routes side by side; each dose goes to the first that takes it."""

    routes: tuple[AbstractRoute, ...]

    @property
    def site(self) -> str:
        """Those of its routes."""
        return ", ".join(dict.fromkeys(route.site for route in self.routes))

    @property
    def caveat(self) -> str:
        """Those of its routes, and what mixing them assumes."""
        own = " ".join(route.caveat for route in self.routes)
        return f"{own} Levels of several routes are added, each from its own set."

    @property
    def n_inlets(self) -> int:
        """All of all routes."""
        return sum(route.n_inlets for route in self.routes)

    def takes(self, dose: Dose) -> bool:
        """Whether one of the routes does."""
        return any(route.takes(dose) for route in self.routes)

    def portions(self, dose: Dose) -> tuple[Portion, ...]:
        """Portions at the inlets of the route that takes the dose."""
        if dose.molecule is Molecule.PLACEBO:
            return ()
        first = accumulate((route.n_inlets for route in self.routes), initial=0)
        for route, shift in zip(self.routes, first, strict=False):
            if route.takes(dose):
                return tuple(
                    dataclasses.replace(part, inlet=part.inlet + shift)
                    for part in route.portions(dose)
                )
        raise refuse(dose, "what one of its parts takes")

    def interacting(
        self, clearance: float, swallowed: float, metabolite: float
    ) -> "Mixture":
        """All of its routes with the other medicine."""
        changed = (
            route.interacting(clearance, swallowed, metabolite) for route in self.routes
        )
        return Mixture(tuple(changed))

    def solve(
        self, covariates: Covariates, signals: tuple[str, ...] = SIGNALS
    ) -> Kinetics:
        """Modes of all routes, side by side."""
        parts = [route.solve(covariates, signals) for route in self.routes]
        dtype = max((part.rate.dtype for part in parts), key=lambda x: x.itemsize)
        parts = [cast(part, dtype) for part in parts]
        starts = list(accumulate((len(part.rate) for part in parts), initial=0))
        total = starts[-1]
        widened = [
            jnp.pad(part.inputs, ((0, 0), (start, total - end), (0, 0)))
            for part, start, end in zip(parts, starts, starts[1:], strict=False)
        ]
        reads = [
            tuple(
                k + start
                for part, start in zip(parts, starts, strict=False)
                for k in part.reads[i]
            )
            for i in range(len(SIGNALS))
        ]
        return Kinetics(
            weight_kg=covariates.weight_kg.astype(dtype),
            rate=jnp.concatenate([part.rate for part in parts]),
            inputs=jnp.concatenate(widened),
            outputs=tuple(
                tuple(share for part in parts for share in part.outputs[i])
                for i in range(len(SIGNALS))
            ),
            reads=tuple(reads),
            shown_in=covariates.weight_kg.dtype.name,
        )
