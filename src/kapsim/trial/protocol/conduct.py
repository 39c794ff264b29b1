"""What goes wrong in a trial: who leaves, who is not seen, who rates differently."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from kapsim.trial.protocol.element import Element, Number, issue_error
from kapsim.trial.protocol.texts import Share, Span, hours
from kapsim.units import QuantityKind, parse_quantity

IDEAL = "ideal"
_NOTHING: dict[str, Any] = {
    "dropout": "0 %",
    "missed_visits": "0 %",
    "window": "0 d",
    "deviations": "0 %",
    "site_sd": 0.0,
    "rater_sd": 0.0,
}


def _not_all(text: str) -> str:
    if parse_quantity(text, QuantityKind.SHARE).value >= 1:
        do = "Somebody must stay, and be seen: lower it."
        raise issue_error("0 % to below 100 %", do)
    return text


_Loss = Annotated[Share, AfterValidator(_not_all)]
_Spread = Annotated[Number, Field(ge=0, le=20)]


class Conduct(Element):
    """How a trial is conducted; ``ideal`` is short for nothing going wrong.

    What is absent is as usual: see the records `trial.conduct`.
    """

    dropout: _Loss | None = Field(
        default=None,
        description="Expected share of people who leave before the last visit, over "
        "all arms; who leaves depends on state, guess and felt effects.",
    )
    missed_visits: _Loss | None = Field(
        default=None,
        description="Expected share of visits that are missed by people who stay.",
    )
    window: Span | None = Field(
        default=None,
        description="Half the width of the windows of visits [unit of time]: people "
        "come on any day inside. Visits that would overlap are held as planned.",
    )
    deviations: Share | None = Field(
        default=None,
        description="Share of people who deviate from the protocol, and are left out "
        "of the per-protocol set.",
    )
    site_sd: _Spread | None = Field(
        default=None,
        description="Standard deviation between sites in the outcome [point of the "
        "MADRS; other scales in proportion to their range].",
    )
    rater_sd: _Spread | None = Field(
        default=None,
        description="Standard deviation between raters of a site, on the clinician's "
        "scales [point of the MADRS; other scales in proportion to their range].",
    )

    @model_validator(mode="before")
    @classmethod
    def _from_word(cls, data: Any) -> Any:
        if isinstance(data, str):
            if data != IDEAL:
                do = f"Write conduct: {IDEAL}, or what goes wrong, as in dropout: 15 %."
                raise issue_error(f"{IDEAL}, or a mapping of fields", do)
            return _NOTHING
        return data

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Both ways of writing it: the object, or one word."""
        whole = handler.resolve_ref_schema(handler(core_schema))
        return {
            "anyOf": [{"enum": [IDEAL], "type": "string"}, dict(whole)],
            "description": whole.get("description", ""),
        }

    @property
    def share_dropout(self) -> float | None:
        """Share that leaves before the last visit [1]."""
        return _share(self.dropout)

    @property
    def share_missed(self) -> float | None:
        """Share of visits missed by people who stay [1]."""
        return _share(self.missed_visits)

    @property
    def share_deviations(self) -> float | None:
        """Share of people who deviate [1]."""
        return _share(self.deviations)

    @property
    def window_h(self) -> float | None:
        """Half the width of the windows [h]."""
        return None if self.window is None else hours(self.window)


def _share(text: str | None) -> float | None:
    return None if text is None else parse_quantity(text, QuantityKind.SHARE).value
