"""What is asked of the laboratory is checked before anything runs."""

import numpy as np
import pytest

import kapsim.lab.request
from kapsim.lab.errors import LabError
from kapsim.lab.influence import Influence
from kapsim.lab.request import LabRequest, requests
from kapsim.units import KapsimError
from tests.unit.lab import fakes


@pytest.fixture(autouse=True)
def _catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    fakes.install(monkeypatch, "drawn", "exact", "faulty")


def test_names_stay_in_order_and_come_once() -> None:
    asked = requests(["faulty", "drawn", "faulty"], seed=3, patients=5)
    assert asked == [LabRequest("faulty", 3, 5), LabRequest("drawn", 3, 5)]


def test_all_stands_for_every_one() -> None:
    assert [one.name for one in requests(["all"])] == ["drawn", "exact", "faulty"]
    assert len(requests(["exact", "all"])) == 3


def test_a_drug_goes_to_those_of_all_that_take_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = lambda text: Influence(" ".join(text.split()), np.zeros(1), ())
    monkeypatch.setattr(kapsim.lab.request, "influence", read)
    spaced = "  ketamine racemate  0.5 mg/kg iv over 40 min@-24h"
    asked = requests(["all"], drugs=[spaced, fakes.DRUG, fakes.LATER])
    drugs = {one.name: one.drugs for one in asked}
    assert drugs == {"drawn": (fakes.DRUG, fakes.LATER), "exact": (), "faulty": ()}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"asked": ["drwn"]}, "no experiment 'drwn'. Did you mean drawn?"),
        ({"asked": ["drawn", "xyz"]}, "no experiment 'xyz'. `kapsim lab list`"),
        ({"asked": ["drawn"], "patients": 0}, r"in \[1, 1000000\]; got 0"),
        ({"asked": ["drawn"], "patients": 10**9}, "got 1000000000"),
        ({"asked": ["drawn"], "seed": -1}, "The seed must lie"),
        (
            {"asked": ["drawn", "exact"], "drugs": [fakes.DRUG]},
            "no meaning in exact. It can be added to: drawn",
        ),
    ],
)
def test_an_impossible_request_says_why(options: dict, said: str) -> None:
    with pytest.raises(LabError, match=said):
        requests(options.pop("asked"), **options)


@pytest.mark.parametrize(
    "drug", ["ketamine racemate 0.5 mg/kg iv", "ketamine 1 mg iv@soon", "tea 1 mg@1h"]
)
def test_a_drug_that_cannot_be_read_is_refused(drug: str) -> None:
    with pytest.raises(KapsimError):
        requests(["drawn"], drugs=[drug])


def test_the_key_holds_all_that_the_result_depends_on() -> None:
    keys = {
        LabRequest(*fields).key()
        for fields in [("a",), ("b",), ("a", 2), ("a", 1, 5), ("a", 1, None, ("x",))]
    }
    assert len(keys) == 5
    assert LabRequest("a").key() == LabRequest("a", 1, None, ()).key()
