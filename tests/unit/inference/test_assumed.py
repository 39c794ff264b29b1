"""Assumed sizes of a calibration come from their records."""

import pytest

from kapsim.evidence import library
from kapsim.inference.targets import assumed


def test_sizes_are_those_of_the_records() -> None:
    known = library().parameter
    scales = assumed.effect_scales()
    for name, scale in scales._asdict().items():
        assert scale == known(f"inference.effects.{name}").value
    assert scales.study_sd > scales.arm_sd


def test_sizes_follow_a_changed_record(monkeypatch: pytest.MonkeyPatch) -> None:
    before = assumed.relapse_sds()
    shelf = library()
    name = "inference.relapse.percent_sd"
    changed = shelf.parameter(name).model_copy(update={"value": 0.9})
    monkeypatch.setitem(shelf.parameters, name, changed)
    assert assumed.relapse_sds() == before | {"relapse_percent": 0.9}
