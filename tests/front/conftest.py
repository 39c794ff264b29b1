"""What the tests of whole runs share: compiled code that is kept, and one plain run."""

import os
from collections.abc import Iterator

import pytest
from jax.experimental.compilation_cache import compilation_cache

from kapsim.engine import platform
from kapsim.trial.runner import Run, execute
from tests.front import tiny


@pytest.fixture(scope="session")
def compiled(pytestconfig: pytest.Config) -> Iterator[None]:
    """Compiled code is shared by this process, its workers and later test runs."""
    before = os.environ.get("KAPSIM_CACHE_DIR")
    place = pytestconfig.rootpath / ".pytest_cache" / "kapsim"
    os.environ["KAPSIM_CACHE_DIR"] = str(place)
    compilation_cache.reset_cache()
    platform.configure()
    yield
    if before is None:
        del os.environ["KAPSIM_CACHE_DIR"]
    else:
        os.environ["KAPSIM_CACHE_DIR"] = before
    compilation_cache.reset_cache()
    platform.configure()


@pytest.fixture(scope="session")
def undisturbed(compiled: None, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run in one process and chunks of the usual size."""
    directory = tmp_path_factory.mktemp("undisturbed") / "run"
    return execute(tiny.request(), directory)
