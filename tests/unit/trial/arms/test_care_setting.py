"""Where patients are treated: what a protocol says, and whom it draws."""

from typing import Any

import pytest
from pydantic import ValidationError

from kapsim.trial.arms.cohorts import cohort
from kapsim.trial.protocol import Protocol
from kapsim.trial.protocol.terms import CareSetting
from tests.unit.trial.builders import data, protocol


def treated(**population: Any) -> Protocol:
    """The small protocol with something else said of its people."""
    return protocol(population={**data()["population"], **population})


@pytest.mark.parametrize(
    ("said", "inpatient"),
    [({}, 0.0), ({"setting": "outpatient"}, 0.0), ({"setting": "inpatient"}, 1.0)],
)
def test_the_setting_reaches_the_people(said: dict[str, str], inpatient: float) -> None:
    found = treated(**said)
    assert found.population.inpatient is bool(inpatient)
    drawn = cohort(found, found.arms[0], seed=1)
    assert float(drawn.demography.inpatient) == inpatient


def test_unsaid_they_are_outpatients() -> None:
    assert protocol().population.setting is CareSetting.OUTPATIENT
    assert treated(setting="outpatient") == protocol()


def test_another_setting_is_refused() -> None:
    with pytest.raises(ValidationError, match="setting"):
        treated(setting="day clinic")
