"""Protocol files from anywhere."""

from pathlib import Path

import pytest

from kapsim.trial.external.request import ValidationRequest, read_role
from kapsim.trial.external.studies import may_be_learnt_from, read_studies
from kapsim.trial.parameters.draws_from import DRAWS, DrawsFrom
from kapsim.trial.protocol import ProtocolRole
from kapsim.trial.request import RequestError
from tests.unit.trial import posteriors
from tests.unit.trial.builders import TEXT


def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TEXT)
    (tmp_path / "b.yaml").write_text(TEXT)
    (tmp_path / "bad.yaml").write_text("kapsim: 1\nname: bad\n")
    bare = TEXT[: TEXT.index("published:")].replace("name: small", "name: bare")
    (tmp_path / "bare.yaml").write_text(bare)
    (tmp_path / "note.txt").write_text("not a protocol")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "c.yaml").write_text(TEXT)
    found = read_studies([str(tmp_path), str(tmp_path / "a.yaml")])
    names = [study.name for study in found.studies]
    assert names == ["small", str(tmp_path / "b.yaml")]
    assert [one.name for one in found.failures] == [str(tmp_path / "bad.yaml")]
    assert "things to put right" in found.failures[0].error
    assert [one.name for one in found.skipped] == ["bare"]


def test_what_is_not_there_is_a_failure(tmp_path: Path) -> None:
    found = read_studies([str(tmp_path), "no-such-name"])
    assert not found.studies
    assert len(found.failures) == 2


def test_studies_of_one_role(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(TEXT)
    checked = TEXT.replace("name: small", "name: other\nrole: development_check")
    (tmp_path / "b.yaml").write_text(checked)
    found = read_studies([str(tmp_path)], ProtocolRole.DEVELOPMENT_CHECK)
    assert [study.name for study in found.studies] == ["other"]
    assert found.skipped == (("small", "its role is none, not development_check."),)
    assert read_role("calibration") is ProtocolRole.CALIBRATION
    with pytest.raises(RequestError, match="there is no role 'check'"):
        read_role("check")


def test_only_what_may_be_tuned_to_is_learnt_from() -> None:
    assert {one.role for one in may_be_learnt_from()} <= {ProtocolRole.CALIBRATION}


@pytest.mark.parametrize(
    "wrong",
    [
        {"given": ()},
        {"given": ("x",), "persons": 0},
        {"given": ("x",), "replicates": 1},
        {"given": ("x",), "draws": -1},
        {"given": ("x",), "draws": 11, "replicates": 10},
        {"given": ("x",), "seed": -1},
    ],
)
def test_impossible_requests_are_refused(wrong: dict) -> None:
    with pytest.raises(RequestError):
        ValidationRequest(**wrong)


def test_the_output_says_what_the_interval_holds() -> None:
    asked = lambda **fields: ValidationRequest(given=("x",), **fields)
    assert "not what is unknown" in asked(draws=0).holds
    free = asked(draws=12, draws_from=DrawsFrom.ASSUMPTIONS)
    assert "12 draws of what is assumed;" in free.holds


def test_draws_of_the_posterior_are_said_with_their_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    posteriors.ship(monkeypatch, tmp_path)
    request = ValidationRequest(given=("x",))
    assert request.draws == DRAWS
    assert "24 draws of the posterior (version 7)" in request.holds
    assert "studies, their arms and their shares lie off the model" in request.holds
    assert request.as_data()["posterior"] == "7"
    assert request.shifts
