"""Where two branches of states end, against branches made by hand."""

import numpy as np
import pytest

from kapsim.lab.experiments.mood.two_stable_states import ends

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
