"""Drug times therapy: cells, the difference of differences, and its band."""

import copy
import dataclasses
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from kapsim.engine import platform
from kapsim.evidence import library
from kapsim.trial import RunRequest, load_protocol
from kapsim.trial.arms.factorial import CELLS, Cell, cells
from kapsim.trial.arms.simulation import prepare_all, redrawn, scores_of
from kapsim.trial.parameters.uncertainty import drawn_records, draws
from kapsim.trial.protocol import Protocol
from kapsim.trial.request import per_arm
from kapsim.trial.results import result_files
from kapsim.trial.summaries.interaction import Interaction, contrast, mean_and_error

FACTORIAL = load_protocol("kap-2x2")
PATIENTS = 5
GAIN = "therapy.modality.kappa"


def request(protocol: Protocol = FACTORIAL) -> RunRequest:
    """A run of a protocol."""
    return RunRequest(protocol=protocol, patients=per_arm(protocol, PATIENTS), seed=1)


def test_arms_fall_into_their_cells() -> None:
    assert cells(FACTORIAL) == {
        Cell(drug=True, therapy=True): ("ketamine + therapy",),
        Cell(drug=True, therapy=False): ("ketamine + support",),
        Cell(drug=False, therapy=True): ("midazolam + therapy",),
        Cell(drug=False, therapy=False): ("midazolam + support",),
    }
    assert "interaction.csv" in result_files(request())
    bare = dataclasses.replace(request(), draws=0)
    assert not {"interaction.csv", "uncertainty.csv"} & set(result_files(bare))


@pytest.mark.parametrize("name", ["molecule-or-time", "synapse", "therapy-timing"])
def test_protocols_that_lack_a_cell_have_no_interaction(name: str) -> None:
    protocol = load_protocol(name)
    assert cells(protocol) == {}
    assert "interaction.csv" not in result_files(request(protocol))
    with pytest.raises(ValueError, match="do not fill the four cells"):
        Interaction(protocol)


def test_preparation_alone_is_no_therapy() -> None:
    data = FACTORIAL.model_dump(mode="json", exclude_unset=True)
    data = copy.deepcopy(data)
    for arm in data["arms"]:
        arm["sessions"] = [s for s in arm["sessions"] if s["modality"] == "preparation"]
        arm.pop("control", None)
    assert cells(Protocol.model_validate(data)) == {}


class Made(NamedTuple):
    """An arm of a made-up trial, with the gain of its window."""

    arm: str
    gain: float


def made_up(one: Made) -> np.ndarray:
    """Scores [visits, patients] of a linear world with an interaction of -3 kappa."""
    arm, gain = one
    drug, therapy = "ketamine" in arm, "therapy" in arm
    visits = np.arange(len(FACTORIAL.visits), dtype=float)[:, None]
    people = np.arange(PATIENTS, dtype=float)
    effect = -5.0 * drug - 2.0 * therapy - 3.0 * gain * (drug and therapy)
    return 30.0 + people + visits * effect


def linear(number: int = 20) -> pd.DataFrame:
    """The interaction of the linear world, over draws of what is assumed."""
    together = Interaction(FACTORIAL)
    scales = len(FACTORIAL.measures)
    for values in draws(drawn_records(FACTORIAL), number, 1):
        of_arms = {
            arm.name: made_up(Made(arm.name, float(values[GAIN])))
            for arm in FACTORIAL.arms
        }
        together.add(
            {name: np.stack([one] * scales, axis=1) for name, one in of_arms.items()}
        )
    return together.table()


def test_the_value_is_the_difference_of_differences() -> None:
    table = linear()
    visits = np.arange(len(FACTORIAL.visits))
    kappa = library().parameter(GAIN).internal_value
    np.testing.assert_allclose(
        table["interaction"], -3.0 * kappa * visits, rtol=1e-9, atol=1e-9
    )
    arms = [Made(arm.name, kappa) for arm in FACTORIAL.arms]
    by_hand = {one.arm: made_up(one)[-1] for one in arms}
    with_drug = by_hand["ketamine + therapy"] - by_hand["ketamine + support"]
    without = by_hand["midazolam + therapy"] - by_hand["midazolam + support"]
    assert table["interaction"].iloc[-1] == pytest.approx((with_drug - without).mean())
    assert (table["patients"] == PATIENTS).all()


def test_the_band_holds_zero_and_what_was_drawn() -> None:
    table = linear()
    last = table.iloc[-1]
    assert last["low"] < 0 < last["high"]
    assert last["draws"] == 20
    per_unit = -3.0 * (len(FACTORIAL.visits) - 1)
    assert last["median"] / per_unit == pytest.approx(0.25, abs=0.15)


def test_arms_of_a_cell_are_taken_as_their_mean() -> None:
    names = (["a", "b"], ["1"], ["2"], ["3"])
    grouped = dict(zip(CELLS, names, strict=True))
    flat = lambda value: np.full((1, 2), float(value))
    scores = {"a": flat(4), "b": flat(8), "1": flat(1), "2": flat(2), "3": flat(3)}
    assert contrast(scores, grouped).tolist() == [[6.0, 6.0]]


def test_a_planted_swap_of_cells_changes_the_sign() -> None:
    grouped = {cell: (f"{k}",) for k, cell in enumerate(CELLS)}
    flat = lambda value: np.full((1, 2), float(value))
    scores = {str(k): flat(value) for k, value in enumerate((1, 5, 4, 6))}
    right = contrast(scores, grouped)
    scores["0"], scores["1"] = scores["1"], scores["0"]
    assert (right == -2).all()
    assert (contrast(scores, grouped) == 6).all()


def test_failed_patients_are_left_out_of_the_mean() -> None:
    values = np.array([[1.0, 3.0, np.nan], [np.nan] * 3])
    mean, error = mean_and_error(values)
    assert (mean[0], error[0]) == (2.0, pytest.approx(1.0))
    assert np.isnan(mean[1])


@pytest.mark.thorough
def test_other_values_are_those_of_a_protocol_that_sets_them() -> None:
    """Arms are drawn anew on the schedules they have; nothing else may differ."""
    platform.configure()
    measure, count = FACTORIAL.endpoints[0].measure, 64
    name = "ketamine + therapy"
    own = {GAIN: 1.5, "measures.rater.site_inflation": 1.0}
    changed = FACTORIAL.model_copy(update={"parameters": own})
    arms = {name: prepare_all(FACTORIAL, 1)[name]}
    drawn = redrawn(arms, changed)[name]
    found = scores_of(drawn, measure, count)
    wanted = scores_of(prepare_all(changed, 1)[name], measure, count)
    np.testing.assert_array_equal(found, wanted)
    assert (found != scores_of(arms[name], measure, count)).any()
