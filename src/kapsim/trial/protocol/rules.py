"""Default rules of response and remission, from the evidence library."""

from kapsim.evidence import library
from kapsim.trial.protocol.endpoint import Rule
from kapsim.trial.protocol.terms import Measure


def default_rule(measure: Measure) -> Rule:
    """Rule of a scale where the protocol gives none; empty for a scale without one."""
    scale = measure.value.lower().replace("-", "_")
    remission = library().parameters.get(f"trial.rules.{scale}.remission_at_most")
    if remission is None:
        return Rule()
    response = library().parameter("trial.rules.response_percent")
    return Rule(
        response_percent=response.internal_value * 100.0,
        remission_at_most=int(remission.internal_value),
    )
