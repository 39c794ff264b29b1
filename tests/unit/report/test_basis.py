"""Counts of what a result rests on, and the numbered sources."""

import re

from kapsim.evidence import Kind, library
from kapsim.report.basis import assumed, bars, used_records, value_text
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
