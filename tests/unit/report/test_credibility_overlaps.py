"""What is checked only, and what it shares with what is fitted, is said."""

import pandas as pd

from kapsim.evidence.posterior import posterior
from kapsim.report.credibility.laboratory import (
    FITTED,
    NEW,
    OTHER,
    RERUN,
    by_part,
    part,
)
from kapsim.report.credibility.overlaps import independence, overlaps
from kapsim.report.credibility.recorded import Check
from kapsim.trial.loading import bundled_names, load_protocol
from kapsim.trial.protocol import ProtocolRole


def test_overlaps_are_of_studies_that_are_checked_with_sources_that_are_fitted() -> (
    None
):
    protocols = [load_protocol(name) for name in bundled_names()]
    checked = {
        one.name for one in protocols if one.role is ProtocolRole.DEVELOPMENT_CHECK
    }
    fitted = {
        figure.source
        for one in protocols
        if one.role is ProtocolRole.CALIBRATION
        for figure in one.published
    }
    assert set(overlaps()) <= checked
    assert {key for one in overlaps().values() for key in one.fitted} <= fitted


def test_independent_figures_are_counted_apart() -> None:
    figures = pd.DataFrame(
        {
            "study": ["cobalt", "cobalt", "a-new-one", "a-new-one", "a-new-one"],
            "scored": [True, False, True, True, True],
        }
    )
    said = independence(figures)
    assert "Of these 4 figures, 3 are of studies that share neither" in said
    assert "| `cobalt` | 1 | `vanbronswijk_2019` |" in said


def test_numbers_of_the_laboratory_are_told_by_what_they_are_compared_with() -> None:
    known = posterior()
    assert known is not None
    assert "bottemanne_2022" in known.studies
    ratio = (
        "belief-updating: learning rate from good over that from bad news, 4 h after "
        "ketamine"
    )
    assert part(ratio) == FITTED
    assert part("window-time-course: window at day 10 as a share of its widest") == NEW
    assert part("greatest distance from the closed form") == OTHER
    checks = [Check(ratio, "", "", met, "", "") for met in (True, False, False)]
    rows = by_part(checks).splitlines()
    assert f"| {FITTED} | 3 | 1 | 2 |" in rows
    assert f"| {RERUN} | 0 | 0 | 0 |" in rows
