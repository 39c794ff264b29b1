"""Rules that every experiment of the laboratory obeys."""

import json
import math
import pathlib

import numpy as np
import pytest

import kapsim.lab
from kapsim.engine import platform
from kapsim.lab.catalogue import experiment
from kapsim.lab.experiment import LabError, Setting
from kapsim.lab.published import names, published
from kapsim.lab.verdict import Verdict, judge, line
from tests.sweeps import swept

platform.configure()

SEED = 1
"""That of the recorded numbers."""

FEW = 12
"""Subjects of each group in an experiment that takes long."""

BLOCKS = 2 * 2048
"""Subjects where whole patients are followed, who are stepped 2048 at once: shares of
those who respond, remit or stop are then of somebody, and of enough to be told."""

ROUNDING = 1e-6
"""Numbers are recorded with ten digits. What machines differ in is the last bits of exp
and tanh; optima and roots in some experiments are found to about 1e-8."""

PEOPLE = 5
"""Subjects who may fall on the other side of a threshold on another machine."""

LONG = {
    "activated-expectancy",
    "alliance-and-homework",
    "belief-updating",
    "control-and-guess",
    "early-warnings",
    "ketamine-and-helplessness",
    "latent-inhibition",
    "rumination-dwell",
    "two-stable-states",
    "volatile-environment",
    "winner-and-loser-effects",
}
"""Run with fewer subjects than is recorded: what they give is not compared here."""

LONGEST = LONG | {
    "add-on-therapy",
    "dose-response",
    "hierarchy-transition",
    "ketamine-with-therapy",
    "modality-places",
    "relapse-after-therapy",
    "sequential-treatment",
    "session-content",
    "session-frequency",
}
"""Run by `make thorough`: they take most of the time."""

ROOT = pathlib.Path(kapsim.lab.__file__).parent
DOCS = pathlib.Path(__file__).parents[2] / "docs"
RECORDED = json.loads((DOCS / "laboratory" / "verdicts.json").read_text("utf-8"))
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


def size(name: str) -> int:
    """Subjects of each group of an experiment here."""
    own = experiment(name).patients
    few = BLOCKS if published(name).topic in ("therapy", "course") else FEW
    return min(few, own) if name in LONG else own


def assert_as_recorded(name: str, verdicts: tuple[Verdict, ...]) -> None:
    """The numbers and the verdict are those that the documentation shows."""
    then, now = RECORDED[name], {v.result.id: v.value for v in verdicts}
    now = {key: value for key, value in now.items() if not math.isnan(value)}
    assert set(now) == set(then["numbers"])
    got = np.array([now[key] for key in then["numbers"]])
    want = np.array(list(then["numbers"].values()))
    drawn = then["patients"] > 1
    some = PEOPLE / then["patients"] if drawn else ROUNDING
    np.testing.assert_allclose(got, want, rtol=some, atol=some, err_msg=name)
    assert line(verdicts) == then["verdict_line"]


def test_what_is_recorded_was_run_at_its_own_size() -> None:
    assert set(RECORDED) == set(names())
    assert set(names()) >= LONG
    for name in names():
        assert RECORDED[name]["patients"] == experiment(name).patients
        assert (size(name) < experiment(name).patients) == (name in LONG), name


@pytest.mark.parametrize("name", swept(names(), {*names()} - LONGEST))
def test_an_experiment_answers_for_every_published_result(name: str) -> None:
    design, own = published(name), experiment(name)
    assert own.patients >= 1
    assert bool(design.reference_event) == own.drug, "what does time 0 mean?"
    setting = Setting(seed=SEED, patients=size(name))
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
    if name not in LONG:
        assert_as_recorded(name, verdicts)
