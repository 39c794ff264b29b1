"""Assumed sizes of a calibration come from their records."""

import pytest

from kapsim.evidence import library
from kapsim.inference.targets import assumed


def test_sizes_are_those_of_the_records() -> None:
    known = library().parameter
    study, arm = assumed.effect_scales()
    assert (study, arm) == (
        known("inference.effects.study_sd").value,
        known("inference.effects.arm_sd").value,
    )
    assert study > arm


def test_sizes_follow_a_changed_record(monkeypatch: pytest.MonkeyPatch) -> None:
    before = assumed.relapse_sds()
    shelf = library()
    name = "inference.relapse.percent_sd"
    changed = shelf.parameter(name).model_copy(update={"value": 0.9})
    monkeypatch.setitem(shelf.parameters, name, changed)
    assert assumed.relapse_sds() == before | {"relapse_percent": 0.9}
