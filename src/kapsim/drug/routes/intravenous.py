"""Ketamine and midazolam into a vein.

Ketamine, each enantiomer (amounts in mg, A central, P1 and P2 peripheral, N and M
norketamine central and peripheral, E effect site):

    dA/dt  = r(t) - (CL + Q1 + Q2)/V1 A + Q1/VP1 P1 + Q2/VP2 P2
    dN/dt  = CL/V1 A - (CLN + QN)/VN N + QN/VPN M
    dE/dt  = ke0 (A - E)

    V1, VN = typical * weight/70,   CL, CLN = typical * (weight/70)^0.75

The set is that of venous S-ketamine in healthy volunteers (Fanta 2015, with norketamine
and the variability of Otto 2021). All clearance of ketamine is taken to form
norketamine, carried in mass of ketamine, as published. R-ketamine has the same volumes
and a clearance in a fixed ratio to that of S-ketamine; R-norketamine is as
S-norketamine.

Assumes: the racemate is half S and half R, neither changes the other's kinetics.
Does not cover: hydroxynorketamine, arterial concentrations in the first minutes, the
inhibition of S clearance by R.
"""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug.kinetics.mammillary import star
from kapsim.drug.kinetics.modal import Modes, cascade, first_order, parallel
from kapsim.drug.kinetics.route import (
    AbstractRoute,
    Covariates,
    Kinetics,
    infusion,
    kinetics_of,
    refuse,
    widen,
)
from kapsim.drug.kinetics.schedule import Dose, Molecule, Portion, RouteName
from kapsim.engine import param
from kapsim.units import to_internal

_PLASMA, _EFFECT, _NORKETAMINE = range(3)  # outputs of one enantiomer
_PER_ISOMER = 6
_PLASMA_MODES, _EFFECT_MODES, _NORKETAMINE_MODES = (
    (0, 1, 2),
    (0, 1, 2, 3),
    (0, 1, 2, 4, 5),
)


class IntravenousKetamine(AbstractRoute):
    """Racemic ketamine, or esketamine alone, into a vein."""

    v1: Float[Array, "*#n"] = param("drug.intravenous.v1")
    cl: Float[Array, "*#n"] = param("drug.intravenous.cl")
    vp1: Float[Array, "*#n"] = param("drug.intravenous.vp1")
    q1: Float[Array, "*#n"] = param("drug.intravenous.q1")
    vp2: Float[Array, "*#n"] = param("drug.intravenous.vp2")
    q2: Float[Array, "*#n"] = param("drug.intravenous.q2")
    cl_ratio_r: Float[Array, "*#n"] = param("drug.intravenous.cl_ratio_r")
    vn: Float[Array, "*#n"] = param("drug.intravenous.vn")
    cln: Float[Array, "*#n"] = param("drug.intravenous.cln")
    vpn: Float[Array, "*#n"] = param("drug.intravenous.vpn")
    qn: Float[Array, "*#n"] = param("drug.intravenous.qn")
    reference_weight: Float[Array, "*#n"] = param("drug.allometry.reference_weight")
    on_volume: Float[Array, "*#n"] = param("drug.allometry.on_volume")
    on_clearance: Float[Array, "*#n"] = param("drug.allometry.on_clearance")
    ke0: Float[Array, "*#n"] = param("drug.effect_site.ke0")
    racemic: bool = eqx.field(default=True, static=True)

    @property
    def n_inlets(self) -> int:
        """One: the vein."""
        return 1

    def portions(self, dose: Dose) -> tuple[Portion, ...]:
        """The dose over its duration; placebo carries nothing."""
        if dose.molecule is Molecule.PLACEBO:
            return ()
        takes = Molecule.KETAMINE if self.racemic else Molecule.ESKETAMINE
        if dose.molecule is not takes or dose.route is not RouteName.INTRAVENOUS:
            raise refuse("intravenous ketamine", dose, f"intravenous {takes}")
        return infusion(dose, 0)

    def solve(self, covariates: Covariates) -> Kinetics:
        """Twelve modes for the racemate, six for esketamine."""
        weight = covariates.weight_kg
        relative = widen(weight, weight) / widen(self.reference_weight, weight)
        volume = relative ** widen(self.on_volume, weight)
        clearance = relative ** widen(self.on_clearance, weight)
        one = jnp.ones_like(relative)
        s = self._isomer(volume, clearance, one, weight)
        own = {
            "ketamine": _PLASMA_MODES,
            "norketamine": _NORKETAMINE_MODES,
            "effect": _EFFECT_MODES,
        }
        signals = {f"s_{name}": modes for name, modes in own.items()}
        if not self.racemic:
            return kinetics_of(s.rewire([{0: one}], _each(3)), signals, weight)
        r = self._isomer(volume, clearance, widen(self.cl_ratio_r, weight), weight)
        shifted = lambda modes: tuple(k + _PER_ISOMER for k in modes)
        signals |= {f"r_{name}": shifted(modes) for name, modes in own.items()}
        both = parallel(s, r).rewire([{0: one / 2, 1: one / 2}], _each(6))
        return kinetics_of(both, signals, weight)

    def _isomer(
        self,
        volume: Float[Array, " n"],
        clearance: Float[Array, " n"],
        ratio: Float[Array, " n"],
        weight: Float[Array, " n"],
    ) -> Modes:
        """One enantiomer: input mg, outputs plasma, norketamine, effect site, ng/mL."""
        wide = lambda value: widen(value, weight)
        v1, cl = wide(self.v1) * volume, wide(self.cl) * clearance * ratio
        vn, cln = wide(self.vn) * volume, wide(self.cln) * clearance
        q1, q2, qn, ke0 = wide(self.q1), wide(self.q2), wide(self.qn), wide(self.ke0)
        back = jnp.stack([q1 / wide(self.vp1), q2 / wide(self.vp2)])
        parent = star((cl + q1 + q2) / v1, jnp.stack([q1, q2]) / v1[None], back, back)
        out = (qn / wide(self.vpn))[None]
        metabolite = star((cln + qn) / vn, (qn / vn)[None], out, out).pick((0,), (0,))
        eps = float(jnp.finfo(weight.dtype).eps)
        links = {(0, 0): ke0}
        whole = cascade(parent.pick((0,), (0,)), first_order(ke0), links, eps)
        whole = cascade(whole, metabolite, {(_PLASMA, 0): cl / v1}, eps)
        unit = to_internal(1.0, "mg/L")
        return whole.rewire(
            [{0: jnp.ones_like(v1)}],
            [{_PLASMA: unit / v1}, {_NORKETAMINE: unit / vn}, {_EFFECT: unit / v1}],
        )


class IntravenousMidazolam(AbstractRoute):
    """Midazolam into a vein, one compartment per body weight: dA/dt = r - CL/V A."""

    v: Float[Array, "*#n"] = param("drug.midazolam.v")
    cl: Float[Array, "*#n"] = param("drug.midazolam.cl")

    @property
    def n_inlets(self) -> int:
        """One: the vein."""
        return 1

    def portions(self, dose: Dose) -> tuple[Portion, ...]:
        """The dose over its duration; placebo carries nothing."""
        if dose.molecule is Molecule.PLACEBO:
            return ()
        right = dose.molecule is Molecule.MIDAZOLAM
        if not right or dose.route is not RouteName.INTRAVENOUS:
            raise refuse("intravenous midazolam", dose, "intravenous midazolam")
        return infusion(dose, 0)

    def solve(self, covariates: Covariates) -> Kinetics:
        """One mode."""
        weight = covariates.weight_kg
        v, cl = widen(self.v, weight), widen(self.cl, weight)
        share = to_internal(1.0, "mg/L") / (v * widen(weight, weight))
        modes = first_order(cl / v).rewire([{0: jnp.ones_like(v)}], [{0: share}])
        return kinetics_of(modes, {"midazolam": (0,)}, weight)


def _each(n: int) -> list[dict[int, Float[Array, "1"]]]:
    """The first `n` outputs as they are."""
    return [{i: jnp.ones(1)} for i in range(n)]
