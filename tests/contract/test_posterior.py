"""What the shipped posterior and the records owe each other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kapsim.evidence import Kind, Library, library
from kapsim.evidence.posterior import Posterior, load_posterior, posterior
from tests.unit.trial import posteriors


def disagreements(shelf: Library, found: Posterior | None) -> Iterator[str]:
    """Where records and posterior say different things; a version has both or none."""
    ids = () if found is None else found.ids
    version = None if found is None else found.version
    for one in () if found is None else found.parameters:
        record = shelf.parameters[one.id]
        if record.kind is not Kind.CALIBRATED:
            yield f"{one.id}: its kind is {record.kind.value}"
        if record.calibration != version:
            yield f"{one.id}: it names calibration {record.calibration}"
        if record.value != pytest.approx(one.mean, rel=1e-9):
            yield f"{one.id}: recorded {record.value}, posterior mean {one.mean}"
    for record in shelf.parameters.values():
        if record.kind is Kind.CALIBRATED and record.id not in ids:
            yield f"{record.id}: calibrated, and not in the posterior"


def test_records_hold_the_means_of_the_shipped_posterior() -> None:
    assert not list(disagreements(library(), posterior()))


def test_the_shipped_posterior_has_as_many_draws_as_its_file_says() -> None:
    found = posterior()
    assert found is None or len(found.values) == len(found.spreads) == 200


def test_planted_records_that_were_not_set_are_found(tmp_path: Path) -> None:
    data = posteriors.content()
    data["parameters"][0]["mean"] += 0.1
    found = load_posterior(posteriors.write(tmp_path, data))
    told = [
        line
        for line in disagreements(library(), found)
        if line.startswith(posteriors.IDS[0])
    ]
    assert any("names calibration" in line for line in told)
    assert any("posterior mean" in line for line in told)
