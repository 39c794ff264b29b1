"""Make a calibration the one that ships: its posterior, and the records of its means.

    python -m scripts.ship_posterior DIRECTORY [--version 2]

copies posterior.json of the directory to src/kapsim/evidence/posteriors/<version>.json,
claims-<protocol>.json to explanations/<protocol>.json,
and sets value, kind and calibration of the records of its parameters. Nothing is
written if a record would not hold. `reason` is for people: say there what the prior
rests on.
"""

import argparse
import json
import pathlib
import re
import sys
from collections.abc import Container, Mapping
from typing import Any

import yaml
from pydantic import ValidationError

from kapsim.engine.atomic import write_bytes
from kapsim.evidence.schema import Kind, Parameter
from kapsim.units import KapsimError

EVIDENCE = pathlib.Path(__file__).parents[1] / "src" / "kapsim" / "evidence"
_RECORD = re.compile(r"^(?=- id: )", flags=re.MULTILINE)


class ShippingError(KapsimError):
    """A calibration that cannot ship."""


def ship(file: pathlib.Path, evidence: pathlib.Path, version: str | None = None) -> str:
    """Ship a posterior.

    Parameters
    ----------
    file
        posterior.json of a calibration.
    evidence
        Folder with ``posteriors`` and ``library/parameters``.
    version
        Numbers with points between; if None that of the file, or where that is a word
        the number after the latest.

    Returns
    -------
    str
        Version that it ships as.

    Raises
    ------
    ShippingError
        If there is no such file, the version is taken, or records and posterior do not
        fit together.
    """
    if not file.is_file():
        raise ShippingError(f"{file} is not there: run `kapsim calibrate` to its end.")
    posterior = json.loads(file.read_text(encoding="utf-8"))
    version = version or _version(posterior["version"], evidence / "posteriors")
    target = evidence / "posteriors" / f"{version}.json"
    if not re.fullmatch(r"\d+(\.\d+)*", version) or target.exists():
        raise ShippingError(
            f"version {version!r} is taken, or not numbers with points between: name "
            "another with --version."
        )
    posterior["version"] = version
    folder = evidence / "library" / "parameters"
    texts = {one: one.read_text(encoding="utf-8") for one in folder.glob("*.yaml")}
    changed = with_means(texts, posterior)
    write_bytes(target, f"{json.dumps(posterior)}\n".encode())
    for path, text in changed.items():
        write_bytes(path, text.encode())
    ship_claims(file.parent, evidence)
    return version


def ship_claims(directory: pathlib.Path, evidence: pathlib.Path) -> list[pathlib.Path]:
    """Ship what protocols come to under each explanation; the files that were written.

    Parameters
    ----------
    directory
        Of a calibration.
    evidence
        Folder with ``explanations``.
    """
    shipped = []
    for path in sorted(directory.glob("claims-*.json")):
        name = path.name.removeprefix("claims-")
        shipped.append(evidence / "explanations" / name)
        write_bytes(shipped[-1], path.read_bytes())
    return shipped


def with_means(
    texts: Mapping[pathlib.Path, str], posterior: Mapping[str, Any]
) -> dict[pathlib.Path, str]:
    """Files of records whose calibrated numbers are the means of a posterior.

    Parameters
    ----------
    texts
        Files of records.
    posterior
        Content of its file.

    Returns
    -------
    dict
        Those that change.

    Raises
    ------
    ShippingError
        If a parameter has no record, its record would not hold, or another record
        calls itself calibrated.
    """
    means = {one["id"]: float(one["mean"]) for one in posterior["parameters"]}
    made, met = {}, set()
    for path, text in texts.items():
        blocks = _RECORD.split(text)
        for k, block in enumerate(blocks):
            name = block.partition("\n")[0].removeprefix("- id: ").strip()
            if name in means:
                blocks[k] = _set(block, means[name], posterior["version"])
                met.add(name)
        made[path] = "".join(blocks)
        _check(path, made[path], means)
    if unknown := sorted(means.keys() - met):
        raise ShippingError(f"no record: {', '.join(unknown)}. Add one for each.")
    return {path: text for path, text in made.items() if text != texts[path]}


def _version(said: str, folder: pathlib.Path) -> str:
    if said[:1].isdecimal():
        return said
    known = [int(one.stem.partition(".")[0]) for one in folder.glob("*.json")]
    return str(max(known, default=0) + 1)


def _set(block: str, mean: float, version: str) -> str:
    """The text of a record with a mean; what it was assumed to range over goes."""
    short = f"{mean:g}"
    value = short if float(short) == mean else repr(mean)
    kept = [
        line
        for line in block.splitlines(keepends=True)
        if not line.startswith(("  calibration:", "  range:"))
    ]
    text = re.sub(r"(?m)^  value: .*$", f"  value: {value}", "".join(kept), count=1)
    kind = f"  kind: calibrated\n  calibration: '{version}'"
    return re.sub(r"(?m)^  kind: .*$", kind, text, count=1)


def _check(path: pathlib.Path, text: str, means: Container[str]) -> None:
    """Refuse a record that does not hold, or is calibrated by something else."""
    for data in yaml.safe_load(text):
        try:
            record = Parameter.model_validate(data)
        except ValidationError as error:
            said = error.errors()[0]["msg"]
            raise ShippingError(f"{path.name}, {data.get('id')}: {said}") from error
        if record.kind is Kind.CALIBRATED and record.id not in means:
            raise ShippingError(
                f"{path.name}, {record.id}: calibrated, and not in this posterior. Set "
                "its kind and range by hand."
            )


def main() -> int:
    """Ship what the command line names."""
    parser = argparse.ArgumentParser(description="Ship a calibration.")
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--version")
    asked = parser.parse_args()
    try:
        version = ship(asked.directory / "posterior.json", EVIDENCE, asked.version)
    except ShippingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"version {version} ships; say in CHANGELOG.md what moved\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
