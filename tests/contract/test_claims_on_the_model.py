"""What claims say of the model's own tests is what its reports say."""

import json
import re
from pathlib import Path

import pytest

from kapsim.evidence import library
from kapsim.evidence.knowledge_schema import Claim
from kapsim.evidence.library import documents, index_records

ROOT = Path(__file__).parents[2]
VALIDATION = ROOT / "docs" / "validation"
CLAIMS = ROOT / "src" / "kapsim" / "evidence" / "library"

REPORTED = {
    "concerns.model_not_fitted": (
        "index.md",
        r"Studies that nothing was fitted to.*?95 % interval \| (?P<a>\d+ %)",
    ),
    "concerns.model_left_out": (
        "index.md",
        r"Calibration studies, each left out.*?95 % interval \| (?P<a>\d+ %).*?"
        r"mean changes[^|]*\| (?P<b>[\d.]+) points.*?"
        r"contrasts[^|]*\| (?P<c>[\d.]+) points",
    ),
    "concerns.model_fit": (
        "not-validated.md",
        r"Of (?P<a>\d+ )freed parameters the trials fix (?P<b>\d+) well, "
        r"(?P<c>\d+) partly and (?P<d>\d+) not",
    ),
}
"""Where the numbers of a claim stand in the reports."""


@pytest.fixture(scope="module")
def claims() -> dict[str, Claim]:
    return index_records(list(documents(CLAIMS, "claims")), Claim, "id")[0]


def missing(text: str, report: str, pattern: str) -> list[str]:
    """Numbers of a report that a text lacks."""
    found = re.search(pattern, report, re.DOTALL)
    assert found, f"the report no longer says {pattern!r}"
    said = [number.strip() for number in found.groupdict().values()]
    return [n for n in said if not re.search(rf"(?<![\d.]){re.escape(n)}(?!\d)", text)]


@pytest.mark.parametrize("name", sorted(REPORTED))
def test_numbers_are_those_of_the_report(name: str, claims: dict[str, Claim]) -> None:
    page, pattern = REPORTED[name]
    report = (VALIDATION / page).read_text()
    text = " ".join(claims[name].text.split())
    assert not missing(text, report, pattern)


def test_a_changed_report_is_noticed(claims: dict[str, Claim]) -> None:
    page, pattern = REPORTED["concerns.model_fit"]
    report = (VALIDATION / page).read_text()
    changed = re.sub(r"trials fix \d+ well", "trials fix 99 well", report)
    text = " ".join(claims["concerns.model_fit"].text.split())
    assert missing(text, changed, pattern) == ["99"]


def test_most_numbers_rest_on_assumptions_as_said(claims: dict[str, Claim]) -> None:
    records = library().parameters.values()
    assumed = sum(record.kind == "assumed" for record in records)
    assert claims["concerns.model_assumptions"].text.startswith("More than half")
    assert assumed > len(records) / 2


def test_uses_are_supported_as_said(claims: dict[str, Claim]) -> None:
    report = (VALIDATION / "index.md").read_text()
    uses = re.split(r"^### .* \{ #", report, flags=re.M)[1:]
    assert len(uses) == 5
    rating = re.compile(r"^- \*\*((?:Not s|S)upported.*?)\.\*\*", re.M)
    rated = [word for use in uses for word in rating.findall(use)]
    assert sorted(rated) == ["Not supported", *4 * ["Supported in part"]]
    unsupported = uses[rated.index("Not supported")]
    assert "Do ketamine and psychotherapy do more together than apart" in unsupported
    said = " ".join(claims["concerns.model_uses"].text.split())
    assert "supported in part in four of its five uses" in said
    assert (
        "what was called decisive for them is met, and other goals are missed" in said
    )
    assert "may not be used to claim that drug and therapy do more together" in said


def test_the_window_stays_open_as_said(claims: dict[str, Claim]) -> None:
    verdicts = json.loads((ROOT / "docs" / "laboratory" / "verdicts.json").read_text())
    numbers = verdicts["window-time-course"]["numbers"]
    assert numbers["share_day_10"] > 0.5
    said = " ".join(claims["window.a_few_days"].text.split())
    assert "ten days after one dose it is still more than half open" in said


def test_rivals_are_told_apart_as_said(claims: dict[str, Claim]) -> None:
    report = (VALIDATION / "index.md").read_text()
    rows = re.findall(
        r"^\| ([^|]+) \|[^|]*\|[^|]*\| (foretells worse|not told apart) \|",
        report,
        re.M,
    )
    assert {title for title, verdict in rows if verdict == "foretells worse"} == {
        "No direct lift of mood",
        "Expectancy alone",
    }
    assert len(rows) == 6
    said = claims["concerns.model_rivals"].text
    worse, rest = said.split("worse than whole.")
    assert "direct lift" in worse
    assert "expectancy alone" in worse
    assert "do not tell whether learning" in " ".join(rest.split())


def test_no_independent_study_has_tested_it_as_said(claims: dict[str, Claim]) -> None:
    report = (VALIDATION / "index.md").read_text()
    assert "0 are of studies that share neither patients nor trials" in report
    said = " ".join(claims["concerns.model_not_fitted"].text.split())
    assert "no independent trial has tested it" in said
    seen, of = re.findall(r"(\d+) of (\d+) have their middle", report)[0]
    assert 0.3 < int(seen) / int(of) < 0.37
    assert "A third of the priors" in claims["concerns.model_left_out"].text


def test_the_readme_says_what_the_report_says() -> None:
    report = (VALIDATION / "index.md").read_text()
    said = " ".join((ROOT / "README.md").read_text().split())
    (numbers, met) = re.findall(
        r"^\| published experiments that nothing was fitted to \| (\d+) \| (\d+) \|",
        report,
        re.M,
    )[0]
    assert f"Of {numbers} numbers of published experiments" in said
    assert f"nothing was fitted to, {met} are met" in said
    better = re.findall(
        r"^\| ([^|]+) \|.*\| foretells better \| [\d.]+ \|$", report, re.M
    )
    assert better == ["No symmetric plasticity", "A lift of mood, no learning"]
    assert "without plasticity, or with a lift of mood alone, slightly better" in said
