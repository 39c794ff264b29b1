"""How well the blind holds, from guesses made by hand."""

import numpy as np
import pytest

from kapsim.trial.conduct.trials import Trials
from kapsim.trial.power.blinds import (
    blind_rows,
    guesses,
    judged,
    left_by_guess,
)
from kapsim.trial.protocol import Measure
from tests.unit.trial.power.builders import CHANGE, drawn, trial

MADRS = Measure("MADRS")


def guessed(active: float, control: float) -> Trials:
    """Trials in which these shares of the arms guess the active treatment."""
    of = drawn(people=80)
    share = np.where(of.arm == 0, active, control)
    place = np.tile(np.arange(40), 2) / 40
    guess = np.broadcast_to((place < share)[..., None], of.guess.shape)
    return of._replace(guess=guess, rater_guess=~guess)


def test_the_first_primary_endpoint_says_when_it_is_judged() -> None:
    later = [{**CHANGE, "at": "day 8"}, {**CHANGE, "role": "primary"}]
    assert judged(trial()) == 5
    assert judged(trial({**CHANGE, "at": "day 8"})) == 2
    assert judged(trial(*later)) == 5


def test_the_blind_fails_where_the_treated_know() -> None:
    table = blind_rows(guessed(0.9, 0.2), trial())
    assert table["failed_blind"].tolist() == [True] * 3
    assert set(table["comparison"]) == {"ketamine vs saline"}
    even = blind_rows(guessed(0.5, 0.5), trial())
    assert not even["failed_blind"].any()


def test_what_cannot_be_blind_has_no_row() -> None:
    protocol = trial(plan={"comparisons": [["saline", "ketamine"]]})
    assert blind_rows(guessed(0.9, 0.2), protocol).empty


def test_guesses_are_counted_by_visit_arm_and_who() -> None:
    of = guessed(0.9, 0.2)
    of.left[0, :4] = 3  # gone before day 15; all four guess active
    table = guesses(of, trial())
    assert len(table) == 5 * 2 * 2
    chosen = "day == 28 and arm == 'ketamine'"
    patient, rater = table.query(chosen).to_dict("records")
    assert (patient["who"], patient["n"]) == ("patient", 36)
    assert patient["guess_active"] == pytest.approx(32 / 36)
    assert patient["bang"] == pytest.approx(2 * 32 / 36 - 1)
    assert rater["guess_active"] == pytest.approx(4 / 36)
    early = table.query("day == 7 and arm == 'ketamine' and who == 'patient'")
    assert early["n"].item() == 40
    control = table.query("day == 28 and arm == 'saline' and who == 'patient'")
    assert control["bang"].item() == pytest.approx(2 * 0.8 - 1)


def test_the_effect_is_told_by_the_rate_of_correct_guesses() -> None:
    found = left_by_guess(guessed(0.6, 0.4), trial(), MADRS)
    assert found is not None
    of = guessed(0.6, 0.4)
    change = (of.score[:, :, 5] - of.score[:, :, 0])[..., 0]
    plain = (change[:, :40].mean(axis=1) - change[:, 40:].mean(axis=1)).mean()
    assert found["unadjusted"] == pytest.approx(plain)
    assert found["trials"] == 3
    assert [point["rate"] for point in found["curve"]][::10] == [0.0, 0.5, 1.0]
    assert found["adjusted_at_half"] == found["curve"][10]["effect"]


def test_without_all_four_guesses_there_is_no_curve() -> None:
    assert left_by_guess(guessed(1.0, 0.4), trial(), MADRS) is None
