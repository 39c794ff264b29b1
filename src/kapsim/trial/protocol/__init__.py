"""The protocol schema, one concept a file."""

from kapsim.trial.protocol.adjustment import (
    Action as Action,
    Adjustment as Adjustment,
)
from kapsim.trial.protocol.arm import Arm as Arm
from kapsim.trial.protocol.conduct import Conduct as Conduct
from kapsim.trial.protocol.design import Admission as Admission, Design as Design
from kapsim.trial.protocol.endpoint import Endpoint as Endpoint, Rule as Rule
from kapsim.trial.protocol.plan import Looks as Looks, Plan as Plan
from kapsim.trial.protocol.population import (
    Antidepressant as Antidepressant,
    Population as Population,
)
from kapsim.trial.protocol.protocol import Protocol as Protocol
from kapsim.trial.protocol.published import Published as Published
from kapsim.trial.protocol.remarks import remarks as remarks
from kapsim.trial.protocol.session import Meeting as Meeting, Session as Session
from kapsim.trial.protocol.terms import (
    Background as Background,
    Control as Control,
    Drug as Drug,
    EndpointKind as EndpointKind,
    Hypothesis as Hypothesis,
    Loop as Loop,
    Measure as Measure,
    Medicine as Medicine,
    Metric as Metric,
    Modality as Modality,
    Rater as Rater,
    Route as Route,
)
from kapsim.trial.protocol.texts import moment_text as moment_text
from kapsim.trial.protocol.treatment import Treatment as Treatment
from kapsim.trial.protocol.trial_terms import (
    Covariate as Covariate,
    DesignKind as DesignKind,
    EndpointRole as EndpointRole,
    Imputation as Imputation,
    Method as Method,
    Multiplicity as Multiplicity,
    Objective as Objective,
    ProtocolRole as ProtocolRole,
    Spending as Spending,
    Standing as Standing,
    Strategy as Strategy,
)
from kapsim.trial.protocol.visit import Visit as Visit
