"""Where two branches of states end, against branches made by hand."""

import numpy as np
import pytest

from kapsim.lab.experiments.mood.two_stable_states import caption, ends

LIFE = np.linspace(-1.0, 1.0, 21)
ILL = np.where(LIFE < 0.45, 30.0, 5.0)
WELL = np.where(LIFE < 0.15, 30.0, 5.0)


@pytest.mark.parametrize("usual", [-0.8, 0.1, 0.3, 0.9])
def test_the_ends_are_found_wherever_the_usual_life_lies(usual):
    left, collapsed = ends(LIFE, ILL, WELL, usual)
    assert left == pytest.approx(0.5)
    assert collapsed == pytest.approx(0.1)


def test_states_apart_in_a_far_life_do_not_count():
    far = np.where(LIFE > 0.95, 30.0, ILL)
    assert ends(LIFE, far, WELL, 0.3) == ends(LIFE, ILL, WELL, 0.3)


def numbers(well_severity):
    """Numbers of the experiment with the well start of the typical person here."""
    found = {"share_with_well_state": 0.25}
    for name, well in (("typical", well_severity), ("prototype", 6.0)):
        found |= {
            f"{name}_depressed_severity": 33.0,
            f"{name}_well_severity": well,
            f"{name}_apart": 33.0 - well,
        }
    return found


def test_the_caption_follows_the_result():
    fell_back, stayed = caption(numbers(32.9)), caption(numbers(5.0))
    assert "typical person ends at 33.0 points after a depressed start and at 32.9" in (
        fell_back
    )
    assert fell_back.count("no second state") == 1
    assert "no second state" not in stayed
    assert "25 %" in stayed
