"""Published results are found by their id."""

import pytest

from kapsim.lab.errors import LabError
from kapsim.lab.published import published


def test_a_published_number_is_found_by_its_id() -> None:
    known = published("control-and-guess")
    assert known.value("d_saline") == 1.8
    assert known.result("d_saline").high == 2.2


def test_what_was_not_published_is_refused() -> None:
    known = published("control-and-guess")
    with pytest.raises(LabError, match="has no result 'd_water'"):
        known.result("d_water")
    with pytest.raises(LabError, match="has no value of 'guess_saline'"):
        known.value("guess_saline")
