"""Differences between arms in the report and on the terminal."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kapsim.report import write_report
from kapsim.report.contrasts import contrast_line, contrasts_shown
from kapsim.report.run_directory import read_run_directory
from kapsim.trial.protocol import Protocol
from tests.unit.report.reading import Page
from tests.unit.report.synthetic import TWO_ARMS, protocol, write_run

ENDS = [
    {"measure": "MADRS", "kind": "change", "at": "day 29"},
    {"measure": "MADRS", "kind": "remission", "at": "day 29"},
    {"measure": "QIDS-SR", "kind": "response", "at": "day 8"},
]
DRAWN = {
    "change_expected": -6.5,
    "change_low": -11.04,
    "change_high": 0.31,
    "response_expected": 20.0,
    "response_low": -3.2,
    "response_high": 41.8,
    "remission_expected": 12.0,
    "remission_low": 1.4,
    "remission_high": 26.0,
    "patients": 1000,
    "reference_patients": 1000,
    "draws": 24,
}


def table(arms: tuple[str, str] = TWO_ARMS, *, drawn: bool = True) -> pd.DataFrame:
    """Made-up differences of two arms at each visit."""
    days = {"day 1": 0.0, "day 2": 1.0, "day 8": 7.0, "day 15": 14.0, "day 29": 28.0}
    return pd.DataFrame(
        {
            "arm": arms[0],
            "reference": arms[1],
            "visit": visit,
            "day": day,
            "measure": measure,
            "persons": 997,
            "change": -7.16 - day,
            "change_se": 0.194,
            "response": 34.1,
            "response_se": 1.52,
            "remission": 23.0,
            "remission_se": 1.33,
            **(DRAWN if drawn else {}),
        }
        for measure in ("MADRS", "QIDS-SR")
        for visit, day in days.items()
    )


def written(place: Path, *, drawn: bool = True, **changes: Any) -> Path:
    """A run directory with its differences."""
    document = protocol(**{"endpoints": ENDS, **changes})
    arms = document["arms"][0]["name"], document["arms"][1]["name"]
    run = write_run(place / "run", document)
    table(arms, drawn=drawn).to_csv(run / "contrasts.csv", index=False)
    return run


def test_a_run_directory_without_the_file_shows_nothing(tmp_path: Path) -> None:
    run = write_run(tmp_path / "old")
    assert contrasts_shown(read_run_directory(run)) == ()
    page = write_report(run).read_text("utf-8")
    assert "#contrasts" not in page
    assert "Differences between arms" not in page


def test_each_endpoint_has_the_differences_with_both_uncertainties(
    tmp_path: Path,
) -> None:
    first, second = contrasts_shown(read_run_directory(written(tmp_path)))
    assert (first.end.measure, first.end.visit) == ("MADRS", "day 29")
    (row,) = first.rows
    assert (row["arm"], row["reference"]) == TWO_ARMS
    assert row["change"] == "−35.2 (SE 0.19)"
    assert row["response"] == "34 (SE 1.5)"
    assert row["patients"] == "1,000 and 1,000"
    new = {"change": "−11.0 to 0.3", "response": "−3 to 42", "remission": "1 to 26"}
    assert row["new"] == new
    titles = [str(figure) for figure in (*first.figures, *second.figures)]
    asked = (
        "difference of change",
        "difference of remission",
        "difference of response",
    )
    assert len(titles) == len(asked)
    for said, figure in zip(asked, titles, strict=True):
        assert said in figure
        assert ElementTree.fromstring(figure) is not None


def test_the_table_stands_right_after_the_results(tmp_path: Path) -> None:
    text = write_report(written(tmp_path)).read_text("utf-8")
    page = Page(text)
    assert page.open == []
    places = [text.index(f'id="{name}"') for name in ("results", "contrasts", "course")]
    assert places == sorted(places)
    assert "−11.0 to 0.3" in page.text
    assert "cannot be subtracted" in page.text


def test_without_draws_the_monte_carlo_part_is_alone(tmp_path: Path) -> None:
    run = written(tmp_path, drawn=False)
    (row,) = contrasts_shown(read_run_directory(run))[0].rows
    assert row["new"] == {}
    text = Page(write_report(run).read_text("utf-8")).text
    assert "They are not predictive" in text[text.index("Differences between arms") :]


def test_names_of_arms_are_text_and_not_markup(tmp_path: Path) -> None:
    hostile = ("<b>drug</b>", "NA")
    text = write_report(written(tmp_path, arms=hostile, published=False)).read_text()
    assert "<b>drug" not in text
    assert "less NA" in Page(text).text


def line(found: pd.DataFrame, **changes: Any) -> str | None:
    """The line on the terminal."""
    plan = Protocol.model_validate(protocol(**{"endpoints": ENDS, **changes}))
    return contrast_line(found, plan)


def test_the_line_is_of_the_first_primary_endpoint() -> None:
    assert line(table(), endpoints=[ENDS[0] | {"at": "day 8"}]) == (
        "Difference of change, MADRS on day 8: Ketamine infusion less Midazolam "
        "infusion −14.2 points (SE 0.19); in a new trial of this size −11.0 to 0.3 "
        "(95 % interval)."
    )
    primary = [ENDS[0], ENDS[2] | {"role": "primary"}]
    assert line(table(drawn=False), endpoints=primary) == (
        "Difference of response, QIDS-SR on day 8: Ketamine infusion less Midazolam "
        "infusion 34 percent points (SE 1.5)."
    )


def test_the_line_without_endpoints_is_of_the_last_visit() -> None:
    said = line(table(), endpoints=[])
    assert said is not None
    assert "MADRS on day 29" in said


@pytest.mark.parametrize(
    ("endpoint", "found"),
    [
        ({"measure": "MADRS", "kind": "change", "at": "day 29"}, table().iloc[:2]),
        ({"measure": "MADRS", "kind": "ordinal", "at": "day 29"}, table()),
    ],
)
def test_there_is_no_line_where_nothing_answers_the_endpoint(
    endpoint: dict[str, Any], found: pd.DataFrame
) -> None:
    plan = Protocol.model_validate(protocol(endpoints=[ENDS[0]]))
    end = plan.endpoints[0].model_copy(update={"kind": endpoint["kind"]})
    assert contrast_line(found, plan.model_copy(update={"endpoints": (end,)})) is None
