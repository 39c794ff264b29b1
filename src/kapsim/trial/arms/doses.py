"""Administrations of an arm, in the words of the drug room."""

import math

from kapsim.drug import Dose, Molecule, RouteName, base_mg
from kapsim.trial.arms.values import Setting, number
from kapsim.trial.protocol import Action, Arm, Protocol
from kapsim.trial.protocol.decisions import decisions_h
from kapsim.trial.protocol.terms import Drug, Route
from kapsim.trial.protocol.treatment import Treatment
from kapsim.units import SaltForm


def doses(protocol: Protocol, arm: Arm) -> tuple[Dose, ...]:
    """Administrations of an arm as free base, placebo included.

    In an arm whose doses depend on its people: all that are planned, at the level that
    each treatment starts with.
    """
    return tuple(
        dose
        for item in arm.treatments
        for dose in doses_of(protocol, item, item.choices[0])
    )


def most_doses(protocol: Protocol, arm: Arm) -> tuple[Dose, ...]:
    """All that anybody in the arm can be given, each dose as high as it can be then."""
    raised = [
        time
        for rule in arm.adjustments
        if rule.then is Action.RAISE
        for time in decisions_h(protocol, arm, rule)
    ]
    first = min(raised, default=math.inf)
    return tuple(
        low if low.time_h < first else high
        for item in arm.treatments
        for low, high in zip(
            doses_of(protocol, item, item.choices[0]),
            doses_of(protocol, item, max(item.choices)),
            strict=True,
        )
    )


def doses_of(protocol: Protocol, item: Treatment, factor: float) -> tuple[Dose, ...]:
    """Administrations of one treatment.

    Parameters
    ----------
    protocol
        The trial.
    item
        One treatment of an arm.
    factor
        Multiple of the written amount [1].
    """
    device_mg = number(protocol, Setting.DEVICE)
    molecule = Molecule(item.molecule.value)
    form = item.form if item.form is not None else SaltForm.BASE
    amount = base_mg(item.amount_mg * factor, molecule, form)
    return tuple(
        Dose(
            time_h=time,
            molecule=molecule,
            route=RouteName(item.route.value),
            mg=0.0 if item.per_kg else amount,
            mg_per_kg=amount if item.per_kg else 0.0,
            duration_h=item.over_h,
            devices=_devices(item, amount, device_mg),
        )
        for time in item.times_h
    )


def uses_devices(item: Treatment) -> bool:
    """Whether a dose is a number of devices of the esketamine spray."""
    return item.molecule is Drug.ESKETAMINE and item.route is Route.NASAL


def _devices(item: Treatment, amount_mg: float, device_mg: float) -> int:
    return max(1, round(amount_mg / device_mg)) if uses_devices(item) else 1
