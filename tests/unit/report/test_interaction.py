"""The interaction in the report: never without its interval and its prior."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kapsim.report.interaction import (
    GAINS,
    interaction_line,
    interaction_shown,
    prior_said,
)
from kapsim.report.run_directory import RunDirectory
from kapsim.trial.parameters.draws_from import DrawsFrom
from tests.unit.trial import builders, posteriors

FREE = DrawsFrom.ASSUMPTIONS

TABLE = pd.DataFrame(
    {
        "visit": ["day 1", "day 8"],
        "day": [0.0, 7.0],
        "measure": ["MADRS", "MADRS"],
        "interaction": [0.0, -0.412],
        "se": [0.0, 0.05],
        "low": [0.0, -2.31],
        "median": [0.0, -0.4],
        "high": [0.0, 1.26],
        "draws": [32, 32],
        "patients": [2048, 2048],
    }
)


def run(place: Path, **changes: Any) -> RunDirectory:
    """A run directory of which the interaction alone is read."""
    empty, protocol = pd.DataFrame(), builders.protocol(**changes)
    return RunDirectory(place, {}, {}, protocol, empty, empty)


def test_a_run_without_it_shows_nothing(tmp_path: Path) -> None:
    assert interaction_shown(run(tmp_path)) is None


def test_each_visit_has_its_band(tmp_path: Path) -> None:
    TABLE.to_csv(tmp_path / "interaction.csv", index=False)
    shown = interaction_shown(run(tmp_path))
    assert shown is not None
    assert shown.rows[1] == ("day 8", "−0.41 (SE 0.05)", "−2.3 to 1.3")
    assert (shown.measure, shown.draws, shown.patients) == ("MADRS", 32, 2048)
    assert 'class="spread c0"' in shown.figure
    assert "last −0.4, band −2.3 to 1.3" in shown.figure


def test_the_prior_is_said_with_its_numbers() -> None:
    said = prior_said(builders.protocol(), FREE)
    assert "includes zero and the other sign" in said
    assert said.count("0.2, SD 0.7") == len(GAINS)


def test_gains_that_the_protocol_sets_have_no_prior() -> None:
    own = builders.protocol(parameters=dict.fromkeys(GAINS, 0.5))
    assert "is not drawn" in prior_said(own, FREE)
    assert "includes zero" not in prior_said(own, FREE, short=True)


def test_the_line_holds_value_band_and_prior() -> None:
    assert interaction_line(TABLE, builders.protocol(), FREE) == (
        "Drug times therapy, MADRS on day 8: −0.41 (SE 0.05), 95 % band over 32 draws "
        "−2.3 to 1.3. Its prior includes zero; a narrow band is not evidence."
    )


def test_the_posterior_is_said_with_the_draws_below_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posteriors.ship(monkeypatch, tmp_path)
    said = prior_said(builders.protocol(), DrawsFrom.POSTERIOR)
    assert "0 % of draws below zero" in said
    assert "posterior" in said
    other = [posteriors.content()["parameters"][0]]
    drawn = posteriors.content()["draws"]
    drawn["values"] = [row[:1] for row in drawn["values"]]
    posteriors.ship(monkeypatch, tmp_path, parameters=other, draws=drawn)
    said = prior_said(builders.protocol(), DrawsFrom.POSTERIOR)
    assert "was not calibrated and is not drawn" in said
