"""What a calibration refuses, in words."""

import shlex
from typing import Any

import pytest

from kapsim.evidence import EvidenceError
from kapsim.inference.request import CalibrationRequest, read_fixed, read_points
from kapsim.inference.runner import command
from kapsim.trial.request import RequestError


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"persons": 512}, "1,024 or more"),
        ({"points": ()}, "4 points"),
        ({"points": (90, 2)}, "4 points"),
        ({"draws": 10}, "100 or more"),
        ({"fresh": 0}, "1 to draws"),
        ({"processes": 0}, "processes"),
        ({"seed": -1}, "seed"),
    ],
)
def test_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        CalibrationRequest(**given)


def test_points_and_fixed_are_read() -> None:
    assert read_points("90,70") == (90, 70)
    assert read_fixed(["mind.mood.b_p=0"]) == (("mind.mood.b_p", 0.0),)
    with pytest.raises(RequestError, match="whole numbers"):
        read_points("many")
    with pytest.raises(RequestError, match="record and a number"):
        read_fixed(["mind.mood.b_p"])
    with pytest.raises(EvidenceError, match="no parameter record"):
        read_fixed(["mind.mood.none=0"])


def test_processes_are_no_part_of_what_was_asked() -> None:
    one, two = (CalibrationRequest(processes=k).as_data() for k in (1, 2))
    assert one == two


def test_the_command_repeats_a_quick_calibration_with_other_points() -> None:
    request = CalibrationRequest(version="x", points=(48,), quick=True, seed=3)
    words = shlex.split(command(request))
    assert words[words.index("--points") + 1] == "48"
    assert "--quick" in words
