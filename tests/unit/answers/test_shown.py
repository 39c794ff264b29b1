import json

import pytest

from kapsim.answers.answer import Shown
from kapsim.answers.shown import figure, results, stored
from kapsim.lab.published import names
from scripts.answers import RUN_NAME, experiments
from scripts.laboratory import FIGURES, VERDICTS


def test_stored_results_are_the_laboratory_s():
    own = {name: one for name, one in results().items() if name != RUN_NAME}
    assert own == experiments()


def test_stored_numbers_are_the_verdicts_numbers():
    recorded = json.loads(VERDICTS.read_text(encoding="utf-8"))
    for name in names():
        one = stored(name)
        assert one is not None
        values = {number.value for number in one.numbers}
        assert values <= set(recorded[name]["numbers"].values())


@pytest.mark.parametrize("name", names())
def test_stored_figures_are_the_laboratory_s(name: str):
    assert figure(name) == (FIGURES / f"{name}.svg").read_text(encoding="utf-8")


def test_verdicts_count_the_numbers_that_are_met():
    for name in names():
        one = stored(name)
        assert isinstance(one, Shown)
        met = [number.met for number in one.numbers if number.met is not None]
        if met:
            assert f"{sum(met)} of {len(met)} numbers" in one.verdict


def test_the_run_has_a_figure_and_its_command():
    run = stored(RUN_NAME)
    assert run is not None
    assert run.command == "kapsim run kap-2x2 -n 1000 --seed 1"
    assert (figure(RUN_NAME) or "").startswith("<svg")


def test_there_is_nothing_of_an_unknown_name():
    assert stored("no-such") is None
    assert figure("../results") is None
