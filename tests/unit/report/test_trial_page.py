"""The page of a virtual trial: complete, safe, and asking for nothing."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest

from kapsim.evidence import library
from kapsim.report.run_directory import RunDirectoryError
from kapsim.report.trial import write_trial_report
from kapsim.report.trial.answer import answer
from kapsim.trial.protocol import Protocol
from tests.unit.report.reading import Page, outside_links, requests_of
from tests.unit.report.synthetic import protocol
from tests.unit.report.synthetic_trial import (
    ARMS,
    ODDS,
    SHOWN,
    minimal_data,
    trial_data,
    write_trial,
)

HOSTILE = ("<script>alert(1)</script>", 'B & "quoted" </style>', ARMS[2])
OPTIONAL = ("looks", "flow", "course", "blinding", "paired")


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    directory = write_trial(tmp_path_factory.mktemp("trial"))
    return write_trial_report(directory).read_text("utf-8")


@pytest.fixture(scope="module")
def least(tmp_path_factory):
    directory = write_trial(tmp_path_factory.mktemp("least"), minimal_data)
    return write_trial_report(directory).read_text("utf-8")


@pytest.fixture(scope="module")
def data():
    return trial_data(Protocol.model_validate(protocol(ARMS)))


def sentences(data):
    """The answer with common spaces."""
    return [said.replace("\N{NO-BREAK SPACE}", " ") for said in answer(data)]


def inside(text, section):
    """Words of a section."""
    start = text.partition(f'<section id="{section}">')[2]
    return Page(start.partition("</section>")[0]).text


def test_page_asks_the_network_for_nothing_and_runs_nothing(text):
    page = Page(text)
    assert requests_of(page) == []
    assert "<script" not in text
    assert not re.search(r"@import|url\((?!#)", text)
    links = outside_links(page)
    assert links
    assert all(link.startswith("https://doi.org/") for link in links)


@pytest.mark.parametrize("name", ["text", "least"])
def test_page_is_well_formed_and_figures_have_titles(name, request):
    content = request.getfixturevalue(name)
    page = Page(content)
    assert page.open == []
    figures = re.findall(r"<svg(?![^>]*swatch).*?</svg>", content, flags=re.S)
    assert len(figures) >= 5
    for figure in figures:
        root = ElementTree.fromstring(figure)
        assert root[0].tag.endswith("title")
        assert root[0].text
        assert root[1].tag.endswith("desc")
        assert root[1].text
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    links = [attrs.get("href", "") for tag, attrs in page.elements if tag == "a"]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)


def test_the_answer_is_said_in_plain_sentences(data):
    assert sentences(data) == [
        "With 60 patients per arm (180 in all), 72 % of trials (Monte Carlo 69.5–75.1 "
        "%) succeed on MADRS change day 29, ketamine vs midazolam: they reject in "
        "favour of Ketamine infusion; 0 % reject in favour of Midazolam infusion; with "
        "the drug switched off, 5 % reject in either direction.",
        "Expect a difference of −4.2 points, and in a single trial anything from −7.4 "
        "to −1.0 (95 % of them).",
        "The blind fails in 76 % of trials; a drug that is felt but does nothing "
        "else would succeed in 23 %, with −1.3 of −4.2 points (30 %, 24.0–36.0 %): "
        "this is caused by what is felt, as the same people are simulated with all "
        "else that the drug does switched off.",
        "A real trial can only adjust for guesses: with right guesses at one half, "
        "−1.5 of −4.1 points would remain (MADRS at day 29). What this takes away is "
        "not what is caused by feeling the drug: guesses follow improvement too, and "
        "guesses at one half leave differences between arms in what is believed.",
    ]


def test_a_rejection_for_the_comparator_is_not_called_a_success(data):
    (row, *_) = (row for row in data["power"] if row["per_arm"] == SHOWN)
    against = {"power": 0.0, "power_low": 0.0, "power_high": 0.004}
    wrong = {**row, **against, "for_comparator": 0.36, "felt_only": 0.0}
    said = sentences({**data, "power": [wrong]})[0]
    assert "0 % of trials (Monte Carlo 0–0.4 %) succeed" in said
    assert "36 % reject in favour of Midazolam infusion" in said


@pytest.mark.parametrize("aim", ["non-inferiority", "equivalence"])
def test_a_margin_is_named_and_has_no_wrong_direction(data, aim):
    (row, *_) = (row for row in data["power"] if row["per_arm"] == SHOWN)
    shown = {**row, "tested": aim, "for_comparator": None, "type_1": 0.8}
    said = sentences({**data, "power": [shown]})[0]
    assert said.endswith(f": {aim} is shown; of trials with equal arms 80 % do.")


def test_the_answer_leaves_out_what_is_not_known(data):
    plan = Protocol.model_validate(protocol(ARMS))
    assert len(sentences(minimal_data(plan))) == 2
    (row,) = minimal_data(plan)["power"]
    nothing = {**row, "power": None, "mean_estimate": None}
    assert sentences({**data, "power": [nothing], "blinding": None}) == [
        "With 60 patients per arm (180 in all), no trial gave a test of MADRS change "
        "day 29, ketamine vs midazolam."
    ]
    ratio = {**row, "endpoint": ODDS, "mean_estimate": 0.9, "unit": "log odds ratio"}
    said = sentences({**data, "power": [{**ratio, "low": None}], "blinding": None})
    assert said[1] == "Expect an odds ratio of 2.46."


def test_rare_and_nearly_certain_are_not_never_and_always(data):
    (row, *_) = (row for row in data["power"] if row["per_arm"] == SHOWN)
    said = sentences({**data, "power": [{**row, "power": 0.998, "type_1": 0.004}]})[0]
    assert "more than 99 % of trials" in said
    assert "switched off, less than 1 % reject in either direction" in said


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("power", "Power, % 55.1 (52.0–58.2) 72.4 (69.5–75.1) 83.9 (81.5–86.0)"),
        ("power", "Rejected in favour of the comparator, % 0 (0–0.4) 0 (0–0.4)"),
        ("power", "True effect, only felt −1.26 (0.09)"),
        ("power", "Only felt, % of it 30.0 (24.0–36.0)"),
        ("power", "95 % of estimates −8.14 to −0.26"),
        ("power", "Method mmrm toeph, % 3.0 3.0 3.0"),
        ("power", "Failed replicates 2 of 1,000 0 of 1,000 0 of 1,000"),
        ("power", "Secondary and supportive endpoints (6)"),
        ("power", "not the uncertainty of the model"),
        ("looks", "50.0 2.963 0.003 16.4 0.3"),
        ("looks", "O’Brien and Fleming Power with looks, % 77.4 (74.7–79.9)"),
        ("looks", "in favour of the comparator with looks, % 0 (0–0.4)"),
        ("looks", "Expected patients 165.2 Expected patients, drug off 179.7"),
        ("flow", "Left: lack of effect 3 3.2"),
        ("protocol", "The protocol as a timeline"),
        ("course", "Band: 95 % of the trials of this size."),
        ("forest", "−3.5 (−6.8 to −0.3)"),
        ("blinding", "Right guesses at one half −1.5"),
        ("blinding", "day 29 patient 0.31 (0.23 to 0.39)"),
        ("paired", "ketamine vs midazolam −4.200 0.0610 0.1410 × 5.3"),
        ("validity", "Replicates are drawn from one cohort of 8,192"),
        ("validity", "Made up for a picture."),
        ("basis", "parameter records"),
        ("sources", "Daly, E. J."),
        ("provenance", "8,192 patients in every arm"),
    ],
)
def test_each_section_says_its_numbers(text, section, said):
    assert said in inside(text, section)


def test_research_software_is_said_on_top(text):
    head = Page(text.partition("</header>")[0]).text
    assert "Research software. Not medical advice, not a dosing adviser." in head


def test_what_a_trial_lacks_is_left_out(text, least):
    for section in OPTIONAL:
        assert f'<section id="{section}">' in text
        assert f'href="#{section}"' in text
        assert f'"{section}"' not in least
        assert f'href="#{section}"' not in least
    assert "no estimate" in inside(least, "forest")
    assert "Type I error, two-sided, %" in inside(text, "power")
    assert "Type I error, two-sided, %" not in inside(least, "power")


@pytest.mark.parametrize("name", ["text", "least"])
def test_what_is_unknown_is_not_written_as_a_number(name, request):
    shown = request.getfixturevalue(name).partition('<section id="basis">')[0]
    assert not re.search(r"\b(nan|NaN|None|inf)\b", Page(shown).text)
    assert not re.search(r'="[^"]*\b(nan|inf|None)\b', shown)


def test_names_given_by_a_user_are_only_text(tmp_path):
    document = protocol(HOSTILE, title="<img src=x onerror=alert(1)> & co")

    def named(plan):
        content = json.dumps(trial_data(plan))
        for name, given in zip(HOSTILE, ARMS, strict=True):
            content = content.replace(json.dumps(given), json.dumps(name))
        return json.loads(content)

    path = write_trial_report(write_trial(tmp_path, named, document))
    page = Page(path.read_text("utf-8"))
    assert HOSTILE[0] in page.text
    assert "<img src=x" in page.text
    assert not any(tag in ("script", "img") for tag, _ in page.elements)


def test_a_note_of_the_protocol_is_told_once(tmp_path):
    document = protocol(ARMS, notes=["Made up for a picture.", "Another."])
    text = write_trial_report(write_trial(tmp_path, document=document)).read_text()
    assert text.count("Made up for a picture.") == 1


def test_a_library_that_has_changed_is_told(tmp_path, text):
    told = "The evidence library has changed since this run."
    assert told not in text
    record = write_trial(tmp_path) / "provenance.json"
    record.write_text(record.read_text().replace(library().digest, "0" * 64))
    assert told in write_trial_report(tmp_path).read_text("utf-8")


def test_same_directory_gives_the_same_page_of_a_fair_size(tmp_path, text):
    path = write_trial_report(write_trial(tmp_path))
    assert path.name == "trial.html"
    assert path.read_text("utf-8") == text
    assert path.stat().st_size < 1_000_000


@pytest.mark.parametrize("name", ["request.json", "provenance.json", "trial.json"])
def test_an_unfinished_trial_is_refused_by_name(tmp_path, name):
    (write_trial(tmp_path) / name).unlink()
    with pytest.raises(RunDirectoryError, match=rf"lacks {name}.*kapsim trial"):
        write_trial_report(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("trial.json", "{", "Expecting"),
        ("trial.json", "[]", "JSON object"),
        ("trial.json", '{"title": "x"}', r"trial\.json lacks protocol, shown"),
        ("request.json", "{}", "protocol"),
    ],
)
def test_a_damaged_file_is_refused(tmp_path, name, content, told):
    (write_trial(tmp_path) / name).write_text(content)
    with pytest.raises(RunDirectoryError, match=told):
        write_trial_report(tmp_path)


def test_a_trial_without_power_is_refused(tmp_path):
    write_trial(tmp_path, lambda plan: {**trial_data(plan), "power": []})
    with pytest.raises(RunDirectoryError, match="lacks any row of power"):
        write_trial_report(tmp_path)


# -- warnings, and what is told of itself ----------------------------------------------


def test_too_few_trials_are_warned_of(text, least):
    assert 'id="warnings"' not in text
    said = Page(least.partition("</header>")[0]).text
    assert "one virtual trial of each size: a power near one half is known" in said


def test_cautions_on_the_protocol_stand_on_top(tmp_path):
    record = write_trial(tmp_path) / "provenance.json"
    warned = {"arm": ARMS[2], "kind": "group", "said": "In a group.", "sources": []}
    held = json.loads(record.read_text())
    record.write_text(json.dumps({**held, "warnings": [warned]}))
    text = write_trial_report(tmp_path).read_text("utf-8")
    said = Page(text.partition("</header>")[0]).text
    assert f"{ARMS[2]} : In a group. (group)" in said


def test_where_nothing_is_told_of_the_blind_it_is_said_why(tmp_path):
    why = {"blinding": None, "why_not_blind": "No arm is given ketamine."}
    write_trial(tmp_path, lambda plan: {**trial_data(plan), **why})
    text = write_trial_report(tmp_path).read_text("utf-8")
    assert "No arm is given ketamine." in inside(text, "blinding")
    assert 'href="#blinding"' in text
