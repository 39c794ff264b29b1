"""The plan of the analysis: what is compared, and how errors are kept."""

import itertools
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from kapsim.trial.protocol.element import Element, Issue, Number, refuse
from kapsim.trial.protocol.trial_terms import (
    Covariate,
    Imputation,
    Multiplicity,
    Spending,
)

ALPHA = 0.05


class Looks(Element):
    """Looks at the data before the end, and how error is spent on them."""

    fractions: tuple[Annotated[Number, Field(gt=0, le=1)], ...] = Field(
        min_length=1,
        description="Share of the information at each look, ascending; the last is 1.",
        examples=[[0.5, 1]],
    )
    spending: Spending = Field(
        default=Spending.OBRIEN_FLEMING, description="How the error is spent."
    )
    shape: Number | None = Field(
        default=None,
        description="Parameter of the family of kim-demets (rho, above zero) or "
        "hwang-shih-decani (gamma), and needed there.",
    )

    @model_validator(mode="after")
    def _possible(self) -> "Looks":
        issues = list(self._issues())
        if issues:
            refuse("looks", issues)
        return self

    def _issues(self) -> Iterator[Issue]:
        given = list(self.fractions)
        if any(later <= one for one, later in itertools.pairwise(given)):
            do = "Sort them and remove what is there twice."
            yield Issue(("fractions",), given, "shares in ascending order", do)
        elif given[-1] != 1:
            do = "Add 1, the look at the end."
            yield Issue(("fractions",), given, "1 as the last share", do)
        family = self.spending
        if family.has_shape and self.shape is None:
            do = "Add shape, as in shape: 2."
            yield Issue(("shape",), None, f"a number, for {family.value}", do)
        elif not family.has_shape and self.shape is not None:
            do = "Remove shape, or name a family that has one."
            yield Issue(("shape",), self.shape, f"nothing, for {family.value}", do)
        elif family is Spending.KIM_DEMETS and self.shape is not None:
            if self.shape <= 0:
                do = "Correct shape; 3 spends little at first, 1 evenly."
                yield Issue(("shape",), self.shape, "a number above zero", do)


class Plan(Element):
    """What is tested, against what, and with which safeguards."""

    alpha: Annotated[Number, Field(gt=0, le=0.5)] = Field(
        default=ALPHA,
        description="Two-sided error of the first kind [1].",
        examples=[ALPHA],
    )
    comparisons: tuple[tuple[str, str], ...] = Field(
        default=(),
        description="Pairs of arms, the treatment first, then its reference. Every "
        "arm without control against every control if absent.",
        examples=[[["ketamine", "midazolam"]]],
    )
    multiplicity: Multiplicity = Field(
        default=Multiplicity.NONE,
        description="How the error is kept over comparisons and primary endpoints, "
        "in the order in which they are written.",
    )
    imputation: Imputation = Field(
        default=Imputation.NONE,
        description="What is put in place of scores that were not seen, before a "
        "method that needs them.",
    )
    looks: Looks | None = Field(
        default=None, description="Looks before the end; none if absent."
    )
    covariates: tuple[Covariate, ...] = Field(
        default=(), description="What is adjusted for beside the baseline score."
    )
