"""In tests, whatever has arrays is checked at every call for their shapes and types."""

import ast
import tomllib
from pathlib import Path

import jax.numpy as jnp
import jaxtyping
import pytest

from kapsim.engine.exponential import mean_decay

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src"
OPTION = "--jaxtyping-packages="


def checked() -> list[str]:
    """Packages that are checked, as the settings of the tests name them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    options = settings["tool"]["pytest"]["ini_options"]["addopts"].split()
    [listed] = [one.removeprefix(OPTION) for one in options if one.startswith(OPTION)]
    return listed.split(",")[:-1]  # the last is what checks


def has_arrays(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(
        isinstance(node, ast.ImportFrom) and node.module == "jaxtyping"
        for node in ast.walk(tree)
    )


def module(path: Path) -> str:
    parts = path.relative_to(SOURCES).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def unchecked(packages: list[str]) -> list[str]:
    """Modules with arrays that are in none of the packages."""
    modules = [module(path) for path in SOURCES.rglob("*.py") if has_arrays(path)]
    assert len(modules) > 100
    inside = lambda name: any(f"{name}.".startswith(f"{one}.") for one in packages)
    return [name for name in modules if not inside(name)]


def test_every_module_with_arrays_is_checked() -> None:
    packages = checked()
    assert unchecked(packages) == []
    assert unchecked([one for one in packages if one != "kapsim.brain"])


def test_a_wrong_type_is_seen() -> None:
    with pytest.raises(jaxtyping.TypeCheckError):
        mean_decay(jnp.arange(3))
