"""The ten assumptions that matter most, their figures and their page."""

import json
import xml.etree.ElementTree as ET

import pytest

from kapsim.evidence import EvidenceError, Kind, library
from kapsim.evidence.sensitivity import (
    NAMED,
    load_ranking,
    measured_by,
    ranking,
    read_ranking,
)
from kapsim.evidence.shipped import FALLBACK
from kapsim.inference.sensitivity.factors import left_out
from kapsim.report import leading as module
from kapsim.report.assets import render_page
from kapsim.report.leading import Leading, leading, leading_assumptions, mean_classes
from kapsim.report.sensitivity import (
    sensitivity_data,
    sensitivity_frame,
    sensitivity_table,
    write_sensitivity,
)
from kapsim.trial import load_protocol
from kapsim.trial.parameters.used import used_records
from tests.unit.inference import synthetic_sensitivity


@pytest.fixture(scope="module")
def data():
    return sensitivity_data(synthetic_sensitivity.found())


@pytest.fixture(scope="module")
def ranked(data):
    return read_ranking(data, "sensitivity.json")


def test_what_is_written_is_what_ships(data, ranked, tmp_path):
    (tmp_path / "kap-2x2.json").write_text(json.dumps(data))
    assert load_ranking(tmp_path, "kap-2x2") == ranked
    assert load_ranking(tmp_path, "another") is None
    assert ranked.posterior == "1"
    assert ranked.factors[0].id == "mind.mood.k_e"
    shares = [one.share for one in ranked.factors]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(ranked.outcomes[0].explained, rel=1e-3)
    assert sum(mean_classes(ranked).values()) == pytest.approx(1.0, rel=1e-4)


def test_a_file_that_lacks_something_is_refused(data):
    broken = {name: part for name, part in data.items() if name != "factors"}
    with pytest.raises(EvidenceError, match=r"x\.json, factors"):
        read_ranking(broken, "x.json")


def test_assumptions_are_named_with_range_share_and_what_to_measure(ranked):
    found = leading(ranked)
    assert [row["id"] for row in found.rows] == ["mind.mood.k_e", "mind.belief.kappa"]
    first = found.rows[0]
    assert first["meaning"] == library().parameter("mind.mood.k_e").meaning
    assert " to " in first["range"]
    assert first["share"].endswith("%")
    assert first["measure"]
    assert "calibration 1" in found.said
    assert "mind.mood.tau_m" in found.fitted
    assert "none was computed" not in found.said
    assert "none was computed" in leading(ranked, stands_in=True).said


def test_another_ranking_stands_in_and_is_said_to(ranked, monkeypatch):
    shipped = {FALLBACK: ranked}
    monkeypatch.setattr(module, "ranking", shipped.get)
    assert "none was computed" not in leading_assumptions(FALLBACK).said
    assert "none was computed" in leading_assumptions("another").said
    assert "none was computed" in leading_assumptions().said
    monkeypatch.setattr(module, "ranking", {}.get)
    assert leading_assumptions(FALLBACK) == Leading()


def test_the_part_of_a_page(ranked):
    page = render_page("parts/leading.html", {"leading": leading(ranked)})
    assert "The ten assumptions that matter most" in page
    assert "mind.belief.kappa" in page
    empty = render_page("parts/leading.html", {"leading": Leading()})
    assert "Not computed" in empty


def test_every_assumption_has_something_that_would_have_to_be_measured():
    protocols = ("kap-2x2", "hollon-2005", "sustain-1")
    names = {n for one in protocols for n in used_records(load_protocol(one))}
    for name in sorted(names):
        if library().parameter(name).kind is Kind.ASSUMED and not left_out(name):
            assert measured_by(name), name
    assert measured_by("drug.molar_mass.ketamine") == ""
    assert measured_by("mind.belief.kappa") != measured_by("mind.belief.q0")


def test_shipped_rankings_can_be_read_and_name_known_records():
    for name in (FALLBACK, "murrough-2013-single"):
        found = ranking(name)
        if found is not None:
            assert found.protocol == name
            assert len(found.of_origin("assumed")) >= NAMED
            assert all(one.id in library().parameters for one in found.factors)


def test_files_page_and_figures(tmp_path):
    found = synthetic_sensitivity.found()
    page = write_sensitivity(tmp_path, found).read_text()
    for words in ("outcome 0", "does not vary", "a constant of nature", "mood.tau_m"):
        assert words in page
    ET.fromstring((tmp_path / "sensitivity.svg").read_text())
    frame = sensitivity_frame(
        read_ranking(json.loads((tmp_path / "sensitivity.json").read_text()), "x")
    )
    assert len(frame) == len(found.retained) * 2
    assert (tmp_path / "sensitivity.csv").stat().st_size > 0


def test_table_for_a_terminal(ranked):
    drawn = sensitivity_table(ranked)
    assert drawn.row_count == len(ranked.factors)
