"""Ketamine measured in venous plasma: one disposition for many ways in.

Each enantiomer (amounts in mg: A plasma, P1 and P2 peripheral, N and M norketamine
central and peripheral, D_i depots of what is absorbed):

    dA/dt   = r(t) + sum_i ka_i F_i/(F_i + G_i) D_i
              - (CL + Q1 + Q2)/V1 A + Q1/VP1 P1 + Q2/VP2 P2
    dN/dt   = CL/V1 A + sum_i ka_i G_i/(F_i + G_i) D_i
              - (CLN + QN)/VN N + QN/VPN M
    dD_i/dt = r_i(t) - ka_i D_i           r_i = (F_i + G_i) of what is given

    V1, VN = typical * weight/70,   CL, CLN = typical * (weight/70)^0.75

F_i is the share that reaches the blood as ketamine, G_i what becomes norketamine on the
first pass; the rest is lost. The set is that of venous S-ketamine in healthy volunteers
(Fanta 2015, with norketamine and the variability of Otto 2021). All clearance of
ketamine is taken to form norketamine, without a correction for molar mass, as
published. R-ketamine has smaller volumes and a smaller clearance, in fixed ratios;
R-norketamine is as S-norketamine.

Assumes: disposition after any way in is that after a vein; absorption of first order.
Does not cover: arterial concentrations in the first minutes.
"""

import dataclasses
from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float

from kapsim.drug.kinetics.compartments import Rate
from kapsim.drug.kinetics.route import Covariates, widen
from kapsim.drug.routes.ketamine import AbstractKetamine, Isomer, exchange
from kapsim.engine import param


class Depot(NamedTuple):
    """A place from which ketamine is absorbed.

    Attributes
    ----------
    ka
        [n] 1/h.
    reaches
        [n] share of what is given that reaches the blood from here.
    metabolised
        [n] share that becomes norketamine before it does; None for none.
    """

    ka: Rate
    reaches: Rate
    metabolised: Rate | None = None


class AbstractVenous(AbstractKetamine):
    """Disposition of ketamine in venous plasma."""

    v1: Float[Array, "*#n"] = param("drug.intravenous.v1")
    cl: Float[Array, "*#n"] = param("drug.intravenous.cl")
    vp1: Float[Array, "*#n"] = param("drug.intravenous.vp1")
    q1: Float[Array, "*#n"] = param("drug.intravenous.q1")
    vp2: Float[Array, "*#n"] = param("drug.intravenous.vp2")
    q2: Float[Array, "*#n"] = param("drug.intravenous.q2")
    cl_ratio_r: Float[Array, "*#n"] = param("drug.enantiomers.cl_ratio_r")
    v_ratio_r: Float[Array, "*#n"] = param("drug.enantiomers.v_ratio_r")
    vn: Float[Array, "*#n"] = param("drug.intravenous.vn")
    cln: Float[Array, "*#n"] = param("drug.intravenous.cln")
    vpn: Float[Array, "*#n"] = param("drug.intravenous.vpn")
    qn: Float[Array, "*#n"] = param("drug.intravenous.qn")

    @property
    def site(self) -> str:
        """Venous plasma."""
        return "venous plasma"

    def depots(self, x: str, like: Rate) -> tuple[Depot, ...]:
        """One for each inlet, for enantiomer x; none where the inlet is the blood."""
        return ()

    def interacting(
        self, clearance: float, swallowed: float, metabolite: float
    ) -> "AbstractVenous":
        """Other clearances; a way in with a first pass changes that as well."""
        return dataclasses.replace(
            self, cl=self.cl * clearance, cln=self.cln * metabolite
        )

    def isomer(self, x: str, share: Rate, covariates: Covariates) -> Isomer:
        """One enantiomer."""
        weight = covariates.weight_kg
        wide = lambda value: widen(value, weight)
        scale, is_r = self.scale(weight), int(x == "r")
        size = wide(self.v_ratio_r) ** is_r
        v1 = wide(self.v1) * scale.volume * size
        cl = wide(self.cl) * scale.clearance * wide(self.cl_ratio_r) ** is_r
        vn = wide(self.vn) * scale.volume
        plasma, n = f"{x}.plasma", f"{x}.n"
        flows = {
            **exchange(plasma, f"{x}.p1", wide(self.q1), v1, wide(self.vp1) * size),
            **exchange(plasma, f"{x}.p2", wide(self.q2), v1, wide(self.vp2) * size),
            (plasma, n): cl / v1,
            **exchange(n, f"{x}.np", wide(self.qn), vn, wide(self.vpn)),
        }
        inlets = []
        for i, depot in enumerate(self.depots(x, wide(weight))):
            name, entering = f"{x}.depot{i}", depot.reaches
            if depot.metabolised is not None:
                entering = depot.reaches + depot.metabolised
                flows[name, n] = depot.ka * depot.metabolised / entering
            flows[name, plasma] = depot.ka * depot.reaches / entering
            inlets.append({name: share * entering})
        one = jnp.ones_like(v1)
        return Isomer(
            flows=flows,
            losses={},
            inlets=tuple(inlets) or ({plasma: share},),
            volume=v1,
            volume_n=vn,
            leaving_n=wide(self.cln) * scale.clearance / vn,
            mass_n=one,
            mass_h=one * self.mass_h / self.mass_n,
        )
