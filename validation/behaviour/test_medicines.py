"""Other medicines beside the drug: what they take away, and what they leave alone."""

import json

import pytest

from kapsim.trial.request import RunRequest, per_arm
from kapsim.trial.runner import Run, execute
from tests.front import tiny

pytestmark = pytest.mark.validation_slow

TAKING = (
    tiny.SPRAY,
    tiny.SPRAY.replace("{name: spray,", "{name: blocked, medicines: [naltrexone],"),
    tiny.SPRAY.replace("{name: spray,", "{name: induced, medicines: [rifampicin],"),
    tiny.PLACEBO.replace(
        "{name: placebo,", "{name: sham, medicines: [naltrexone, rifampicin],"
    ),
    tiny.PLACEBO,
)
RATED = (
    "{at: day 1, baseline: true, scales: [MADRS]}",
    "{at: day 1 + 40 min, scales: [CADSS]}",
    "{at: day 2, scales: [MADRS]}",
    "{at: day 8, scales: [MADRS]}",
)


@pytest.fixture(scope="module")
def taking(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The same people with and without other medicines."""
    asked = tiny.protocol(TAKING, RATED)
    many = per_arm(asked, 400)
    request = RunRequest(protocol=asked, patients=many, seed=3, draws=0)
    return execute(request, tmp_path_factory.mktemp("taking") / "run")


def scores(done: Run, arm: str, visit: str) -> list[float]:
    rows = tiny.rows(done.directory, arm)
    return rows[rows["visit"] == visit]["score"].tolist()


def test_naltrexone_takes_response_and_leaves_dissociation(taking: Run) -> None:
    early = "day 1 + 40 min"
    assert scores(taking, "blocked", early) == scores(taking, "spray", early)
    found = taking.summary().set_index(["arm", "visit"])
    means, response = found["mean"], found["response_pct"]
    assert means["spray", "day 2"] < means["blocked", "day 2"]
    assert means["blocked", "day 2"] < means["placebo", "day 2"]
    lost = response["spray", "day 2"] - response["blocked", "day 2"]
    gained = response["spray", "day 2"] - response["placebo", "day 2"]
    assert 0.5 * gained < lost < gained


def test_rifampicin_lowers_what_is_in_the_blood(taking: Run) -> None:
    peaks = {
        arm: float(
            taking.trajectories(arm)["ketamine_ng_ml"].sel(statistic="mean").max()
        )
        for arm in ("spray", "induced", "blocked", "sham")
    }
    assert peaks["induced"] < 0.95 * peaks["spray"]
    assert peaks["blocked"] == peaks["spray"]
    assert peaks["sham"] == 0


def test_medicines_do_nothing_without_a_drug(taking: Run) -> None:
    for visit in ("day 1", "day 2", "day 8"):
        assert scores(taking, "sham", visit) == scores(taking, "placebo", visit)


def test_the_records_of_a_medicine_are_cited(taking: Run) -> None:
    record = json.loads((taking.directory / "provenance.json").read_text())
    assert "drug.interactions.naltrexone.loss" in record["evidence"]["records"]
    assert "drug.interactions.rifampicin.oral_area" in record["evidence"]["records"]
    assert (
        "drug.interactions.ticlopidine.oral_area" not in record["evidence"]["records"]
    )
    cited = (taking.directory / "citations.bib").read_text("utf-8")
    assert "williams_2018" in cited
    assert "peltoniemi_2012" in cited
