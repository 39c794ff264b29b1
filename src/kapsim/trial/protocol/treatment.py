"""What is given: drug, mirror form, salt or base, amount, route and times."""

import difflib
import enum
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from kapsim.trial.protocol.element import Issue, Number, Switch, issue_error, refuse
from kapsim.trial.protocol.schedule import Scheduled
from kapsim.trial.protocol.terms import DoseSetting, Drug, Route
from kapsim.trial.protocol.texts import Amount, Duration, Span, dose, hours
from kapsim.units import Enantiomer, SaltForm

_INJECTED = (Route.INTRAVENOUS, Route.INTRAMUSCULAR, Route.SUBCUTANEOUS)
_MUCOSAL = (Route.SUBLINGUAL, Route.BUCCAL)

ROUTES: dict[Drug, tuple[Route, ...]] = {
    Drug.KETAMINE: (
        *_INJECTED,
        Route.NASAL,
        *_MUCOSAL,
        Route.ORAL,
        Route.ORAL_EXTENDED,
        Route.RECTAL,
    ),
    Drug.ESKETAMINE: (Route.NASAL, *_INJECTED, *_MUCOSAL, Route.ORAL, Route.RECTAL),
    Drug.ARKETAMINE: (Route.INTRAVENOUS,),
    Drug.MIDAZOLAM: (Route.INTRAVENOUS,),
    Drug.PLACEBO: tuple(Route),
}
"""What can be given how: the drug room's own table in the words of a protocol."""

_MIRROR_FORM = {Drug.ESKETAMINE: Enantiomer.S, Drug.ARKETAMINE: Enantiomer.R}
_BY_FORM = {form: drug for drug, form in _MIRROR_FORM.items()}


def combinations(*drugs: Drug) -> str:
    """Drugs, all if none is named, with the routes that kapsim can simulate."""
    return "; ".join(
        f"{drug.value} "
        + ("by any route" if ROUTES[drug] == tuple(Route) else ", ".join(ROUTES[drug]))
        for drug in drugs or Drug
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
        description="Mirror form; needed for ketamine, S for esketamine, R for "
        "arketamine, absent for the rest.",
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
        default=None,
        description="Length of an infusion [unit of time]; needed for the intravenous "
        "route (0 min for a bolus), possible for the subcutaneous one.",
    )

    setting: DoseSetting = Field(
        default=DoseSetting.CLINICAL,
        description="Whether somebody is with the person while the dose acts "
        "(accompanied) or only watches over it (clinical).",
    )
    levels: tuple[Annotated[Number, Field(gt=0, le=100)], ...] = Field(
        default=(),
        description="Amounts that there are, as multiples of `amount`; the first is "
        "given until a rule of the arm raises or lowers it.",
        examples=[[1, 1.5]],
    )
    intervals: tuple[Span, ...] = Field(
        default=(),
        description="Least times between doses that there are [unit of time]; the "
        "first holds until a rule of the arm spaces doses out or brings them closer. "
        "The planned times are the chances of a dose.",
        examples=[["7 d", "14 d", "28 d"]],
    )
    as_needed: Switch = Field(
        default=False,
        description="Whether it is given only once a rule of the arm resumes doses.",
    )

    @model_validator(mode="before")
    @classmethod
    def _named_by_form(cls, data: Any) -> Any:
        if isinstance(data, dict) and data.get("enantiomer") is None:
            for drug, form in _MIRROR_FORM.items():
                if data.get("drug") == drug:
                    return {**data, "enantiomer": form.value}
        return data

    @model_validator(mode="after")
    def _complete(self) -> "Treatment":
        issues = [
            *self._substance_issues(),
            *self._delivery_issues(),
            *self._choice_issues(),
        ]
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
            yield Issue(("enantiomer",), None, "racemate, S or R", do)
        form = _MIRROR_FORM.get(self.drug)
        if form is not None and self.enantiomer is not form:
            do = "Remove enantiomer, or name the drug ketamine."
            allowed = f"{form.value}, for {self.drug.value}"
            given = self.enantiomer and self.enantiomer.value
            yield Issue(("enantiomer",), given, allowed, do)
        if self.drug is Drug.MIDAZOLAM and self.enantiomer is not None:
            do = "Remove enantiomer."
            given = self.enantiomer.value
            yield Issue(("enantiomer",), given, "nothing, for midazolam", do)

    def _delivery_issues(self) -> Iterator[Issue]:
        if self.route not in ROUTES[self.molecule]:
            given = f"{self.molecule.value} {self.route.value}"
            do = "Choose one of these: no kinetics are known for another route."
            yield Issue(("route",), given, combinations(self.molecule), do)
        if self.route is Route.INTRAVENOUS and self.over is None:
            do = "Add how long it lasts: over: 40 min, or over: 0 min for a bolus."
            yield Issue(("over",), None, "a duration, for the intravenous route", do)
        infused = self.route in (Route.INTRAVENOUS, Route.SUBCUTANEOUS)
        if self.over is not None and not infused:
            do = "Remove over: only what flows into a vein or under the skin has one."
            allowed = f"nothing, for the {self.route.value} route"
            yield Issue(("over",), self.over, allowed, do)
        if self.route is Route.NASAL and self.per_kg:
            do = "Give the amount of one dose in mg."
            yield Issue(("amount",), self.amount, "a mass, for a spray", do)

    def _choice_issues(self) -> Iterator[Issue]:
        chosen = {"levels": self.levels, "intervals": self.intervals_h}
        for field, values in chosen.items():
            for index, value in enumerate(values):
                if value in values[:index]:
                    given, do = getattr(self, field)[index], "Remove the second one."
                    yield Issue((field, index), given, "each once", do)

    @property
    def choices(self) -> tuple[float, ...]:
        """Multiples of the amount that may be given, the first one first [1]."""
        return self.levels or (1.0,)

    @property
    def intervals_h(self) -> tuple[float, ...]:
        """Least times between doses, the first one first [h]."""
        return tuple(hours(text) for text in self.intervals)

    @property
    def times_h(self) -> tuple[float, ...]:
        """Start of each dose [h since the first dose]."""
        return tuple(time for _, time in self.resolved())

    @property
    def accompanied(self) -> bool:
        """Whether somebody is with the person while the dose acts."""
        return self.setting is DoseSetting.ACCOMPANIED

    @property
    def active(self) -> bool:
        """Whether anything but placebo is given."""
        return self.drug is not Drug.PLACEBO

    @property
    def molecule(self) -> Drug:
        """What is given: S-ketamine is esketamine, R-ketamine arketamine."""
        if self.drug is Drug.KETAMINE and self.enantiomer is not None:
            return _BY_FORM.get(self.enantiomer, self.drug)
        return self.drug

    @property
    def per_kg(self) -> bool:
        """Whether the amount is per kg of body weight."""
        return self.amount is not None and dose(self.amount).unit == "mg/kg"

    @property
    def amount_mg(self) -> float:
        """Amount of one dose as stated, in its `form` [mg, or mg/kg if `per_kg`]."""
        return 0.0 if self.amount is None else dose(self.amount).value

    @property
    def pace(self) -> str:
        """How fast it is given, in words; empty where the route says so."""
        if self.over is None:
            return ""
        return f"over {self.over}" if self.over_h else "as a bolus"

    @property
    def over_h(self) -> float:
        """Length of the infusion [h]; 0 where the dose is given at once."""
        return 0.0 if self.over is None else hours(self.over)
