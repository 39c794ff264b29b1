"""Counts of what a result rests on, and the numbered sources."""

import collections
import re

import pytest

from kapsim.evidence import Kind, Strength, library
from kapsim.report.basis import (
    assumed,
    bars,
    by_reading,
    by_strength,
    used_records,
    value_text,
)
from kapsim.report.bibliography import numbered
from kapsim.trial.protocol import Protocol
from tests.unit.report.synthetic import protocol


def test_only_the_records_that_the_run_used_are_counted():
    names = sorted(library().parameters)[:7]
    records = used_records(library(), {"evidence": {"records": names}})
    assert [record.id for record in records] == names
    for bar in bars(records):
        counts = re.findall(r">[^<]*: (\d+) \(\d+ %\)<", bar)
        assert sum(map(int, counts)) == len(names)


@pytest.mark.parametrize("kind", Kind)
def test_a_grade_is_of_the_source_that_states_the_number(kind: Kind):
    records = [
        record
        for record in library().parameters.values()
        if record.kind is kind and record.strength is Strength.A
    ]
    assert records
    graded = {part.label: part.count for part in by_strength(records) if part.count}
    label = {
        Kind.ASSUMED: "E: assumption",
        Kind.CALIBRATED: "fitted to published results",
    }.get(kind, "A: randomised study in people")
    assert graded == {label: len(records)}
    read = {part.label: part.count for part in by_reading(records)}
    stated = kind in (Kind.PUBLISHED, Kind.DERIVED)
    nowhere = read["fitted or assumed: stated nowhere"]
    assert nowhere == (0 if stated else len(records))
    assert sum(read.values()) == len(records)


def test_the_page_counts_a_run_by_what_its_numbers_rest_on():
    records = used_records(library(), {})
    kinds = collections.Counter(record.kind for record in records)
    _, bar, _ = bars(records)
    said = dict(re.findall(r">([^<>]*): (\d+) \(\d+ %\)<", bar))
    assert int(said["fitted to published results"]) == kinds[Kind.CALIBRATED]
    assert int(said["E: assumption"]) == kinds[Kind.ASSUMED]


def test_a_record_that_is_gone_is_left_out():
    provenance = {"evidence": {"records": ["drug.no_such_record"]}}
    assert used_records(library(), provenance) == []
    assert bars([]) == []


def test_assumptions_are_all_listed():
    records = list(library().parameters.values())
    want = [record for record in records if record.kind is Kind.ASSUMED]
    assert assumed(records) == want


def test_values_in_short():
    assert value_text(2.5) == "2.5"
    assert value_text([1.0, 2.0]) == "1, 2"
    assert value_text([[1.0, 2.0], [3.0, 4.0]]) == "table of 2 rows"


def test_sources_are_numbered_without_gaps_and_hold_the_published_ones():
    records = list(library().parameters.values())
    plan = Protocol.model_validate(protocol())
    found = numbered(library(), records, plan)
    assert [ref.number for ref in found.values()] == list(range(1, len(found) + 1))
    assert found["daly_2018"].doi_link is not None
    assert {key for record in records for key in record.sources} <= set(found)
