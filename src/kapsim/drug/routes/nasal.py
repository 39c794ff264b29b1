"""Esketamine nasal spray: three compartments, a liver in series, and noresketamine.

Amounts in mg: D nasal depot, G gut depot, A plasma, P1 and P2 peripheral, L liver and
portal vein, N and M noresketamine:

    dD/dt = -ka D                 a spray puts the share F of its dose here, at once
    dG/dt = r(t) - kg G           (1 - F) Fgut of it flows in here over 0.53 h
    dA/dt = ka D - (Q1 + Q2 + QH)/V A + Q1/VP1 P1 + Q2/VP2 P2 + QH/VH L
    dL/dt = kg G + QH/V A - (QH/VH + kel + kmet) L
    dN/dt = kmet L - (CLN + QN)/VN N + QN/VPN M
    dE/dt = ke0 (A - E)

    F  = nasal share for the first 28-mg device, times 0.62 for each later one
    QH = typical * (1 - slope * max(0, age - 60))

(Perez-Ruixo 2021, 820 people; weight, sex and depression had no relevant effect.) The
paper gives no value for the spread of kmet; none is assumed here.

Assumes: venous plasma; the age effect scales with the person's own liver flow.
Does not cover: oral solution, interaction with enzyme inhibitors and inducers. Exposure
to noresketamine over a day comes out higher than the paper's own table, see the
discrepancy `drug.nasal.noresketamine_auc`.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug.kinetics.mammillary import star
from kapsim.drug.kinetics.modal import Modes, cascade, first_order, parallel
from kapsim.drug.kinetics.route import (
    AbstractRoute,
    Covariates,
    Kinetics,
    kinetics_of,
    refuse,
    widen,
)
from kapsim.drug.kinetics.schedule import Dose, Molecule, Portion, RouteName
from kapsim.engine import param
from kapsim.units import to_internal

_NASAL_FIRST, _NASAL_LATER, _GUT_FIRST, _GUT_LATER = range(4)
_NOSE, _GUT = range(2)  # depots
_PLASMA, _LIVER, _EFFECT, _NORKETAMINE = range(4)  # outputs of the whole
_SIGNALS = {
    "s_ketamine": (0, 1, 2, 3, 4, 5),
    "s_norketamine": (0, 1, 2, 3, 4, 5, 7, 8),
    "s_effect": (0, 1, 2, 3, 4, 5, 6),
}


class NasalEsketamine(AbstractRoute):
    """Esketamine nasal spray with its swallowed part."""

    nasal_share: Float[Array, "*#n"] = param("drug.nasal.nasal_share")
    later_device: Float[Array, "*#n"] = param("drug.nasal.later_device")
    japanese_share: Float[Array, "*#n"] = param("drug.nasal.japanese_share")
    ka: Float[Array, "*#n"] = param("drug.nasal.ka")
    swallowed_h: Float[Array, ""] = param("drug.nasal.swallowed_h")
    kg: Float[Array, "*#n"] = param("drug.nasal.kg")
    fgut: Float[Array, "*#n"] = param("drug.nasal.fgut")
    v: Float[Array, "*#n"] = param("drug.nasal.v")
    vp1: Float[Array, "*#n"] = param("drug.nasal.vp1")
    q1: Float[Array, "*#n"] = param("drug.nasal.q1")
    vp2: Float[Array, "*#n"] = param("drug.nasal.vp2")
    q2: Float[Array, "*#n"] = param("drug.nasal.q2")
    qh: Float[Array, "*#n"] = param("drug.nasal.qh")
    age_slope: Float[Array, "*#n"] = param("drug.nasal.age_slope")
    age_from: Float[Array, "*#n"] = param("drug.nasal.age_from")
    vh: Float[Array, "*#n"] = param("drug.nasal.vh")
    kel: Float[Array, "*#n"] = param("drug.nasal.kel")
    asian_kel: Float[Array, "*#n"] = param("drug.nasal.asian_kel")
    kmet: Float[Array, "*#n"] = param("drug.nasal.kmet")
    vn: Float[Array, "*#n"] = param("drug.nasal.vn")
    cln: Float[Array, "*#n"] = param("drug.nasal.cln")
    asian_cln: Float[Array, "*#n"] = param("drug.nasal.asian_cln")
    vpn: Float[Array, "*#n"] = param("drug.nasal.vpn")
    qn: Float[Array, "*#n"] = param("drug.nasal.qn")
    ke0: Float[Array, "*#n"] = param("drug.effect_site.ke0")

    @property
    def n_inlets(self) -> int:
        """Nose and gut, each for the first and for later devices."""
        return 4

    def portions(self, dose: Dose) -> tuple[Portion, ...]:
        """Spray and swallowed part of the first and of later devices."""
        if dose.molecule is Molecule.PLACEBO:
            return ()
        right = dose.molecule is Molecule.ESKETAMINE
        if not right or dose.route is not RouteName.NASAL:
            raise refuse("nasal esketamine", dose, "nasal esketamine")
        end_h = dose.time_h + float(self.swallowed_h)
        first = 1 / dose.devices
        shares = (
            (_NASAL_FIRST, dose.time_h, first),
            (_NASAL_LATER, dose.time_h, 1 - first),
            (_GUT_FIRST, end_h, first),
            (_GUT_LATER, end_h, 1 - first),
        )
        return tuple(
            Portion(
                inlet=inlet,
                start_h=dose.time_h,
                end_h=end,
                mg=dose.mg * share,
                mg_per_kg=dose.mg_per_kg * share,
            )
            for inlet, end, share in shares
            if share > 0
        )

    def solve(self, covariates: Covariates) -> Kinetics:
        """Nine modes."""
        weight = covariates.weight_kg
        wide = lambda value: widen(value, weight)
        asian, japanese = wide(covariates.asian), wide(covariates.japanese)
        ka, kg, ke0 = wide(self.ka), wide(self.kg), wide(self.ke0)
        kmet, vn, qn = wide(self.kmet), wide(self.vn), wide(self.qn)
        cln = wide(self.cln) * wide(self.asian_cln) ** asian
        out = (qn / wide(self.vpn))[None]
        metabolite = star((cln + qn) / vn, (qn / vn)[None], out, out).pick((0,), (0,))
        eps = float(jnp.finfo(weight.dtype).eps)
        depots = parallel(first_order(ka), first_order(kg))
        into = {(_NOSE, _PLASMA): ka, (_GUT, _LIVER): kg}
        whole = cascade(depots, self._disposition(covariates, asian), into, eps)
        whole = whole.pick((_NOSE, _GUT), (2 + _PLASMA, 2 + _LIVER))
        whole = cascade(whole, first_order(ke0), {(_PLASMA, 0): ke0}, eps)
        whole = cascade(whole, metabolite, {(_LIVER, 0): kmet}, eps)
        share = wide(self.nasal_share) * wide(self.japanese_share) ** japanese
        first = jnp.minimum(share, 1)
        later = first * wide(self.later_device)
        fgut = wide(self.fgut)
        unit = to_internal(1.0, "mg/L")
        v = wide(self.v)
        modes = whole.rewire(
            [
                {_NOSE: first},
                {_NOSE: later},
                {_GUT: (1 - first) * fgut},
                {_GUT: (1 - later) * fgut},
            ],
            [{_PLASMA: unit / v}, {_NORKETAMINE: unit / vn}, {_EFFECT: unit / v}],
        )
        return kinetics_of(modes, _SIGNALS, weight)

    def _disposition(self, covariates: Covariates, asian: Float[Array, " n"]) -> Modes:
        """Plasma and liver, with two peripherals behind them."""
        wide = lambda value: widen(value, covariates.weight_kg)
        v, vh, q1, q2 = wide(self.v), wide(self.vh), wide(self.q1), wide(self.q2)
        years = jnp.maximum(wide(covariates.age_years) - wide(self.age_from), 0)
        qh = wide(self.qh) * (1 - wide(self.age_slope) * years)
        kel = wide(self.kel) * wide(self.asian_kel) ** asian
        back = jnp.stack([q1 / wide(self.vp1), q2 / wide(self.vp2), qh / vh])
        lost = jnp.stack([back[0], back[1], back[2] + kel + wide(self.kmet)])
        forward = jnp.stack([q1, q2, qh]) / v[None]
        plasma, liver = 0, 3  # compartments of the star
        whole = star((q1 + q2 + qh) / v, forward, back, lost)
        return whole.pick((plasma, liver), (plasma, liver))
