"""Default rules of response, remission and relapse, and the range of the MADRS."""

from kapsim.evidence import library
from kapsim.trial.protocol.endpoint import Rule
from kapsim.trial.protocol.terms import Measure


def default_rule(measure: Measure) -> Rule:
    """Rule of a scale where the protocol gives none; empty for a scale without one."""
    remission = library().parameters.get(
        f"trial.rules.{_code(measure)}.remission_at_most"
    )
    if remission is None:
        return Rule()
    response = library().parameter("trial.rules.response_percent")
    return Rule(
        response_percent=response.internal_value * 100.0,
        remission_at_most=int(remission.internal_value),
    )


def default_relapse(measure: Measure) -> int | None:
    """Least score that counts as a relapse [point]; None for a scale without a rule."""
    record = library().parameters.get(f"trial.rules.{_code(measure)}.relapse_at_least")
    return None if record is None else int(record.internal_value)


def highest_madrs() -> int:
    """Largest total of the MADRS: one point for each threshold of an item [point]."""
    items = library().parameter("measures.madrs.threshold").internal_value
    return sum(len(thresholds) for thresholds in items)


def _code(measure: Measure) -> str:
    """A scale as record ids write it."""
    return measure.value.lower().replace("-", "_")
