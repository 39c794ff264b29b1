"""Rules that every experiment of the laboratory obeys."""

import math
import pathlib

import pytest

import kapsim.lab
from kapsim.engine import platform
from kapsim.lab.catalogue import experiment
from kapsim.lab.experiment import LabError, Setting
from kapsim.lab.published import names, published
from kapsim.lab.verdict import judge, line, overall

platform.configure()

FEW = 12
"""Subjects of each group here, where the numbers themselves do not matter."""

BLOCKS = 2 * 2048
"""Subjects where whole patients are followed, who are stepped 2048 at once: shares of
those who respond, remit or stop are then of somebody, and of enough to be told."""

ROOT = pathlib.Path(kapsim.lab.__file__).parent
FILES = {
    path.stem.replace("_", "-"): path.parent.name
    for path in (ROOT / "experiments").rglob("*.py")
    if "EXPERIMENT = " in path.read_text(encoding="utf-8")
}


def test_every_experiment_has_a_published_result_and_the_other_way_round() -> None:
    assert set(FILES) == set(names())
    for name in names():
        assert published(name).topic == FILES[name]


def test_an_unknown_experiment_is_refused_by_name() -> None:
    with pytest.raises(LabError, match="no experiment 'renewel'"):
        published("renewel")


@pytest.mark.parametrize("name", names())
def test_an_experiment_answers_for_every_published_result(name: str) -> None:
    design, own = published(name), experiment(name)
    assert own.patients >= 1
    assert bool(design.reference_event) == own.drug, "what does time 0 mean?"
    few = BLOCKS if design.topic in ("therapy", "course") else FEW
    setting = Setting(seed=1, patients=min(few, own.patients))
    outcome = own.run(setting)
    wanted = {r.id for r in design.results if not r.not_comparable}
    assert wanted <= set(outcome.numbers)
    assert all(math.isfinite(outcome.numbers[name]) for name in wanted)
    assert outcome.figure.panels
    for panel in outcome.figure.panels:
        for series in panel.series:
            assert len(series.x) == len(series.y) > 0
            for bound in (series.low, series.high):
                assert bound is None or len(bound) == len(series.x)
    verdicts = judge(design, outcome)
    assert line(verdicts).startswith(overall(verdicts).value)
