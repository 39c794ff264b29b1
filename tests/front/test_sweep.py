"""What is made of a sweep: effect, gain over the longest delay, bands, files."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kapsim.cli.main import main
from kapsim.engine.progress import OnProgress, silent
from kapsim.report.sweep import sweep_data, sweep_panels, sweep_table, write_sweep
from kapsim.trial import load_protocol
from kapsim.trial.variations.sweep import summary
from kapsim.trial.variations.sweep_request import SweepRequest

DELAYS = ("0 d", "2 d", "28 d")
LATE = "4 weeks after the last session"
ARM, REFERENCE = "ketamine, then therapy", "ketamine, then contact"


def request(delays: tuple[str, ...] = DELAYS) -> SweepRequest:
    """A sweep with twenty draws."""
    protocol = load_protocol("therapy-timing")
    return SweepRequest(protocol=protocol, delays=delays, draws=20)


def swept(delays: tuple[str, ...] = DELAYS) -> pd.DataFrame:
    """An effect of -(1 + draw) at once, that fades by a tenth of a point a day."""
    rows = [
        (delay, day, ARM, REFERENCE, outcome, draw, -(1.0 + draw) + day / 10, 0.05)
        for delay in delays
        for day in [float(delay.split()[0])]
        for draw in range(21)
        for outcome in ("on day 113", LATE)
    ]
    names = ("delay", "delay_d", "arm", "reference", "outcome", "draw", "effect", "se")
    return pd.DataFrame(rows, columns=pd.Index(names))


def test_the_line_is_draw_zero_and_the_band_the_others() -> None:
    shown = summary(swept())
    assert list(shown["outcome"]) == ["on day 113"] * 3 + [LATE] * 3
    first = shown.iloc[0]
    assert (first["effect"], first["se"], first["draws"]) == (-1.0, 0.05, 20)
    drawn = -(1.0 + np.arange(1, 21))
    np.testing.assert_allclose(
        [first["low"], first["median"], first["high"]],
        np.quantile(drawn, [0.025, 0.5, 0.975]),
        rtol=1e-12,
        atol=0,
    )


def test_the_gain_is_within_each_draw() -> None:
    shown = summary(swept())
    own = shown[shown["outcome"] == LATE]
    for name in ("gain", "gain_low", "gain_median", "gain_high"):
        np.testing.assert_allclose(own[name], [-2.8, -2.6, 0.0], rtol=1e-9, atol=1e-9)
    mixed = swept()
    here = mixed["delay"] == "28 d"
    mixed.loc[here, "effect"] = mixed.loc[here, "effect"].to_numpy()[::-1]  # planted
    assert summary(mixed).iloc[0]["gain_high"] > 0


def test_an_outcome_that_ends_earlier_has_its_own_longest_delay() -> None:
    table = swept()
    table = table[(table["outcome"] != LATE) | (table["delay_d"] < 28)]
    own = summary(table).query("outcome == @LATE")
    np.testing.assert_allclose(own["gain"], [-0.2, 0.0], rtol=1e-9, atol=1e-9)
    titles = [panel.title for panel in sweep_panels(request(), table)]
    assert f"Gain over starting after 2 d, {LATE}" in titles


def test_files_hold_what_was_found(tmp_path: Path) -> None:
    page = write_sweep(tmp_path / "new", request(), swept())
    names = {path.name for path in page.parent.iterdir()}
    assert names == {"sweep.csv", "sweep.json", "sweep.svg", "sweep.html"}
    told = pd.read_csv(page.parent / "sweep.csv")
    pd.testing.assert_frame_equal(told, swept(), check_dtype=False)
    data = json.loads((page.parent / "sweep.json").read_text())
    assert data == json.loads(json.dumps(sweep_data(request(), swept())))
    assert data["request"]["therapy_after"] == list(DELAYS)
    assert len(data["results"]) == 6
    html = page.read_text()
    for said in (
        "Not medical advice",
        "8 sessions over 24 d move as one block",
        "less time to act and less time to fade",
        "A narrow band is not evidence",
        f"Compared with: {REFERENCE}",
        "−2.80",
    ):
        assert said in html, said
    assert html.count("<svg") == 4
    svg = (page.parent / "sweep.svg").read_text()
    assert svg.startswith("<svg")
    assert svg.count('class="spread c0"') == 4
    assert "NaN" not in svg + html


def test_one_delay_has_no_gain_to_draw() -> None:
    assert len(sweep_panels(request(("2 d",)), swept(("2 d",)))) == 2


def test_the_table_has_a_line_per_delay() -> None:
    table = sweep_table(request(), swept())
    cells = [list(column.cells) for column in table.columns]
    assert cells[1] == list(DELAYS)
    assert cells[2][0] == "−1.00 [−20.5, −2.5]"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[SweepRequest]:
    """Requests that reached the sweep, in the place of which stands a table."""
    requests: list[SweepRequest] = []

    def sweep(
        request: SweepRequest, chunks: Path, *, on_progress: OnProgress = silent
    ) -> pd.DataFrame:
        requests.append(request)
        on_progress("0 d after the last dose", request.courses)
        return swept(request.delays)

    monkeypatch.setattr("kapsim.trial.variations.sweep.sweep", sweep)
    monkeypatch.setenv("COLUMNS", "120")
    return requests


def test_the_verb_writes_and_shows(
    asked: list[SweepRequest], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["sweep", "therapy-timing", "--therapy-after", "0 d, 2 d,28 d"]
    command += ["--draws", "20", "-n", "7", "--seed", "3", "-o", str(tmp_path)]
    assert main(command) == 0
    (request,) = asked
    assert request.delays == DELAYS
    assert (request.draws, request.patients, request.seed) == (20, 7, 3)
    out, err = capsys.readouterr()
    assert "Research software. Not medical advice." in " ".join(out.split())
    assert f"Page: {tmp_path / 'sweep.html'}" in err

    more = ["--format", "json", "--at", "day 57", "--measure", "madrs"]
    assert main([*command, *more]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["request"]["visit"], data["request"]["measure"]) == ("day 57", "MADRS")
    assert all(math.isfinite(row["effect"]) for row in data["results"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["synapse"], "no arm of synapse has both doses and therapy"),
        (["therapy-timing", "--therapy-after", "soon"], "soon"),
        (["therapy-timing", "--measure", "BDI"], "there is no scale 'BDI'"),
        (["therapy-timing", "--measure", "PHQ-9"], "PHQ-9 is not rated"),
    ],
)
def test_what_cannot_be_swept_is_refused(
    asked: list[SweepRequest],
    capsys: pytest.CaptureFixture[str],
    options: list[str],
    said: str,
) -> None:
    assert main(["sweep", *options]) == 2
    assert said in " ".join(capsys.readouterr().err.split())
    assert asked == []
