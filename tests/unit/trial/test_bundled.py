"""The bundled protocols: complete, true to their figures, open about assumptions."""

import json

import pytest

from kapsim.trial.catalogue import catalogue
from kapsim.trial.loading import bundled_names, load_protocol
from kapsim.trial.protocol import Drug, Metric, Modality, Protocol
from kapsim.trial.protocol_file.json_schema import protocol_schema

NAMES = bundled_names()
DESIGNS = ("kap-2x2", "molecule-or-time", "therapy-timing")

# Entered a second time, from the published table and not from the protocol file:
# baseline mean, then change with its SE, responders and remitters of n at each visit.
SYNAPSE = {
    "placebo": (33, 35.0, [(-9.7, 1.76, 6, 1), (-5.7, 1.79, 1, 0), (-4.9, 1.74, 2, 1)]),
    "esketamine 28 mg": (
        11,
        31.3,
        [(-16.4, 2.76, 6, 3), (-14.8, 2.80, 4, 4), (-9.8, 2.72, 1, 1)],
    ),
    "esketamine 56 mg": (
        11,
        33.2,
        [(-14.3, 2.70, 4, 2), (-15.7, 2.74, 3, 2), (-12.4, 2.66, 2, 1)],
    ),
    "esketamine 84 mg": (
        12,
        35.0,
        [(-17.6, 2.60, 7, 3), (-16.4, 2.64, 5, 3), (-15.3, 2.56, 5, 3)],
    ),
}


def test_designs_of_our_own_have_no_role_and_studies_have_one() -> None:
    assert set(DESIGNS) < set(NAMES)
    for name in NAMES:
        study = load_protocol(name)
        assert (study.role is None) == (name in DESIGNS)
        assert bool(study.sources) == (name not in DESIGNS)


@pytest.mark.parametrize("name", NAMES)
def test_each_loads_and_goes_through_json(name: str) -> None:
    study = load_protocol(name)
    assert study.name == name
    again = Protocol.model_validate(
        json.loads(json.dumps(study.model_dump(mode="json")))
    )
    assert again == study


@pytest.mark.parametrize("name", NAMES)
def test_each_says_what_it_assumes(name: str) -> None:
    study = load_protocol(name)
    assumed = " ".join(note for note in study.notes if note.startswith("assumed:"))
    given = any(item.active for arm in study.arms for item in arm.treatments)
    for word in ("base", "weight") if given else ("weight",):
        assert word in assumed
    assert {figure.source for figure in study.published} <= set(study.sources)


def test_synapse_figures_are_those_of_the_table() -> None:
    study = load_protocol("synapse")
    found = {
        (figure.arm, figure.at, figure.metric): figure
        for figure in study.published
        if figure.versus is None
    }
    assert len(found) == 40
    for arm, (n, baseline, visits) in SYNAPSE.items():
        assert study.arm(arm).patients == n
        assert found[arm, "day 1", Metric.MEAN].value == baseline
        for at, (change, se, responders, remitters) in zip(
            ("day 1 + 2 h", "day 2", "day 8"), visits, strict=True
        ):
            figure = found[arm, at, Metric.CHANGE_LS_MEAN]
            assert (figure.value, figure.se, figure.n) == (change, se, n)
            assert found[arm, at, Metric.RESPONSE_COUNT].value == responders
            assert found[arm, at, Metric.REMISSION_COUNT].value == remitters


def test_synapse_baseline_is_that_of_its_arms() -> None:
    study = load_protocol("synapse")
    total = sum(n * mean for n, mean, _ in SYNAPSE.values())
    patients = sum(n for n, _, _ in SYNAPSE.values())
    assert patients == 67
    assert study.population.baseline.mean == pytest.approx(total / patients, abs=0.05)


@pytest.mark.parametrize(
    ("arm", "change", "sd", "response"),
    [
        ("ketamine 2x/week", -18.4, 12.0, 68.8),
        ("placebo 2x/week", -5.7, 10.2, 15.4),
        ("ketamine 3x/week", -17.7, 7.3, 53.8),
        ("placebo 3x/week", -3.1, 5.7, 6.3),
    ],
)
def test_singh_figures(arm: str, change: float, sd: float, response: float) -> None:
    figures = [f for f in load_protocol("singh-2016-iv").published if f.arm == arm]
    by_metric = {figure.metric: figure for figure in figures}
    found = by_metric[Metric.CHANGE_MEAN]
    assert (found.value, found.sd, found.grade) == (change, sd, "seen")
    remembered = by_metric[Metric.RESPONSE_PERCENT]
    assert (remembered.value, remembered.grade) == (response, "recalled")


def test_murrough_figures() -> None:
    study = load_protocol("murrough-2013-six")
    change, response, median = study.published
    assert (change.at, change.value, change.sd, change.n) == (
        "day 1 + 2 h",
        -18.9,
        6.6,
        24,
    )
    assert (response.at, response.value) == ("day 13", 70.8)
    assert (median.since, median.among, median.value) == ("day 13", "response", 18)
    assert study.arms[0].dose_times_h == (0.0, 48.0, 96.0, 168.0, 216.0, 264.0)
    assert study.arms[0].open_label


def test_kap_arms_differ_in_drug_and_content_alone() -> None:
    study = load_protocol("kap-2x2")
    contact = {
        tuple((held.time_h, held.session.minutes) for held in arm.meetings)
        for arm in study.arms
    }
    assert len(contact) == 1
    assert {arm.dose_times_h for arm in study.arms} == {(0.0, 168.0, 336.0)}
    drugs = [arm.treatments[0].drug for arm in study.arms]
    assert drugs == [Drug.KETAMINE] * 2 + [Drug.MIDAZOLAM] * 2
    supported = [{s.modality for s in arm.sessions} for arm in study.arms]
    assert supported[1] == supported[3] == {Modality.SUPPORT}
    assert supported[0] == supported[2]
    integrated = [
        held.time_h
        for held in study.arms[0].meetings
        if held.session.modality is Modality.INTEGRATION
    ]
    assert integrated == [24.0, 192.0, 360.0]


def test_time_and_molecule_have_the_doses_they_are_named_for() -> None:
    study = load_protocol("molecule-or-time")
    counts = [(len(arm.dose_times_h), len(arm.session_times_h)) for arm in study.arms]
    assert counts == [(0, 16), (0, 60), (6, 0), (6, 16), (6, 60)]
    assert study.horizon_h == 1278 * 24  # 42 months
    ends = {end.at for end in study.endpoints}
    assert ends == {"day 15", "day 113", "day 183", "day 421", "day 1279"}


def test_catalogue_lists_arms_doses_and_visits() -> None:
    entries = {entry["name"]: entry for entry in catalogue()}
    assert tuple(entries) == NAMES
    synapse = entries["synapse"]
    assert synapse["arms"][1]["receives"] == "2 x esketamine 28 mg nasal"
    assert synapse["visits"][1] == "day 1 + 2 h"
    assert synapse["published_figures"] == 46


def test_schema_has_words_on_every_field() -> None:
    schema = protocol_schema()
    for model in [schema, *schema["$defs"].values()]:
        for name, field in model.get("properties", {}).items():
            target = schema["$defs"].get(field.get("$ref", "").rpartition("/")[2], {})
            said = field.get("description") or target.get("description")
            assert said, f"{model.get('title')}.{name}"
        if "properties" in model:
            assert model["additionalProperties"] is False
