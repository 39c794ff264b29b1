"""The verb `ablate`: what is expected beside what is seen, piece by piece."""

import json
import math
import pathlib

import pandas as pd
import pytest

import kapsim.trial.variations.ablation
from kapsim.cli.main import main
from kapsim.engine.progress import OnProgress, silent
from kapsim.trial.request import RunRequest
from kapsim.trial.variations.ablation import Ablated

COMMON = {"meaning": "gone", "why": "why", "visit": "day 2", "se": 0.5}
VERDICTS = pd.DataFrame(
    [
        COMMON
        | {"ablation": "lift off", "arm": "ketamine", "difference": 3.25}
        | {"expected": "higher", "seen": "higher", "verdict": "as expected"},
        COMMON
        | {"ablation": "lift off", "arm": "placebo", "difference": 0.0, "se": 0.0}
        | {"expected": "unchanged", "seen": "unchanged", "verdict": "as expected"},
        COMMON
        | {"ablation": "loop cut", "arm": "ketamine", "difference": -1.0}
        | {"expected": "higher", "seen": "lower", "verdict": "against expectation"}
        | {"se": math.nan},
    ]
)
VISITS = VERDICTS[["ablation", "arm", "visit", "difference", "se"]].assign(
    intact=30.0, ablated=31.0, saved=[8.0, math.inf, 2.0]
)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[RunRequest]:
    """Requests that reached the ablation, in the place of which stands a table."""
    requests: list[RunRequest] = []

    def ablate(request: RunRequest, on_progress: OnProgress = silent) -> Ablated:
        requests.append(request)
        on_progress("intact", request.total)
        return Ablated(VISITS, VERDICTS, "MADRS")

    monkeypatch.setattr(kapsim.trial.variations.ablation, "ablate", ablate)
    monkeypatch.setenv("COLUMNS", "120")
    return requests


def test_the_table_shows_what_changed(
    asked: list[RunRequest], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ablate", "kap-2x2", "-n", "7", "--seed", "3"]) == 0
    (request,) = asked
    assert (request.seed, set(request.patients.values())) == (3, {7})
    out, err = capsys.readouterr()
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert "lift off ketamine 3.25 (0.50) day 2 8 higher higher as expected" in rows
    assert "loop cut ketamine −1.00 day 2 2 higher lower against expectation" in rows
    assert not any("placebo" in row for row in rows)
    assert "Lines without any change, as expected, left out: 1." in " ".join(rows)
    assert "Not medical advice" in out
    assert "Written" not in err


def test_files_and_json_hold_everything(
    asked: list[RunRequest], tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "new" / "place"
    assert main(["ablate", "kap-2x2", "-o", str(place), "--format", "json"]) == 0
    out, err = capsys.readouterr()
    data = json.loads(out)
    assert data == json.loads((place / "ablation.json").read_text())
    assert data["request"]["seed"] == 1
    assert [row["arm"] for row in data["verdicts"]] == [*VERDICTS["arm"]]
    assert data["verdicts"][1]["saved"] is None
    assert data["verdicts"][2]["se"] is None
    assert len(pd.read_csv(place / "verdicts.csv")) == 3
    assert pd.read_csv(place / "visits.csv")["saved"][0] == 8
    assert f"Written: {place}" in err


@pytest.mark.parametrize(
    ("options", "said"),
    [(["nothing"], "nothing"), (["kap-2x2", "-n", "0"], "must lie in [1,")],
)
def test_what_cannot_be_run_is_refused(
    asked: list[RunRequest],
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    assert main(["ablate", *options]) == 2
    assert said in capsys.readouterr().err
    assert asked == []
