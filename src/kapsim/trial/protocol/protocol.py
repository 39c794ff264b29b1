"""A treatment protocol: who is treated, with what, when, and what is measured."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from kapsim.trial.protocol.arm import Arm
from kapsim.trial.protocol.conduct import Conduct
from kapsim.trial.protocol.consistency import protocol_issues
from kapsim.trial.protocol.design import Design
from kapsim.trial.protocol.element import Element, Slug, Switch, refuse
from kapsim.trial.protocol.endpoint import Endpoint, Rule
from kapsim.trial.protocol.overrides import HypothesisName, Override
from kapsim.trial.protocol.plan import Plan
from kapsim.trial.protocol.population import Antidepressant, Population
from kapsim.trial.protocol.published import Published
from kapsim.trial.protocol.rules import default_relapse, default_rule
from kapsim.trial.protocol.terms import Loop, Measure
from kapsim.trial.protocol.trial_terms import DesignKind, EndpointRole, ProtocolRole
from kapsim.trial.protocol.visit import Visit
from kapsim.units import parse_time

Text = Annotated[str, Field(min_length=1, max_length=2000)]


class Protocol(Element):
    """A whole protocol, as written in a file.

    Times count in hours from the start of the first dose, which opens day 1.
    """

    kapsim: Literal[1] = Field(description="Version of this format.")
    name: Slug = Field(description="Short name: lower-case words joined by hyphens.")
    title: Text = Field(description="Title in words.")
    summary: Text = Field(description="One or two sentences on what is compared.")
    notes: tuple[Text, ...] = Field(
        default=(), description="Remarks; what was assumed begins with 'assumed:'."
    )
    sources: tuple[str, ...] = Field(
        default=(), description="Keys of sources in the evidence library."
    )
    role: ProtocolRole | None = Field(
        default=None,
        description="How the published figures may be used: to tune to them "
        "(calibration), or only to look at them during development.",
    )
    population: Population = Field(description="Who is enrolled.")
    arms: tuple[Arm, ...] = Field(min_length=1, description="What each arm receives.")
    visits: tuple[Visit, ...] = Field(
        min_length=1, description="When scales are rated, in ascending order."
    )
    endpoints: tuple[Endpoint, ...] = Field(
        default=(), description="Results that the trial reports."
    )
    design: Design = Field(
        default_factory=Design,
        description="How people come into the arms, and what the trial wants to show.",
    )
    conduct: Conduct = Field(
        default_factory=Conduct,
        description="What goes wrong when the trial is run; as usual if absent, "
        "nothing if ideal.",
    )
    plan: Plan = Field(
        default_factory=Plan, description="How the trial will be analysed."
    )
    rules: dict[Measure, Rule] = Field(
        default_factory=dict,
        description="Rules of response and remission by scale, where they differ from "
        "the defaults.",
    )
    hypotheses: dict[HypothesisName, Switch] = Field(
        default_factory=dict,
        description="Rival explanations switched on or off (H1 to H5, or by name).",
    )
    cut: tuple[Loop, ...] = Field(
        default=(),
        description="Loops that are cut in every arm: their signal stays as at rest.",
    )
    parameters: dict[str, Override] = Field(
        default_factory=dict,
        description="Other values for parameters, by the id of their record, in the "
        "unit of the record.",
    )
    published: tuple[Published, ...] = Field(
        default=(), description="What was found when the trial was run in people."
    )

    @model_validator(mode="after")
    def _consistent(self) -> "Protocol":
        issues = list(protocol_issues(self))
        if issues:
            refuse("protocol", issues)
        return self

    @property
    def baseline_visit(self) -> Visit:
        """The visit from which changes are counted."""
        return next(visit for visit in self.visits if visit.baseline)

    @property
    def start_h(self) -> float:
        """First event of any arm, at most 0 [h since the first dose]."""
        times = [0.0, *(visit.time_h for visit in self.visits)]
        times += [
            t for arm in self.arms for t in (*arm.session_times_h, *arm.dose_times_h)
        ]
        times += [
            time for arm in self.arms for time in self.antidepressant_of(arm).changes_h
        ]
        return min(times)

    @property
    def horizon_h(self) -> float:
        """Last visit [h since the first dose]; nothing later is simulated."""
        return self.visits[-1].time_h

    @property
    def kind(self) -> DesignKind:
        """How the arms stand to each other."""
        single = len(self.arms) == 1
        usual = DesignKind.SINGLE_ARM if single else DesignKind.PARALLEL
        return self.design.kind or usual

    @property
    def randomised_h(self) -> float:
        """When the arms part [h since the first dose]."""
        at = self.design.randomised
        return self.baseline_visit.time_h if at is None else parse_time(at)

    @property
    def primary_endpoints(self) -> tuple[Endpoint, ...]:
        """Endpoints with which the trial stands or falls, in the order written."""
        primary = EndpointRole.PRIMARY
        said = tuple(end for end in self.endpoints if end.role is primary)
        return said or self.endpoints[:1]

    @property
    def comparisons(self) -> tuple[tuple[str, str], ...]:
        """Pairs of arms that are compared, the treatment before its reference."""
        controls = [arm.name for arm in self.arms if arm.control is not None]
        treated = [arm.name for arm in self.arms if arm.control is None]
        every = tuple((one, other) for one in treated for other in controls)
        return self.plan.comparisons or every

    def met_by(self, *arms: Arm) -> "Protocol":
        """The trial as people of these arms meet it: nothing of how it is analysed."""
        return self.model_copy(
            update={
                "arms": arms,
                "endpoints": (),
                "published": (),
                "design": Design(),
                "conduct": Conduct(),
                "plan": Plan(),
            }
        )

    def arm(self, name: str) -> Arm:
        """Arm by name; raises `KeyError` if there is none."""
        return {arm.name: arm for arm in self.arms}[name]

    def antidepressant_of(self, arm: Arm) -> Antidepressant:
        """Antidepressant medicine of an arm: its own, or that of the population."""
        return arm.antidepressant or self.population.antidepressant

    def rule(self, measure: Measure) -> Rule:
        """Rule of a scale: the protocol's, completed by the default."""
        own, default = self.rules.get(measure, Rule()), default_rule(measure)
        return default.model_copy(update=own.model_dump(exclude_none=True))

    def relapse_at_least(self, endpoint: Endpoint) -> int | None:
        """Least score that counts as a relapse [point]: its own, or the default."""
        own = endpoint.at_least
        return default_relapse(endpoint.measure) if own is None else own

    @property
    def measures(self) -> tuple[Measure, ...]:
        """All scales rated at some visit, in the order of `Measure`."""
        rated = {scale for visit in self.visits for scale in visit.scales}
        return tuple(measure for measure in Measure if measure in rated)
