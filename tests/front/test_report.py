"""The report as a reader gets it: one file, complete, safe, and asking for nothing."""

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest

from kapsim.drug import OCCUPANCY_NOTE
from kapsim.evidence import library
from kapsim.report import figure_svg, write_report
from tests.unit.report.reading import Page, outside_links, requests_of
from tests.unit.report.synthetic import protocol, write_run

HOSTILE = ("<script>alert(1)</script>", 'B & "quoted" </style>')
MANY = tuple(f"Arm {k}" for k in range(8))


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    run = write_run(tmp_path_factory.mktemp("run"))
    return write_report(run).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_report_asks_the_network_for_nothing(text, page):
    assert requests_of(page) == []
    assert not re.search(r"@import|url\((?!#)", text)
    assert not re.search(r"fetch\(|XMLHttpRequest|WebSocket|import\(", text)
    links = outside_links(page)
    assert links
    assert all(link.startswith("https://doi.org/") for link in links)


@pytest.mark.parametrize(
    "planted",
    [
        '<img src="https://example.org/a.png">',
        '<link rel="stylesheet" href="http://example.org/a.css">',
        '<script src="a.js"></script>',
    ],
)
def test_a_planted_request_is_found(text, planted):
    assert requests_of(Page(text.replace("</main>", planted + "</main>")))


def test_page_is_well_formed_and_figures_have_titles(text, page):
    assert page.open == []
    figures = re.findall(r"<svg(?![^>]*swatch).*?</svg>", text, flags=re.S)
    assert len(figures) > 10
    for figure in figures:
        root = ElementTree.fromstring(figure)
        assert root[0].tag.endswith("title")
        assert root[0].text
        assert root[1].tag.endswith("desc")
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = [
        attrs["href"][1:]
        for tag, attrs in page.elements
        if tag == "a" and attrs.get("href", "").startswith("#")
    ]
    assert set(targets) <= set(ids)


@pytest.mark.parametrize(
    "said",
    [
        "Research software. Not medical advice, not a dosing adviser.",
        "1,000 virtual patients with treatment-resistant depression in each of 2 arms",
        "MADRS (points; lower is better)",
        "only the uncertainty from the number of simulated patients",
        "They are not predictive",
        OCCUPANCY_NOTE,
        "agreement with those trials is no test of the model",
        "Whether therapy timed to the days after an infusion adds to it.",
        "−14.8 (",
        "kapsim rerun DIR",
        "20170405",
        "non finite state",
        "Daly, E. J.",
    ],
)
def test_report_says(page, said):
    assert said in page.text


def test_every_number_of_the_figure_is_in_a_table(page):
    tips = [attrs["data-tip"] for _, attrs in page.elements if "data-tip" in attrs]
    assert len(tips) == 2 * 5 + 2
    for tip in tips:
        if tip.endswith("simulated"):
            (value,) = re.findall(r"MADRS (.*), simulated", tip)
            assert value in page.text


def test_names_given_by_a_user_are_only_text(tmp_path):
    document = protocol(arms=HOSTILE, title="<img src=x onerror=alert(1)> & co")
    text = write_report(write_run(tmp_path, document)).read_text(encoding="utf-8")
    page = Page(text)
    assert HOSTILE[0] in page.text
    assert "<img src=x" in page.text
    assert sum(tag == "script" for tag, _ in page.elements) == 1
    assert not any(tag == "img" for tag, _ in page.elements)
    assert requests_of(page) == []
    ElementTree.fromstring(figure_svg(tmp_path))


def test_overrides_and_hypotheses_are_shown(tmp_path):
    record = next(
        r for r in library().parameters.values() if isinstance(r.value, float)
    )
    changed = {
        "hypotheses": {"H4": False},
        "cut": ["self_criticism"],
        "parameters": {record.id: record.value},
    }
    text = write_report(write_run(tmp_path, protocol(**changed))).read_text("utf-8")
    said = Page(text).text
    assert "Hypothesis “direct mood lift”: off" in said
    assert "Loop “self criticism”: cut, in every arm" in said
    assert f"{record.id} {record.meaning} {record.value:g}" in said


def test_eight_arms_over_sixty_weeks_stay_below_the_size_limit(tmp_path):
    visits = ("day 1", "day 1 + 2 h", "day 2", "day 8", "day 29", "day 141", "day 421")
    days = tuple(range(1, 400, 7))
    document = protocol(arms=MANY, visits=visits, dose_days=days)
    report = write_report(write_run(tmp_path, document))
    assert report.stat().st_size < 1_500_000


def test_report_without_published_values_says_nothing_of_them(tmp_path):
    run = write_run(tmp_path, protocol(published=False))
    text = write_report(run).read_text("utf-8")
    assert 'id="published"' not in text
    assert "Hollow" not in text


# -- the drug --------------------------------------------------------------------------

MIXED = ("Sham", "Midazolam")
RULE = (
    "Label of esketamine: consider a delay if the pressure before a dose is above "
    "140/90 mmHg, and watch the patient for at least 2 h."
)


def drug_section(text):
    """Rows of each table of the section on the drug, and all of its words."""
    inside = text.partition('<section id="drug">')[2].partition("</section>")[0]
    rows = [Page(row).text for row in re.findall(r"<tr.*?</tr>", inside, flags=re.S)]
    return rows, Page(inside).text


def without_drug():
    """A protocol in which the first arm gets a placebo, and the second midazolam."""
    document = protocol(arms=MIXED)
    (treatment,) = document["arms"][0]["treatments"]
    sham = {"drug": "placebo", "amount": None, "form": None, "enantiomer": None}
    document["arms"][0]["treatments"] = [{**treatment, **sham}]
    return document


def test_amounts_and_parameter_sets_are_told_per_arm(text):
    rows, said = drug_section(text)
    assert rows == [
        "Arm Drug Doses In all, mg Most in a week, mg Parameter set",
        "Ketamine infusion ketamine 6 240 80 IntravenousKetamine",
        "Midazolam infusion midazolam 6 21.6 7.2 IntravenousMidazolam",
        "Parameter set Measured in Caveat",
        "IntravenousKetamine venous plasma Venous set of healthy adults: arterial "
        "sets give a peak about twice as high after an infusion, and a bolus is not "
        "described in its first minutes.",
        "IntravenousMidazolam venous plasma One compartment with assumed values, "
        "enough for sedation in a control.",
    ]
    assert (
        "as free base, at the mean body weight of 80 kg; a week is any seven days."
        in said
    )
    number = said.partition(RULE)[2].split()[0]
    assert (
        "SPRAVATO" in text.partition(f'id="source-{number}"')[2].partition("</li>")[0]
    )
    assert said.endswith("enough for sedation in a control.")
    assert 'href="#drug"' in text


def test_an_arm_without_drug_is_left_out_and_occupancy_told_only_where_shown(
    tmp_path, page
):
    run = write_run(tmp_path, without_drug())
    text = write_report(run).read_text("utf-8")
    rows, _ = drug_section(text)
    assert rows[1] == "Midazolam midazolam 6 21.6 7.2 IntravenousMidazolam"
    assert len(rows) == 4
    assert page.text.count(OCCUPANCY_NOTE) == 1
    assert OCCUPANCY_NOTE not in Page(text).text
    assert "receptor occupancy" not in text
    assert OCCUPANCY_NOTE not in " ".join(figure_texts(figure_svg(run)))


def figure_texts(drawn):
    """What is written in a drawing."""
    return [node.text or "" for node in ElementTree.fromstring(drawn).iter()]


@pytest.mark.parametrize("recorded", [False, True])
def test_a_run_that_recorded_no_drug_has_no_section_on_it(tmp_path, recorded):
    place = write_run(tmp_path) / "provenance.json"
    record = json.loads(place.read_text())
    none = {"weight_kg": 80.0, "rule": "", "sources": [], "arms": []}
    del record["drug"]
    place.write_text(json.dumps({**record, **({"drug": none} if recorded else {})}))
    text = write_report(tmp_path).read_text("utf-8")
    assert 'id="drug"' not in text
    assert 'href="#drug"' not in text
    assert RULE not in text
    assert OCCUPANCY_NOTE in Page(text).text


def test_the_figure_alone_says_what_an_occupancy_is(tmp_path):
    drawn = figure_svg(write_run(tmp_path))
    assert OCCUPANCY_NOTE in " ".join(figure_texts(drawn))
    box = ElementTree.fromstring(drawn).attrib["viewBox"].split()
    lowest = max(float(y) for y in re.findall(r'<text x="14" y="([\d.]+)"', drawn))
    assert lowest < float(box[3])


# -- one run, one report ---------------------------------------------------------------


def test_a_library_that_has_changed_since_the_run_is_told(tmp_path, page):
    told = "The evidence library has changed since this run."
    assert told not in page.text
    run = write_run(tmp_path)
    record = run / "provenance.json"
    record.write_text(record.read_text().replace(library().digest, "0" * 64))
    assert told in Page(write_report(run).read_text("utf-8")).text


def test_figure_stands_alone(tmp_path):
    drawn = figure_svg(write_run(tmp_path))
    root = ElementTree.fromstring(drawn)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawn.count("<style>") == 1
    assert "prefers-color-scheme" not in drawn
    assert not re.search(r"(href|src)=", drawn)


def test_same_run_gives_the_same_report(tmp_path):
    run = write_run(tmp_path)
    first = write_report(run).read_bytes()
    assert write_report(run).read_bytes() == first
