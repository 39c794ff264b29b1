"""What every part of a protocol shares: strict fields, and refusals that say where."""

from typing import Annotated, Any, NamedTuple, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

REFUSED = "refused"

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True)]
Switch = Annotated[bool, Field(strict=True)]
Name = Annotated[
    str,
    Field(min_length=1, max_length=60, pattern=r"^[^\s\x00-\x1f]([^\x00-\x1f]*\S)?$"),
]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


class Element(BaseModel):
    """A part of a protocol: unknown fields are refused, nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Issue(NamedTuple):
    """One thing wrong with a value, below the element that reports it."""

    where: tuple[str | int, ...]
    given: Any
    allowed: str
    do: str


def issue_error(allowed: str, do: str) -> PydanticCustomError:
    """Error for a validator of a single value."""
    return PydanticCustomError(
        REFUSED, "Allowed: {allowed}. {do}", {"allowed": allowed, "do": do}
    )


def refuse(title: str, issues: list[Issue]) -> NoReturn:
    """Raise all `issues` at once, each at its own place.

    Raises
    ------
    ValidationError
        Always. Raised inside a validator, pydantic adds the path of the element.
    """
    raise ValidationError.from_exception_data(
        title,
        [
            InitErrorDetails(
                type=issue_error(issue.allowed, issue.do),
                loc=issue.where,
                input=issue.given,
            )
            for issue in issues
        ],
    )
