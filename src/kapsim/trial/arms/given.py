"""What is given in each arm: the parameter set of its kinetics, the amounts in all.

The same facts are shown before a run, kept with it, and repeated by its report.
"""

import dataclasses
from typing import Any

from kapsim.drug import (
    AbstractRoute,
    Exposure,
    Mixture,
    Molecule,
    cumulative,
    pressure_rule,
)
from kapsim.engine import platform
from kapsim.trial.arms.cohorts import route
from kapsim.trial.arms.doses import most_doses
from kapsim.trial.arms.values import protocol_values
from kapsim.trial.protocol import Protocol


@dataclasses.dataclass(frozen=True)
class ArmDrug:
    """An arm in which something acts.

    Attributes
    ----------
    arm
        Its name.
    kinetics
        Parameter sets of its routes, by the names of their classes.
    site
        What its concentrations are measured in.
    caveat
        What these sets do not fit.
    exposure
        What is given of each active molecule in all.
    most
        Whether that is the most that anybody can be given: every planned dose as high
        as it can be by then, where doses depend on how people fare.
    """

    arm: str
    kinetics: str
    site: str
    caveat: str
    exposure: tuple[Exposure, ...]
    most: bool = False

    @property
    def said(self) -> str:
        """Site and caveat in words."""
        return f"measured in {self.site}. {self.caveat}"


@dataclasses.dataclass(frozen=True)
class Given:
    """What a protocol gives.

    Attributes
    ----------
    weight_kg
        Body weight that amounts per kg are for [kg].
    rule
        What the label asks before and after a dose; empty if nothing acts.
    sources
        Keys of the sources of the rule.
    arms
        Arms in which something acts, in the order of the protocol.
    """

    weight_kg: float
    rule: str
    sources: tuple[str, ...]
    arms: tuple[ArmDrug, ...]

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data, from which `read_given` makes an equal one."""
        return {
            "weight_kg": self.weight_kg,
            "rule": self.rule,
            "sources": list(self.sources),
            "arms": [_arm_data(one) for one in self.arms],
        }


def read_given(data: dict[str, Any]) -> Given:
    """What was given, from its JSON data."""
    return Given(
        weight_kg=data["weight_kg"],
        rule=data["rule"],
        sources=tuple(data["sources"]),
        arms=tuple(_read_arm(one) for one in data["arms"]),
    )


def given(protocol: Protocol) -> Given:
    """What each arm of a protocol is given, at the mean body weight."""
    platform.configure()
    values = protocol_values(protocol)
    weight_kg, found = protocol.population.weight.mean_kg, []
    for arm in protocol.arms:
        exposure = cumulative(most_doses(protocol, arm), weight_kg)
        if exposure:
            own = route(protocol, arm, values)
            sets = parameter_sets(own)
            facts = (arm.name, sets, own.site, own.caveat, exposure)
            found.append(ArmDrug(*facts, most=arm.depends))
    rule = pressure_rule()
    return Given(
        weight_kg=weight_kg,
        rule=rule.said if found else "",
        sources=rule.sources if found else (),
        arms=tuple(found),
    )


def parameter_sets(route: AbstractRoute) -> str:
    """Names of the classes whose parameters a route uses."""
    parts = route.routes if isinstance(route, Mixture) else (route,)
    return " + ".join(type(part).__name__ for part in parts)


def _arm_data(one: ArmDrug) -> dict[str, Any]:
    data = dataclasses.asdict(one)
    data["exposure"] = [
        {**part, "molecule": part["molecule"].value} for part in data["exposure"]
    ]
    return data


def _read_arm(data: dict[str, Any]) -> ArmDrug:
    parts = (
        Exposure(**{**part, "molecule": Molecule(part["molecule"])})
        for part in data["exposure"]
    )
    return ArmDrug(**{**data, "exposure": tuple(parts)})
