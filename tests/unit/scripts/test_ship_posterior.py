"""Shipping a calibration, on a copy of the evidence."""

import json
import pathlib
import shutil

import pytest

from kapsim.evidence import load
from kapsim.evidence.posterior import load_posterior
from scripts.ship_posterior import EVIDENCE, ShippingError, ship, ship_claims

RECORD = """\
# A file.
- id: {id}
  symbol: x
  meaning: a number
  value: 1
  unit: d
  bounds: [0, 10]
  kind: {kind}
  strength: E
  reading: unverified
{own}
  prior: {{distribution: lognormal, mean: 1, sd: 0.5}}
  reason: A choice.
"""
ASSUMED = {"kind": "assumed", "own": "  range: [0.5, 2]"}
CALIBRATED = {"kind": "calibrated", "own": "  calibration: '1'"}


def evidence(place: pathlib.Path, **kinds: dict[str, str]) -> pathlib.Path:
    """Records a.x and b.x, each as its kind says, and posterior 1."""
    folder = place / "library" / "parameters"
    folder.mkdir(parents=True)
    for name, own in kinds.items():
        text = RECORD.format(id=f"{name}.x", **own)
        (folder / f"{name}.yaml").write_text(text)
    (place / "posteriors").mkdir()
    (place / "posteriors" / "1.json").write_text("{}")
    return place


def posterior(place: pathlib.Path, **means: float) -> pathlib.Path:
    """File of a calibration."""
    parameters = [{"id": f"{name}.x", "mean": mean} for name, mean in means.items()]
    file = place / "posterior.json"
    file.write_text(json.dumps({"version": "next", "parameters": parameters}))
    return file


def test_records_get_the_means_and_the_posterior_its_number(tmp_path):
    place = evidence(tmp_path, a=ASSUMED, b=CALIBRATED)
    assert ship(posterior(tmp_path, a=2.123456789, b=0.25), place) == "2"
    records = load(place / "library").parameters
    assert records["a.x"].value == 2.123456789
    assert records["a.x"].range is None
    for record in records.values():
        assert (record.kind.value, record.calibration) == ("calibrated", "2")
    text = (place / "library" / "parameters" / "b.yaml").read_text()
    assert text == RECORD.format(
        id="b.x", kind="calibrated\n  calibration: '2'", own=""
    ).replace("value: 1\n", "value: 0.25\n").replace("unverified\n\n", "unverified\n")
    assert json.loads((place / "posteriors" / "2.json").read_text())["version"] == "2"


def test_shipping_the_shipped_one_again_moves_no_value(tmp_path):
    for name in ("library", "posteriors"):
        shutil.copytree(EVIDENCE / name, tmp_path / name)
    before = load(tmp_path / "library").parameters
    latest = load_posterior(tmp_path / "posteriors")
    assert latest is not None
    file, version = tmp_path / "posteriors" / f"{latest.version}.json", "1000"
    assert ship(file, tmp_path, version) == version
    after = load(tmp_path / "library").parameters
    found = load_posterior(tmp_path / "posteriors")
    assert found is not None
    assert found.version == version
    for name, record in before.items():
        again = version if name in found.ids else record.calibration
        assert after[name] == record.model_copy(update={"calibration": again})


@pytest.mark.parametrize(
    ("kinds", "means", "said"),
    [
        ({"a": ASSUMED}, {"a": 11.0}, "outside its bounds"),
        ({"a": ASSUMED}, {"a": 1.0, "c": 1.0}, r"no record: c\.x"),
        ({"a": ASSUMED, "b": CALIBRATED}, {"a": 1.0}, "not in this posterior"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_written(tmp_path, kinds, means, said):
    place = evidence(tmp_path, **kinds)
    with pytest.raises(ShippingError, match=said):
        ship(posterior(tmp_path, **means), place)
    assert [one.name for one in (place / "posteriors").iterdir()] == ["1.json"]
    assert "value: 1\n" in (place / "library" / "parameters" / "a.yaml").read_text()


@pytest.mark.parametrize("version", ["1", "next", "../2"])
def test_a_version_is_new_and_of_numbers(tmp_path, version):
    place = evidence(tmp_path, a=ASSUMED)
    with pytest.raises(ShippingError, match="--version"):
        ship(posterior(tmp_path, a=1.0), place, version)


def test_a_calibration_without_its_end_is_refused(tmp_path):
    with pytest.raises(ShippingError, match="not there"):
        ship(tmp_path / "posterior.json", evidence(tmp_path, a=ASSUMED))


def test_claims_ship_under_the_name_of_their_protocol(tmp_path):
    (tmp_path / "evidence" / "explanations").mkdir(parents=True)
    (tmp_path / "claims-a-b.json").write_text("{}")
    (tmp_path / "posterior.json").write_text("{}")
    (path,) = ship_claims(tmp_path, tmp_path / "evidence")
    assert path == tmp_path / "evidence" / "explanations" / "a-b.json"
    assert path.read_text() == "{}"


def test_the_shipped_claims_are_those_of_the_calibration_on_record():
    recorded = pathlib.Path("validation/calibration")
    names = {one.name.removeprefix("claims-") for one in recorded.glob("claims-*.json")}
    assert names == {one.name for one in (EVIDENCE / "explanations").glob("*.json")}
    for name in names:
        ours = (EVIDENCE / "explanations" / name).read_bytes()
        assert ours == (recorded / f"claims-{name}").read_bytes()
