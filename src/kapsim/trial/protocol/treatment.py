"""What is given: drug, mirror form, salt or base, amount, route and times."""

import difflib
import enum
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from kapsim.trial.protocol.element import Issue, issue_error, refuse
from kapsim.trial.protocol.schedule import Scheduled
from kapsim.trial.protocol.terms import Drug, Route
from kapsim.trial.protocol.texts import Amount, Duration, dose, hours
from kapsim.units import Enantiomer, SaltForm

ROUTES: dict[Drug, tuple[Route, ...]] = {
    Drug.KETAMINE: (Route.INTRAVENOUS,),
    Drug.ESKETAMINE: (Route.NASAL, Route.INTRAVENOUS),
    Drug.MIDAZOLAM: (Route.INTRAVENOUS,),
    Drug.PLACEBO: (Route.INTRAVENOUS, Route.NASAL),
}


def combinations() -> str:
    """All drugs with the routes that kapsim can simulate, in words."""
    return ", ".join(
        f"{drug.value} {' or '.join(route.value for route in routes)}"
        for drug, routes in ROUTES.items()
    )


def _known_drug(value: Any) -> Any:
    return _known(value, Drug)


def _known_route(value: Any) -> Any:
    return _known(value, Route)


def _known(value: Any, words: type[enum.StrEnum]) -> Any:
    if value not in list(words):
        names = [word.value for word in words]
        near = difflib.get_close_matches(str(value), names, n=1)
        do = f"Did you mean {near[0]!r}?" if near else "Choose one of these."
        raise issue_error(combinations(), do)
    return value


class Treatment(Scheduled):
    """One drug with its dose, given once or repeatedly."""

    drug: Annotated[Drug, BeforeValidator(_known_drug)] = Field(
        description="What is given."
    )
    enantiomer: Enantiomer | None = Field(
        default=None,
        description="Mirror form; needed for ketamine, S for esketamine, absent for "
        "the rest.",
    )
    form: SaltForm | None = Field(
        default=None,
        description="Whether the amount is stated as free base or as hydrochloride; "
        "needed for every active drug.",
    )
    amount: Amount | None = Field(
        default=None,
        description="Amount of one dose [mass, or mass per kg of body weight]; absent "
        "for placebo. Nasal doses are amounts, not per kg.",
    )
    route: Annotated[Route, BeforeValidator(_known_route)] = Field(
        description="How it is given."
    )
    over: Duration | None = Field(
        default=None, description="Length of an infusion [unit of time]."
    )

    @model_validator(mode="before")
    @classmethod
    def _esketamine_is_s(cls, data: Any) -> Any:
        named = isinstance(data, dict) and data.get("drug") == Drug.ESKETAMINE
        if named and data.get("enantiomer") is None:
            return {**data, "enantiomer": Enantiomer.S.value}
        return data

    @model_validator(mode="after")
    def _complete(self) -> "Treatment":
        issues = [*self._substance_issues(), *self._delivery_issues()]
        if issues:
            refuse("treatment", issues)
        return self

    def _substance_issues(self) -> Iterator[Issue]:
        if self.drug is Drug.PLACEBO:
            for field in ("enantiomer", "form", "amount"):
                value = getattr(self, field)
                if value is not None:
                    do = f"Remove {field}, or name the active drug."
                    yield Issue((field,), value, "nothing, for placebo", do)
            return
        if self.amount is None:
            do = f"Add the amount of one dose of {self.drug.value}."
            yield Issue(("amount",), None, "an amount such as '0.5 mg/kg'", do)
        if self.form is None:
            do = (
                "Say whether the amount is stated as base or as hydrochloride: the "
                "same number of mg is less drug when it is weighed as salt."
            )
            yield Issue(("form",), None, "base or hydrochloride", do)
        if self.drug is Drug.KETAMINE and self.enantiomer is None:
            do = "Say which mirror form is given; common ketamine is the racemate."
            yield Issue(("enantiomer",), None, "racemate or S", do)
        if self.drug is Drug.KETAMINE and self.enantiomer is Enantiomer.R:
            do = "R-ketamine on its own has no kinetics here yet."
            yield Issue(("enantiomer",), self.enantiomer.value, "racemate or S", do)
        if self.drug is Drug.ESKETAMINE and self.enantiomer is not Enantiomer.S:
            do = "Remove enantiomer, or name the drug ketamine."
            yield Issue(("enantiomer",), self.enantiomer, "S, for esketamine", do)
        if self.drug is Drug.MIDAZOLAM and self.enantiomer is not None:
            do = "Remove enantiomer."
            yield Issue(("enantiomer",), self.enantiomer, "nothing, for midazolam", do)

    def _delivery_issues(self) -> Iterator[Issue]:
        if self.route not in ROUTES[self.drug]:
            given = f"{self.drug.value} {self.route.value}"
            do = "Choose one of these; other routes come with later versions."
            yield Issue(("route",), given, combinations(), do)
        if self.route is Route.INTRAVENOUS and self.over is None:
            do = "Add how long the infusion lasts, as in over: 40 min."
            yield Issue(("over",), None, "a duration, for an infusion", do)
        if self.route is Route.NASAL and self.over is not None:
            do = "Remove over: a spray has no infusion time."
            yield Issue(("over",), self.over, "nothing, for a spray", do)
        if self.route is Route.NASAL and self.per_kg:
            do = "Give the amount of one dose in mg."
            yield Issue(("amount",), self.amount, "a mass, for a spray", do)

    @property
    def active(self) -> bool:
        """Whether anything but placebo is given."""
        return self.drug is not Drug.PLACEBO

    @property
    def substance(self) -> tuple[str, str]:
        """Drug and route in words; S-ketamine and esketamine are one drug."""
        is_s = self.drug is Drug.KETAMINE and self.enantiomer is Enantiomer.S
        return (Drug.ESKETAMINE if is_s else self.drug).value, self.route.value

    @property
    def per_kg(self) -> bool:
        """Whether the amount is per kg of body weight."""
        return self.amount is not None and dose(self.amount).unit == "mg/kg"

    @property
    def amount_mg(self) -> float:
        """Amount of one dose as stated, in its `form` [mg, or mg/kg if `per_kg`]."""
        return 0.0 if self.amount is None else dose(self.amount).value

    @property
    def over_h(self) -> float:
        """Length of the infusion [h]; 0 for a spray."""
        return 0.0 if self.over is None else hours(self.over)
