"""Published studies as protocols: none forgotten, figures as they were found.

The tables here were entered from the list of studies and not from the protocol files.
"""

import csv
import functools
import pathlib
import re

import pytest

from kapsim.trial.loading import bundled_names, load_protocol
from kapsim.trial.protocol import Metric

CALIBRATION: dict[str, tuple[str, ...]] = {
    "fava_2018": ("fava-2018",),
    "salloum_2020": ("fava-2018",),
    "murrough_2013_biolpsych": ("murrough-2013-six",),
    "singh_2016_iv_ketamine": ("singh-2016-iv",),
    "phillips_2019": ("phillips-2019-single", "phillips-2019-repeated"),
    "domany_2019": ("domany-2019",),
    "anand_2023_elektd": ("elektd",),
    "daly_2018_synapse": ("synapse", "synapse-period-2"),
    "fedgchin_2019_transform1": ("transform-1",),
    "ochsross_2020_transform3": ("transform-3",),
    "daly_2019_sustain1": ("sustain-1", "sustain-1-responders"),
    "wilkinson_2017_cbt": ("wilkinson-2017-cbt",),
    "mcinnes_2022_kit": ("kit-2022",),
    "wilkinson_2019_ipd": ("wilkinson-2019",),
    "han_2016_meta": ("han-2016",),
    "rush_2006_stard": tuple(f"star-d-step-{step}" for step in (1, 2, 3, 4)),
    "zhdanava_2021_trd_us": (),
    "whiteford_2013": ("whiteford-2013",),
    "howard_1986": (),
    "hansen_2002": (),
    "barkham_2006_gel": (),
    "cuijpers_2013_dose": (),
    "cuijpers_2021_response": ("cuijpers-2021",),
    "vanbronswijk_2019": ("van-bronswijk-2019",),
    "hollon_2005": ("hollon-2005",),
}
DEVELOPMENT_CHECK: dict[str, tuple[str, ...]] = {
    "berman_2000": ("berman-2000",),
    "zarate_2006": ("zarate-2006",),
    "murrough_2013_ajp": ("murrough-2013-single",),
    "lapidus_2014": ("lapidus-2014",),
    "grunebaum_2018": ("grunebaum-2018",),
    "aanhetrot_2010": ("aan-het-rot-2010",),
    "sustain3_retreatment": ("sustain-3-after-placebo", "sustain-3-after-esketamine"),
    "wiles_2013_cobalt": ("cobalt",),
    "fournier_2022": ("fournier-2022",),
}
STUDIES = CALIBRATION | DEVELOPMENT_CHECK

WITHOUT_FIGURES = {"berman-2000"}
"""Nothing that was published is on a scale of kapsim."""

HERE = pathlib.Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "studies.md"
with (HERE / "study_figures.csv").open(encoding="utf-8", newline="") as _file:
    FIGURES = list(csv.DictReader(_file))

# who relapsed by day 15 of those well on day 4 [percent]: dose, responders, remitters
FADING = [("0.1", 80, 100), ("0.5", 50, 50), ("1.0", 30, 38)]

# days of the doses since the first one, as published or inferred there
DOSE_DAYS = [
    ("zarate-2006", [0]),
    ("aan-het-rot-2010", [0, 2, 4, 7, 9, 11]),
    ("elektd", [0, 3, 7, 10, 14, 17]),
    ("synapse-period-2", [0, 3]),
    ("transform-1", [0, 3, 7, 10, 14, 17, 21, 24]),
    ("transform-3", [0, 3, 7, 10, 14, 17, 21, 24]),
    ("wilkinson-2017-cbt", [0, 3, 7, 10]),
]

PATIENTS = [
    ("berman-2000", [7, 7]),
    ("zarate-2006", [17, 14]),
    ("murrough-2013-single", [47, 25]),
    ("fava-2018", [18, 20, 22, 20, 19]),
    ("grunebaum-2018", [40, 40]),
    ("domany-2019", [22, 19]),
    ("transform-1", [115, 114, 113]),
    ("sustain-1", [90, 86]),
    ("sustain-1-responders", [62, 59]),
    ("cobalt", [234, 235]),
]


load = functools.cache(load_protocol)


def rows() -> dict[str, list[str]]:
    """Cells of the rows of the page, by study."""
    lines = re.findall(r"^\| `(\w+)` \|(.*)\|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return {
        study: [cell.strip() for cell in rest.split(" | ")] for study, rest in lines
    }


def test_the_list_is_complete() -> None:
    assert (len(CALIBRATION), len(DEVELOPMENT_CHECK), len(STUDIES)) == (25, 9, 34)
    named = {name for names in STUDIES.values() for name in names}
    assert named == {n for n in bundled_names() if load(n).role is not None}


@pytest.mark.parametrize("study", STUDIES)
def test_each_study_is_a_protocol_or_has_its_reason(study: str) -> None:
    names = STUDIES[study]
    role, protocols, figures, said = rows()[study]
    assert role == ("calibration" if study in CALIBRATION else "development check")
    assert [f"`{name}`" for name in names] == re.findall(r"`[\w-]+`", protocols)
    counts = [len(load(name).published) for name in names]
    assert figures == (" + ".join(map(str, counts)) or "none")
    assert len(said) > 20
    for name in names:
        assert load(name).role == role.replace(" ", "_")


def test_the_page_has_no_other_study() -> None:
    assert set(rows()) == set(STUDIES)


@pytest.mark.parametrize("name", [n for names in STUDIES.values() for n in names])
def test_each_protocol_has_figures(name: str) -> None:
    study = load(name)
    assert bool(study.published) == (name not in WITHOUT_FIGURES)
    assert any(note.startswith("assumed:") for note in study.notes)
    assert study.endpoints


@pytest.mark.parametrize(
    "row", FIGURES, ids=lambda row: f"{row['protocol']}, {row['metric']} {row['at']}"
)
def test_figures_are_as_they_were_found(row: dict[str, str]) -> None:
    keys = ("arm", "versus", "since", "at", "metric")
    found = [
        one
        for one in load(row["protocol"]).published
        if all((getattr(one, key) or "") == row[key] for key in keys)
    ]
    assert len(found) == 1
    bounds = [float(row[end]) for end in ("low", "high") if row[end]]
    assert list(found[0].interval or ()) == bounds
    assert (found[0].value, found[0].grade) == (float(row["value"]), row["grade"])


@pytest.mark.parametrize(("dose", "responders", "remitters"), FADING)
def test_relapse_by_dose(dose: str, responders: float, remitters: float) -> None:
    found = {
        one.among: one.value
        for one in load("fava-2018").published
        if one.arm == f"ketamine {dose} mg/kg" and one.metric is Metric.RELAPSE_PERCENT
    }
    assert found == {"response": responders, "remission": remitters}


@pytest.mark.parametrize(("name", "days"), DOSE_DAYS)
def test_doses_are_on_their_days(name: str, days: list[int]) -> None:
    for arm in load(name).arms:
        assert [time_h / 24 for time_h in arm.dose_times_h] == days


@pytest.mark.parametrize(("name", "patients"), PATIENTS)
def test_patients_of_each_arm(name: str, patients: list[int]) -> None:
    assert [arm.patients for arm in load(name).arms] == patients


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_steps_of_treatment_follow_each_other(step: int) -> None:
    study = load(f"star-d-step-{step}")
    starts = [1 + 98 * earlier for earlier in range(step)]
    medicine = study.antidepressant_of(study.arms[0])
    assert [time_h / 24 + 1 for time_h in medicine.starts_h] == starts
    assert [one.at for one in study.design.admitted] == [f"day {d}" for d in starts[1:]]
    assert study.published[0].at == f"day {1 + 98 * step}"
    if step > 1:
        assert study.design.randomised == f"day {starts[-1]}"


@pytest.mark.parametrize("name", ["sustain-1", "sustain-1-responders"])
def test_withdrawal_is_blind_and_after_sixteen_weeks(name: str) -> None:
    study = load(name)
    start_h = 16 * 7 * 24.0
    assert study.randomised_h == start_h
    spray, placebo = study.arms
    early = [t for t in spray.dose_times_h if t < start_h]
    assert early == [t for t in placebo.dose_times_h if t < start_h]
    for arm in study.arms:
        assert arm.known(0.0)
        assert not arm.known(start_h)
