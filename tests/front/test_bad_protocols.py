"""Protocols that cannot be used: what is said of each, and exit code 2."""

import pathlib

import pytest

from kapsim.cli.main import main
from kapsim.trial.loading import load_protocol, parse_protocol
from kapsim.trial.protocol_file.problems import ProtocolError
from tests.unit.trial.builders import TEXT

# What is replaced in a valid protocol, by what, and what must be said of it.
CASES = {
    "unknown field": (
        "  weight: {mean",
        "  wieght: {mean",
        "line 10, column 3: population.wieght: unknown field. Allowed: one of",
        "Did you mean 'weight'?",
    ),
    "wrong unit": (
        "amount: 0.5 mg/kg",
        "amount: 0.5 mL/kg",
        "line 18, column 17: arms[0].treatments[0].amount: got '0.5 mL/kg'",
        "Allowed: a mass, or a mass per kg, above zero",
    ),
    "no unit": (
        "amount: 0.5 mg/kg",
        "amount: 0.5",
        "arms[0].treatments[0].amount: got 0.5",
        "Allowed: a number with a unit, such as 0.5 mg/kg. Add the unit to amount.",
    ),
    "missing salt form": (
        "        form: base\n",
        "",
        "line 15, column 9: arms[0].treatments[0].form: is missing",
        "Allowed: base or hydrochloride",
    ),
    "missing mirror form": (
        "        enantiomer: racemate\n",
        "",
        "arms[0].treatments[0].enantiomer: is missing. Allowed: racemate, S or R",
    ),
    "mirror form without kinetics": (
        "enantiomer: racemate\n        form: base\n        amount: 0.5 mg/kg\n"
        "        route: intravenous\n        over: 40 min",
        "enantiomer: R\n        form: base\n        amount: 0.5 mg/kg\n"
        "        route: oral",
        "arms[0].treatments[0].route: got 'arketamine oral'. Allowed: arketamine intra",
    ),
    "mirror form of another name": (
        "drug: ketamine\n        enantiomer: racemate",
        "drug: arketamine\n        enantiomer: S",
        "arms[0].treatments[0].enantiomer: got 'S'. Allowed: R, for arketamine",
    ),
    "a medicine twice": (
        "    sessions:",
        "    medicines: [rifampicin, naltrexone, rifampicin]\n    sessions:",
        "arms[0].medicines[2]: got 'rifampicin'. Allowed: each medicine once",
    ),
    "unknown medicine": (
        "    sessions:",
        "    medicines: [naltrexon]\n    sessions:",
        "line 22, column 17: arms[0].medicines[0]: got 'naltrexon'. Allowed: 'clarithr",
        "Did you mean 'naltrexone'?",
    ),
    "baseline on another scale": (
        "{scale: MADRS, mean",
        "{scale: PHQ-9, mean",
        "population.baseline.scale: got 'PHQ-9'. Allowed: MADRS, in this version",
    ),
    "negative dose": (
        "0.5 mg/kg",
        "-0.5 mg/kg",
        "arms[0].treatments[0].amount: got '-0.5 mg/kg'",
        "is negative",
    ),
    "zero dose": ("0.5 mg/kg", "0 mg/kg", "got '0 mg/kg'. Allowed: a mass"),
    "visit before baseline": (
        "day 1 + 2 h",
        "day 1 - 2 h",
        "line 31, column 10: visits[1].at: got 'day 1 - 2 h'",
        "Allowed: day 1 (the baseline visit) or later",
    ),
    "baseline after a dose": (
        "at: day 1, baseline",
        "at: day 1 + 1 h, baseline",
        "visits[0].at: got 'day 1 + 1 h'. Allowed: day 1 (the first dose) or earlier",
    ),
    "no baseline visit": (
        "baseline: true, ",
        "",
        "visits: got 'no baseline visit'. Allowed: one visit with baseline: true",
    ),
    "two baseline visits": (
        "{at: day 8, scales",
        "{at: day 8, baseline: true, scales",
        "line 32, column 27: visits[2].baseline: got true. Allowed: one baseline visit",
    ),
    "visits out of order": (
        "at: day 1 + 2 h",
        "at: day 9",
        "visits[2].at: got 'day 8'. Allowed: a time after day 9",
    ),
    "overlapping sessions": (
        "at: [day 5 + 30 min]",
        "at: [day 2 + 200 min]",
        "arms[0].sessions[1].at[0]: got 'session at day 2 + 200 min'",
        "Allowed: no session before day 2 + 230 min",
    ),
    "session after a dose that is not given": (
        "at: [day 5 + 30 min]",
        "at: [dose 1 + 2 h, dose 3 + 2 h]",
        "line 24, column 62: arms[0].sessions[1].at[1]: got 'dose 3 + 2 h'. Allowed: ",
        "dose 1 to dose 2, as many as this arm has. Name one of these, or add the dose",
    ),
    "dose counted from a dose": (
        "over: 40 min\n        days: [1, 4]",
        "over: 40 min\n        at: [day 1, dose 1 + 3 d]",
        "arms[0].treatments[0].at[1]: got 'dose 1 + 3 d'. Allowed: a day counted from",
        "Write the day: only therapy sessions can be counted from a dose.",
    ),
    "antidepressants out of order": (
        "    control: saline",
        "    antidepressant: {use: started, since: day 2, until: day 2}",
        "arms[1].antidepressant.until: got 'day 2'. Allowed: a time after day 2",
        "Put since, switches and until into the order of time.",
    ),
    "overlapping infusions": (
        "over: 40 min\n        days: [1, 4]",
        "over: 40 min\n        at: [day 1, day 1 + 30 min]",
        "arms[0].treatments[0].at[1]: got 'intravenous ketamine at day 1 + 30 min'",
        "Allowed: none before day 1 + 40 min",
    ),
    "unknown drug": (
        "drug: ketamine",
        "drug: ketamin",
        "arms[0].treatments[0].drug: got 'ketamin'. Allowed: ketamine by any route",
        "Did you mean 'ketamine'?",
    ),
    "unknown route": (
        "        route: intravenous",
        "        route: per os",
        "arms[0].treatments[0].route: got 'per os'. Allowed: ketamine by any route; es",
    ),
    "drug not by that route": (
        "drug: ketamine\n        enantiomer: racemate\n        form: base\n"
        "        amount: 0.5 mg/kg\n        route: intravenous\n        over: 40 min",
        "drug: midazolam\n        form: base\n        amount: 5 mg\n"
        "        route: nasal",
        "arms[0].treatments[0].route: got 'midazolam nasal'. Allowed: midazolam intrav",
    ),
    "infusion without length": (
        "        over: 40 min\n",
        "",
        "arms[0].treatments[0].over: is missing",
    ),
    "length of a swallowed dose": (
        "route: intravenous\n        over: 40 min",
        "route: oral\n        over: 40 min",
        "arms[0].treatments[0].over: got '40 min'. Allowed: nothing, for the oral",
    ),
    "spray per kg": (
        "route: intravenous\n        over: 40 min",
        "route: nasal",
        "arms[0].treatments[0].amount: got '0.5 mg/kg'. Allowed: a mass, for a spray",
    ),
    "placebo with an amount": (
        "{drug: placebo,",
        "{drug: placebo, amount: 1 mg,",
        "arms[1].treatments[0].amount: got '1 mg'. Allowed: nothing, for placebo",
    ),
    "not a number": (
        "mean: 34,",
        "mean: .nan,",
        "line 7, column 34: population.baseline.mean: got nan. Allowed: a finite num",
    ),
    "infinite": ("sd: 5}", "sd: .inf}", "population.baseline.sd: got inf"),
    "true for a number": ("mean: 34,", "mean: yes,", "baseline.mean: got true"),
    "duplicate arm names": (
        "name: saline",
        "name: ketamine",
        "line 25, column 11: arms[1].name: got 'ketamine'",
        "Allowed: a name that no other arm has",
    ),
    "duplicate field": (
        "female: 60 %",
        "female: 60 %\n  female: 50 %",
        "line 12, column 3: population.female: the field is there twice",
        "the first is on line 11",
    ),
    "days repeated": (
        "days: [1, 4]\n    sessions",
        "days: [1, 1]\n    sessions",
        "arms[0].treatments[0].days[1]: got 1. Allowed: times in ascending order",
    ),
    "days descending": (
        "days: [2, 3]",
        "days: [3, 2]",
        "arms[0].sessions[0].days[1]: got 2. Allowed: times in ascending order",
    ),
    "day zero": (
        "days: [2, 3]",
        "days: [0, 3]",
        "days[0]: got 0. Allowed: a number of",
    ),
    "neither days nor at": (
        ", days: [2, 3], clock: + 3 h",
        "",
        "line 23, column 9: arms[0].sessions[0]: got 'no days and no at'",
    ),
    "dose before day 1": (
        "days: [1, 4]\n    sessions",
        "days: [1, 4]\n        clock: -2 h\n    sessions",
        "arms[0].treatments[0].days[0]: got 'day 1 - 2 h'. Allowed: day 1 or later",
    ),
    "offset that YAML reads as a list": (
        "clock: + 3 h}",
        "minutes: 50}\n      - modality: support\n        clock: - 2 h",
        "line 25, column 16: not YAML",
        "A text must not begin with '- ': write '-2 h' without the space.",
    ),
    "session of a day": (
        "minutes: 90",
        "minutes: 1440",
        "arms[0].sessions[1].minutes: got 1440. Allowed: a number below 1440",
    ),
    "control that is none": (
        "control: saline",
        "control: midazolam",
        "arms[1].control: got 'midazolam'. Allowed: midazolam only in an arm given",
    ),
    "raised without levels": (
        "    control: saline",
        "    adjustments: [{at: [day 1], measure: MADRS, at_least: 9, then: raise}]",
        "arms[1].adjustments[0].then: got 'raise'. Allowed: levels in a treatment",
        "Add the amounts that there are, as multiples: levels: [1, 1.5].",
    ),
    "endpoint without a visit": (
        "kind: change, at: day 8",
        "kind: change, at: day 7",
        "endpoints[0].at: got 'day 7'. Allowed: a visit: day 1, day 1 + 2 h, day 8",
    ),
    "endpoint for a scale not rated": (
        "measure: MADRS, kind: change, at: day 8",
        "measure: QIDS-SR, kind: change, at: day 1 + 2 h",
        "endpoints[0].measure: got 'QIDS-SR'. Allowed: a scale rated on day 1 + 2 h",
    ),
    "published for an unknown arm": (
        "- arm: ketamine",
        "- arm: ketamin",
        "published[0].arm: got 'ketamin'. Allowed: ketamine, saline",
        "Did you mean 'ketamine'?",
    ),
    "published for an unknown visit": (
        "    at: day 8",
        "    at: day 6",
        "published[0].at: got 'day 6'. Allowed: a visit: day 1,",
    ),
    "more responders than patients": (
        "value: 3",
        "value: 13",
        "published[0].value: got 13. Allowed: a whole number from 0 to n = 12",
    ),
    "unknown source": (
        "sources: [daly_2018]",
        "sources: [dally_2018]",
        "sources[0]: got 'dally_2018'. Allowed: the key of a source",
        "Did you mean 'daly_2018'?",
    ),
    "impossible entry threshold": (
        "  baseline: {",
        "  entry: {at_least: 36}\n  baseline: {",
        "population.baseline: got 'mean 34, SD 5, entry 36'",
        "must be above the entry threshold",
    ),
    "too wide for the entry threshold": (
        "  baseline: {scale: MADRS, mean: 34, sd: 5}",
        "  entry: {at_least: 32}\n  baseline: {scale: MADRS, mean: 34, sd: 9}",
        "population.baseline: got 'mean 34, SD 9, entry 32'",
        "baseline SD (of the enrolled) must be above 0 and at most",
    ),
    "unknown hypothesis": (
        "arms:\n",
        "hypotheses: {H9: on}\narms:\n",
        "line 12, column 14: hypotheses.H9: got 'H9'",
        "asymmetric_learning",
    ),
    "unknown parameter": (
        "arms:\n",
        "parameters: {mind.mood.b_q: 0.0}\narms:\n",
        "parameters.mind.mood.b_q: got 'mind.mood.b_q'",
        "Did you mean mind.mood.b_p",
    ),
    "parameter out of bounds": (
        "arms:\n",
        "parameters: {mind.mood.b_p: 1.0e+9}\narms:\n",
        "parameters.mind.mood.b_p: got 1000000000. Allowed:",
        "Choose a value within the bounds.",
    ),
    "parameter that is no number": (
        "arms:\n",
        "parameters: {mind.mood.b_p: much}\narms:\n",
        "parameters.mind.mood.b_p: got 'much'. Allowed: a finite number",
    ),
    "another version": ("kapsim: 1", "kapsim: 7", "line 1, column 9: kapsim: got 7"),
    "rater who cannot rate": (
        "{at: day 8, scales",
        "{at: day 8, rater: self, scales",
        "visits[2].rater: got 'self'. Allowed: self only for QIDS-SR, PHQ-9",
    ),
    "scale twice": (
        "[MADRS, QIDS-SR]}\nendpoints",
        "[MADRS, MADRS]}\nendpoints",
        "visits[2].scales[1]: got 'MADRS'. Allowed: each scale once",
    ),
    "anchors": ("name: small", "name: &n small", "no anchors (&) and no aliases (*)"),
}

BINARY = {
    "binary": (b"\x7fELF\x02\x01\x01\x00" * 20, "the file is not text"),
    "not UTF-8": (TEXT.replace("small", "sm\xe5ll").encode("latin-1"), "is not UTF-8"),
    "empty": (b"", "the file is empty"),
    "a list": (b"- kapsim: 1\n", "a list. Allowed: a mapping"),
    "50 MB": (b"# " + b"x" * 50_000_000, "larger than 2 MB"),
    "deep": (b"a: " + b"[" * 100_000, "nesting deeper than 12"),
    "bomb": (
        b"a: &a [x, x]\n"
        + b"".join(b"b%d: &b%d [*a, *a]\n" % (i, i) for i in range(99)),
        "no anchors (&) and no aliases (*)",
    ),
}


def test_the_protocol_that_is_spoilt_below_is_good() -> None:
    assert parse_protocol(TEXT, "small.yaml").name == "small"


@pytest.mark.parametrize("case", CASES)
def test_what_is_said(case: str) -> None:
    old, new, *expected = CASES[case]
    assert old in TEXT
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(TEXT.replace(old, new, 1), "small.yaml")
    said = str(caught.value)
    assert said.startswith("small.yaml: ")
    for part in expected:
        assert part in said


def test_several_problems_are_listed_together() -> None:
    text = TEXT.replace("0.5 mg/kg", "-1 mg").replace("day 8, scales", "day 0, scales")
    with pytest.raises(ProtocolError) as caught:
        parse_protocol(text, "small.yaml")
    assert len(caught.value.problems) == 2
    assert str(caught.value).startswith("small.yaml: 2 things to put right\n  line 18")


@pytest.mark.parametrize("case", BINARY)
def test_files_that_hold_no_protocol(case: str, tmp_path: pathlib.Path) -> None:
    content, expected = BINARY[case]
    path = tmp_path / "protocol.yaml"
    path.write_bytes(content)
    with pytest.raises(ProtocolError) as caught:
        load_protocol(path)
    assert expected in str(caught.value)


def test_no_arms() -> None:
    head, tail = TEXT.split("arms:\n")
    text = f"{head}arms: []\nvisits:{tail.split('visits:')[1]}"
    with pytest.raises(ProtocolError, match=r"line 12, column 7: arms: is empty"):
        parse_protocol(text, "small.yaml")


@pytest.mark.parametrize(
    "case", ["negative dose", "missing salt form", "50 MB", "bomb"]
)
def test_the_program_refuses_with_code_2(
    case: str, tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "protocol.yaml"
    if case in CASES:
        old, new, expected, *_ = CASES[case]
        path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    else:
        content, expected = BINARY[case]
        path.write_bytes(content)
    assert main(["run", str(path), "--dry-run"]) == 2
    streams = capsys.readouterr()
    assert expected in streams.err
    assert "Traceback" not in streams.err
    assert streams.out == ""
