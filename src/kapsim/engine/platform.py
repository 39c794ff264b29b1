"""How JAX is set up, the same in the main process and in every worker.

One thread per process (workers are processes, each on a core of its own), wide vector
units, double precision available, and no silent promotion of types or ranks. XLA reads
its flags when its backend starts, so `configure` comes before any array is made.
"""

import collections
import os
import platform as host
import sys
import warnings
from collections.abc import Sequence
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import jaxlib.version
import numpy as np
import psutil
from jax._src import xla_bridge

from kapsim.cache import cache_directory
from kapsim.units import KapsimError

# Accepted by jaxlib 0.10.2; XLA ends the process on a flag that it does not know, so a
# test starts a fresh process with them.
# Without the third, jaxlib 0.10.2 sends some reductions to a library that gives wrong
# numbers at some sizes (a sum over the first axis of a concatenated array, for 2,047
# and 2,048 columns); `check_arithmetic` looks for that.
# The last one belongs to `materialise`: it keeps the barrier to the end, and loops over
# small arrays from being compiled in the one way that knows no barrier.
XLA_FLAGS = (
    "--xla_cpu_prefer_vector_width=512",
    "--xla_cpu_multi_thread_eigen=false",
    "--xla_cpu_experimental_ynn_fusion_type=",
    "--xla_disable_hlo_passes=cse_barrier_expander,small-while-loop-hoisting",
)
THREADS = "1"
_KERNEL = 2  # the process that is the parent of the threads of Linux itself
_ROUNDING = 1e-12

Values = TypeVar("Values")


class PlatformWarning(UserWarning):
    """JAX was started with settings other than kapsim's."""


def configure() -> None:
    """Set up JAX for kapsim; may be called again, and keeps flags set by the user.

    Warns
    -----
    PlatformWarning
        If JAX had already started with other flags: results stay correct, but are
        slower and may differ in the last bits from another run's.
    """
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_numpy_dtype_promotion", "strict")
    jax.config.update("jax_numpy_rank_promotion", "raise")
    _keep_compilations()
    present = os.environ.get("XLA_FLAGS", "").split()
    named = {flag.partition("=")[0] for flag in present}
    missing = [flag for flag in XLA_FLAGS if flag.partition("=")[0] not in named]
    if not missing and os.environ.get("NPROC") == THREADS:
        return
    if xla_bridge.backends_are_initialized():
        warnings.warn(
            "JAX had already started when kapsim set it up, without "
            f"{' '.join(missing) or 'NPROC=' + THREADS}. Runs will be slower and may "
            "differ in the last bits. Import kapsim's front end, or call "
            "kapsim.engine.platform.configure(), before making any JAX array.",
            PlatformWarning,
            stacklevel=2,
        )
        return
    os.environ["XLA_FLAGS"] = " ".join([*present, *missing])
    os.environ["NPROC"] = THREADS


def _keep_compilations() -> None:
    """Let later runs and other workers load what has been compiled once.

    Without a place to write, everything is compiled anew each time.
    """
    directory = cache_directory("compiled")
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError:
        return
    if os.access(directory, os.W_OK):
        jax.config.update("jax_compilation_cache_dir", str(directory))
        jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)


class PrecisionError(KapsimError, RuntimeError):
    """JAX computes in single precision where kapsim needs double."""


def require_double() -> None:
    """Refuse to go on where JAX would turn float64 into float32.

    Raises
    ------
    PrecisionError
        If double precision is off: `configure` was not called, or it was undone.
    """
    if jax.dtypes.canonicalize_dtype(np.float64) != np.float64:
        raise PrecisionError(
            "JAX computes in single precision, and people are drawn in double. Call "
            "kapsim.engine.platform.configure() first, or switch jax_enable_x64 on."
        )


class ArithmeticFaultError(KapsimError, RuntimeError):
    """The compiler gives wrong numbers with its present settings."""


def check_arithmetic(columns: int = 2048) -> None:
    """Compare a reduction that one version of XLA gets wrong with NumPy's result.

    Raises
    ------
    ArithmeticFaultError
        If they differ: nothing that is computed could be trusted.
    """
    row = np.linspace(1.0, 2.0, columns)
    rows = np.stack([row, row**2, row**3])
    wanted = np.concatenate([np.ones_like(rows)[None], rows[None] ** [[[2.0]]]])
    wanted = wanted / (1 + np.sum(rows**2, axis=0))
    obtained = np.asarray(_reduction(jnp.asarray(rows)))
    if np.max(np.abs(obtained - wanted)) > _ROUNDING:
        raise ArithmeticFaultError(
            "XLA gives a wrong result for a sum over the first axis of an array "
            f"({jaxlib.version.__version__}). Unset XLA_FLAGS and JAX_* variables, or "
            "install the pinned versions of constraints.txt. Nothing was simulated."
        )


@jax.jit
def _reduction(rows: Any) -> Any:
    joined = jnp.concatenate([jnp.ones_like(rows)[None], (rows**2)[None]])
    return joined / (1 + jnp.sum(rows * rows, axis=0))[None, None]


def materialise(values: Values) -> Values:
    """Values computed here, once, and kept in memory for all who read them.

    XLA on a CPU would rather recompute arithmetic inside each loop that reads it: a
    random draw read by twenty rows is made twenty times. Changes no value.
    """
    return jax.lax.optimization_barrier(values)


def describe() -> dict[str, Any]:
    """Environment that a result depends on; no name of a host or a user.

    Returns
    -------
    dict
        Versions of python, jax and jaxlib, backend, x64, os, cores, memory [MB].
    """
    return {
        "python": host.python_version(),
        "jax": jax.__version__,
        "jaxlib": jaxlib.version.__version__,
        "backend": jax.default_backend(),
        "x64": bool(jax.config.read("jax_enable_x64")),
        "os": f"{host.system()} {host.machine()}",
        "cores": core_count(),
        "memory_mb": psutil.virtual_memory().total // 2**20,
    }


def software() -> dict[str, str]:
    """What of the environment the bits of a result depend on."""
    known = describe()
    return {name: known[name] for name in ("jax", "jaxlib", "backend", "os")}


def core_count() -> int:
    """Cores that this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def free_cores() -> list[int]:
    """Cores of this process, those first that the fewest processes are kept on.

    So two commands that run side by side do not share one. None off Linux.
    """
    if sys.platform != "linux":
        return []
    of_each = (one.info for one in psutil.process_iter(["cpu_affinity", "ppid"]))
    kept = [one["cpu_affinity"] for one in of_each if one["ppid"] != _KERNEL]
    taken = collections.Counter(cores[0] for cores in kept if cores and len(cores) == 1)
    return sorted(os.sched_getaffinity(0), key=lambda core: (taken[core], core))


def pin_to_core(index: int, cores: Sequence[int]) -> None:
    """Keep this process on one of the cores, counted round; if there are any."""
    if cores and sys.platform == "linux":
        os.sched_setaffinity(0, {cores[index % len(cores)]})
