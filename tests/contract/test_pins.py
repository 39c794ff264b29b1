"""The locked list holds every dependency, with hashes, and names no place."""

import pathlib
import re
import tomllib

import pytest
from packaging.requirements import Requirement

ROOT = pathlib.Path(__file__).parents[2]
LOCKED = (ROOT / "constraints.txt").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def normal(name: str) -> str:
    """Name of a package as the list spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements() -> list[Requirement]:
    """Direct dependencies of kapsim and of its groups."""
    groups = PROJECT["dependency-groups"]
    lines = [*PROJECT["project"]["dependencies"]]
    lines += [
        line for name in ("test", "lint", "docs", "bench") for line in groups[name]
    ]
    return [Requirement(line) for line in lines]


def not_locked(text: str) -> list[str]:
    """Direct dependencies that the list lacks, or has in a version that is refused."""
    versions = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, flags=re.MULTILINE))
    return [
        str(wanted)
        for wanted in requirements()
        if not wanted.specifier.contains(versions.get(normal(wanted.name), "0"))
        or normal(wanted.name) not in versions
    ]


def without_hash(text: str) -> list[str]:
    """Entries that pip could not check."""
    entries = re.split(r"\n(?=[a-z])", text)[1:]
    return [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]


def test_every_dependency_is_locked() -> None:
    assert not not_locked(LOCKED), "run make pin"


def test_every_entry_has_a_hash() -> None:
    assert not without_hash(LOCKED)


def test_list_names_no_place() -> None:
    assert "://" not in LOCKED


def test_groups_are_in_order() -> None:
    assert re.findall(r"^# == (\w+)$", LOCKED, flags=re.MULTILINE) == [
        "runtime",
        "test",
        "develop",
        "bench",
    ]


@pytest.mark.parametrize(
    ("pattern", "change"),
    [(r"^jax==\S+", "jax==0.1.0"), (r"^numpy==", "numpi==")],
)
def test_a_planted_gap_is_found(pattern: str, change: str) -> None:
    planted = re.sub(pattern, change, LOCKED, flags=re.MULTILINE)
    assert not_locked(planted)


def test_a_planted_entry_without_hash_is_found() -> None:
    planted = LOCKED + "leftpad==1.0\n"
    assert without_hash(planted) == ["leftpad==1.0"]
