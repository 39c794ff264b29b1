"""The posterior as a file: what it must hold, and how a fault in it is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kapsim.evidence import EvidenceError
from kapsim.evidence.posterior import load_posterior, posterior
from tests.unit.trial.posteriors import DRAWS, IDS, content, write

Data = dict[str, Any]


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    data = content()
    found = load_posterior(write(tmp_path, data))
    assert found is not None
    assert (found.version, found.ids, found.studies) == ("7", IDS, ("one", "two"))
    np.testing.assert_array_equal(found.values, data["draws"]["values"])
    assert found.spreads.tolist() == [[2.0, 1.0, 0.5]] * DRAWS
    assert found.parameters[0].unit == "d"
    with pytest.raises(ValueError, match="read-only"):
        found.values[0, 0] = 1.0


def test_a_calibration_without_an_effect_on_shares_has_none(tmp_path: Path) -> None:
    data = content()
    del data["share_sd"], data["draws"]["share_sd"]
    found = load_posterior(write(tmp_path, data))
    assert found is not None
    assert found.spreads.tolist() == [[2.0, 1.0, 0.0]] * DRAWS


def test_the_latest_is_taken_by_its_numbers(tmp_path: Path) -> None:
    for version in ("2", "10", "9.1"):
        write(tmp_path, content(version=version))
    latest, named = load_posterior(tmp_path), load_posterior(tmp_path, "9.1")
    assert latest is not None
    assert named is not None
    assert (latest.version, named.version) == ("10", "9.1")
    assert latest.digest != named.digest
    with pytest.raises(EvidenceError, match=r"'3'; shipped: 2, 9\.1, 10"):
        load_posterior(tmp_path, "3")


def test_nothing_shipped_is_none(tmp_path: Path) -> None:
    assert load_posterior(tmp_path) is None
    assert load_posterior(tmp_path / "absent") is None
    with pytest.raises(EvidenceError, match="shipped: none"):
        load_posterior(tmp_path, "1")


def test_the_shipped_one_can_be_read() -> None:
    found = posterior()
    assert found is posterior()
    assert found is None or np.isfinite(found.values).all()


def _draw(data: Data, value: float) -> None:
    data["draws"]["values"][3][1] = value


FAULTS: dict[str, tuple[Callable[[Data], Any], str]] = {
    "a number too few": (
        lambda data: data["draws"]["values"][3].pop(),
        r"draws\.values\.3: 1 numbers for 2 parameters",
    ),
    "no number": (
        lambda data: _draw(data, float("nan")),
        r"draws\.values\.3: a number is missing or infinite",
    ),
    "outside": (
        lambda data: _draw(data, 99.0),
        r"draws\.values\.3: mind\.belief\.kappa is 99, outside the bounds .*1 draw",
    ),
    "spreads": (
        lambda data: data["draws"]["study_sd"].pop(),
        r"draws\.study_sd: 199 numbers for 200 draws",
    ),
    "a spread below zero": (
        lambda data: data["draws"].update(arm_sd=[-1.0] * DRAWS),
        r"draws\.arm_sd: a spread is missing, infinite or below zero",
    ),
    "a spread too few": (
        lambda data: data["draws"]["share_sd"].pop(),
        r"draws\.share_sd: 199 numbers for 200 draws",
    ),
    "no record": (
        lambda data: data["parameters"][0].update(id="brain.absent"),
        r"brain\.absent has no record",
    ),
    "another unit": (
        lambda data: data["parameters"][0].update(unit="h"),
        r"brain\.window\.tau_p is in h, its record in d",
    ),
    "a table": (
        lambda data: data["parameters"][0].update(id="mind.belief.w", unit="1"),
        r"mind\.belief\.w is a table",
    ),
    "twice": (
        lambda data: data["parameters"][0].update(data["parameters"][1]),
        r"mind\.belief\.kappa is there more than once",
    ),
    "an infinite mean": (
        lambda data: data["parameters"][0].update(mean=float("inf")),
        r"parameters\.0\.mean: .*finite",
    ),
    "no studies": (lambda data: data.pop("studies"), r"studies: Field required"),
    "an unknown key": (lambda data: data.update(more=1), r"more: Extra inputs"),
}


@pytest.mark.parametrize(("spoil", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_told_with_file_and_key(
    tmp_path: Path, spoil: Callable[[Data], Any], said: str
) -> None:
    data = content()
    spoil(data)
    with pytest.raises(EvidenceError, match=rf"posteriors/7\.json, .*{said}"):
        load_posterior(write(tmp_path, data))


def test_a_file_by_another_name_or_that_is_no_json_is_refused(tmp_path: Path) -> None:
    write(tmp_path, content()).joinpath("7.json").rename(tmp_path / "8.json")
    with pytest.raises(EvidenceError, match="'7' in a file that is named '8'"):
        load_posterior(tmp_path)
    (tmp_path / "8.json").write_text("{")
    with pytest.raises(EvidenceError, match=r"posteriors/8\.json: not readable"):
        load_posterior(tmp_path)
    (tmp_path / "new.json").write_text("{}")
    with pytest.raises(EvidenceError, match="a version is numbers"):
        load_posterior(tmp_path)
